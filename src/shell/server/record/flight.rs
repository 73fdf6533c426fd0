//! The flight recorder: the latest of what has happened, as a file, when someone asks for it or the
//! room fails.

use std::panic;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::{Arc, Mutex, MutexGuard, TryLockError};
use std::thread;
use std::time::Duration;

use super::Shared;
use super::files::{create_numbered, numbered};
use super::kept::KeptFiles;
use crate::recording::recorder::Latest;
use crate::shell::program::reason;

/// The time, and the number of times, that a thread waits for what it may itself have.
const WAIT: Duration = Duration::from_millis(10);
const WAITS: u32 = 100;

/// Writes the latest to new files.
#[derive(Debug)]
pub struct FlightRecorder {
    shared: Arc<Shared>,
    name: Name,
    written: Mutex<Written>,
    /// The most files that are kept.
    keep: usize,
}

/// The files that it has written.
#[derive(Debug)]
struct Written {
    /// The number of the next file.
    number: u64,
    kept: KeptFiles,
}

/// The names of its files.
#[derive(Debug)]
enum Name {
    /// After a recording beside which they stand.
    Beside(PathBuf),
    /// After the process, in the working directory.
    Process(u32),
}

impl FlightRecorder {
    pub(super) fn new(shared: Arc<Shared>, beside: Option<&Path>, keep: usize) -> Self {
        let name = beside.map(|file| Name::Beside(file.into()));
        let name = name.unwrap_or_else(|| Name::Process(process::id()));
        let written = Mutex::new(Written { number: 1, kept: KeptFiles::default() });
        Self { shared, name, written, keep }
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

    fn latest_at_a_panic(&self) -> Option<Latest> {
        lock_in_time(&self.shared.recorder)?.latest_with_event_at_hand()
    }

    fn write_latest(&self, latest: Option<Latest>) {
        let Some(latest) = latest else {
            return log::error!("cannot write what happened last: it is being recorded");
        };
        let name = |number| match &self.name {
            Name::Beside(file) => numbered(file, ".ring-", number),
            Name::Process(id) => format!("chatroom-{id}-{number}.chat").into(),
        };
        let Some(mut written) = lock_in_time(&self.written) else {
            return log::error!("cannot write what happened last: another file is being written");
        };
        let Written { number, kept } = &mut *written;
        kept.shrink_to(self.keep.saturating_sub(1));
        match create_numbered(number, name, latest) {
            Ok((path, file, _)) => {
                log::warn!("what happened last is in {}", path.display());
                kept.add(path, &file);
            }
            Err(error) => {
                let (path, reason) = (name(*number), reason(&error));
                log::error!("cannot write what happened last to {}: {reason}", path.display());
            }
        }
    }
}

/// Locks this, unless that takes too long: a thread that panics may have it itself.
fn lock_in_time<T>(mutex: &Mutex<T>) -> Option<MutexGuard<'_, T>> {
    for _ in 0..WAITS {
        match mutex.try_lock() {
            Ok(locked) => return Some(locked),
            Err(TryLockError::Poisoned(locked)) => return Some(locked.into_inner()),
            Err(TryLockError::WouldBlock) => thread::park_timeout(WAIT),
        }
    }
    None
}
