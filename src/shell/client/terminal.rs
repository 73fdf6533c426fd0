//! The line that is typed, in a terminal: a line editor below the conversation.
//!
//! The editor runs on a thread of its own and is never disturbed: what is to be shown goes through a
//! [`Screen`]. When its prompt changes, or when it is all over, it is woken, and begins again with the
//! line as it was.

pub mod editing;
mod keys;
mod line_editor;
pub mod mode;
pub mod painting;
pub mod screen;
pub mod typing;

use std::fmt;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::mem;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::termios::tcgetwinsize;
use rustyline::ExternalPrinter;
use signal_hook::consts::SIGINT;
use signal_hook::low_level;

use crate::shell::client::terminal::mode::Quiet;
use crate::shell::client::terminal::painting::rows;
use crate::shell::client::terminal::screen::Screen;
use crate::wire::sanitize;
use line_editor::LineEditor;

/// The options of editing.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// With the keys of vi instead of those of Emacs.
    pub vi: bool,
    /// In colour.
    pub colored: bool,
    /// The file that keeps typed lines, if they are not in memory alone.
    pub history_file: Option<PathBuf>,
}

/// An input from the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    /// These lines.
    Lines(Vec<String>),
    /// Enter, where there was nothing to send or nobody to send it to.
    Nothing,
    /// There will be nothing more.
    End,
    /// There will be nothing more, since it was interrupted.
    Interrupt,
    /// Something went wrong, of which the person is to be told.
    Trouble(String),
}

/// The editor's display, as the conversation sets it.
#[derive(Debug, Default)]
pub struct Terminal {
    /// The rows to print above the line.
    pub screen: Screen,
    shown: Mutex<Shown>,
    conversation: OnceLock<Conversation>,
}

/// The conversation as it is known here.
pub struct Conversation {
    /// Asks for the people who are here, for completion.
    pub who_is_here: Box<dyn Fn() -> Vec<String> + Send + Sync>,
    /// Calls off the lines that are still to be sent; returns true if there were any.
    pub calls_off: Box<dyn Fn() -> bool + Send + Sync>,
    /// The screen has another width, and what was shown no longer stands as it did.
    pub resized: Box<dyn Fn() + Send + Sync>,
}

impl fmt::Debug for Conversation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Conversation")
    }
}

#[derive(Clone, Debug, Default)]
struct Shown {
    prompt: String,
    /// Lines may be sent; otherwise they stay where they are typed.
    takes_lines: bool,
    over: bool,
    /// The editor takes keys, and can be woken.
    edits: bool,
    /// It is to stop editing and look here.
    woken: bool,
    /// It has been told so, and will see it when it looks.
    raised: bool,
    /// It asks a question, and takes the answer.
    questions: bool,
    /// It is to stop as a job, until it is continued.
    suspended: bool,
    /// Nothing has been printed since the screen was cleared.
    cleared: bool,
    /// Enter was pressed where no lines are taken.
    knocked: bool,
    /// Lines that could not be sent.
    given_back: Option<String>,
    /// The text that the editor paints in front of the line.
    asks: String,
    /// The line as it was last seen, and the cursor in it.
    line: (String, usize),
    /// The line that was typed last, which may be behind one that was typed before.
    draft: String,
    /// It is.
    is_behind: bool,
    /// The text that is painted behind the line.
    hint: String,
    /// The columns of the screen when a text of more than one row was painted last.
    columns: u16,
}

impl Terminal {
    /// Shows this prompt from now on; whether lines are taken.
    pub fn prompt(self: &Arc<Self>, prompt: &str, takes_lines: bool) {
        let mut shown = self.shown();
        shown.takes_lines = takes_lines;
        if shown.prompt != prompt {
            shown.prompt = prompt.into();
            drop(shown);
            self.wake();
        }
    }

    /// Gives back a line that could not be sent after all, to be edited again.
    pub fn give_back(self: &Arc<Self>, line: &str) {
        let mut shown = self.shown();
        let before = shown.given_back.take().map(|before| before + "\n").unwrap_or_default();
        shown.given_back = Some(before + line);
        drop(shown);
        self.wake();
    }

    /// Clears the screen. The line stands in its second row until something is printed in the first,
    /// since what is printed above it ends with a line end.
    pub fn clear(&self) {
        self.screen.print("\x1b[H\x1b[2J\n".into()); // CUP and ED (ECMA-48 8.3.21, 8.3.39).
        self.shown().cleared = true;
    }

    /// Prints these rows, each with its line end, above the line.
    pub fn print(&self, rows: &str) {
        let cleared = mem::take(&mut self.shown().cleared);
        let up = if cleared { "\x1b[A" } else { "" };
        self.screen.print([up, rows].concat());
    }

    /// Prints these rows on a screen with nothing else; what stood there is left to what scrolls off it.
    pub fn repaint(&self, rows: &str, lines: usize) {
        self.shown().cleared = false;
        let off = "\n".repeat(lines);
        self.screen.print(format!("\x1b[{lines};1H{off}\x1b[H{rows}"));
    }

    /// The job is to stop: the terminal is given back as it was, until the job is continued.
    pub fn suspend(self: &Arc<Self>) {
        self.shown().suspended = true;
        self.wake();
    }

    /// The job was continued, and the terminal may be another: the line is painted again.
    pub fn resume(self: &Arc<Self>) {
        self.wake();
    }

    /// It is over: the editor stops, once all has been printed.
    pub fn end(self: &Arc<Self>) {
        self.screen.drain();
        self.shown().over = true;
        self.wake();
    }

    /// It is over, whatever has been printed.
    pub fn end_now(self: &Arc<Self>) {
        self.shown().over = true;
        self.wake();
    }

    /// Returns the people who are here, for completion; the callback given to [`edit`] knows.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.conversation.get().map(|it| (it.who_is_here)()).unwrap_or_default()
    }

    /// Returns true if a question is asked, which is neither completed nor hinted at.
    #[must_use]
    pub fn questions(&self) -> bool {
        self.shown().questions
    }

    /// The line that is being typed, and the cursor in it.
    pub fn saw(&self, line: &str, cursor: usize) {
        self.shown().line = (line.into(), cursor);
    }

    /// The line that is painted, and the hint behind it; whether it is a new one, or was typed before.
    ///
    /// Where the screen has become wider or narrower, some terminals have moved what stands in more
    /// than one row, and some have not; the editor cannot know. Then all is shown again.
    pub fn paints(&self, line: &str, cursor: usize, hint: &str, is_new: bool) {
        let columns = columns();
        let mut shown = self.shown();
        shown.line = (line.into(), cursor);
        shown.is_behind = !is_new;
        if is_new {
            shown.draft = line.into();
        }
        shown.hint = hint.into();
        if shown.columns == columns {
            return;
        }
        let text = [&shown.asks, line, hint].concat();
        if rows(&text, shown.columns).max(rows(&text, columns)) > 1 {
            shown.columns = columns;
            drop(shown);
            self.conversation.get().iter().for_each(|it| (it.resized)());
        }
    }

    /// Lines are edited behind this prompt, beginning with this one.
    fn begins(&self, prompt: &str, line: &str, cursor: usize) {
        let mut shown = self.shown();
        shown.asks = prompt.into();
        shown.line = (line.into(), cursor);
        shown.draft.clear();
        shown.is_behind = false;
        shown.hint.clear();
        shown.columns = columns();
    }

    /// The line that was typed last, where one that was typed before is looked at instead.
    fn draft(&self) -> Option<String> {
        let shown = self.shown();
        (shown.is_behind && !shown.draft.trim().is_empty()).then(|| sanitize::lines(&shown.draft))
    }

    fn shown(&self) -> MutexGuard<'_, Shown> {
        // Nothing that holds it leaves it half changed.
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the state that the editor begins a line with. It need not be woken for what it sees now.
    fn sees(&self) -> Shown {
        let mut shown = self.shown();
        shown.woken &= shown.suspended || shown.knocked || shown.given_back.is_some();
        shown.clone()
    }

    /// Makes the editor stop. It is told by a signal, once it is there to take it.
    fn wake(self: &Arc<Self>) {
        const AGAIN: Duration = Duration::from_millis(20);
        if mem::replace(&mut self.shown().woken, true) {
            return;
        }
        let terminal = Arc::clone(self);
        // Without a thread for it, the editor looks when Enter is pressed.
        let _ = thread::Builder::new().spawn(move || {
            loop {
                let mut shown = terminal.shown();
                if !shown.woken {
                    return;
                }
                // Once is enough, since it waits to be read, however long another key is waited for.
                if shown.edits && !mem::replace(&mut shown.raised, true) {
                    terminal.screen.close();
                    let _ = low_level::raise(SIGINT); // Fails for no signal that there is.
                }
                drop(shown);
                thread::park_timeout(AGAIN);
            }
        });
    }

    /// The editor has painted its prompt, and can be woken.
    fn edits(&self) {
        let mut shown = self.shown();
        shown.edits = true;
        shown.raised = false;
        self.screen.open();
    }

    /// The editor has stopped; whether it was woken.
    fn stopped(&self) -> bool {
        let mut shown = self.shown();
        shown.edits = false;
        mem::take(&mut shown.woken)
    }
}

/// Sees to it that there is a file to keep what is typed in, for nobody else to read.
///
/// # Errors
///
/// It cannot be written.
pub fn begin_history(file: &Path) -> io::Result<()> {
    OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(file).map(drop)
}

/// Returns the columns of the screen.
#[must_use]
pub fn columns() -> u16 {
    const USUAL: u16 = 80;
    let columns = tcgetwinsize(io::stdout()).map_or(0, |size| size.ws_col);
    if columns == 0 { USUAL } else { columns }
}

/// Edits line after line, and tells what was typed, until it is over.
///
/// # Errors
///
/// There is no terminal, or it cannot be written.
pub fn edit(
    terminal: &Arc<Terminal>,
    options: &Options,
    conversation: Conversation,
    typed: impl Fn(Typed),
) -> rustyline::Result<()> {
    let _ = terminal.conversation.set(conversation); // A terminal is edited once.
    let quiet = Quiet::begin()?;
    let mut editor = LineEditor::new(terminal, options, quiet)?;
    let mut printer = editor.editor.create_external_printer()?;
    let screen = Arc::clone(terminal);
    thread::Builder::new().spawn(move || {
        screen.screen.hand_over(|text| {
            // Fails where the terminal is gone, of which the editor tells.
            let _ = printer.print(text);
        });
    })?;
    let result = editor.edits(typed);
    drop(editor);
    let rest = terminal.screen.end();
    io::stdout().write_all(rest.as_bytes())?;
    result
}
