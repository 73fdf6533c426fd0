//! Visits of a churn: the acts of a connection that does not stay.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use memchr::memmem;

use crate::sources::address::{self, HOSTILE, in_site};
use crate::sources::attack::{Counts, add, read};

/// Joins and quits with 4 KB of text, and reads nothing.
pub(crate) fn quit_with_text(server: SocketAddr, counts: &Counts) -> io::Result<Option<TcpStream>> {
    let text = format!("{}\n/quit {}\n", counts.nickname(), "q".repeat(4080));
    send(server, counts, text.as_bytes()).map(|_| None)
}

/// Joins and leaves.
pub(crate) fn join_and_leave(server: SocketAddr, counts: &Counts) -> io::Result<Option<TcpStream>> {
    let stream = send(server, counts, format!("{}\n", counts.nickname()).as_bytes())?;
    stream.shutdown(Shutdown::Write)?;
    Ok(Some(stream))
}

/// Connects, and answers nothing.
pub(crate) fn say_nothing(server: SocketAddr, counts: &Counts) -> io::Result<Option<TcpStream>> {
    connect(server, counts).map(Some)
}

/// Joins, says as many lines as a fresh connection may say at once, and is gone.
pub(crate) fn spend_a_burst(server: SocketAddr, counts: &Counts) -> io::Result<Option<TcpStream>> {
    let lines = "spam\n".repeat(chatroom::limits::BURST as usize);
    let stream = send(server, counts, format!("{}\n{lines}", counts.nickname()).as_bytes())?;
    stream.shutdown(Shutdown::Write)?;
    Ok(Some(stream))
}

/// Joins with a nickname of few bytes, reads what that brings, and is gone.
pub(crate) fn fetch_history(server: SocketAddr, counts: &Counts) -> io::Result<Option<TcpStream>> {
    /// The longest that a visit reads.
    const LONGEST: Duration = Duration::from_secs(1);
    const UNTIL_IN: Duration = Duration::from_millis(50);
    const QUIET: Duration = Duration::from_millis(2);
    let name = counts.nickname();
    let short = format!("e{:03}\n", name[4..].parse::<u32>().unwrap_or(0) % 1000);
    let mut stream = send(server, counts, short.as_bytes())?;
    stream.set_read_timeout(Some(UNTIL_IN))?;
    let since = Instant::now();
    let mut buffer = vec![0; 256 * 1024];
    while since.elapsed() < LONGEST {
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => {
                add(&counts.received, count as u64);
                if memmem::find(&buffer[..count], b"Connected to the server!").is_some() {
                    add(&counts.joined, 1);
                    stream.set_read_timeout(Some(QUIET))?;
                }
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => break,
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

fn send(server: SocketAddr, counts: &Counts, bytes: &[u8]) -> io::Result<TcpStream> {
    let mut stream = connect(server, counts)?;
    stream.write_all(bytes)?;
    add(&counts.sent, bytes.len() as u64);
    Ok(stream)
}

/// From the one address that attacks, or over IPv6 from one after the other of all /64s of a /48.
fn connect(server: SocketAddr, counts: &Counts) -> io::Result<TcpStream> {
    let from = if server.is_ipv6() { in_site(read(&counts.connections) as u16) } else { HOSTILE };
    address::connect(from, server)
}
