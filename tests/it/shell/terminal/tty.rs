//! A terminal that is made up: a program in a real pseudo-terminal, and what its screen shows.

use std::cell::Cell;
use std::io::{Read, Write};
use std::net::SocketAddr;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use pty_process::Size;
use pty_process::blocking::{self, Pty};

use crate::programs::{self, OVERDUE, wait_for};

/// The time without a byte after which a screen counts as finished.
const QUIET: Duration = Duration::from_millis(200);

/// The rows that scroll off the screen and are still known.
const SCROLLBACK: usize = 20_000;

/// A program in a terminal. It is killed when it is dropped.
pub(crate) struct Tty {
    child: Child,
    /// Until the terminal is closed.
    pty: Option<Arc<Pty>>,
    seen: Arc<Seen>,
}

struct Seen {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    screen: vt100::Parser,
    /// All that was written to the terminal.
    bytes: Vec<u8>,
    /// Nobody looks any more.
    closed: bool,
    over: bool,
}

/// `chatroom-client` as it is in a terminal of a known kind, and in a known place.
pub(crate) fn in_a_terminal(mut command: Command) -> Command {
    command.env("TERM", "xterm-256color").env("TZ", "UTC").env_remove("TERM_PROGRAM");
    command
}

impl Tty {
    /// Starts a program in a terminal of this size.
    pub(crate) fn starts(command: Command, columns: u16, rows: u16) -> Self {
        let (pty, inside) = blocking::open().unwrap();
        pty.resize(Size::new(rows, columns)).unwrap();
        let child = blocking::Command::from(command).spawn(inside).unwrap();
        let pty = Arc::new(pty);
        let screen = vt100::Parser::new(rows, columns, SCROLLBACK);
        let state = Mutex::new(State { screen, bytes: Vec::new(), closed: false, over: false });
        let seen = Arc::new(Seen { state, changed: Condvar::new() });
        let (output, shown) = (Arc::clone(&pty), Arc::clone(&seen));
        thread::spawn(move || shows_what_comes(output, &shown));
        Self { child, pty: Some(pty), seen }
    }

    /// Starts our client with these flags, for a person who calls itself so, on a screen that shows no
    /// times, since they change.
    pub(crate) fn client(address: SocketAddr, nickname: &str, flags: &[&str]) -> Self {
        let mut command = in_a_terminal(programs::client());
        command.args([&address.to_string(), "--nick", nickname, "--time", "off"]).args(flags);
        Self::starts(command, 80, 24)
    }

    /// Starts it, and waits until it is in the room.
    #[track_caller]
    pub(crate) fn joins(address: SocketAddr, nickname: &str, flags: &[&str]) -> Self {
        let tty = Self::client(address, nickname, flags);
        tty.prompts(&format!("{nickname}>"));
        tty
    }

    /// Starts it, and waits until it was in the room, whatever else is shown.
    #[track_caller]
    pub(crate) fn joins_amid(address: SocketAddr, nickname: &str) -> Self {
        let tty = Self::client(address, nickname, &[]);
        tty.has_shown(&format!("{nickname}> "));
        tty
    }

    /// Presses these keys.
    pub(crate) fn types(&self, keys: &str) {
        self.sends(keys.as_bytes());
    }

    /// Presses keys that send these bytes.
    pub(crate) fn sends(&self, keys: &[u8]) {
        self.pty().write_all(keys).unwrap();
    }

    /// Waits until the screen shows this.
    #[track_caller]
    pub(crate) fn shows(&self, text: &str) {
        self.waits(text, |state| state.screen.screen().contents().contains(text));
    }

    /// Waits until the screen begins with these rows.
    #[track_caller]
    pub(crate) fn shows_rows(&self, rows: &[&str]) {
        self.waits(&rows.join("\n"), |state| {
            let shown = state.screen.screen().rows(0, u16::MAX).take(rows.len());
            shown.map(|row| row.trim_end().to_owned()).eq(rows.iter().copied())
        });
    }

    /// Waits until this was shown, whether or not it still is.
    #[track_caller]
    pub(crate) fn has_shown(&self, text: &str) {
        // No byte is searched twice, however often there are more.
        let searched = Cell::new(0);
        self.waits(text, |state| {
            let mut rest = state.bytes[searched.get()..].windows(text.len());
            let found = rest.any(|bytes| bytes == text.as_bytes());
            if !found {
                searched.set((state.bytes.len() + 1).saturating_sub(text.len()));
            }
            found
        });
    }

    /// Waits until the screen shows this, however it is broken into rows that go on with an indent.
    #[track_caller]
    pub(crate) fn shows_wrapped(&self, text: &str) {
        let unspaced = |text: &str| text.split_whitespace().collect::<String>();
        let text = unspaced(text);
        self.waits(&text, |state| unspaced(&state.screen.screen().contents()).contains(&text));
    }

    /// Waits until the last line that is not empty is this one.
    #[track_caller]
    pub(crate) fn prompts(&self, line: &str) {
        self.waits(line, |state| {
            let contents = state.screen.screen().contents();
            contents.trim_end().lines().next_back().unwrap_or_default().trim_end() == line
        });
    }

    /// Waits until some line of the screen ends so.
    #[track_caller]
    pub(crate) fn waits_for_row_that_ends(&self, text: &str) {
        self.waits(text, |state| {
            state.screen.screen().contents().lines().any(|line| line.ends_with(text))
        });
    }

    /// The screen as text, when nothing more comes, without the empty rows below.
    pub(crate) fn screen(&self) -> String {
        let state = self.rests();
        let rows: Vec<_> = state.screen.screen().rows(0, u16::MAX).collect();
        rows.iter().map(|row| row.trim_end()).collect::<Vec<_>>().join("\n").trim_end().into()
    }

    /// Returns the row and the column of the cursor, when nothing more comes.
    pub(crate) fn cursor(&self) -> (u16, u16) {
        self.rests().screen.screen().cursor_position()
    }

    /// Waits until the cursor is in this column, counted from zero.
    #[track_caller]
    pub(crate) fn moves_to(&self, column: u16) {
        let what = format!("the cursor in column {column}");
        self.waits(&what, |state| state.screen.screen().cursor_position().1 == column);
    }

    /// The emulator's screen, when nothing more comes.
    pub(crate) fn emulated(&self) -> vt100::Screen {
        self.rests().screen.screen().clone()
    }

    /// The rows of the screen, and those that have scrolled off it, when nothing more comes.
    pub(crate) fn rows(&self) -> Vec<String> {
        let state = self.rests();
        let mut screen = state.screen.screen().clone();
        let columns = screen.size().1;
        screen.set_scrollback(usize::MAX);
        let mut rows = Vec::new();
        for offset in (1..=screen.scrollback()).rev() {
            screen.set_scrollback(offset);
            rows.extend(screen.rows(0, columns).next());
        }
        screen.set_scrollback(0);
        rows.extend(screen.rows(0, columns));
        rows.iter().map(|row| row.trim_end().to_owned()).collect()
    }

    /// All that was written to the terminal, when nothing more comes.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.rests().bytes.clone()
    }

    /// The times that its bell has rung so far.
    pub(crate) fn rung(&self) -> usize {
        self.seen.state().bytes.iter().filter(|byte| **byte == b'\x07').count()
    }

    /// Waits until the screen shows this no more.
    #[track_caller]
    pub(crate) fn waits_until_gone(&self, text: &str) {
        self.waits(text, |state| !state.screen.screen().contents().contains(text));
    }

    /// The program's process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Gives it another size.
    pub(crate) fn resizes(&self, columns: u16, rows: u16) {
        self.seen.state().screen.screen_mut().set_size(rows, columns);
        self.pty().resize(Size::new(rows, columns)).unwrap();
    }

    /// Says that it has another size, though it has not.
    pub(crate) fn says_to_be(&self, columns: u16, rows: u16) {
        self.pty().resize(Size::new(rows, columns)).unwrap();
    }

    /// Sends the program a signal, such as `STOP`.
    pub(crate) fn signal(&self, name: &str) {
        let (signal, id) = (format!("-{name}"), self.id().to_string());
        assert!(Command::new("kill").args([signal, id]).status().unwrap().success());
    }

    /// Closes the terminal, of a program that shows what is typed.
    #[track_caller]
    pub(crate) fn closes(&mut self) {
        self.seen.state().closed = true;
        // The reader looks up, and lets go.
        self.types("x");
        self.waits("the end of reading", |state| state.over);
        self.pty = None;
    }

    fn pty(&self) -> &Pty {
        self.pty.as_ref().expect("a terminal that is not closed")
    }

    /// The exit code with which it ends by itself, or of a signal that ends it, that many below zero.
    #[track_caller]
    pub(crate) fn ends(&mut self) -> i32 {
        self.waits("the end", |state| state.over);
        let status = wait_for("the end of a program", || self.child.try_wait().unwrap());
        status.code().or(status.signal().map(|signal| -signal)).unwrap()
    }

    /// The state, when nothing has come for a while.
    fn rests(&self) -> MutexGuard<'_, State> {
        let mut state = self.seen.state();
        loop {
            let before = state.bytes.len();
            let (now, waited) = self.seen.changed.wait_timeout(state, QUIET).unwrap();
            state = now;
            if state.over || (waited.timed_out() && state.bytes.len() == before) {
                return state;
            }
        }
    }

    #[track_caller]
    fn waits(&self, what: &str, until: impl Fn(&State) -> bool) {
        let state = self.seen.state();
        let still = |state: &mut State| !until(state) && !state.over;
        let waited = self.seen.changed.wait_timeout_while(state, OVERDUE, still);
        let state = waited.unwrap().0;
        let shown = state.screen.screen().contents();
        let over = if state.over { ", and it is over" } else { "" };
        assert!(until(&state), "`{what}` does not come{over}:\n{shown}");
    }
}

fn shows_what_comes(output: Arc<Pty>, shown: &Seen) {
    let (mut buffer, mut cut) = ([0; 4096], Vec::new());
    // A terminal that nobody writes to any more gives an error.
    while let Ok(count @ 1..) = (&*output).read(&mut buffer) {
        cut.extend_from_slice(&buffer[..count]);
        // The emulator would lose what follows a character that comes in two reads.
        let whole = match std::str::from_utf8(&cut) {
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Ok(_) | Err(_) => cut.len(),
        };
        let mut state = shown.state();
        state.screen.process(&cut[..whole]);
        state.bytes.extend(cut.drain(..whole));
        if state.closed {
            break;
        }
        drop(state);
        shown.changed.notify_all();
    }
    drop(output);
    shown.state().over = true;
    shown.changed.notify_all();
}

impl Seen {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Tty {
    fn drop(&mut self) {
        // Fails where it has ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
