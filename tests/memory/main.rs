//! A failed allocation in the path of one connection ends that connection, and no other.
//!
//! The allocator of this program refuses what goes past a limit. The limit is the whole program's, so
//! this has a program of its own, with one test at a time.

#![expect(clippy::unwrap_used, reason = "a test that goes wrong stops there")]

use std::alloc::System;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, Shutdown, TcpStream};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use cap::Cap;
use chatroom::shell::server::Server;
use chatroom::{Action, ClientId, Event, Millis, ServerCore, Settings, limits};

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Leaves this much memory for as long as it lives.
struct Shortage {
    _turn: MutexGuard<'static, ()>,
}

impl Shortage {
    fn begin(left: usize, turn: MutexGuard<'static, ()>) -> Self {
        ALLOCATOR.set_limit(ALLOCATOR.allocated() + left).unwrap();
        Self { _turn: turn }
    }
}

impl Drop for Shortage {
    fn drop(&mut self) {
        ALLOCATOR.set_limit(usize::MAX).unwrap();
    }
}

fn turn() -> MutexGuard<'static, ()> {
    ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn decoder_that_cannot_grow_ends_its_connection() {
    let turn = turn();
    let mut core = ServerCore::new(Settings::default());
    let (ann, bob) = (ClientId(1), ClientId(2));
    for (id, nickname) in [(ann, "ann\n"), (bob, "bob\n")] {
        let _ = core.handle(Millis::ZERO, Event::Accepted(id, (Ipv4Addr::LOCALHOST, 1).into()));
        let _ = core.handle(Millis::ZERO, Event::BytesIn(id, nickname.as_bytes()));
    }
    let unfinished = vec![b'x'; limits::FRAME_BYTES];
    let shortage = Shortage::begin(limits::FRAME_BYTES / 2, turn);

    let actions = core.handle(Millis::ZERO, Event::BytesIn(bob, &unfinished));
    let dropped = actions.clone().any(|action| matches!(action, Action::Drop(id) if id == bob));
    let actions = core.handle(Millis::ZERO, Event::BytesIn(ann, b"hi\n"));
    let said = actions.clone().any(|action| matches!(action, Action::Broadcast(_, b"ann: hi\n")));

    drop(shortage);
    assert!(dropped && said, "bob is dropped: {dropped}, ann is heard: {said}");
}

#[test]
fn reader_that_cannot_grow_ends_its_connection() {
    /// Less than the buffer of a reader whose reads bring much.
    const LEFT: usize = limits::READ_BYTES / 2;
    let turn = turn();
    let server = Server::bind(&[(Ipv4Addr::LOCALHOST, 0).into()], Settings::default()).unwrap();
    let address = server.addresses().next().unwrap();
    thread::spawn(|| server.run().unwrap());
    let mut ann = Member::joins(TcpStream::connect(address).unwrap(), "ann");
    let mut bob = Member::joins(TcpStream::connect(address).unwrap(), "bob");
    ann.hears("bob joined the chat!");
    ann.says("the room has had memory for a message");
    bob.hears("ann: the room has had memory for a message");
    let shortage = Shortage::begin(LEFT, turn);

    // Ends when the server has closed the connection.
    while bob.stream.write_all(&[b'x'; 4096]).is_ok() {}
    let left = ann.hears_one_of(&["bob left the chat! (connection lost)", "bob left the chat!"]);
    ann.says("still here");
    let heard = ann.hears_one_of(&["ann: still here"]);

    drop(shortage);
    assert!(left && heard, "bob has left: {left}, ann is heard: {heard}");
    let _ = ann.stream.shutdown(Shutdown::Both);
}

struct Member {
    stream: TcpStream,
    lines: BufReader<TcpStream>,
    line: String,
}

impl Member {
    fn joins(stream: TcpStream, nickname: &str) -> Self {
        let lines = BufReader::new(stream.try_clone().unwrap());
        let mut member = Self { stream, lines, line: String::with_capacity(limits::FRAME_BYTES) };
        member.says(nickname);
        member.hears("Connected to the server!");
        member
    }

    fn says(&mut self, text: &str) {
        self.stream.write_all(text.as_bytes()).unwrap();
        self.stream.write_all(b"\n").unwrap();
    }

    fn hears(&mut self, line: &str) {
        assert!(self.hears_one_of(&[line]), "the connection ended before {line:?}");
    }

    /// Reads until one of these lines; returns false where the connection ends before.
    fn hears_one_of(&mut self, lines: &[&str]) -> bool {
        loop {
            self.line.clear();
            match self.lines.read_line(&mut self.line) {
                Ok(1..) if lines.contains(&self.line.trim_end()) => return true,
                Ok(1..) => {}
                Ok(0) | Err(_) => return false,
            }
        }
    }
}
