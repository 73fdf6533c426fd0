//! The client's threads, in its plain form: lines in, lines out.
//!
//! Nothing that is slow holds up anything else: the thread that owns the core never writes to the
//! socket, and what is typed is read only when the core can take it and what came before has been
//! written. So neither side's flood makes the other wait for ever.

#![expect(clippy::disallowed_types, reason = "the clock is read here, once an event")]

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv6Addr, Shutdown, SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, SyncSender};
use std::thread;
use std::time::{Duration, Instant};

use crate::client::{ClientAction, ClientCore, ClientEvent, Exit, Options};
use crate::event::{Ending, Millis};
use crate::limits;
use crate::shell::{program, socket};

/// Where the server listens unless it is told otherwise.
const DEFAULT_PORT: u16 = 55555;

/// How long one address may take to answer.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Reads of the socket that wait for the core.
const WAITING_READS: usize = 16;

/// What the other threads have for the core.
enum Input {
    Read(Vec<u8>),
    Closed(Ending),
    Typed(Vec<u8>),
    TypedEnded,
}

/// What the writer does, in order.
enum Job {
    Write(Vec<u8>),
    /// Let the next of what is typed be read.
    ReadTyped,
    Finish,
}

/// Reads `host:port`, where the port may be left out.
///
/// # Errors
///
/// Says what would make sense.
pub fn address(text: &str) -> Result<String, String> {
    let bare_ipv6 = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    if let Ok(ip) = bare_ipv6.parse::<Ipv6Addr>() {
        return Ok(format!("[{ip}]:{DEFAULT_PORT}"));
    }
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) => (host, port.parse::<u16>().ok()),
        None => (text, Some(DEFAULT_PORT)),
    };
    let port = port.filter(|_| !host.is_empty());
    let port = port.ok_or("give a host and a port, such as localhost:55555 or [::1]:55555")?;
    Ok(format!("{host}:{port}"))
}

/// Reads a nickname as the server will: one line, which is not empty.
///
/// # Errors
///
/// Says what would make sense.
pub fn nickname(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() || text.contains(char::is_control) {
        return Err("give a nickname of letters, digits and _ - .".into());
    }
    Ok(text.into())
}

/// Connects to the first address of this `host:port` that answers.
///
/// # Errors
///
/// That the name is none, or what the last address said.
pub fn connect(address: &str) -> io::Result<TcpStream> {
    // The resolver's own words name no cause that a person can act on.
    let mut last = io::Error::other("no such host");
    for address in address.to_socket_addrs().into_iter().flatten() {
        match connect_to(address) {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn connect_to(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&address, CONNECT_TIMEOUT)?;
    socket::tune(&stream)?;
    Ok(stream)
}

/// Holds the conversation until it is over, between this connection and the standard streams.
///
/// # Errors
///
/// The operating system has no thread, or standard output cannot be written.
pub fn run(stream: TcpStream, options: Options) -> io::Result<Exit> {
    let stream = Arc::new(stream);
    let (input, inputs) = mpsc::sync_channel(WAITING_READS);
    let (jobs, waiting_jobs) = mpsc::channel();
    let (permit, permits) = mpsc::channel();
    let (typed, reader, writer) = (input.clone(), Arc::clone(&stream), stream);
    thread::Builder::new().spawn(move || read_socket(&reader, &input))?;
    thread::Builder::new().spawn(move || write_socket(&writer, &waiting_jobs, &permit))?;
    thread::Builder::new().spawn(move || read_typed(&permits, &typed))?;
    Conversation { core: ClientCore::new(options), started: Instant::now(), jobs }.hold(&inputs)
}

struct Conversation {
    core: ClientCore,
    started: Instant,
    jobs: Sender<Job>,
}

impl Conversation {
    fn hold(mut self, inputs: &Receiver<Input>) -> io::Result<Exit> {
        loop {
            let input = self.wait(inputs);
            let event = match &input {
                Ok(Input::Read(data)) => ClientEvent::BytesIn(data),
                Ok(Input::Closed(ending)) => ClientEvent::Closed(*ending),
                Err(RecvTimeoutError::Disconnected) => ClientEvent::Closed(Ending::Lost),
                Ok(Input::Typed(data)) => ClientEvent::Typed(data),
                Ok(Input::TypedEnded) => ClientEvent::InputEnded,
                Err(RecvTimeoutError::Timeout) => ClientEvent::Tick,
            };
            for action in self.core.handle(self.now(), event) {
                if let Some(exit) = self.obey(action)? {
                    return Ok(exit);
                }
            }
        }
    }

    fn now(&self) -> Millis {
        Millis::new(u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    fn wait(&self, inputs: &Receiver<Input>) -> Result<Input, RecvTimeoutError> {
        match self.core.poll_timeout() {
            Some(due) => {
                inputs.recv_timeout(Duration::from_millis(due.since(self.now()).as_millis()))
            }
            None => inputs.recv().map_err(|_| RecvTimeoutError::Disconnected),
        }
    }

    fn obey(&self, action: ClientAction) -> io::Result<Option<Exit>> {
        match action {
            ClientAction::Send(bytes) => self.then(Job::Write(bytes)),
            ClientAction::Read => self.then(Job::ReadTyped),
            ClientAction::Finish => self.then(Job::Finish),
            ClientAction::Show(line) => show(&format!("{line}\n"))?,
            ClientAction::Ask => show("Choose your nickname: ")?,
            ClientAction::Tell(text) => program::tell(format_args!("! {text}")),
            ClientAction::Exit(exit) => return Ok(Some(exit)),
        }
        Ok(None)
    }

    fn then(&self, job: Job) {
        // The writer ends only with the connection, of which the reader tells.
        let _ = self.jobs.send(job);
    }
}

/// Writes to standard output with one write, so that lines stay whole.
fn show(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}

fn read_socket(stream: &TcpStream, input: &SyncSender<Input>) {
    let ended = read_all(stream, |data| input.send(Input::Read(data)).is_ok());
    let ending = if ended.is_ok() { Ending::Finished } else { Ending::Lost };
    let _ = input.send(Input::Closed(ending));
}

/// Reads standard input, each time that it is permitted.
fn read_typed(permits: &Receiver<()>, input: &SyncSender<Input>) {
    if permits.recv().is_err() {
        return;
    }
    // A terminal that is gone is the end of what is typed, too.
    let _ = read_all(io::stdin().lock(), |data| {
        input.send(Input::Typed(data)).is_ok() && permits.recv().is_ok()
    });
    let _ = input.send(Input::TypedEnded);
}

/// Hands on what each read brings, until it ends, fails, or is not wanted.
fn read_all(source: impl Read, mut wanted: impl FnMut(Vec<u8>) -> bool) -> io::Result<()> {
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

fn write_socket(mut stream: &TcpStream, jobs: &Receiver<Job>, permit: &Sender<()>) {
    for job in jobs {
        let done = match job {
            Job::Write(bytes) => stream.write_all(&bytes),
            Job::ReadTyped => permit.send(()).map_err(io::Error::other),
            Job::Finish => stream.shutdown(Shutdown::Write),
        };
        if done.is_err() {
            return; // The connection is over, of which the reader tells.
        }
    }
}
