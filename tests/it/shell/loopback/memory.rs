//! The cost of members, seen from outside.

use std::fs;
use std::io::Write;
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use chatroom::limits;

use super::people::{Peer, Person, stalls};
use crate::programs::Server;

const STALLED: usize = 20;
const BACKLOG: usize = 256 * 1024;

/// They are sent both what everyone is and what is for them alone, which is copied for each.
#[test]
fn stalled_members_cost_no_more_than_the_formula() {
    let server =
        Server::start(&["--rate", "0", "--history", "0", "--backlog", &BACKLOG.to_string()]);
    let ann = Peer::joins(server.address, "Ann");
    let stalled: Vec<_> =
        (0..STALLED).map(|number| stalls(server.address, &format!("sloth{number}"))).collect();
    let idle = resident(&server, "VmRSS");

    let mut gone = 0;
    let text = "x".repeat(4000);
    for round in 0.. {
        for number in 0..STALLED {
            ann.says(&format!("/msg sloth{number} {text}"));
        }
        ann.sends(format!("{text}\n").repeat(STALLED).as_bytes());
        ann.says(&format!("round {round}"));
        let heard = ann.screen().until(&format!("Ann: round {round}"));
        gone += heard.iter().filter(|line| line.ends_with("left the chat! (too slow)")).count();
        let (now, most) =
            (resident(&server, "VmRSS"), limits::worst_case_bytes(STALLED, BACKLOG, usize::MAX));
        assert!(now < most, "{now} bytes of {most}");
        if gone == STALLED {
            break;
        }
        assert!(round < 1000, "{gone} of {STALLED} are gone");
    }
    // Each was told to all once, its name is free, and most of what it held is given back.
    let again = Peer::joins(server.address, "sloth0");
    ann.sees("sloth0 joined the chat!");
    let peak = resident(&server, "VmHWM");
    assert!(
        peak < limits::worst_case_bytes(STALLED, BACKLOG, usize::MAX),
        "at its peak {peak} bytes"
    );
    assert!(resident(&server, "VmRSS") < idle + limits::worst_case_bytes(0, BACKLOG, usize::MAX));
    drop((again, stalled));
}

/// A peer that is turned away may go on for half a second; nothing holds it back, and nobody
/// listens.
#[test]
fn refused_peer_that_sends_on_costs_no_more_than_the_formula() {
    let server = Server::start(&["--max-members", "8", "--backlog", "65536"]);
    let uploads = [(); 6].map(|()| {
        let mut browser = TcpStream::connect(server.address).unwrap();
        browser.set_write_timeout(Some(Duration::from_secs(1))).unwrap();
        // Ends when the server has closed the connection: it is reset, or nothing is taken any more.
        thread::spawn(move || {
            browser.write_all(b"POST / HTTP/1.1\r\n\r\n").unwrap();
            while browser.write_all(&[b'x'; 64 * 1024]).is_ok() {}
        })
    });
    for upload in uploads {
        upload.join().unwrap();
    }
    let (peak, most) = (resident(&server, "VmHWM"), limits::worst_case_bytes(8, 65536, usize::MAX));
    assert!(peak < most, "{peak} bytes of {most}");
}

/// A size that the kernel tells of the server, in bytes.
fn resident(server: &Server, name: &str) -> usize {
    let status = fs::read_to_string(format!("/proc/{}/status", server.program.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 1024
}
