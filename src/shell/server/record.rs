//! Records a room: to files by a thread of its own, and in memory. The room never waits for a disk.
//!
//! ```text
//! room thread ──► Recorder, under a lock ──┬─► writer thread: files
//!                                          └─► signal thread, or whoever panics: the latest, as a file
//! ```

#![expect(clippy::disallowed_types, reason = "the log is not told too often")]

pub mod files;
pub mod flight;
mod kept;

use std::fmt::Display;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use self::files::Files;
use self::flight::FlightRecorder;
use crate::limits;
use crate::recording::recorder::{Chunk, Recorder, Ring, WriteQueue};
use crate::room::ServerCore;
use crate::room::actions::Actions;
use crate::room::event::{ClientId, Event, Millis};
use crate::room::settings::Settings;
use crate::shell::program::cannot;

/// The options of a recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Everything, to this file, and to others beside it.
    pub file: Option<PathBuf>,
    /// At how many bytes a file is full, and the next one begins.
    pub most: usize,
    /// The number of files that are kept, of a recording and of those of the latest: at least 2.
    pub keep: usize,
    /// The latest so many bytes, in memory.
    pub ring: Option<usize>,
}

/// Nothing; and the usual bounds.
impl Default for Options {
    fn default() -> Self {
        let (most, keep) = (limits::RECORD_FILE_BYTES, limits::RECORD_FILES);
        Self { file: None, most, keep, ring: None }
    }
}

/// A recording, as the room has it; it ends when it is dropped.
#[derive(Debug)]
pub struct Recording {
    shared: Arc<Shared>,
    flight: Option<Arc<FlightRecorder>>,
    /// Where there are files.
    written: Option<Written>,
}

/// The room's end of the thread that writes files.
#[derive(Debug)]
struct Written {
    trouble: Arc<Trouble>,
    /// Disconnected when everything has been written.
    all: Receiver<()>,
}

/// The state that the threads share.
#[derive(Debug)]
pub(crate) struct Shared {
    recorder: Mutex<Recorder>,
    /// Something waits to be written, or it is over.
    ready: Condvar,
    over: AtomicBool,
}

impl Recording {
    /// Begins to record what happens in a room with these settings, in which nothing has happened;
    /// `None` where nothing is to be recorded.
    ///
    /// # Errors
    ///
    /// Why there is no new file, in a line.
    pub fn start(options: &Options, settings: &Settings) -> Result<Option<Self>, String> {
        if options.file.is_none() && options.ring.is_none() {
            return Ok(None);
        }
        let queue = options.file.is_some().then(|| WriteQueue::new(options.most));
        let ring = options.ring.map(Ring::new);
        let shared = Arc::new(Shared {
            recorder: Mutex::new(Recorder::new(settings.clone(), queue, ring)),
            ready: Condvar::new(),
            over: AtomicBool::new(false),
        });
        let written = options.file.as_deref().map(|file| {
            let name = file.display();
            write(file, options, &shared).map_err(|error| {
                if error.kind() == io::ErrorKind::AlreadyExists {
                    return format!(
                        "cannot record to {name}: there is such a file already; give another name"
                    );
                }
                cannot(format_args!("record to {name}"), &error)
            })
        });
        let flight = options.ring.map(|_| {
            let (shared, beside) = (Arc::clone(&shared), options.file.as_deref());
            Arc::new(FlightRecorder::new(shared, beside, options.keep))
        });
        Ok(Some(Self { shared, flight, written: written.transpose()? }))
    }

    /// Returns the writer of the latest, where that is kept.
    #[must_use]
    pub fn flight_recorder(&self) -> Option<Arc<FlightRecorder>> {
        self.flight.clone()
    }

    /// This is about to happen in this room.
    pub fn event(&self, core: &ServerCore, now: Millis, event: &Event<&[u8]>) {
        let mut recorder = self.shared.recorder();
        if recorder.is_full() {
            // Were this to fail, whoever writes down what happened last would need the recorder.
            drop(recorder);
            let state = core.snapshot();
            recorder = self.shared.recorder();
            recorder.begin(state);
        }
        recorder.event(now, event);
    }

    /// It has led to this.
    pub fn actions(&self, actions: Actions<'_>) {
        self.shared.recorder().actions(actions);
    }

    /// So many bytes wait for this peer to take them.
    pub fn behind(&self, now: Millis, id: ClientId, bytes: usize) {
        self.shared.recorder().behind(now, id, bytes as u64);
    }

    /// Has what was recorded written.
    pub fn hand_over(&self) {
        let Some(written) = &self.written else { return };
        if self.shared.recorder().queue().is_some_and(|queue| queue.is_losing()) {
            written.trouble.is_felt(TOO_SLOW);
        }
        self.shared.ready.notify_one();
    }
}

/// Writes what is left, for as long as that may take.
impl Drop for Recording {
    fn drop(&mut self) {
        let mut recorder = self.shared.recorder();
        recorder.end();
        self.shared.over.store(true, Ordering::SeqCst);
        drop(recorder);
        self.shared.ready.notify_one();
        let Some(written) = &self.written else { return };
        let most = Duration::from_millis(limits::LAST_RECORD.as_millis());
        if written.all.recv_timeout(most) == Err(RecvTimeoutError::Timeout) {
            written.trouble.lasts();
        }
    }
}

impl Shared {
    fn recorder(&self) -> MutexGuard<'_, Recorder> {
        // A panic leaves an event at hand that is not whole, at the worst.
        self.recorder.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for what comes next for the files; `None` when nothing more will.
    fn next(&self) -> Option<Vec<Chunk>> {
        let waits = |recorder: &mut Recorder| {
            let nothing = !recorder.queue().is_some_and(|queue| queue.is_waiting());
            nothing && !self.over.load(Ordering::SeqCst)
        };
        let recorder = self.ready.wait_while(self.recorder(), waits);
        let mut recorder = recorder.unwrap_or_else(PoisonError::into_inner);
        recorder.queue().map(WriteQueue::take).filter(|chunks| !chunks.is_empty())
    }

    fn written(&self) {
        if let Some(queue) = self.recorder().queue() {
            queue.written();
        }
    }
}

/// Creates the first file, and starts the thread that writes.
fn write(file: &Path, options: &Options, shared: &Arc<Shared>) -> io::Result<Written> {
    let trouble = Arc::new(Trouble::new(file));
    let chunks = shared.next().unwrap_or_default();
    // A new recorder holds the head of its first file.
    let Some(Chunk::Head(head)) = chunks.first() else { return Err(io::Error::other("no head")) };
    let files = Files::create(Arc::clone(&trouble), head, options.most, options.keep)?;
    shared.written();
    let (done, all) = mpsc::sync_channel(0);
    let shared = Arc::clone(shared);
    thread::Builder::new().spawn(move || write_all(&shared, files, done))?;
    Ok(Written { trouble, all })
}

fn write_all(shared: &Shared, mut files: Files, done: SyncSender<()>) {
    while let Some(chunks) = shared.next() {
        chunks.into_iter().for_each(|chunk| files.put(chunk));
        shared.written();
    }
    files.end();
    drop(done);
}

/// The reason why events are left out.
const TOO_SLOW: &str = "the disk is too slow";

/// Tells that not all can be recorded: once, until it can again, and once a minute at most.
#[derive(Debug)]
struct Trouble {
    file: PathBuf,
    felt: AtomicBool,
    /// When that was said.
    said: Mutex<Option<Instant>>,
    /// The trouble at hand has been told.
    is_said: AtomicBool,
}

/// A disk that is full has room for a moment again and again, which is not said each time.
const SAID_AGAIN: Duration = Duration::from_secs(60);

impl Trouble {
    fn new(file: &Path) -> Self {
        let [felt, is_said] = [false; 2].map(AtomicBool::new);
        Self { file: file.into(), felt, said: Mutex::default(), is_said }
    }

    fn may_be_said(&self) -> bool {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let may = said.is_none_or(|said| said.elapsed() >= SAID_AGAIN);
        if may {
            *said = Some(Instant::now());
        }
        self.is_said.store(may, Ordering::Relaxed);
        may
    }

    fn is_felt(&self, reason: impl Display) {
        if !self.felt.swap(true, Ordering::Relaxed) && self.may_be_said() {
            let file = self.file.display();
            log::warn!("cannot record to {file}: {reason}; what happens is missing there for now");
        }
    }

    fn is_over(&self, missing: u64) {
        self.felt.store(false, Ordering::Relaxed);
        if !self.is_said.swap(false, Ordering::Relaxed) {
            return;
        }
        log::warn!("recording to {} again; {missing} bytes are missing there", self.file.display());
    }

    fn lasts(&self) {
        log::warn!("what happened last is missing in {}", self.file.display());
    }
}
