//! The last events, written to a file when someone asks for it, or the room fails.

use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use chatroom::shell::server::Server as RoomServer;
use chatroom::shell::server::record::{Options, Recording};
use chatroom::{Event, Millis, ServerCore, Settings};
use log::{LevelFilter, Log, Metadata, Record};

use super::people::{Peer, Person};
use super::recording::{directory, ends, recorded, replays};
use crate::programs::{Program, Server};

#[test]
fn ring_is_written_to_a_new_file_at_each_sigusr1() {
    let directory = directory("ring");
    let mut server = recorded(&directory, &["--record-ring", "131072", "-q"]);
    let ann = Peer::joins(server.address, "Ann");
    let written = [1, 2].map(|number| {
        ann.says(&format!("before {number}"));
        ann.sees(&format!("Ann: before {number}"));
        server.program.signal("USR1");
        let name = format!("chatroom-{}-{number}.chat", server.program.id());
        server.program.stderr.expect(&format!("what happened last is in {name}"));
        let mode = fs::metadata(directory.join(&name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        replays(&directory.join(&name))
    });
    ends(&mut server, &[&ann]);
    let [first, second] = written;
    assert!(first.ends_with("        #1 <= Ann: before 1\\n\n"), "{first}");
    assert!(second.starts_with(&first) && second.ends_with("#1 <= Ann: before 2\\n\n"), "{second}");
    assert_eq!(fs::read_dir(&directory).unwrap().count(), 2);
}

#[test]
fn full_ring_begins_with_the_state_of_the_room() {
    let directory = directory("ring of some");
    let mut server = recorded(&directory, &["--record-ring", "131072", "--rate", "0", "-q"]);
    let ann = Peer::joins(server.address, "Ann");
    let line = "x".repeat(500);
    for number in 1..=500 {
        ann.says(&format!("{number} {line}"));
        ann.sees(&format!("Ann: {number} {line}"));
    }
    server.program.signal("USR1");
    let name = format!("chatroom-{}-1.chat", server.program.id());
    server.program.stderr.expect(&format!("what happened last is in {name}"));
    let latest = replays(&directory.join(&name));
    let (state, events) = latest.split_once("\nend of snapshot\n\n").unwrap();
    assert!(state.contains(r#""nickname":{"text":"Ann"}"#), "{state}");
    assert!((65536..140_000).contains(&events.len()), "{} bytes", events.len());
    assert!(events.contains(" -> 500 xxx") && !events.contains(" -> 300 xxx"));
    ends(&mut server, &[&ann]);
}

#[test]
fn ring_stands_beside_the_recording_and_overwrites_nothing() {
    let directory = directory("ring beside");
    fs::write(directory.join("room.chat.ring-1"), "precious").unwrap();
    let flags = ["--record", "room.chat", "--record-ring", "131072", "-q"];
    let mut server = recorded(&directory, &flags);
    let ann = Peer::joins(server.address, "Ann");
    server.program.signal("USR1");
    server.program.stderr.expect("what happened last is in room.chat.ring-2");
    ends(&mut server, &[&ann]);
    let last = replays(&directory.join("room.chat.ring-2"));
    assert!(replays(&directory.join("room.chat")).starts_with(&last));
    assert_eq!(fs::read(directory.join("room.chat.ring-1")).unwrap(), b"precious");
}

#[test]
fn oldest_files_of_sigusr1_are_removed() {
    let directory = directory("ring keeping");
    fs::write(directory.join("room.chat.ring-2"), "precious").unwrap();
    let flags = ["--record", "room.chat", "--record-ring", "131072", "--record-keep", "2", "-q"];
    let mut server = recorded(&directory, &flags);
    let ann = Peer::joins(server.address, "Ann");
    for number in [1, 3, 4, 5] {
        server.program.signal("USR1");
        server.program.stderr.expect(&format!("what happened last is in room.chat.ring-{number}"));
    }
    ends(&mut server, &[&ann]);
    let there: Vec<_> = (1..9)
        .filter(|number| directory.join(format!("room.chat.ring-{number}")).exists())
        .collect();
    assert_eq!(there, [2, 4, 5]);
    assert_eq!(fs::read(directory.join("room.chat.ring-2")).unwrap(), b"precious");
}

#[test]
fn ring_that_cannot_be_written_is_logged_and_the_room_goes_on() {
    let directory = directory("no directory");
    let mut server = recorded(&directory, &["--record-ring", "131072", "-q"]);
    fs::remove_dir(&directory).unwrap();
    let ann = Peer::joins(server.address, "Ann");
    server.program.signal("USR1");
    let name = format!("chatroom-{}-1.chat", server.program.id());
    let cannot = format!("cannot write what happened last to {name}: no such file");
    server.program.stderr.expect(&cannot);
    ann.says("still here?");
    ann.sees("Ann: still here?");
    ends(&mut server, &[&ann]);
}

#[test]
fn sigusr1_to_a_server_that_keeps_nothing_says_what_would_help() {
    let mut server = Server::start(&["-q"]);
    let ann = Peer::joins(server.address, "Ann");
    server.program.signal("USR1");
    server.program.stderr.expect(
        "SIGUSR1 writes what happened last to a file, but nothing is kept: start the server with \
         --record-ring BYTES",
    );
    ann.says("still here?");
    ann.sees("Ann: still here?");
    ends(&mut server, &[&ann]);
}

/// Where the room that fails records to; set for the process that has it.
const FAILING: &str = "CHATROOM_TEST_FAILING_ROOM";

/// A log that fails when Mallory comes, and so does the room, which writes to it.
struct Fails;

impl Log for Fails {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        assert!(!record.args().to_string().contains("Mallory"), "the log fails");
    }

    fn flush(&self) {}
}

/// The whole server but for its flags, in a process of its own: this test, started by itself.
#[expect(clippy::print_stderr, reason = "it says where it listens")]
fn fails_in(directory: &str) {
    log::set_boxed_logger(Box::new(Fails)).unwrap();
    log::set_max_level(LevelFilter::Info);
    env::set_current_dir(directory).unwrap();
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let mut server = RoomServer::bind(&[any], Settings::default()).unwrap();
    let file = Some("room.chat".into());
    server.record(&Options { file, ring: Some(1 << 17), ..Options::default() }).unwrap();
    eprintln!("{}", server.addresses().next().unwrap());
    server.run().unwrap();
}

/// Plays the room's part before its core hears of an event, at which it fails.
fn core_fails() {
    let (settings, file) = (Settings::default(), Some("room.chat".into()));
    let options = Options { file, ring: Some(1 << 17), ..Options::default() };
    let recording = Recording::start(&options, &settings).unwrap().unwrap();
    recording.flight_recorder().unwrap().write_on_panic();
    recording.event(&ServerCore::new(settings), Millis::new(7), &Event::Tick);
    panic!("the core fails");
}

#[test]
fn an_event_at_which_the_core_fails_is_the_last_one_in_both_files() {
    if let Ok(directory) = env::var(FAILING) {
        env::set_current_dir(directory).unwrap();
        return core_fails();
    }
    let directory = directory("failing core");
    let this = "an_event_at_which_the_core_fails_is_the_last_one_in_both_files";
    let mut program = starts(this, &directory);
    assert_eq!(program.exit_code(), 101);
    let recording = replays(&directory.join("room.chat"));
    assert!(recording.ends_with("\n\n+0.007s time passes\n"), "{recording}");
    assert_eq!(recording, replays(&directory.join("room.chat.ring-1")));
}

/// A test of these, in a process of its own, which is to fail in this directory.
fn starts(test: &str, directory: &Path) -> Program {
    let mut command = Command::new(env::current_exe().unwrap());
    let (_, module) = module_path!().split_once("::").unwrap();
    let test = format!("{module}::{test}");
    command.args(["--exact", &test, "--nocapture"]).env(FAILING, directory);
    Program::start(command)
}

#[test]
fn a_room_that_fails_leaves_what_happened_up_to_that_in_both_files() {
    if let Ok(directory) = env::var(FAILING) {
        return fails_in(&directory);
    }
    let directory = directory("failing room");
    let this = "a_room_that_fails_leaves_what_happened_up_to_that_in_both_files";
    let mut program = starts(this, &directory);
    let address = program.stderr.next().unwrap().parse().unwrap();
    let _ann = Peer::joins(address, "Ann");
    let mallory = Peer::connects(address);
    mallory.says("Mallory");
    assert_eq!(program.exit_code(), 101);
    let told = program.stderr.rest().join("\n");
    assert!(told.contains("the log fails"), "{told}");
    let recording = replays(&directory.join("room.chat"));
    let last = format!(
        "#2 -> Mallory\\n
        log <- Nickname of the client is Mallory! (#2, {})
        #2 is admitted with lines
        #1 #2 <= Mallory joined the chat!\\n
        #2 <- Connected to the server!\\n
        #2 <- # 2 here: Ann, Mallory\\n
",
        mallory.address()
    );
    assert!(recording.ends_with(&last), "{recording}");
    assert_eq!(recording, replays(&directory.join("room.chat.ring-1")));
}
