//! The end of the server is bounded, and whoever reads gets the goodbye, whatever goes on: floods,
//! many who do not read, people who come all the while.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::people::{Peer, Person, stalls};
use crate::programs::{OVERDUE, Server};

/// When a server that ends is overdue: it takes 2 s for who takes nothing, half a second for who does
/// not close, and the time to run that a busy machine gives it.
const BOUNDED: Duration = Duration::from_secs(10);

/// A server that lets people say what they want, and waits long for those who do not read it.
const PATIENT: [&str; 6] = ["--rate", "0", "--history", "0", "--backlog", "1073741824"];

const GOODBYE: &str = "# the server is shutting down";

/// Someone who sends, and reads, at line rate for as long as there is a connection.
struct Flooder {
    stream: TcpStream,
    reads: JoinHandle<Vec<u8>>,
}

impl Flooder {
    fn joins(address: SocketAddr, nickname: &str) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        let (mut writer, reader) = (stream.try_clone().unwrap(), stream.try_clone().unwrap());
        writeln!(writer, "{nickname}").unwrap();
        let lines = "flood\n".repeat(2000);
        thread::spawn(move || while writer.write_all(lines.as_bytes()).is_ok() {});
        Self { stream, reads: thread::spawn(move || last_bytes(reader)) }
    }

    /// The last thing that it was told, when it is over.
    fn hears_last(self) -> String {
        let last = self.reads.join().unwrap();
        // The kernel of a peer that is gone may let the other one wait to write, for a minute.
        let _ = self.stream.shutdown(Shutdown::Both);
        String::from_utf8(last).unwrap()
    }
}

/// As many bytes as the goodbye has, and the end of the line before: the last ones.
fn last_bytes(mut stream: TcpStream) -> Vec<u8> {
    stream.set_read_timeout(Some(OVERDUE)).unwrap();
    let (mut buffer, mut last) = (vec![0; 256 * 1024], Vec::new());
    while let Ok(count @ 1..) = stream.read(&mut buffer) {
        last.extend_from_slice(&buffer[count.saturating_sub(GOODBYE.len() + 2)..count]);
        last.drain(..last.len().saturating_sub(GOODBYE.len() + 2));
    }
    last
}

/// A server with these flags under load, and someone who takes nothing of it.
fn flooded(flags: &[&str]) -> (Server, [Flooder; 3], TcpStream) {
    let server = Server::start(flags);
    let ann = Peer::joins(server.address, "Ann");
    let nicknames = ["Flood1", "Flood2", "Flood3"];
    let flooders = nicknames.map(|nickname| Flooder::joins(server.address, nickname));
    for nickname in nicknames {
        ann.screen().until(&format!("{nickname}: flood"));
    }
    let sloth = stalls(server.address, "Sloth");
    ann.screen().until("Sloth joined the chat!");
    (server, flooders, sloth)
}

#[test]
fn under_load_the_end_is_bounded() {
    let (mut server, flooders, _sloth) = flooded(&PATIENT);
    server.program.signal("TERM");
    server.program.stderr.until("Shutting down");
    server.program.stdout.expect_end_within(BOUNDED);
    assert_eq!(server.program.exit_code(), 0);
    flooders.into_iter().for_each(|flooder| drop(flooder.hears_last()));
}

/// The server is sent far more than it reads, and says no more than a busy machine hears in the time
/// that is left for the goodbye.
#[test]
fn goodbye_is_the_last_line_for_whoever_floods_and_reads() {
    let (mut server, flooders, _sloth) = flooded(&["--rate", "1000", "--history", "0"]);
    server.program.signal("TERM");
    server.program.stderr.until("Shutting down");
    server.program.stdout.expect_end_within(BOUNDED);
    assert_eq!(server.program.exit_code(), 0);
    for flooder in flooders {
        assert_eq!(flooder.hears_last(), format!("\n{GOODBYE}\n"));
    }
}

#[test]
fn under_load_a_second_signal_ends_the_server_at_once() {
    let (mut server, flooders, _sloth) = flooded(&PATIENT);
    server.program.signal("TERM");
    server.program.stderr.until("Shutting down");
    server.program.signal("INT");
    assert_eq!(server.program.exit_code(), 1);
    flooders.into_iter().for_each(|flooder| drop(flooder.hears_last()));
}

#[test]
fn many_who_take_nothing_are_waited_for_at_once_not_one_after_the_other() {
    const STALLED: usize = 100;
    let mut server = Server::start(&PATIENT);
    let ann = Peer::joins(server.address, "Ann");
    let stalled: Vec<_> =
        (1..=STALLED).map(|number| stalls(server.address, &format!("Sloth{number}"))).collect();
    // They join in any order.
    let mut joined = 0;
    while joined < STALLED {
        let line = ann.screen().next().expect("they join");
        joined += usize::from(line.ends_with(" joined the chat!"));
    }
    // More than both kernels take for each.
    let filler = "x".repeat(4000);
    ann.sends(format!("{filler}\n").repeat(100).as_bytes());
    ann.says("done");
    ann.screen().until("Ann: done");
    server.program.signal("TERM");
    ann.sees(GOODBYE);
    ann.sees_the_end();
    server.program.stdout.expect_end_within(BOUNDED);
    assert_eq!(server.program.exit_code(), 0);
    for mut stalled in stalled {
        // Texts that they are not told to the end do not look as if they were.
        let mut told = Vec::new();
        match stalled.read_to_end(&mut told) {
            Ok(_) => assert!(told.ends_with(format!("{GOODBYE}\n").as_bytes()), "it is cut off"),
            Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset),
        }
    }
}

/// Four at a time come until there is no server, and after a while they leave.
#[test]
fn while_people_come_and_go_the_end_is_bounded_and_no_one_is_left_waiting() {
    let mut server = Server::start(&["--history", "0"]);
    let address = server.address;
    let ann = Peer::joins(address, "Ann");
    let crowds = [0, 1, 2, 3].map(|crowd| thread::spawn(move || come_and_go(address, crowd)));
    for _ in 1..=1000 {
        ann.screen().next().unwrap();
    }
    server.program.signal("TERM");
    ann.screen().until(GOODBYE);
    ann.sees_the_end();
    server.program.stdout.expect_end_within(BOUNDED);
    assert_eq!(server.program.exit_code(), 0);
    let crowd = crowds.into_iter().flat_map(|crowd| crowd.join().unwrap());
    let told: Vec<_> = crowd.map(Visitor::hears_out).collect();
    let (members, others): (Vec<_>, Vec<_>) =
        told.iter().partition(|told| told.contains(Visitor::WELCOME));
    assert!(!members.is_empty());
    for told in members {
        assert!(told.ends_with(&format!("\n{GOODBYE}\n")), "{told}");
    }
    for told in others {
        // The kernel's queue ends without a word.
        let refusal = "! the server is shutting down\n";
        let may_be = ["", "NICK", refusal, &format!("NICK{refusal}")];
        assert!(may_be.contains(&told.as_str()), "{told:?}");
    }
}

/// Returns the last of them, who are still here.
fn come_and_go(address: SocketAddr, crowd: usize) -> VecDeque<Visitor> {
    const HERE: usize = 50;
    let mut here = VecDeque::new();
    let all = (0..).map_while(|number| Visitor::comes(address, &format!("Guest{crowd}-{number}")));
    for visitor in all {
        here.push_back(visitor);
        if here.len() > HERE {
            here.pop_front();
        }
    }
    here
}

/// Someone who waits to be let in, and for nothing else.
struct Visitor {
    stream: TcpStream,
    told: Vec<u8>,
}

impl Visitor {
    const WELCOME: &str = "Connected to the server!\n";

    /// `None` where there is no server.
    fn comes(address: SocketAddr, nickname: &str) -> Option<Self> {
        let stream = TcpStream::connect(address).ok()?;
        stream.set_read_timeout(Some(OVERDUE)).unwrap();
        let mut visitor = Self { stream, told: Vec::new() };
        // Fails where the server has ended since.
        let _ = writeln!(visitor.stream, "{nickname}");
        let mut buffer = [0; 4096];
        while !String::from_utf8_lossy(&visitor.told).contains(Self::WELCOME) {
            match visitor.stream.read(&mut buffer) {
                Ok(count @ 1..) => visitor.told.extend_from_slice(&buffer[..count]),
                Ok(0) | Err(_) => break,
            }
        }
        Some(visitor)
    }

    /// All that it was told until the connection was over.
    fn hears_out(mut self) -> String {
        if let Err(error) = self.stream.read_to_end(&mut self.told) {
            assert_eq!(error.kind(), ErrorKind::ConnectionReset);
        }
        String::from_utf8(self.told).unwrap()
    }
}
