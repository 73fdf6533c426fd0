//! The person in front of the terminal, who edits one line after another.

use std::io::{self, Write};
use std::mem;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use rustyline::error::ReadlineError;
use rustyline::history::DefaultHistory;
use rustyline::{
    ColorMode, CompletionType, Config, EditMode, Editor, KeyCode, KeyEvent, Modifiers, Prompt,
};
use signal_hook::consts::{SIGINT, SIGTTIN};
use signal_hook::{flag, low_level};

use super::keys;
use super::{Options, Terminal, Typed, columns};
use crate::limits;
use crate::shell::client::terminal::editing::Aid;
use crate::shell::client::terminal::mode::{Quiet, is_in_the_background};
use crate::shell::client::terminal::painting::{COUNTED, TAB, rows};
use crate::wire::sanitize;

/// The time that an end is left to lead to something: a terminal that is gone has one after another.
const NO_HURRY: Duration = Duration::from_millis(50);

/// Milliseconds that an Escape waits for the rest of a key, and what arrives with it: as many as readline
/// and vi take.
const ESCAPE: u16 = 500;

/// A prompt that tells when it is painted for the first time. It is measured before that, when the
/// editor cannot be woken yet, and painted again even when the editor is about to stop.
struct Painted<'a> {
    text: String,
    looks: AtomicUsize,
    terminal: &'a Terminal,
}

impl Prompt for Painted<'_> {
    fn raw(&self) -> &str {
        if self.looks.fetch_add(1, Ordering::Relaxed) == 1 {
            self.terminal.edits();
        }
        &self.text
    }
}

/// The person in front of the terminal.
pub(super) struct LineEditor<'a> {
    pub(super) editor: Editor<Aid, DefaultHistory>,
    terminal: &'a Arc<Terminal>,
    options: &'a Options,
    quiet: Quiet,
    /// Ctrl-C was pressed on an empty line.
    interrupts: Arc<AtomicBool>,
    /// SIGINT came while no line was edited.
    signalled: Arc<AtomicBool>,
}

impl<'a> LineEditor<'a> {
    pub(super) fn new(
        terminal: &'a Arc<Terminal>,
        options: &'a Options,
        quiet: Quiet,
    ) -> rustyline::Result<Self> {
        let config = Config::builder()
            .auto_add_history(false)
            .bracketed_paste(true)
            .tab_stop(TAB)
            .grapheme_cluster_mode(COUNTED)
            .completion_type(CompletionType::List)
            .completion_show_all_if_ambiguous(true) // A message does not wait for another key.
            .edit_mode(if options.vi { EditMode::Vi } else { EditMode::Emacs })
            .keyseq_timeout(Some(ESCAPE)) // After the mode, which sets its own.
            .max_history_size(limits::TYPED_LINES)?
            .color_mode(ColorMode::Forced) // The helper decides on colour.
            .build();
        let mut editor: Editor<Aid, DefaultHistory> = Editor::with_config(config)?;
        editor.set_helper(Some(Aid::new(Arc::clone(terminal), options.colored)));
        let interrupts = Arc::new(AtomicBool::new(false));
        editor.bind_sequence(KeyEvent(KeyCode::Enter, Modifiers::NONE), keys::enter(terminal));
        editor.bind_sequence(KeyEvent::ctrl('J'), keys::enter(terminal));
        editor.bind_sequence(KeyEvent::ctrl('C'), keys::interrupt(terminal, &interrupts));
        editor.bind_sequence(KeyEvent::ctrl('D'), keys::end(terminal));
        editor.bind_sequence(KeyEvent::ctrl('Z'), keys::suspend());
        let signalled = Arc::new(AtomicBool::new(false));
        flag::register(SIGINT, Arc::clone(&signalled))?;
        Ok(Self { editor, terminal, options, quiet, interrupts, signalled })
    }

    pub(super) fn edits(&mut self, typed: impl Fn(Typed)) -> rustyline::Result<()> {
        if let Some(file) = &self.options.history_file {
            let read = self.editor.load_history(file);
            read.unwrap_or_else(|error| typed(trouble("read", file, &error)));
        }
        let mut line = (String::new(), 0);
        loop {
            let shown = self.terminal.sees();
            if shown.over {
                return Ok(());
            }
            let (left, right) = line.0.split_at_checked(line.1).unwrap_or((&line.0, ""));
            match self.asks(&shown.prompt, (left, right)) {
                Answer::Line(text) => {
                    line = (String::new(), 0);
                    if let Some(lines) = self.sends(&text, &typed)? {
                        typed(lines);
                    }
                }
                Answer::Woken => {
                    self.is_continued()?;
                    line = self.terminal.shown().line.clone();
                    // Down would not lead to it any more.
                    if let Some(draft) = self.terminal.draft() {
                        self.keeps(&draft)?;
                    }
                    if let Some(given_back) = self.terminal.shown().given_back.take() {
                        line.0.insert_str(0, &given_back);
                        line.1 += given_back.len();
                    }
                    if mem::take(&mut self.terminal.shown().knocked) {
                        typed(Typed::Nothing);
                    }
                }
                Answer::CtrlC => {
                    line = (String::new(), 0);
                    let calls_off = self.terminal.conversation.get().map(|it| &it.calls_off);
                    let has_called_off = calls_off.is_some_and(|calls_off| calls_off());
                    if !has_called_off && self.agrees("leave the chat? [y/N] ") {
                        typed(Typed::End);
                    }
                }
                Answer::Signal => typed(Typed::Interrupt),
                Answer::End => {
                    typed(Typed::End);
                    thread::park_timeout(NO_HURRY);
                }
            }
        }
    }

    /// Edits one line below this prompt. Erases it from the screen afterwards: its echo takes its
    /// place.
    fn asks(&mut self, prompt: &str, initial: (&str, &str)) -> Answer {
        let painted =
            Painted { text: prompt.into(), looks: AtomicUsize::new(0), terminal: self.terminal };
        self.terminal.begins(prompt, &[initial.0, initial.1].concat(), initial.0.len());
        let result = self.editor.readline_with_initial(&painted, initial);
        let woken = self.terminal.stopped();
        let signalled = self.signalled.swap(false, Ordering::SeqCst) && !woken;
        let interrupted = self.interrupts.swap(false, Ordering::SeqCst);
        let (answer, left) = match result {
            Ok(line) => (Answer::Line(line.clone()), line),
            Err(ReadlineError::Interrupted) => {
                let left = self.left();
                let answer = match (interrupted, woken) {
                    (true, _) => Answer::CtrlC,
                    (false, true) => Answer::Woken,
                    (false, false) => Answer::Signal,
                };
                (answer, left)
            }
            Err(error) if is_passing(&error) => (Answer::Woken, self.left()),
            // A terminal that is gone ends it as well.
            Err(_) => (Answer::End, String::new()),
        };
        let rows = rows(&[prompt, &left].concat(), columns());
        // Up to where the prompt was; nothing that follows on the screen is anyone's but the editor's.
        let _ = write!(io::stdout(), "\x1b[{rows}A\r\x1b[J").and_then(|()| io::stdout().flush());
        if signalled { Answer::Signal } else { answer }
    }

    /// Returns the text behind the prompt, where the editing of the line was cut short.
    fn left(&self) -> String {
        let shown = self.terminal.shown();
        [&*shown.line.0, &shown.hint].concat()
    }

    /// Stops as a job if it is to, and makes the terminal quiet once it is continued.
    fn is_continued(&self) -> io::Result<()> {
        if mem::take(&mut self.terminal.shown().suspended) {
            self.quiet.pause()?;
            // As SIGTSTP does by default, this stops only a job that someone can continue.
            let _ = low_level::raise(SIGTTIN);
        }
        // Sent to the background, it waits there, without a look at the terminal.
        while is_in_the_background() && !self.terminal.shown().over {
            thread::park_timeout(NO_HURRY);
        }
        self.quiet.again()
    }

    /// Keeps a draft in the history, if it is not there.
    fn keeps(&mut self, draft: &str) -> rustyline::Result<()> {
        if !self.editor.history().iter().any(|entry| entry == draft) {
            self.editor.add_history_entry(draft)?;
        }
        Ok(())
    }

    /// Sends a line that was typed; asks first, where it is much.
    fn sends(&mut self, text: &str, typed: impl Fn(Typed)) -> rustyline::Result<Option<Typed>> {
        // The history keeps only what can be shown.
        let text = &sanitize::lines(text);
        if text.trim().is_empty() {
            return Ok(Some(Typed::Nothing));
        }
        // Before it is asked about: a text that is refused is found there.
        self.editor.add_history_entry(text)?;
        if let Some(file) = &self.options.history_file {
            let kept = self.editor.append_history(file);
            kept.unwrap_or_else(|error| typed(trouble("write", file, &error)));
        }
        let lines: Vec<_> = text.lines().map(Into::into).collect();
        if lines.len() > limits::PASTED_LINES {
            let question = format!("send {} lines? [y/N] ", lines.len());
            if !self.agrees(&question) {
                return Ok(None);
            }
        }
        Ok(Some(Typed::Lines(lines)))
    }

    /// Asks a question; anything but yes is no.
    fn agrees(&mut self, question: &str) -> bool {
        let mut line = (String::new(), 0);
        loop {
            self.terminal.shown().questions = true;
            let (left, right) = line.0.split_at_checked(line.1).unwrap_or((&line.0, ""));
            let answer = self.asks(question, (left, right));
            self.terminal.shown().questions = false;
            match answer {
                Answer::Line(answer) => return matches!(answer.trim(), "y" | "Y" | "yes"),
                Answer::Woken if !self.terminal.shown().over => {
                    if self.is_continued().is_err() {
                        return false;
                    }
                    line = self.terminal.shown().line.clone();
                }
                Answer::Woken | Answer::CtrlC | Answer::Signal | Answer::End => return false,
            }
        }
    }
}

/// Tells that the history file cannot be used.
fn trouble(what: &str, file: &Path, error: &ReadlineError) -> Typed {
    Typed::Trouble(format!("cannot {what} the history file {}: {error}", file.display()))
}

/// Returns true if only this line's editing failed: a signal amid a key, or a key that is no character.
fn is_passing(error: &ReadlineError) -> bool {
    matches!(error, ReadlineError::Signal(_))
        || matches!(error, ReadlineError::Io(error) if error.kind() == io::ErrorKind::InvalidData)
}

/// The end of the editing of a line.
enum Answer {
    Line(String),
    /// Something else is to be shown.
    Woken,
    /// Ctrl-C on an empty line.
    CtrlC,
    /// SIGINT from elsewhere.
    Signal,
    End,
}
