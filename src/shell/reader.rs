//! One thread per connection that does nothing but read, and the gate that holds it back.

use std::io::{self, BufRead, BufReader};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, OnceLock};
use std::thread::{self, Thread};

use crate::event::{ClientId, Ending};
use crate::limits;
use crate::shell::room::Input;

/// A reader's stack: its frames are shallow and its buffer is on the heap.
const STACK_BYTES: usize = 64 * 1024;

/// One connection, as its reader and the room share it. It is closed when both have let go.
#[derive(Debug)]
pub struct Link {
    /// The connection.
    pub stream: TcpStream,
    /// What holds its reader back.
    pub gate: Gate,
}

impl Link {
    /// Shares a connection.
    #[must_use]
    pub fn new(stream: TcpStream) -> Arc<Self> {
        Arc::new(Self { stream, gate: Gate::default() })
    }
}

/// Whether a reader may read on: while the room has not paused it, and has handled all but
/// [`READS_AHEAD`](limits::READS_AHEAD) of its reads.
#[derive(Debug, Default)]
pub struct Gate {
    paused: AtomicBool,
    /// For good: the room has let go of the connection.
    open: AtomicBool,
    ahead: AtomicUsize,
    reader: OnceLock<Thread>,
}

impl Gate {
    /// Holds the reader back after the read that it is in.
    pub fn pause(&self) {
        self.paused.store(true, Ordering::SeqCst);
    }

    /// Lets it go on.
    pub fn resume(&self) {
        self.paused.store(false, Ordering::SeqCst);
        self.unpark();
    }

    /// One of its reads has been handled.
    pub fn handled(&self) {
        self.ahead.fetch_sub(1, Ordering::SeqCst);
        self.unpark();
    }

    /// Lets it go on for good.
    pub fn open(&self) {
        self.open.store(true, Ordering::SeqCst);
        self.unpark();
    }

    fn unpark(&self) {
        // Before it is set, the reader has not looked at the gate yet.
        if let Some(reader) = self.reader.get() {
            reader.unpark();
        }
    }

    /// The reader counts a read, and waits until it may do another.
    fn pass(&self) {
        while !self.open.load(Ordering::SeqCst)
            && (self.paused.load(Ordering::SeqCst)
                || self.ahead.load(Ordering::SeqCst) >= limits::READS_AHEAD)
        {
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
    let _ = link.gate.reader.set(thread::current());
    // Not filled with zeros: only the pages that a read fills are ever touched.
    let mut buffer = BufReader::with_capacity(limits::READ_BYTES, &link.stream);
    let ending = loop {
        let data = match buffer.fill_buf() {
            Ok([]) => break Ending::Finished,
            Ok(data) => data.to_vec(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => break Ending::Lost,
        };
        buffer.consume(data.len());
        link.gate.ahead.fetch_add(1, Ordering::SeqCst);
        if room.send(Input::Read(id, data)).is_err() {
            return; // The server is gone.
        }
        link.gate.pass();
    };
    let _ = room.send(Input::ReadEnded(id, ending));
}
