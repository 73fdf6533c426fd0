//! The view of those who come and go.

use super::tty::Tty;
use crate::loopback::people::{Peer, Person};
use crate::programs::Server;

const COME: usize = 20;
const GO: usize = 5;

/// The rows about those who come and go, and about bob, behind the row that says who is here.
fn shown(tty: &Tty) -> Vec<String> {
    let rows = tty.rows().into_iter();
    let rows = rows.skip_while(|row| row != "Connected to the server!").skip(2);
    rows.take_while(|row| !row.contains('>')).collect()
}

/// They are stopped meanwhile, so that for them it all happens at once, however slow the machine is.
#[test]
fn many_who_come_and_go_at_once_are_one_row_or_none_or_each_its_own() {
    let server = Server::start(&["--rate", "0"]);
    let bob = Peer::joins(server.address, "bob");
    let joins = |name, flags: &[&str]| {
        let tty = Tty::joins(server.address, name, flags);
        bob.sees(&format!("{name} joined the chat!"));
        tty
    };
    let all = joins("Alma", &["--presence", "all"]);
    let off = joins("Olga", &["--presence", "off"]);
    let fold = joins("Dora", &[]);
    // The others have been shown whatever comes before.
    all.shows("Dora joined the chat!");
    for tty in [&all, &off, &fold] {
        tty.signal("STOP");
    }
    let name = |number| format!("p{number:02}");
    let mut crowd: Vec<_> = (0..COME)
        .map(|number| {
            let peer = Peer::joins(server.address, &name(number));
            bob.sees(&format!("{} joined the chat!", name(number)));
            peer
        })
        .collect();
    for number in 0..GO {
        drop(crowd.remove(0));
        bob.sees(&format!("{} left the chat!", name(number)));
    }
    bob.says("/nick Bob");
    for tty in [&all, &off, &fold] {
        tty.signal("CONT");
        tty.shows("bob is now known as Bob");
    }
    let each: Vec<_> = (0..COME)
        .map(|number| format!("{} joined the chat!", name(number)))
        .chain((0..GO).map(|number| format!("{} left the chat!", name(number))))
        .chain(["bob is now known as Bob".into()])
        .collect();
    assert_eq!(shown(&all)[2..], each);
    assert_eq!(shown(&off), ["bob is now known as Bob"]);
    assert_eq!(
        shown(&fold),
        ["p00 joined the chat!", "19 people joined, 5 left", "bob is now known as Bob"]
    );
}

#[test]
fn a_burst_is_told_though_nothing_else_happens() {
    let server = Server::start(&[]);
    let bob = Peer::joins(server.address, "bob");
    let ann = Tty::joins(server.address, "ann", &[]);
    bob.sees("ann joined the chat!");
    ann.signal("STOP");
    let _crowd = ["cat", "dan", "eve"].map(|name| {
        let peer = Peer::joins(server.address, name);
        bob.sees(&format!("{name} joined the chat!"));
        peer
    });
    ann.signal("CONT");
    ann.shows("2 people joined");
    assert_eq!(shown(&ann), ["cat joined the chat!", "2 people joined"]);
}
