//! Keys with a meaning of our own, other than the line editor's.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::process::{Signal, kill_current_process_group};
use rustyline::{
    Cmd, ConditionalEventHandler, Event, EventContext, EventHandler, Movement, RepeatCount,
};

use super::Terminal;
use crate::client::Local;
use crate::room::command::Command;

/// A key that does what a function says about the line: `None` for what the editor does.
struct Key<F>(F);

impl<F: Fn(&str) -> Option<Cmd> + Send + Sync> ConditionalEventHandler for Key<F> {
    fn handle(
        &self,
        _: &Event,
        _: RepeatCount,
        _: bool,
        context: &EventContext<'_>,
    ) -> Option<Cmd> {
        self.0(context.line())
    }
}

fn key(does: impl Fn(&str) -> Option<Cmd> + Send + Sync + 'static) -> EventHandler {
    EventHandler::Conditional(Box::new(Key(does)))
}

/// Enter accepts a line, where there is someone to send it to.
pub(super) fn enter(terminal: &Arc<Terminal>) -> EventHandler {
    let terminal = Arc::clone(terminal);
    key(move |line| {
        let shown = terminal.shown();
        let takes_it = shown.takes_lines || shown.questions || is_for_the_client(line);
        drop(shown);
        if !takes_it && !line.trim().is_empty() {
            // It stays where it is until there is; whoever looks for them is told to hurry.
            terminal.shown().knocked = true;
            terminal.wake();
            return Some(Cmd::Noop);
        }
        terminal.screen.close();
        Some(Cmd::AcceptLine)
    })
}

/// Returns true if a text is a line that is obeyed though nobody can hear it.
fn is_for_the_client(text: &str) -> bool {
    let mut lines = text.lines();
    let (Some(line), None) = (lines.next(), lines.next()) else { return false };
    Local::parse(line).is_some() || matches!(Command::parse(line), Command::Quit(_))
}

/// Ctrl-C clears the line, and on an empty one asks to leave.
pub(super) fn interrupt(terminal: &Arc<Terminal>, interrupts: &Arc<AtomicBool>) -> EventHandler {
    let (terminal, interrupts) = (Arc::clone(terminal), Arc::clone(interrupts));
    key(move |line| {
        if !line.is_empty() {
            return Some(Cmd::Kill(Movement::WholeBuffer));
        }
        interrupts.store(true, Ordering::SeqCst);
        terminal.screen.close();
        Some(Cmd::Interrupt)
    })
}

/// Ctrl-Z stops the job, as a terminal does.
pub(super) fn suspend() -> EventHandler {
    key(|_| {
        let _ = kill_current_process_group(Signal::TSTP); // Fails for no signal that there is.
        Some(Cmd::Noop)
    })
}

/// Ctrl-D deletes a character, and on an empty line leaves.
pub(super) fn end(terminal: &Arc<Terminal>) -> EventHandler {
    let terminal = Arc::clone(terminal);
    key(move |line| {
        if !line.is_empty() {
            return None;
        }
        terminal.screen.close();
        Some(Cmd::EndOfFile)
    })
}
