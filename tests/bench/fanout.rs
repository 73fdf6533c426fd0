//! Fan-out over loopback: the real server beside a bare ceiling, a thread that copies what one
//! sender says to everyone and does nothing else. The same sender, the same receivers and the same
//! bytes; what is printed is the ratio of medians, A and B taken in turns.

#![expect(clippy::disallowed_types, reason = "a bench looks at the clock")]
#![expect(clippy::print_stdout, reason = "a bench prints what it found")]
#![expect(clippy::unwrap_used, reason = "a bench that goes wrong stops there")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The length of one measurement, and the number taken of each.
const MEASURED: Duration = Duration::from_millis(400);
const TURNS: usize = 5;

fn main() {
    // `cargo test --benches` only wants to know that it runs.
    let quick = std::env::args().any(|argument| argument == "--test");
    let turns = if quick { 1 } else { TURNS };
    assert!(chatroom::shell::server::raise_descriptor_limit() > 2100, "too few open files");
    println!("deliveries a second, as a part of what a bare copy reaches (medians of {TURNS}):");
    for (members, window, size) in
        [(10, 1, 64), (100, 1, 64), (100, 16, 64), (1000, 16, 64), (100, 16, 4000)]
    {
        if quick && members > 10 {
            continue;
        }
        let server = Server::start();
        let mut through_server = Room::of(members, server.address, join);
        let mut through_ceiling = Room::of(members, ceiling(members), |_, _| {});
        let (mut ours, mut bare) = (Vec::new(), Vec::new());
        for _ in 0..turns {
            bare.push(through_ceiling.rounds(window, &line("member0: ", size)));
            ours.push(through_server.rounds(window, &line("", size)));
        }
        let ratio = median(&mut ours) / median(&mut bare);
        println!("{members:5} members, {window:3} lines of {size:4} bytes at once: {ratio:.2}");
    }
    short_lines_beside_long(turns);
}

/// 64 KiB at once, as many short lines and as a few of nearly 4 KiB: the bytes that are delivered in
/// a second, the one as a part of the other.
fn short_lines_beside_long(turns: usize) {
    let server = Server::start();
    let mut room = Room::of(100, server.address, join);
    let (mut short, mut long) = (Vec::new(), Vec::new());
    for _ in 0..turns {
        short.push(26.0 * room.rounds(64 * 1024 / 17, &line("", 16)));
        long.push(4010.0 * room.rounds(64 * 1024 / 4001, &line("", 4000)));
    }
    let ratio = median(&mut short) / median(&mut long);
    println!(
        "bytes a second in lines of 16 bytes, as a part of those in lines of 4000: {ratio:.2}"
    );
}

fn line(prefix: &str, size: usize) -> String {
    format!("{prefix}{}\n", "x".repeat(size))
}

fn median(rates: &mut [f64]) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Everyone who listens; the first also speaks.
struct Room(Vec<TcpStream>);

impl Room {
    fn of(members: usize, address: SocketAddr, enter: impl Fn(usize, &mut TcpStream)) -> Self {
        let streams: Vec<_> = (0..members)
            .map(|number| {
                let mut stream = TcpStream::connect(address).unwrap();
                stream.set_nodelay(true).unwrap();
                enter(number, &mut stream);
                stream
            })
            .collect();
        let mut room = Self(streams);
        // Everyone has read all that came before when a last line has come.
        let mut speaker = room.0.first().unwrap();
        speaker.write_all(b"=\n").unwrap();
        room.0.iter_mut().for_each(|stream| while byte(stream) != b'=' {});
        room.0.iter_mut().for_each(|stream| assert_eq!(byte(stream), b'\n'));
        room
    }

    /// Says `window` lines at once, waits until everyone has them, and again; deliveries a second.
    fn rounds(&mut self, window: usize, line: &str) -> f64 {
        let said = line.repeat(window);
        let heard =
            if line.starts_with("member0: ") { said.len() } else { said.len() + 9 * window };
        let mut buffer = vec![0; heard];
        let started = Instant::now();
        let mut rounds = 0;
        while started.elapsed() < MEASURED {
            self.0.first_mut().unwrap().write_all(said.as_bytes()).unwrap();
            self.0.iter_mut().for_each(|stream| stream.read_exact(&mut buffer).unwrap());
            rounds += 1;
        }
        (rounds * window * self.0.len()) as f64 / started.elapsed().as_secs_f64()
    }
}

fn byte(stream: &mut TcpStream) -> u8 {
    let mut byte = [0];
    stream.read_exact(&mut byte).unwrap();
    let [byte] = byte;
    byte
}

/// Chooses a nickname, and waits until it is a member.
fn join(number: usize, stream: &mut TcpStream) {
    stream.read_exact(&mut [0; 4]).unwrap();
    writeln!(stream, "member{number}").unwrap();
    let mut heard = String::new();
    while !heard.contains("Connected to the server!\n") {
        heard.push(char::from(byte(stream)));
    }
    while byte(stream) != b'\n' {} // The line that says who is here.
}

/// A thread that copies what the first of so many connections says to all of them.
fn ceiling(members: usize) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let mut streams: Vec<_> = (0..members).map(|_| listener.accept().unwrap().0).collect();
        streams.iter().for_each(|stream| stream.set_nodelay(true).unwrap());
        let mut buffer = vec![0; 256 * 1024];
        loop {
            match streams.first_mut().unwrap().read(&mut buffer) {
                Ok(0) | Err(_) => return,
                Ok(count) => {
                    let read = buffer.get(..count).unwrap();
                    streams.iter_mut().for_each(|stream| stream.write_all(read).unwrap());
                }
            }
        }
    });
    address
}

/// The real program, ended when it is dropped.
struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    fn start() -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_chatroom-server"));
        command.args(["--listen", "127.0.0.1:0", "--rate", "0", "--quiet"]).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        let address = first.trim().rsplit(' ').next().unwrap().parse().unwrap();
        Self { child, address }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
