//! The flight recorder: the latest of what has happened, as a file, when someone asks for it or the
//! room fails.

use std::panic;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::{Arc, TryLockError};
use std::thread;
use std::time::Duration;

use super::Shared;
use super::files::{create_numbered, numbered};
use crate::recorder::Latest;
use crate::shell::program::reason;

/// How long, and how often, whoever panics waits for the recorder, if that is not its own.
const WAIT: Duration = Duration::from_millis(10);
const WAITS: u32 = 100;

/// Writes the latest to new files.
#[derive(Debug)]
pub struct FlightRecorder {
    shared: Arc<Shared>,
    name: Name,
}

/// What its files are called.
#[derive(Debug)]
enum Name {
    /// After a recording beside which they stand.
    Beside(PathBuf),
    /// After the process, in the working directory.
    Process(u32),
}

impl FlightRecorder {
    pub(super) fn new(shared: Arc<Shared>, beside: Option<&Path>) -> Self {
        let name = beside.map(|file| Name::Beside(file.into()));
        Self { shared, name: name.unwrap_or_else(|| Name::Process(process::id())) }
    }

    /// Writes what has happened so far to a new file, and logs which. The room waits for no more than
    /// a copy.
    pub fn write(&self) {
        let latest = self.shared.recorder().latest();
        self.write_latest(latest);
    }

    /// From now on whoever panics, in any thread, writes what has happened first, the event at hand
    /// being the last.
    pub fn write_on_panic(self: Arc<Self>) {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            self.write_latest(self.latest_at_a_panic());
            before(panic);
        }));
    }

    /// Whoever panics may be the one who has the recorder.
    fn latest_at_a_panic(&self) -> Option<Latest> {
        for _ in 0..WAITS {
            match self.shared.recorder.try_lock() {
                Ok(recorder) => return recorder.latest_with_event_at_hand(),
                Err(TryLockError::Poisoned(recorder)) => {
                    return recorder.into_inner().latest_with_event_at_hand();
                }
                Err(TryLockError::WouldBlock) => thread::park_timeout(WAIT),
            }
        }
        None
    }

    fn write_latest(&self, latest: Option<Latest>) {
        let Some(latest) = latest else {
            return log::error!("cannot write what happened last: it is being recorded");
        };
        let name = |number| match &self.name {
            Name::Beside(file) => numbered(file, ".ring-", number),
            Name::Process(id) => format!("chatroom-{id}-{number}.chat").into(),
        };
        match create_numbered(&mut 1, name, latest) {
            Ok((path, ..)) => log::warn!("what happened last is in {}", path.display()),
            Err(error) => {
                let (path, reason) = (name(1), reason(&error));
                log::error!("cannot write what happened last to {}: {reason}", path.display());
            }
        }
    }
}
