//! An attack over connections that stay: each sends as fast as it is taken, and reads what comes.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use memchr::memmem;

use crate::sources::address;
use crate::sources::attack::{Attack, BREATH, Counts, Pace, add};

#[derive(Clone, Copy)]
pub(crate) struct Flood {
    pub(crate) connections: usize,
    /// The address of each connection.
    pub(crate) from: fn(usize) -> IpAddr,
    /// Appends what is sent next.
    pub(crate) says: fn(&mut Vec<u8>, turn: u64),
    /// The most bytes of one write.
    pub(crate) write_bytes: usize,
    /// The most bytes a second of all connections together: the machine is to have time for others.
    pub(crate) bytes_per_second: usize,
    /// The time after which a connection is made anew.
    pub(crate) stays: Duration,
}

/// A stay that does not end by itself.
pub(crate) const FOR_EVER: Duration = Duration::from_secs(24 * 60 * 60);

/// The attempts of all connections together to be made again, in a second: more than the server admits.
const RETRIES: u32 = 1000;

impl Flood {
    fn retry(&self) -> Duration {
        Duration::from_secs(1) * self.connections as u32 / RETRIES
    }

    pub(crate) fn begin(self, server: SocketAddr) -> Attack {
        Attack::begin(1, move |stop, counts| {
            let mut pace = Pace::new(self.bytes_per_second as f64);
            let mut seats: Vec<_> =
                (0..self.connections).map(|number| MemberId::new((self.from)(number))).collect();
            while !stop.waits(BREATH) {
                // Each has the first turn in its turn: the pace may allow no second.
                seats.rotate_left(1);
                for seat in &mut seats {
                    seat.turn(&self, server, &mut pace, counts);
                }
            }
            seats.iter_mut().for_each(|seat| seat.leave(counts));
        })
    }
}

/// A connection of the flood, made again whenever it has ended.
struct MemberId {
    from: IpAddr,
    stream: Option<TcpStream>,
    since: Instant,
    is_in: bool,
    turns: u64,
    unsent: Vec<u8>,
    sent: usize,
}

impl MemberId {
    fn new(from: IpAddr) -> Self {
        let since = Instant::now();
        Self { from, stream: None, since, is_in: false, turns: 0, unsent: vec![], sent: 0 }
    }

    fn turn(&mut self, flood: &Flood, server: SocketAddr, pace: &mut Pace, counts: &Counts) {
        if self.stream.is_none() && (self.turns == 0 || self.since.elapsed() > flood.retry()) {
            self.turns += 1;
            self.since = Instant::now();
            add(&counts.connections, 1);
            self.stream = connect(self.from, server).ok();
            if self.stream.is_none() {
                add(&counts.failed, 1);
            }
            self.unsent = format!("{}\n", counts.nickname()).into_bytes();
            self.sent = 0;
        }
        if self.stream.is_some()
            && (self.goes_on(flood, pace, counts).is_err() || self.since.elapsed() > flood.stays)
        {
            self.leave(counts);
        }
    }

    fn leave(&mut self, counts: &Counts) {
        if std::mem::take(&mut self.is_in) {
            counts.present.fetch_sub(1, std::sync::atomic::Ordering::Relaxed);
        }
        self.stream = None;
        self.since = Instant::now();
    }

    /// Sends what is taken at once, and reads what has come.
    fn goes_on(&mut self, flood: &Flood, pace: &mut Pace, counts: &Counts) -> io::Result<()> {
        let Some(mut stream) = self.stream.as_ref() else { return Ok(()) };
        /// The most bytes of a connection in its turn.
        const OUTPUT_BUDGET: usize = 256 * 1024;
        let mut left = pace.allows().min(OUTPUT_BUDGET);
        while left > 0 {
            if self.sent == self.unsent.len() {
                self.unsent.clear();
                self.sent = 0;
                self.turns += 1;
                (flood.says)(&mut self.unsent, self.turns);
                if self.unsent.is_empty() {
                    break;
                }
            }
            let rest = &self.unsent[self.sent..];
            match stream.write(&rest[..rest.len().min(flood.write_bytes).min(left)]) {
                Ok(count) => {
                    self.sent += count;
                    left -= count;
                    pace.spend(count);
                    add(&counts.sent, count as u64);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        let mut buffer = [0; 64 * 1024];
        match stream.read(&mut buffer) {
            Ok(0) => Err(ErrorKind::UnexpectedEof.into()),
            Ok(count) => {
                self.hears(&buffer[..count], counts);
                Ok(())
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn hears(&mut self, bytes: &[u8], counts: &Counts) {
        add(&counts.received, bytes.len() as u64);
        let refusals = memmem::find_iter(bytes, b"\n! ").count();
        add(&counts.refusals, refusals as u64 + u64::from(bytes.starts_with(b"! ")));
        if !self.is_in && memmem::find(bytes, b"Connected to the server!").is_some() {
            self.is_in = true;
            add(&counts.joined, 1);
            add(&counts.present, 1);
        }
    }
}

fn connect(from: IpAddr, server: SocketAddr) -> io::Result<TcpStream> {
    let stream = address::connect(from, server)?;
    stream.set_nonblocking(true)?;
    Ok(stream)
}
