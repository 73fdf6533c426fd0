//! An honest newcomer, which waits for each answer: how long it takes to get in, and what its lines
//! take to come back.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use memchr::memmem;

use crate::sources::address;

/// The end of a newcomer's attempt, and the time that it took.
pub(crate) struct Arrival {
    pub(crate) end: Result<TcpStream, Refusal>,
    pub(crate) time: Duration,
}

pub(crate) enum Refusal {
    /// It was told why, in this line.
    Told(String),
    /// It was told nothing.
    Failed(io::Error),
}

/// The time that a newcomer waits for an answer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// Comes once.
pub(crate) fn arrive(name: &str, from: IpAddr, server: SocketAddr) -> Arrival {
    let since = Instant::now();
    let end = enter(name, from, server);
    Arrival { end, time: since.elapsed() }
}

/// Comes again until it is in, as an honest client does; `None` where it is not by then.
pub(crate) fn insist(
    name: &str,
    from: IpAddr,
    server: SocketAddr,
    limit: Duration,
) -> Option<(TcpStream, Duration)> {
    const PAUSE: Duration = Duration::from_millis(100);
    let since = Instant::now();
    while since.elapsed() < limit {
        if let Ok(stream) = enter(name, from, server) {
            return Some((stream, since.elapsed()));
        }
        thread::sleep(PAUSE);
    }
    None
}

fn enter(name: &str, from: IpAddr, server: SocketAddr) -> Result<TcpStream, Refusal> {
    let mut stream = address::connect_honestly(from, server).map_err(Refusal::Failed)?;
    stream.set_read_timeout(Some(PATIENCE)).map_err(Refusal::Failed)?;
    // Fails where it is refused at once, and says why.
    let sent = stream.write_all(format!("{name}\n").as_bytes());
    let (mut heard, mut buffer) = (Vec::new(), [0; 16 * 1024]);
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => {
                let error = sent.err().unwrap_or_else(|| ErrorKind::UnexpectedEof.into());
                return Err(Refusal::Failed(error));
            }
            Ok(count) => heard.extend_from_slice(&buffer[..count]),
            Err(error) => return Err(Refusal::Failed(error)),
        }
        if memmem::find(&heard, b"Connected to the server!\n").is_some() {
            return Ok(stream);
        }
        let prompt = heard.strip_prefix(b"NICK").unwrap_or(&heard);
        if prompt.starts_with(b"! ") && prompt.contains(&b'\n') {
            return Err(Refusal::Told(String::from_utf8_lossy(prompt).trim_end().into()));
        }
    }
}

/// A member that says a line and waits for it.
pub(crate) struct Echo {
    stream: TcpStream,
    lines: u64,
}

impl Echo {
    pub(crate) fn join(from: IpAddr, server: SocketAddr) -> Result<Self, Refusal> {
        let stream = enter("echo", from, server)?;
        Ok(Self { stream, lines: 0 })
    }

    /// Measures for so long the time that each line takes; in order of length.
    pub(crate) fn measure(&mut self, time: Duration) -> Vec<Duration> {
        /// Below the rate of a member.
        const PACE: Duration = Duration::from_millis(110);
        let (mut delays, begin) = (vec![], Instant::now());
        while begin.elapsed() < time {
            let since = Instant::now();
            if self.say().is_err() {
                break;
            }
            delays.push(since.elapsed());
            thread::sleep(PACE);
        }
        delays.sort();
        delays
    }

    fn say(&mut self) -> io::Result<()> {
        self.lines += 1;
        let line = format!("echo {}\n", self.lines);
        self.stream.write_all(line.as_bytes())?;
        let (mut heard, mut buffer) = (Vec::new(), [0; 64 * 1024]);
        while memmem::find(&heard, line.as_bytes()).is_none() {
            let count = self.stream.read(&mut buffer)?;
            if count == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            heard.extend_from_slice(&buffer[..count]);
        }
        Ok(())
    }
}
