//! The server under its systemd unit: the limits are enough, and the server asks for nothing that the unit
//! forbids.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use super::people::{Peer, Person};
use super::recording::directory;
use crate::kernel;
use crate::programs::{self, Server};
use crate::systemd;

#[test]
fn a_full_room_is_within_the_limits_of_its_unit() {
    const MEMBERS: usize = 10;
    let members = MEMBERS.to_string();
    let limit = |name| systemd::number(name) - systemd::MEMBERS + MEMBERS;
    let mut command = programs::server_within(limit("LimitNOFILE"));
    command.args(["--listen", "127.0.0.1:0", "--max-members", &members, "--history", "0"]);
    let mut server = Server::run(command);
    let room: Vec<_> = (1..=MEMBERS)
        .map(|number| Peer::joins(server.address, &format!("Guest{number}")))
        .collect();
    // As many more as it has a reserve for, who do not close their side.
    let refused: Vec<_> = (0..50).map(|_| Peer::calls(server.address)).collect();
    for peer in &refused {
        peer.sees("! the room is full, try later");
    }
    let threads = kernel::threads(server.program.id());
    assert!(threads > MEMBERS && threads <= limit("TasksMax"), "{threads} threads");
    drop((room, refused));
    server.program.signal("TERM");
    assert_eq!(server.program.exit_code(), 0);
    let logged = server.program.stderr.rest();
    let complaints = ["cannot", "the open-file limit"];
    let complains = |line: &String| complaints.iter().any(|complaint| line.contains(complaint));
    assert!(!logged.iter().any(complains), "{logged:#?}");
}

#[test]
fn the_server_makes_no_system_call_that_its_unit_forbids() {
    let file = concat!(env!("CARGO_TARGET_TMPDIR"), "/system-calls.txt");
    let strace = ["strace", "-D", "-f", "-qq", "-e", "signal=none", "-o", file];
    let filter = ["systemd-analyze", "syscall-filter", "@default"];
    if !kernel::can_run(&[&strace[..], &["true"]].concat()) || !kernel::can_run(&filter) {
        return;
    }
    let mut command = programs::server_by(&strace);
    command.args(["--listen", "127.0.0.1:0", "--listen", "[::]:0", "--max-members", "2"]);
    command.current_dir(directory("confinement"));
    command.args(["--record", "room.chat", "--record-ring", "131072"]);
    let mut server = Server::run(command);
    let ann = Peer::joins(server.address, "Ann");
    let bob = Peer::joins(server.address, "Bob");
    bob.sends("hi\n".repeat(25).as_bytes());
    ann.screen().until("Bob: hi");
    Peer::calls(server.address).sees("! the room is full, try later");
    server.program.signal("USR1");
    server.program.stderr.until("what happened last is in room.chat.ring-1");
    drop(bob);
    ann.screen().until("Bob left the chat!");
    server.program.signal("TERM");
    ann.screen().until("# the server is shutting down");
    drop(ann);
    assert_eq!(server.program.exit_code(), 0);

    let [mut allowed, mut forbidden] = [BTreeSet::new(), BTreeSet::new()];
    system_calls("@system-service", &mut allowed);
    system_calls("@privileged", &mut forbidden);
    system_calls("@resources", &mut forbidden);
    let traced = fs::read_to_string(file).unwrap();
    // `<id> <call>(<arguments>`; what else there is says how one ended.
    let begun =
        traced.lines().filter_map(|line| line.split_once(' ')?.1.trim_start().split_once('('));
    let begun: Vec<_> =
        begun.filter(|(call, _)| call.chars().all(|c| c.is_alphanumeric() || c == '_')).collect();
    assert!(begun.iter().any(|(call, _)| *call == "accept4"), "{traced}");
    for (call, arguments) in begun {
        let may_be = allowed.contains(call) && !forbidden.contains(call);
        let is_tcp = call != "socket" || arguments.starts_with("AF_INET");
        assert!(may_be && is_tcp, "{call}({arguments}");
    }
}

/// Those of a set, and of the sets in it, as systemd has them.
fn system_calls(set: &str, calls: &mut BTreeSet<String>) {
    let output = Command::new("systemd-analyze").args(["syscall-filter", set]).output().unwrap();
    for call in String::from_utf8(output.stdout).unwrap().lines().skip(1).map(str::trim) {
        match call.chars().next() {
            Some('@') => system_calls(call, calls),
            Some('#') | None => {}
            Some(_) => _ = calls.insert(call.into()),
        }
    }
}
