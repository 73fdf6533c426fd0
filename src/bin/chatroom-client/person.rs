//! A person at a terminal: the conversation and the line editor, each on a thread of its own.

use std::cell::Cell;
use std::io;
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::Duration;

use chatroom::client::Exit;
use chatroom::shell::client::config::{Edit, Settings};
use chatroom::shell::client::conversation::Conversation;
use chatroom::shell::client::output::Output;
use chatroom::shell::client::run::{Input, Options, Typed};
use chatroom::shell::client::terminal::mode::Saved;
use chatroom::shell::client::terminal::{self, Terminal};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGQUIT, SIGTERM, SIGTSTP};
use signal_hook::iterator::Signals;
use signal_hook::low_level;

/// The time that the editor waits for the answer to what it asks: who is here, what was called off.
const SOON: Duration = Duration::from_millis(100);

/// The time that a signal leaves for an end in order.
const IN_ORDER: Duration = Duration::from_secs(1);

/// Ends the editing whatever becomes of the conversation.
struct Over(Arc<Terminal>);

impl Drop for Over {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// Lets a person hold the conversation; how it ended, or `None` where it was interrupted.
pub(crate) fn edits(
    settings: &Settings,
    options: Options,
    colored: bool,
    history_file: Option<PathBuf>,
) -> io::Result<Option<Exit>> {
    let terminal = Arc::new(Terminal::default());
    let signal = end_on_signals(&terminal)?;
    let output = Output::Edited { terminal: Arc::clone(&terminal), colored };
    let conversation = Conversation::new(options, output);
    let input = conversation.input();
    let told = tells(&input);
    let over = Over(Arc::clone(&terminal));
    let held = thread::Builder::new().spawn(move || {
        let _over = over;
        conversation.hold()
    })?;
    let editing = terminal::Options { vi: settings.edit == Edit::Vi, colored, history_file };
    // A signal is taken by this thread, which has nothing else to do: taken by the editor's, it would
    // cut short what is being pasted.
    let (edited, at_once) = thread::scope(|scope| {
        let edits = || edits_lines(&terminal, &editing, told, &input);
        let editor = thread::Builder::new().spawn_scoped(scope, edits)?;
        io::Result::Ok(editor.join().unwrap_or_else(|panic| resume_unwind(panic)))
    })?;
    let signal = signal.load(Ordering::SeqCst);
    if signal != 0 {
        // The terminal is as it was; now it ends as whoever sent the signal expects.
        let _ = low_level::emulate_default_handler(i32::try_from(signal).unwrap_or(SIGTERM));
    }
    if let Some(exit) = at_once {
        return Ok(exit);
    }
    edited?;
    held.join().unwrap_or_else(|_| Err(io::Error::other("the program is wrong"))).map(Some)
}

/// Edits lines and tells them to the conversation; how it ends, if that is not up to the conversation.
fn edits_lines(
    terminal: &Arc<Terminal>,
    editing: &terminal::Options,
    told: terminal::Conversation,
    input: &Sender<Input>,
) -> (io::Result<()>, Option<Option<Exit>>) {
    let leaving = Cell::new(false);
    let at_once = Cell::new(None);
    let edited = terminal::edit(terminal, editing, told, |typed| {
        // Fails where the conversation is over, which ends the editing.
        let _ = input.send(Input::Typed(match typed {
            terminal::Typed::Lines(lines) => Typed::Lines(lines),
            terminal::Typed::Nothing => Typed::AtOnce,
            terminal::Typed::Trouble(text) => Typed::Tell(text),
            // A server that takes nothing of what was typed before is to hold nobody back.
            terminal::Typed::End if leaving.replace(true) => {
                at_once.set(Some(Some(Exit::Left)));
                return terminal.end_now();
            }
            terminal::Typed::End => {
                terminal.prompt("(leaving; again to leave at once)> ", false);
                Typed::End
            }
            terminal::Typed::Interrupt => {
                at_once.set(Some(None));
                return terminal.end_now();
            }
        }));
    });
    (edited.map_err(io::Error::other), at_once.take())
}

/// The conversation that is told so, as the editor knows it.
fn tells(input: &Sender<Input>) -> terminal::Conversation {
    let [names, lines, sizes] = [input.clone(), input.clone(), input.clone()];
    terminal::Conversation {
        who_is_here: Box::new(move || ask(&names, Typed::Names).unwrap_or_default()),
        calls_off: Box::new(move || ask(&lines, Typed::CallOff).is_some_and(|lines| lines > 0)),
        resized: Box::new(move || _ = sizes.send(Input::Typed(Typed::Resized))),
    }
}

/// Asks the conversation, unless it is over, or busy.
fn ask<T>(input: &Sender<Input>, question: impl Fn(Sender<T>) -> Typed) -> Option<T> {
    let (answer, told) = mpsc::channel();
    input.send(Input::Typed(question(answer))).ok()?;
    told.recv_timeout(SOON).ok()
}

/// SIGTERM, SIGHUP and SIGQUIT end the editing, so that the terminal is left as it was; tells which
/// came. SIGTSTP does so for a while.
fn end_on_signals(terminal: &Arc<Terminal>) -> io::Result<Arc<AtomicUsize>> {
    let came = Arc::new(AtomicUsize::new(0));
    let saved = Saved::now()?;
    let mut signals = Signals::new([SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT])?;
    let (terminal, told) = (Arc::clone(terminal), Arc::clone(&came));
    thread::Builder::new().spawn(move || {
        for signal in signals.forever() {
            match signal {
                SIGTSTP => terminal.suspend(),
                SIGCONT => terminal.resume(),
                _ => {
                    told.store(usize::try_from(signal).unwrap_or(0), Ordering::SeqCst);
                    terminal.end_now();
                    // The editor may wait for the rest of a key.
                    thread::park_timeout(IN_ORDER);
                    saved.restore();
                    let _ = low_level::emulate_default_handler(signal);
                }
            }
        }
    })?;
    Ok(came)
}
