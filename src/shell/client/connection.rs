//! A connection of the client's: made, read and written by threads of its own.
//!
//! Nothing that is slow holds up anything else: whoever holds the conversation never waits for the
//! socket, and what is typed is read only when what came before has been written. So neither side's
//! flood makes the other wait for ever.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::thread;
use std::time::Duration;

use crate::limits;
use crate::room::event::Ending;
use crate::shell::program::Start;
use crate::shell::{net, program};

/// The time that one address may take to answer.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Reads of the socket that wait to be looked at.
const WAITING_READS: usize = 16;

/// An event of a connection.
#[derive(Debug)]
pub enum ConnectionEvent {
    /// It was made; dropped, the next read may come.
    Connected(Connection),
    /// It cannot be made.
    Failed {
        /// The reason why not.
        reason: String,
        /// The command that starts a server there, where this machine has none.
        start: Option<String>,
    },
    /// The server sent these bytes; [`Connection::seen`] is to be called when they were looked at.
    Read(Vec<u8>),
    /// The server sends nothing more.
    Closed(Ending),
    /// All that was to be sent before has been taken, so that more may be typed.
    WriteDrained,
}

/// A connection, until it is dropped.
#[derive(Debug)]
pub struct Connection {
    stream: Arc<TcpStream>,
    jobs: Sender<Job>,
    waiting: Receiver<()>,
}

/// A job of the writer, which does them in order.
enum Job {
    Write(Vec<u8>),
    AskForMore,
    Finish,
}

impl Connection {
    /// Makes a connection to this `host:port`, and tells what comes of it.
    ///
    /// # Errors
    ///
    /// The operating system has no thread for it.
    pub fn begin<T>(address: String, tell: T) -> io::Result<()>
    where
        T: Fn(ConnectionEvent) -> bool + Clone + Send + 'static,
    {
        let make = move || match connect(&address) {
            Ok(stream) => Self::run(stream, &tell),
            Err((tried, error)) => {
                let reason = program::cannot(format_args!("connect to {address}"), &error);
                let refused = error.kind() == io::ErrorKind::ConnectionRefused;
                let tried = tried.filter(|tried| refused && tried.ip().is_loopback());
                let start = tried.map(|tried| Start::of_this_program().server(tried));
                tell(ConnectionEvent::Failed { reason, start });
            }
        };
        thread::Builder::new().spawn(make).map(drop)
    }

    /// Tells of this connection, and then what comes of it.
    fn run<T>(stream: TcpStream, tell: &T)
    where
        T: Fn(ConnectionEvent) -> bool + Clone + Send + 'static,
    {
        let stream = Arc::new(stream);
        let (jobs, waiting_jobs) = mpsc::channel();
        let (reads, waiting) = mpsc::sync_channel(WAITING_READS);
        let connection = Self { stream: Arc::clone(&stream), jobs, waiting };
        if !tell(ConnectionEvent::Connected(connection)) {
            return;
        }
        let (writer, told) = (Arc::clone(&stream), tell.clone());
        let writes = move || write_socket(&writer, &waiting_jobs, told);
        match thread::Builder::new().spawn(writes) {
            Ok(_) => read_socket(&stream, &reads, tell),
            Err(_) => _ = tell(ConnectionEvent::Closed(Ending::Lost)),
        }
    }

    /// Sends these bytes.
    pub fn send(&self, bytes: Vec<u8>) {
        self.then(Job::Write(bytes));
    }

    /// Tells when all that was to be sent so far has been taken.
    pub fn ask_for_more(&self) {
        self.then(Job::AskForMore);
    }

    /// Ends this side, once all has been taken.
    pub fn finish(&self) {
        self.then(Job::Finish);
    }

    /// Notes that the bytes of a read have been looked at.
    pub fn seen(&self) {
        let _ = self.waiting.try_recv(); // There is one for each read.
    }

    fn then(&self, job: Job) {
        // The writer ends only with the connection, of which the reader tells.
        let _ = self.jobs.send(job);
    }
}

/// Both sides end, and with them the threads.
impl Drop for Connection {
    fn drop(&mut self) {
        let _ = self.stream.shutdown(Shutdown::Both); // Fails where the server has done so.
    }
}

/// Connects to the first address of this `host:port` that answers; or the last one, and why it does
/// not.
fn connect(address: &str) -> Result<TcpStream, (Option<SocketAddr>, io::Error)> {
    // The resolver's own words name no cause that a person can act on.
    let mut last = (None, io::Error::other("no such host"));
    for address in address.to_socket_addrs().into_iter().flatten() {
        match connect_to(address) {
            Ok(stream) => return Ok(stream),
            Err(error) => last = (Some(address), error),
        }
    }
    Err(last)
}

fn connect_to(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&address, CONNECT_TIMEOUT)?;
    net::tune(&stream)?;
    Ok(stream)
}

fn read_socket(stream: &TcpStream, reads: &SyncSender<()>, tell: impl Fn(ConnectionEvent) -> bool) {
    let ended =
        read_all(stream, |data| reads.send(()).is_ok() && tell(ConnectionEvent::Read(data)));
    tell(ConnectionEvent::Closed(if ended.is_ok() { Ending::Finished } else { Ending::Lost }));
}

fn write_socket(
    mut stream: &TcpStream,
    jobs: &Receiver<Job>,
    tell: impl Fn(ConnectionEvent) -> bool,
) {
    for job in jobs {
        let done = match job {
            Job::Write(bytes) => stream.write_all(&bytes).is_ok(),
            Job::AskForMore => tell(ConnectionEvent::WriteDrained),
            Job::Finish => stream.shutdown(Shutdown::Write).is_ok(),
        };
        if !done {
            return; // The connection is over, of which the reader tells.
        }
    }
}

/// Hands on what each read brings, until it ends, fails, or is not wanted.
///
/// # Errors
///
/// Those of the source.
pub fn read_all(source: impl Read, mut wanted: impl FnMut(Vec<u8>) -> bool) -> io::Result<()> {
    let mut buffer = BufReader::with_capacity(limits::READ_BYTES, source);
    loop {
        let data = match buffer.fill_buf() {
            Ok([]) => return Ok(()),
            Ok(data) => data.to_vec(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        buffer.consume(data.len());
        if !wanted(data) {
            return Ok(());
        }
    }
}
