//! The terminal's mode while lines are edited.
//!
//! The line editor makes the terminal hand over each key only while it edits. Between two lines the
//! terminal would echo what is typed ahead amid the conversation, and make a signal of Ctrl-C. So it
//! is kept quiet all along, and is given back as it was.

use std::io::{self, Write};

use rustix::process::getpgrp;
use rustix::termios::{
    InputModes, LocalModes, OptionalActions, Termios, tcgetattr, tcgetpgrp, tcsetattr,
};

/// Returns true if this job is in the background, where it is stopped for good if it changes the terminal.
#[must_use]
pub fn is_in_the_background() -> bool {
    tcgetpgrp(io::stdin()).is_ok_and(|group| group != getpgrp())
}

fn set(mode: &Termios, when: OptionalActions) -> io::Result<()> {
    if is_in_the_background() {
        return Ok(());
    }
    Ok(tcsetattr(io::stdin(), when, mode)?)
}

/// The mode that the terminal of standard input had, for an end that is not in order.
#[derive(Clone, Debug)]
pub struct Saved(Termios);

impl Saved {
    /// The present mode.
    ///
    /// # Errors
    ///
    /// It is no terminal.
    pub fn now() -> io::Result<Self> {
        Ok(Self(tcgetattr(io::stdin())?))
    }

    /// Makes it so again; pasted text comes as if it were typed.
    pub fn restore(&self) {
        // Both fail where the terminal is gone.
        let _ = set(&self.0, OptionalActions::Now);
        let _ = write!(io::stdout(), "\x1b[?2004l\r\n").and_then(|()| io::stdout().flush());
    }
}

/// A terminal that echoes nothing and hands over each key, until this is dropped.
#[derive(Debug)]
pub struct Quiet {
    before: Termios,
    quiet: Termios,
}

impl Quiet {
    /// Makes the terminal of standard input quiet.
    ///
    /// # Errors
    ///
    /// It is no terminal.
    pub fn begin() -> io::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        let mut quiet = before.clone();
        quiet.input_modes.remove(InputModes::ICRNL | InputModes::IXON);
        quiet
            .local_modes
            .remove(LocalModes::ECHO | LocalModes::ICANON | LocalModes::IEXTEN | LocalModes::ISIG);
        let made = Self { before, quiet };
        made.again()?;
        Ok(made)
    }

    /// Makes it quiet again, whatever someone else has made of it.
    ///
    /// # Errors
    ///
    /// The terminal is gone.
    pub fn again(&self) -> io::Result<()> {
        set(&self.quiet, OptionalActions::Drain)
    }

    /// Makes it as it was, for a while.
    ///
    /// # Errors
    ///
    /// The terminal is gone.
    pub fn pause(&self) -> io::Result<()> {
        set(&self.before, OptionalActions::Drain)
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        let _ = self.pause(); // Fails where the terminal is gone.
    }
}
