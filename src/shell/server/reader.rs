//! The thread of a connection, which does nothing but read, and the throttle that holds it back.

use std::io::{self, Read};
use std::mem;
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::{self, Thread};

use crate::limits;
use crate::room::event::{ClientId, Ending};
use crate::shell::server::room::Input;

/// The most that is read of a connection to which nobody listens any more: what it had sent before it
/// could know. More would be work that nobody is charged for.
const UNHEARD_BYTES: usize = 4 * limits::READ_BYTES;

/// A reader's stack: its frames are shallow.
const STACK_BYTES: usize = 64 * 1024;

/// One connection, as its reader and the room share it. It is closed when both have let go.
#[derive(Debug)]
pub struct Link {
    /// The connection.
    pub stream: TcpStream,
    /// Holds its reader back.
    pub throttle: ReadThrottle,
}

impl Link {
    /// Shares a connection.
    #[must_use]
    pub fn new(stream: TcpStream) -> Arc<Self> {
        Arc::new(Self { stream, throttle: ReadThrottle::default() })
    }
}

/// Lets a reader read on while the room has not paused it, and has handled all but
/// [`READS_AHEAD`](limits::READS_AHEAD) of its reads.
#[derive(Debug, Default)]
pub struct ReadThrottle {
    paused: AtomicBool,
    /// For good: the room has let go of the connection.
    open: AtomicBool,
    /// The room has closed the connection.
    closed: AtomicBool,
    /// The peer is gone, so that nobody is held back by a pause.
    gone: AtomicBool,
    ahead: AtomicUsize,
    reader: OnceLock<Thread>,
    /// Memory of a read that has been handled, for the next: a message costs no allocation.
    spare: Mutex<Vec<u8>>,
}

impl ReadThrottle {
    /// Holds the reader back after the read that it is in.
    pub fn pause(&self) {
        self.paused.store(true, Ordering::SeqCst);
    }

    /// Lets it go on.
    pub fn resume(&self) {
        self.paused.store(false, Ordering::SeqCst);
        self.unpark();
    }

    /// Takes back the memory of a read that has been handled.
    pub fn handled(&self, mut data: Vec<u8>) {
        data.clear();
        if data.capacity() <= SMALL_BYTES {
            *self.spare() = data;
        }
        self.ahead.fetch_sub(1, Ordering::SeqCst);
        self.unpark();
    }

    /// The peer is gone: its reader takes its last words instead of waiting out a pause, and ends.
    pub fn gone(&self) {
        self.gone.store(true, Ordering::SeqCst);
        self.unpark();
    }

    /// The room has closed the connection.
    pub fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        self.open();
    }

    fn wait_for_close(&self) {
        while !self.closed.load(Ordering::SeqCst) {
            thread::park();
        }
    }

    /// Lets it go on for good.
    pub fn open(&self) {
        self.open.store(true, Ordering::SeqCst);
        self.unpark();
    }

    /// These bytes in memory of their own, if there is any.
    fn copy(&self, data: &[u8]) -> Option<Vec<u8>> {
        let mut copy = mem::take(&mut *self.spare());
        copy.try_reserve(data.len()).ok()?;
        copy.extend_from_slice(data);
        Some(copy)
    }

    fn spare(&self) -> MutexGuard<'_, Vec<u8>> {
        // Nothing that holds it can panic; if it did, the memory would still be memory.
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn unpark(&self) {
        // Before it is set, the reader has not looked at the gate yet.
        if let Some(reader) = self.reader.get() {
            reader.unpark();
        }
    }

    /// Waits until the reader may do another read; `false` where that is its last.
    fn pass(&self) -> bool {
        loop {
            let paused = self.paused.load(Ordering::SeqCst);
            let ahead = self.ahead.load(Ordering::SeqCst) >= limits::READS_AHEAD;
            if self.open.load(Ordering::SeqCst) || !(paused || ahead) {
                return true;
            }
            if paused && self.gone.load(Ordering::SeqCst) {
                return false;
            }
            thread::park();
        }
    }
}

/// Starts the reader of a connection.
///
/// # Errors
///
/// The operating system has no thread for it.
pub fn spawn(id: ClientId, link: Arc<Link>, room: SyncSender<Input>) -> io::Result<()> {
    let reader = thread::Builder::new().stack_size(STACK_BYTES);
    reader.spawn(move || read_all(id, &link, &room)).map(drop)
}

/// Sends what each read brings, and how the connection ended.
fn read_all(id: ClientId, link: &Link, room: &SyncSender<Input>) {
    let _ = link.throttle.reader.set(thread::current());
    let mut buffer = Buffer::default();
    let mut unheard = 0;
    let ending = loop {
        let data = match buffer.read(&link.stream) {
            Ok([]) => break Ending::Finished,
            // Nobody listens to it: only its end is waited for, but not for ever.
            Ok(data) if link.throttle.open.load(Ordering::SeqCst) => {
                unheard += data.len();
                if unheard > UNHEARD_BYTES {
                    link.throttle.wait_for_close();
                    return; // The room has let go of it.
                }
                continue;
            }
            Ok(data) => match link.throttle.copy(data) {
                Some(data) => data,
                None => break Ending::Lost, // This connection ends, and no other.
            },
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => break Ending::Lost,
        };
        link.throttle.ahead.fetch_add(1, Ordering::SeqCst);
        if room.send(Input::Read(id, data)).is_err() {
            return; // The server is gone.
        }
        if !link.throttle.pass() {
            break last_words(id, link, room);
        }
    };
    let _ = room.send(Input::ReadEnded(id, ending));
}

/// Sends what has come from a peer that is gone, as one read, and as much as one may bring: what is
/// left in the kernel after that is given up, so that nothing is held for nobody.
fn last_words(id: ClientId, link: &Link, room: &SyncSender<Input>) -> Ending {
    let mut words = Vec::new();
    // Nothing blocks: both sides have ended.
    let read = (&link.stream).take(limits::READ_BYTES as u64).read_to_end(&mut words);
    link.throttle.ahead.fetch_add(1, Ordering::SeqCst);
    let _ = room.send(Input::Read(id, words)); // Fails where the server is gone.
    read.map_or(Ending::Lost, |_| Ending::Finished)
}

/// Where a reader reads to: a little room on its stack, in a page that is touched anyway, which is
/// all that most members ever need (a third less memory for an idle one than with a large buffer);
/// and as much as a read may bring for as long as reads bring much.
struct Buffer {
    small: [u8; SMALL_BYTES],
    large: Vec<u8>,
    /// Reads since one that would not have fitted the small one.
    small_reads: u32,
    /// The error that the next read returns.
    failed: Option<io::Error>,
}

const SMALL_BYTES: usize = 1024;

/// After so many small reads the large buffer is given back.
const SMALL_READS: u32 = 64;

impl Default for Buffer {
    fn default() -> Self {
        Self { small: [0; SMALL_BYTES], large: Vec::new(), small_reads: 0, failed: None }
    }
}

impl Buffer {
    fn read(&mut self, mut stream: &TcpStream) -> io::Result<&[u8]> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        if self.small_reads >= SMALL_READS {
            self.large = Vec::new();
        }
        let buffer = if self.large.is_empty() { &mut self.small[..] } else { &mut self.large[..] };
        let count = stream.read(buffer)?;
        if count < SMALL_BYTES {
            self.small_reads = self.small_reads.saturating_add(1);
        } else {
            self.small_reads = 0;
            if self.large.is_empty() {
                return self.enlarge(stream);
            }
        }
        let buffer = if self.large.is_empty() { &self.small[..] } else { &self.large[..] };
        Ok(buffer.get(..count).unwrap_or_default())
    }

    /// The small buffer is full: reads what else is there, without waiting, since a message of a peer
    /// that never ends its frames is what one send carried.
    fn enlarge(&mut self, mut stream: &TcpStream) -> io::Result<&[u8]> {
        self.large.try_reserve_exact(limits::READ_BYTES)?;
        self.large.resize(limits::READ_BYTES, 0);
        let (begun, rest) = self.large.split_at_mut(SMALL_BYTES);
        begun.copy_from_slice(&self.small);
        // The room's own sends never wait in any case.
        stream.set_nonblocking(true)?;
        let count = stream.read(rest);
        stream.set_nonblocking(false)?;
        let count = match count {
            Ok(count) => count, // An end is met again by the next read.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => 0,
            // The kernel tells of a reset once.
            Err(error) => {
                self.failed = Some(error);
                0
            }
        };
        Ok(self.large.get(..SMALL_BYTES + count).unwrap_or_default())
    }
}
