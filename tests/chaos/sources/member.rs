//! An honest member: reads as fast as its line is, says numbered lines, and counts what it sees.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use memchr::memchr;

use crate::fault::shown;
use crate::sources::address;
use crate::sources::attack::{HOSTILE_NAME, Pace};

pub(crate) struct Member {
    pub(crate) name: String,
    stream: TcpStream,
    /// Bytes a second that it reads; `None` reads all that has come.
    pace: Option<Pace>,
    unfinished: Vec<u8>,
    last: String,
    pub(crate) is_in: bool,
    /// The end of its stream and its time, if it has ended.
    pub(crate) ended: Option<(String, Instant)>,
    /// Bytes that it was sent.
    pub(crate) received: u64,
    /// When it said each line that it has not seen yet, and its number.
    said: BTreeMap<u64, Instant>,
    lines: u64,
    /// From saying a line to seeing it.
    pub(crate) delays: Vec<Duration>,
    /// The lines that it saw of each honest member.
    pub(crate) seen: BTreeMap<String, u64>,
    /// The first line that was missing or out of order.
    pub(crate) lost: Option<String>,
    pub(crate) hostile: Hostile,
}

/// A reader that this program kept waiting for so long makes up for it.
const CATCHES_UP: Duration = Duration::from_millis(250);

/// Figures of the attack as a member was sent it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Hostile {
    pub(crate) lines: u64,
    /// Bytes of these lines.
    pub(crate) bytes: u64,
    pub(crate) joins: u64,
    pub(crate) renames: u64,
    pub(crate) private_lines: u64,
    pub(crate) private_bytes: u64,
}

impl Hostile {
    /// The spending of the source by design.md, "Budgets belong to a source": 512 bytes and its
    /// own for each line, 4 KiB for a join and its leave, 2 KiB for a rename.
    pub(crate) fn spending(&self) -> u64 {
        self.lines * 512 + self.bytes + self.joins * 4096 + self.renames * 2048
    }
}

impl Member {
    /// Connects, and sends its nickname.
    pub(crate) fn connect(
        name: String,
        from: IpAddr,
        server: SocketAddr,
        bytes_per_second: Option<u64>,
    ) -> std::io::Result<Self> {
        // The observer reads all that it can, so that it shows how much the server sends.
        let stream = match bytes_per_second {
            Some(_) => address::connect_honestly(from, server)?,
            None => address::connect(from, server)?,
        };
        stream.set_nonblocking(true)?;
        (&stream).write_all(format!("{name}\n").as_bytes())?;
        let pace = bytes_per_second.map(|bytes| {
            let bytes = bytes as f64;
            Pace::with_most(bytes, bytes * CATCHES_UP.as_secs_f64())
        });
        let (unfinished, last, is_in, ended, received, said) = Default::default();
        let (lines, delays, seen, lost, hostile) = Default::default();
        Ok(Self {
            name,
            stream,
            pace,
            unfinished,
            last,
            is_in,
            ended,
            received,
            said,
            lines,
            delays,
            seen,
            lost,
            hostile,
        })
    }

    /// True while it is in the room.
    pub(crate) fn is_here(&self) -> bool {
        self.is_in && self.ended.is_none()
    }

    /// Says its next line, with this behind its number.
    pub(crate) fn say(&mut self, text: &str) {
        self.lines += 1;
        self.said.insert(self.lines, Instant::now());
        let line = format!("n={} {text}\n", self.lines);
        if let Err(error) = (&self.stream).write_all(line.as_bytes()) {
            self.end(format!("cannot speak: {error}"));
        }
    }

    /// The number of lines that it said.
    pub(crate) fn lines(&self) -> u64 {
        self.lines
    }

    /// Ends its side in order.
    pub(crate) fn end_its_side(&self) {
        // Fails where the server has closed it.
        let _ = self.stream.shutdown(std::net::Shutdown::Write);
    }

    /// Reads what has come, at its pace.
    pub(crate) fn read(&mut self) {
        let mut buffer = [0; 64 * 1024];
        let mut left = self.pace.as_mut().map_or(usize::MAX, Pace::allows);
        while left > 0 && self.ended.is_none() {
            let most = left.min(buffer.len());
            match (&self.stream).read(&mut buffer[..most]) {
                Ok(0) => self.end(format!("in order, after {}", shown(&self.last))),
                Ok(count) => {
                    if let Some(pace) = &mut self.pace {
                        pace.spend(count);
                    }
                    left -= count;
                    self.received += count as u64;
                    self.take(&buffer[..count]);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(error) => self.end(format!("by `{error}`, after {}", shown(&self.last))),
            }
        }
    }

    fn end(&mut self, how: String) {
        self.ended.get_or_insert((how, Instant::now()));
    }

    fn take(&mut self, mut bytes: &[u8]) {
        while let Some(end) = memchr(b'\n', bytes) {
            self.unfinished.extend_from_slice(&bytes[..end]);
            bytes = &bytes[end + 1..];
            let line = std::mem::take(&mut self.unfinished);
            self.see(&String::from_utf8_lossy(&line));
        }
        self.unfinished.extend_from_slice(bytes);
    }

    fn see(&mut self, line: &str) {
        let line = line.strip_prefix("NICK").unwrap_or(line);
        self.is_in |= line == "Connected to the server!";
        if line.starts_with(HOSTILE_NAME) {
            self.hostile.joins += u64::from(line.ends_with(" joined the chat!"));
            self.hostile.renames += u64::from(line.contains(" is now known as "));
            if line.split(' ').next().is_some_and(|name| name.ends_with(':')) {
                self.hostile.lines += 1;
                self.hostile.bytes += line.len() as u64 + 1;
            }
        } else if line.starts_with('[') {
            self.hostile.private_lines += 1;
            self.hostile.private_bytes += line.len() as u64 + 1;
        } else if let Some((name, number)) = numbered(line) {
            if self.is_in {
                self.count(name, number);
            }
        } else {
            line.clone_into(&mut self.last);
        }
    }

    fn count(&mut self, name: &str, number: u64) {
        if name == self.name {
            self.delays.extend(self.said.remove(&number).map(|since| since.elapsed()));
        }
        let seen = self.seen.entry(name.into()).or_default();
        *seen += 1;
        if *seen != number {
            let seen = *seen;
            self.lost.get_or_insert(format!("{name}'s line {number} came as its line {seen}"));
        }
    }
}

/// `hon3: n=17 …` is line 17 of `hon3`.
fn numbered(line: &str) -> Option<(&str, u64)> {
    let (name, text) = line.split_once(": n=")?;
    Some((name, text.split(' ').next()?.parse().ok()?))
}
