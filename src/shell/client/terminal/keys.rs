//! Keys with a meaning of our own, other than the line editor's.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::process::{Signal, kill_current_process_group};
use rustyline::{Cmd, ConditionalEventHandler, Event, EventContext, Movement, RepeatCount};

use super::Terminal;
use crate::client::Local;
use crate::room::command::Command;

/// Enter accepts a line, where there is someone to send it to.
pub(super) struct Enter(pub(super) Arc<Terminal>);

impl ConditionalEventHandler for Enter {
    fn handle(
        &self,
        _: &Event,
        _: RepeatCount,
        _: bool,
        context: &EventContext<'_>,
    ) -> Option<Cmd> {
        let shown = self.0.shown();
        let takes_it = shown.takes_lines || shown.questions || is_for_the_client(context.line());
        drop(shown);
        if !takes_it && !context.line().trim().is_empty() {
            // It stays where it is until there is; whoever looks for them is told to hurry.
            self.0.shown().knocked = true;
            self.0.wake();
            return Some(Cmd::Noop);
        }
        self.0.screen.close();
        Some(Cmd::AcceptLine)
    }
}

/// Returns true if a text is a line that is obeyed though nobody can hear it.
fn is_for_the_client(text: &str) -> bool {
    let mut lines = text.lines();
    let (Some(line), None) = (lines.next(), lines.next()) else { return false };
    Local::parse(line).is_some() || matches!(Command::parse(line), Command::Quit(_))
}

/// Ctrl-C clears the line, and on an empty one asks to leave.
pub(super) struct Interrupt(pub(super) Arc<Terminal>, pub(super) Arc<AtomicBool>);

impl ConditionalEventHandler for Interrupt {
    fn handle(
        &self,
        _: &Event,
        _: RepeatCount,
        _: bool,
        context: &EventContext<'_>,
    ) -> Option<Cmd> {
        if !context.line().is_empty() {
            return Some(Cmd::Kill(Movement::WholeBuffer));
        }
        self.1.store(true, Ordering::SeqCst);
        self.0.screen.close();
        Some(Cmd::Interrupt)
    }
}

/// Ctrl-Z stops the job, as a terminal does.
pub(super) struct Suspend;

impl ConditionalEventHandler for Suspend {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, _: &EventContext<'_>) -> Option<Cmd> {
        let _ = kill_current_process_group(Signal::TSTP); // Fails for no signal that there is.
        Some(Cmd::Noop)
    }
}

/// Ctrl-D deletes a character, and on an empty line leaves.
pub(super) struct End(pub(super) Arc<Terminal>);

impl ConditionalEventHandler for End {
    fn handle(
        &self,
        _: &Event,
        _: RepeatCount,
        _: bool,
        context: &EventContext<'_>,
    ) -> Option<Cmd> {
        if !context.line().is_empty() {
            return None;
        }
        self.0.screen.close();
        Some(Cmd::EndOfFile)
    }
}
