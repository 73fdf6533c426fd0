//! The output of a conversation: lines, JSON, or rows above the line that is typed in a terminal.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;

use rustix::termios::tcgetwinsize;

use crate::client::LinkState;
use crate::shell::client::scrollback::Scrollback;
use crate::shell::client::terminal::Terminal;
use crate::shell::program;
use crate::view::{LocalTime, Row, json, wrap};
use crate::wire::line::Received;

/// The place and form of a conversation's output.
#[derive(Clone, Debug)]
pub enum Output {
    /// Each line as the server says it, on standard output; a pipe.
    Lines,
    /// A JSON object for each.
    Json,
    /// Rows, only ever appended.
    Plain {
        /// True for colour.
        colored: bool,
    },
    /// Rows above the line that is typed, as wide as the screen is when they are shown.
    Edited {
        /// The line editor.
        terminal: Arc<Terminal>,
        /// True for colour.
        colored: bool,
    },
}

impl Output {
    /// Returns true if it takes lines, instead of rows.
    #[must_use]
    pub const fn shows_lines_as_they_are(&self) -> bool {
        matches!(self, Self::Lines | Self::Json)
    }

    /// Shows a line of the server's.
    ///
    /// # Errors
    ///
    /// Standard output cannot be written.
    pub fn line(&self, at: LocalTime, line: &Received) -> io::Result<()> {
        match self {
            Self::Json => write(&format!("{}\n", json::line(at, line))),
            Self::Lines | Self::Plain { .. } | Self::Edited { .. } => {
                write(&format!("{}\n", line.text()))
            }
        }
    }

    /// Shows a line of the room's history.
    ///
    /// # Errors
    ///
    /// Standard output cannot be written.
    pub fn replay(&self, at: LocalTime, line: &Received) -> io::Result<()> {
        match self {
            Self::Json => write(&format!("{}\n", json::replay(at, line))),
            Self::Lines | Self::Plain { .. } | Self::Edited { .. } => self.line(at, line),
        }
    }

    /// Shows the client's own words. In a pipe they are not part of the conversation.
    ///
    /// # Errors
    ///
    /// Standard output cannot be written.
    pub fn notice(&self, at: LocalTime, text: &str) -> io::Result<()> {
        match self {
            Self::Json => write(&format!("{}\n", json::notice(at, text))),
            Self::Lines | Self::Plain { .. } | Self::Edited { .. } => {
                program::tell(format_args!("! {text}"));
                Ok(())
            }
        }
    }

    /// Shows rows, and rings.
    ///
    /// # Errors
    ///
    /// Standard output cannot be written.
    pub fn rows(&self, rows: &[Row], rings: bool) -> io::Result<()> {
        let (colored, columns) = match self {
            Self::Plain { colored } => (*colored, 0),
            Self::Edited { colored, .. } => (*colored, program::columns()),
            Self::Lines | Self::Json => (false, 0),
        };
        // A file or a pipe has no bell.
        let rings = rings && io::stdout().is_terminal();
        let mut text = String::from(if rings { "\x07" } else { "" });
        text.extend(rows.iter().map(|row| on_screen(row, colored, columns)));
        match self {
            Self::Edited { terminal, .. } => terminal.print(&text),
            Self::Lines | Self::Json | Self::Plain { .. } => write(&text)?,
        }
        Ok(())
    }

    /// Shows the latest rows again, on an empty screen; what stood there is left to what scrolls off it.
    pub fn repaint(&self, scrollback: &Scrollback) {
        let Self::Edited { terminal, colored } = self else { return };
        let Ok(size) = tcgetwinsize(io::stdout()) else { return };
        let lines = usize::from(size.ws_row);
        let rows = scrollback.latest(lines).map(|row| on_screen(row, *colored, size.ws_col));
        let rows: String = rows.collect();
        if rows.is_empty() {
            return terminal.clear();
        }
        terminal.repaint(&rows, lines);
    }

    /// Asks for a nickname.
    ///
    /// # Errors
    ///
    /// Standard output cannot be written.
    pub fn ask(&self) -> io::Result<()> {
        const QUESTION: &str = "Choose your nickname: ";
        match self {
            Self::Edited { terminal, .. } => terminal.prompt(QUESTION, true),
            Self::Json => {} // A program reads that, not a person.
            Self::Plain { .. } => write(QUESTION)?,
            // The reader of a pipe is asked nothing.
            Self::Lines => _ = write!(io::stderr(), "{QUESTION}"),
        }
        Ok(())
    }

    /// Shows who one is, and how it stands with the connection.
    pub fn state(&self, state: &LinkState) {
        let Self::Edited { terminal, .. } = self else { return };
        match state {
            LinkState::Connecting => terminal.prompt("(connecting)> ", false),
            LinkState::Online { nick } => terminal.prompt(&format!("{nick}> "), true),
            LinkState::Waiting { nick, seconds } => {
                terminal.prompt(&format!("{nick} (reconnecting in {seconds} s)> "), false);
            }
        }
    }

    /// Gives a line back to whoever typed it; whether it can be.
    #[must_use]
    pub fn keep(&self, line: &str) -> bool {
        match self {
            Self::Edited { terminal, .. } => {
                terminal.give_back(line);
                true
            }
            Self::Lines | Self::Json | Self::Plain { .. } => false,
        }
    }

    /// Clears the screen; whether there is one.
    #[must_use]
    pub fn clear(&self) -> bool {
        match self {
            Self::Edited { terminal, .. } => {
                terminal.clear();
                true
            }
            Self::Lines | Self::Json | Self::Plain { .. } => false,
        }
    }
}

/// A row on a screen of so many columns, with its line ends.
fn on_screen(row: &Row, colored: bool, columns: u16) -> String {
    wrap(row, columns).iter().map(|row| row.ansi(colored) + "\n").collect()
}

/// Writes to standard output with one write, so that lines stay whole.
fn write(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}
