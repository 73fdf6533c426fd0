//! A server records everything that happens to it, for nobody else, and a replay happens the same.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use chatroom::limits;

use super::doors::OriginalClient;
use super::people::{Client, Peer, Person, Sloth, stalls};
use crate::programs::{self, Outcome, Program, Server};

/// A directory of this test's own, with nothing in it.
pub(super) fn directory(test: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("recording {test}"));
    let _ = fs::remove_dir_all(&directory); // There is none at first.
    fs::create_dir(&directory).unwrap();
    directory
}

/// A server that records what happens in this directory.
pub(super) fn recorded(directory: &Path, flags: &[&str]) -> Server {
    recorded_by(&["env"], directory, flags)
}

/// The same, as this launcher becomes it.
pub(super) fn recorded_by(launcher: &[&str], directory: &Path, flags: &[&str]) -> Server {
    let mut command = programs::server_by(launcher);
    command.current_dir(directory).args(["--listen", "127.0.0.1:0"]).args(flags);
    Server::run(command)
}

/// Plays a recording again, and returns the outcome.
pub(super) fn replayed(file: &Path) -> Outcome {
    let mut command = programs::replay();
    command.arg(file);
    Program::start(command).ends()
}

/// It happens again, exactly; returns the recording.
#[track_caller]
pub(super) fn replays(file: &Path) -> String {
    let outcome = replayed(file);
    assert_eq!(outcome.code, 0, "{outcome}");
    fs::read_to_string(file).unwrap()
}

/// The server is ended by a signal, and everyone is told.
#[track_caller]
pub(super) fn ends(server: &mut Server, people: &[&dyn Person]) {
    server.program.signal("TERM");
    for person in people {
        person.screen().until("# the server is shutting down");
        person.sees_the_end();
    }
    assert_eq!(server.program.exit_code(), 0);
}

#[test]
fn mixed_load_is_recorded_and_replays() {
    let recording = mixed_load();
    for said in ["Ann: done", "[Bob to you] psst", "GET / HTTP/1.1", "grüße"] {
        assert!(recording.contains(said), "{said}");
    }
}

/// Records a room with all kinds of people in it, and replays it.
fn mixed_load() -> String {
    let directory = directory("mixed load");
    let flags = ["--rate", "200", "--burst", "50", "--backlog", "65536", "--record", "room.chat"];
    let mut server = recorded(&directory, &flags);
    let ann = Peer::joins(server.address, "Ann");
    let bob = Client::joins(server.address, "Bob");
    let original = OriginalClient::starts(server.address, "original");
    ann.screen().until("original joined the chat!");
    original.says("grüße");
    original.pastes(&["one", "two"]);
    ann.screen().until("original: two");

    // Those who are lost, do not end their line, speak another language, say too much.
    let lost = Sloth::joins(server.address, "Lost");
    ann.sees("Lost joined the chat!");
    lost.vanishes();
    ann.sees("Lost left the chat! (connection lost)");
    let half = Peer::connects(server.address);
    half.sends(b"Half\nno end");
    half.ends_its_side();
    ann.screen().until("Half left the chat!");
    Peer::connects(server.address).says("GET / HTTP/1.1");
    Peer::connects(server.address).sends(b"\xff\xfb\x1f\x00\xff\xfe\n\xe2\x80\xae\n\n\nx y\n");
    ann.says(&"x".repeat(5000));
    ann.screen().until("! message too long (limit 4096 bytes), not sent");

    original.closes();
    ann.screen().until("original left the chat!");

    // Ann says more at once than her burst: she is paused, and resumed when the rest has been said.
    let file = directory.join("room.chat");
    ann.sends(&b"hurry\n".repeat(100));
    waits_for(&file, " is resumed");

    // Then she says more than who never reads may leave unread. Each round is within the backlog, so
    // that whoever has read the rounds before is never too slow.
    let _sloth = stalls(server.address, "Sloth");
    ann.screen().until("Sloth joined the chat!");
    let lines = format!("{}\n", "y".repeat(4000)).repeat(10);
    let too_slow = "Sloth left the chat! (too slow)".to_owned();
    loop {
        ann.sends(lines.as_bytes());
        ann.says("done");
        bob.screen().until("Ann: done");
        if ann.screen().until("Ann: done").contains(&too_slow) {
            break;
        }
    }
    bob.says("/msg Ann psst");
    ann.screen().until("[Bob to you] psst");

    // The end comes while there is much to say.
    (1..=500).for_each(|number| ann.says(&format!("last words {number}")));
    ends(&mut server, &[&ann, &bob]);
    let recording = replays(&file);
    for what in [
        " is admitted in ASCII",
        " is paused",
        " is resumed",
        " is lost",
        " finishes",
        " is too slow",
        " operator stops the server",
    ] {
        assert!(recording.contains(what), "nothing{what}");
    }
    is_told_how_it_came_to_be_too_slow(&recording);
    recording
}

/// Waits until this recording, which is written meanwhile, holds this.
#[track_caller]
fn waits_for(file: &Path, what: &str) {
    programs::wait_for(what, || fs::read_to_string(file).unwrap().contains(what).then_some(()));
}

/// By so many bytes, each time twice as many, and at last by more than the backlog.
#[track_caller]
fn is_told_how_it_came_to_be_too_slow(recording: &str) {
    let (before, _) = recording.split_once(" is too slow\n").unwrap();
    let id = before.rsplit(' ').next().unwrap();
    let bytes = |line: &str| line.split_once(&format!("{id} is behind by "))?.1.parse().ok();
    let told: Vec<u64> = recording.lines().filter_map(bytes).collect();
    let (last, doubled) = told.split_last().unwrap();
    assert!(*last > 65536 && doubled.first() >= Some(&4096), "{told:?}");
    assert!(doubled.windows(2).all(|pair| pair[1] >= 2 * pair[0]), "{told:?}");
}

#[test]
fn a_recording_of_some_size_goes_on_in_files_that_can_be_replayed_alone() {
    let directory = directory("rotation");
    fs::write(directory.join("room.chat.2"), "precious").unwrap();
    let rotates = ["--record", "room.chat", "--record-max", "131072"];
    let others = ["--record-ring", "16777216", "--rate", "500", "--burst", "50", "-q"];
    let mut server = recorded(&directory, &[&rotates[..], &others].concat());
    let ann = Peer::joins(server.address, "Ann");
    let original = OriginalClient::starts(server.address, "original");
    ann.sees("original joined the chat!");
    // At each end of a file Ann is read more slowly, and someone has not said a name.
    let _nobody = Sloth::connects(server.address);
    for _ in 0..5 {
        ann.sends(format!("{}\n", "x".repeat(500)).repeat(100).as_bytes());
        original.says("hi");
        ann.says("done");
        ann.screen().until("Ann: done");
    }
    server.program.signal("USR1");
    server.program.stderr.expect("what happened last is in room.chat.ring-1");
    ends(&mut server, &[&ann]);

    let later = [1].into_iter().chain(3..20).map(|number| format!("room.chat.{number}"));
    let names: Vec<_> = ["room.chat".to_owned()].into_iter().chain(later).collect();
    let names = names.iter().filter(|name| directory.join(name).exists());
    let files: Vec<_> = names.map(|name| replays(&directory.join(name))).collect();
    assert_eq!(fs::read_dir(&directory).unwrap().count(), files.len() + 2);
    let (last, full) = files.split_last().unwrap();
    assert!(full.len() >= 3 && last.contains("operator stops the server"), "{} files", files.len());
    let goes_on = |file: &String| file.contains("\nend of snapshot\n");
    assert!(!goes_on(&files[0]) && files[1..].iter().all(goes_on));
    let lengths = full.iter().map(String::len);
    // No event is cut in two: a read, of which the kernel decides how long it is, and what it leads to.
    let most = 131_072 + 2 * limits::READ_BYTES;
    assert!(lengths.clone().all(|bytes| (131_000..most).contains(&bytes)), "{lengths:?}");
    let holding =
        |file: &String| file.contains(r#""held":"xxx"#) && file.contains(r#""hearing":"paused""#);
    assert!(files.iter().any(holding), "no file begins while Ann is paused");
    // Nothing happened that is in none of them.
    let events = |file: &String| {
        let after = file.split_once("\nend of snapshot\n\n").or_else(|| file.split_once("\n\n"));
        after.unwrap().1.to_owned()
    };
    let all = replays(&directory.join("room.chat.ring-1"));
    assert!(files.iter().map(events).collect::<String>().starts_with(&events(&all)));
    assert_eq!(fs::read(directory.join("room.chat.2")).unwrap(), b"precious");
}

#[test]
fn a_recording_is_its_owners_alone_and_has_the_name_that_it_is_given() {
    let directory = directory("mode");
    let name = "%h ~ $HOME \\n 100%.chat";
    let mut server = recorded(&directory, &["--record", name]);
    let ann = Peer::joins(server.address, "Ann");
    ends(&mut server, &[&ann]);
    let file = directory.join(name);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    replays(&file);
    assert_eq!(fs::read_dir(&directory).unwrap().count(), 1);
}

/// A recording spares any file that is there; it stays as it was.
#[test]
fn nothing_is_overwritten() {
    let directory = directory("overwriting");
    fs::write(directory.join("file"), "precious").unwrap();
    fs::create_dir(directory.join("directory")).unwrap();
    symlink("nowhere", directory.join("link")).unwrap();
    for name in ["file", "directory", "link"] {
        let mut command = programs::server();
        command.current_dir(&directory).args(["--listen", "127.0.0.1:0", "--record", name]);
        let reason = format!(
            "chatroom-server: cannot record to {name}: there is such a file already; \
             give another name"
        );
        let outcome = Program::start(command).ends().to_string();
        assert_eq!(outcome, format!("exit code 1\n--- stdout\n--- stderr\n{reason}"));
    }
    assert_eq!(fs::read(directory.join("file")).unwrap(), b"precious");
    assert_eq!(fs::read_dir(&directory).unwrap().count(), 3);
}

#[test]
fn a_directory_that_is_not_there_is_said_in_one_line() {
    let mut command = programs::server();
    command.args(["--listen", "127.0.0.1:0", "--record", "/no such directory/room.chat"]);
    let reason = "chatroom-server: cannot record to /no such directory/room.chat: no such file";
    let outcome = Program::start(command).ends().to_string();
    assert_eq!(outcome, format!("exit code 1\n--- stdout\n--- stderr\n{reason}"));
}

/// Ann says so much that a recording goes on in other files, until this one is there.
#[track_caller]
fn talks_until(ann: &Peer, file: &Path) {
    for round in 1.. {
        ann.sends(format!("{}\n", "x".repeat(2000)).repeat(40).as_bytes());
        ann.says(&format!("round {round}"));
        ann.screen().until(&format!("Ann: round {round}"));
        if file.exists() {
            return;
        }
        assert!(round < 100, "there is no {}", file.display());
    }
}

#[test]
fn oldest_files_of_a_recording_are_removed_and_no_others() {
    let directory = directory("keeping");
    let file = |number: u32| match number {
        0 => directory.join("room.chat"),
        _ => directory.join(format!("room.chat.{number}")),
    };
    fs::write(file(2), "precious").unwrap();
    let rotates = ["--record", "room.chat", "--record-max", "131072", "--record-keep", "3"];
    let mut server = recorded(&directory, &[&rotates[..], &["--rate", "0", "-q"]].concat());
    let ann = Peer::joins(server.address, "Ann");
    talks_until(&ann, &file(3));
    // Someone has taken a finished file away, and put another in its place.
    fs::remove_file(file(1)).unwrap();
    fs::write(file(1), "mine").unwrap();
    talks_until(&ann, &file(7));
    server.program.stderr.expect("room.chat.1 is not removed: it has changed since it was written");
    ends(&mut server, &[&ann]);

    let there = |number: &u32| file(*number).exists();
    let numbers: Vec<_> = (0..100).filter(there).collect();
    let (last, written) = numbers.split_last().unwrap();
    assert_eq!(*written, [1, 2, last - 2, last - 1]);
    (last - 2..=*last).for_each(|number| _ = replays(&file(number)));
    assert_eq!(fs::read(file(1)).unwrap(), b"mine");
    assert_eq!(fs::read(file(2)).unwrap(), b"precious");
}

/// The name of another file would be longer than a directory takes.
#[test]
fn file_that_no_other_can_follow_is_bounded() {
    let directory = directory("no other");
    let name = "x".repeat(254);
    let flags =
        ["--record", &name, "--record-max", "131072", "--rate", "0", "--history", "0", "-q"];
    let mut server = recorded(&directory, &flags);
    let ann = Peer::joins(server.address, "Ann");
    for round in 1..=20 {
        ann.sends(format!("{}\n", "x".repeat(2000)).repeat(40).as_bytes());
        ann.says(&format!("round {round}"));
        ann.screen().until(&format!("Ann: round {round}"));
    }
    let log = &server.program.stderr;
    log.until(&format!("cannot begin another file: invalid filename; {name} goes on"));
    let full = "the file is full, and no other can begin; what happens is missing there for now";
    log.until(&format!("cannot record to {name}: {full}"));
    ends(&mut server, &[&ann]);
    let length = fs::metadata(directory.join(name)).unwrap().len();
    assert!(length < 1024 * 1024, "{length} bytes of 3 MiB");
    assert_eq!(fs::read_dir(&directory).unwrap().count(), 1);
}
