//! Standard streams that are closed, or have a full disk behind them: people talk on, and nothing
//! that was meant for a log or a screen reaches a socket that got the descriptor instead.

use super::people::{Peer, Person, all_see};
use crate::kernel;
use crate::programs::{self, Program, Server};

/// The redirections of standard streams that a shell makes for a program that it becomes.
const REDIRECTIONS: [&str; 6] =
    ["<&- >&- 2>&-", ">&- 2>&-", "2>&-", "<&-", ">/dev/full 2>/dev/full", "<&- >/dev/full 2>&-"];

fn redirected(redirections: &str) -> String {
    format!("exec \"$0\" \"$@\" {redirections}")
}

#[test]
fn a_server_whose_streams_are_closed_or_full_serves_and_tells_members_nothing_else() {
    for redirections in REDIRECTIONS {
        let mut command = programs::server_by(&["sh", "-c", &redirected(redirections)]);
        command.args(["--listen", "127.0.0.1:0", "--history", "0", "--burst", "1", "-v"]);
        let mut program = Program::start(command);
        let address = kernel::listens_on(program.id());
        let ann = Peer::joins(address, "Ann");
        let bob = Peer::joins(address, "Bob");
        ann.sees("Bob joined the chat!");
        // The second is read more slowly, which is logged.
        for line in ["one", "two"] {
            bob.says(line);
            all_see(&[&ann, &bob], &format!("Bob: {line}"));
        }
        drop(bob);
        ann.sees("Bob left the chat!");
        // Before there is a nickname, all but a prompt would be seen too.
        let newcomer = Peer::connects(address);
        program.signal("TERM");
        newcomer.sees("! the server is shutting down");
        newcomer.sees_the_end();
        ann.sees("# the server is shutting down");
        ann.sees_the_end();
        drop((ann, newcomer));
        assert_eq!(program.exit_code(), 0, "{redirections}");
    }
}

#[test]
fn a_client_whose_streams_are_closed_or_full_neither_panics_nor_says_what_it_is_shown() {
    let server = Server::start(&["--history", "0"]);
    let ann = Peer::joins(server.address, "Ann");
    for redirections in REDIRECTIONS {
        let (hears, shows) = (!redirections.contains("<&-"), !redirections.contains("/dev/full"));
        let bot = starts(&server, redirections);
        // A client that cannot show anything ends at once.
        let says = hears && shows;
        if says {
            bot.types("hi\n");
        }
        let outcome = bot.ends();
        assert_eq!(outcome.code, i32::from(!shows), "{redirections}: {outcome}");
        ann.sees("bot joined the chat!");
        if says {
            ann.sees("bot: hi");
        }
        let left = ann.screen().next().unwrap();
        assert!(left.starts_with("bot left the chat!"), "{redirections}: {left}");
    }
}

#[test]
fn a_client_that_cannot_write_what_it_is_told_says_so_in_one_line() {
    let server = Server::start(&[]);
    let outcome = starts(&server, ">/dev/full").ends();
    assert_eq!(
        outcome.to_string(),
        "exit code 1\n--- stdout\n--- stderr\nchatroom-client: cannot write what is said: no storage space"
    );
}

fn starts(server: &Server, redirections: &str) -> Program {
    let mut command = programs::client_by(&["sh", "-c", &redirected(redirections)]);
    command.args(["--nick", "bot", &server.address.to_string()]);
    Program::start(command)
}

/// The kernel does not only fail the write: it sends a signal that kills (setrlimit(2)).
#[test]
fn a_log_file_that_may_grow_no_more_does_not_end_the_server() {
    let log = std::env::temp_dir().join(format!("chatroom-log-{}", std::process::id()));
    let limited = format!("ulimit -f 0; exec \"$0\" \"$@\" 2>{}", log.display());
    let mut command = programs::server_by(&["sh", "-c", &limited]);
    command.args(["--listen", "127.0.0.1:0"]);
    let mut server = Server::run(command);
    let ann = Peer::joins(server.address, "Ann");
    ann.says("still here?");
    ann.sees("Ann: still here?");
    let written = std::fs::read(&log);
    std::fs::remove_file(&log).unwrap();
    assert_eq!(written.unwrap(), b"", "the log could grow");
    server.program.signal("TERM");
    ann.sees("# the server is shutting down");
    drop(ann);
    assert_eq!(server.program.exit_code(), 0);
}
