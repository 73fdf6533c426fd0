//! Every way out, and what it leaves of the terminal.

use std::process::Command;

use super::tty::{Tty, in_a_terminal};
use crate::loopback::people::{Peer, Person};
use crate::programs::{self, Server};

#[test]
fn ctrl_d_on_an_empty_line_leaves() {
    let server = Server::start(&[]);
    let mut ann = Tty::joins(server.address, "ann", &[]);
    ann.types("ab\x01\x04");
    ann.prompts("ann> b");
    ann.types("\x04\x04");
    assert_eq!(ann.ends(), 0);
}

#[test]
fn ctrl_c_clears_the_line_and_on_an_empty_one_asks() {
    let server = Server::start(&[]);
    let mut ann = Tty::joins(server.address, "ann", &[]);
    ann.types("not this");
    ann.prompts("ann> not this");
    ann.types("\x03");
    ann.prompts("ann>");
    for refusal in ["n\r", "\r", "\x03", "\x04"] {
        ann.types("\x03");
        ann.prompts("leave the chat? [y/N]");
        ann.types(refusal);
        ann.prompts("ann>");
    }
    insta::assert_snapshot!(ann.screen(), @"
        ann joined the chat!
        Connected to the server!
        # 1 here: ann
        ann>
    ");
    ann.types("\x03");
    ann.prompts("leave the chat? [y/N]");
    ann.types("y\r");
    assert_eq!(ann.ends(), 0);
}

/// The terminal's mode before and after, and the exit code.
const MODES: &str = "ulimit -c 0; before=$(stty -g); \"$0\" \"$@\"; code=$?; after=$(stty -g)
    test \"$before\" = \"$after\" && echo the mode is as it was || echo \"$before $after\"
    echo it ended with $code";

/// The screen of a person in a shell who runs a client with these flags.
fn in_a_shell(server: &Server, flags: &[&str]) -> Tty {
    let mut command: Command = in_a_terminal(programs::client_by(&["sh", "-c", MODES]));
    command.args([&server.address.to_string(), "--nick", "ann", "--time", "off"]).args(flags);
    let tty = Tty::starts(command, 80, 24);
    tty.prompts("ann>");
    tty
}

/// The client ends with this code, and its terminal is as it was before: the mode, how a paste comes,
/// and a row that begins where the cursor is.
#[track_caller]
fn leaves_it_as_it_was(mut shell: Tty, code: i32) {
    shell.shows(&format!("it ended with {code}"));
    assert_eq!(shell.ends(), 0);
    let rows = shell.rows();
    assert!(rows.contains(&"the mode is as it was".to_owned()), "{rows:#?}");
    let screen = shell.emulated();
    assert!(!screen.bracketed_paste() && !screen.hide_cursor());
}

/// The client's process, of whose parents one is this shell.
fn client_in(shell: &Tty) -> String {
    let children = Command::new("pgrep").args(["-P", &shell.id().to_string()]).output().unwrap();
    String::from_utf8(children.stdout).unwrap().trim().into()
}

fn kill(signal: &str, process: &str) {
    assert!(Command::new("kill").args([signal, process]).status().unwrap().success());
}

#[test]
fn signals_end_it_as_they_should_and_the_terminal_is_as_it_was() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143), ("-HUP", 129), ("-QUIT", 131)] {
        let server = Server::start(&[]);
        let shell = in_a_shell(&server, &[]);
        shell.types("half a line");
        shell.prompts("ann> half a line");
        kill(signal, &client_in(&shell));
        leaves_it_as_it_was(shell, code);
    }
}

#[test]
fn a_signal_amid_a_search_a_question_or_a_key_leaves_the_terminal_as_it_was() {
    for (signal, code, keys, shown) in [
        ("-TERM", 143, "\x12", "(reverse-i-search)`':"),
        ("-HUP", 129, "\x03", "leave the chat? [y/N]"),
        // A key of which the rest never comes.
        ("-TERM", 143, "half a line\x1b[", "ann> half a line"),
    ] {
        let server = Server::start(&[]);
        let shell = in_a_shell(&server, &[]);
        shell.types("said\r");
        shell.shows("ann: said");
        shell.types(keys);
        shell.prompts(shown);
        kill(signal, &client_in(&shell));
        leaves_it_as_it_was(shell, code);
    }
}

/// Nothing that is known makes it panic, but what no program should do to another: more descriptors
/// are open from the start than `select` can wait for, which the line editor waits with.
#[test]
fn a_panic_leaves_the_terminal_as_it_was() {
    let full = "ulimit -Sn 1200; for fd in {3..1050}; do eval \"exec $fd</dev/null\"; done";
    let script = format!("{full}; {MODES}");
    let server = Server::start(&[]);
    let mut command = in_a_terminal(programs::client_by(&["bash", "-c", &script]));
    command.args([&server.address.to_string(), "--nick", "ann"]).env("RUST_BACKTRACE", "0");
    let shell = Tty::starts(command, 80, 24);
    shell.has_shown("panicked at");
    shell.has_shown("\x1b[?2004h");
    leaves_it_as_it_was(shell, 101);
}

#[test]
fn whose_terminal_is_closed_leaves() {
    let server = Server::start(&[]);
    let bob = Peer::joins(server.address, "bob");
    let mut ann = Tty::joins(server.address, "ann", &[]);
    bob.sees("ann joined the chat!");
    ann.types("half a line");
    ann.prompts("ann> half a line");
    ann.closes();
    bob.sees("ann left the chat!");
    ann.ends();
}

#[test]
fn the_end_of_the_server_is_one_line_and_the_terminal_is_as_it_was() {
    let mut server = Server::start(&[]);
    let mut shell = in_a_shell(&server, &["--no-reconnect"]);
    shell.types("half a line");
    shell.prompts("ann> half a line");
    server.program.signal("TERM");
    assert_eq!(server.program.exit_code(), 0);
    shell.shows("it ended with 1");
    assert_eq!(shell.ends(), 0);
    insta::assert_snapshot!(shell.screen(), @"
        ann joined the chat!
        Connected to the server!
        # 1 here: ann
        # the server is shutting down
        chatroom-client: the server closed the connection
        the mode is as it was
        it ended with 1
    ");
}

#[test]
fn ctrl_z_stops_and_a_continued_job_has_its_line_again() {
    for key in [true, false] {
        let server = Server::start(&[]);
        // A shell with job control, which is told of the stop.
        let script = "set -m; \"$0\" \"$@\"; echo stopped with $?; stty -a | tr ' ' '\\n' | \
            grep -E '^-?(echo|icanon)$' | tr '\\n' ' '; read answer; fg; echo it ended with $?";
        let mut command = in_a_terminal(programs::client_by(&["bash", "-c", script]));
        command.args([&server.address.to_string(), "--nick", "ann", "--time", "off"]);
        let mut shell = Tty::starts(command, 80, 24);
        shell.prompts("ann>");
        shell.types("half a line\x1b[D");
        shell.prompts("ann> half a line");
        if key {
            shell.types("\x1a");
        } else {
            kill("-TSTP", &client_in(&shell));
        }
        shell.shows("stopped with 149");
        shell.shows("icanon echo");
        shell.types("\r");
        shell.prompts("ann> half a line");
        shell.types("X\r");
        shell.shows("ann: half a linXe");
        shell.types("\x04");
        shell.shows("it ended with 0");
        shell.ends();
    }
}

/// Nobody could continue it.
#[test]
fn ctrl_z_in_a_terminal_without_a_shell_stops_nothing() {
    let server = Server::start(&[]);
    let ann = Tty::joins(server.address, "ann", &[]);
    ann.types("half a line");
    ann.prompts("ann> half a line");
    ann.types("\x1a");
    let bob = Peer::joins(server.address, "bob");
    bob.says("are you there?");
    ann.shows("bob: are you there?");
    ann.types(" and more\r");
    bob.sees("bob: are you there?");
    bob.sees("ann: half a line and more");
}

#[test]
fn a_stopped_job_that_is_killed_ends_and_leaves_the_room() {
    let server = Server::start(&[]);
    let bob = Peer::joins(server.address, "bob");
    let script = "set -m; \"$0\" \"$@\"; mode=$(stty -g); client=$(jobs -p); kill %1
        while kill -0 $client 2>/dev/null; do sleep 0.05; done
        test \"$mode\" = \"$(stty -g)\" && echo the mode is as it was";
    let mut command = in_a_terminal(programs::client_by(&["bash", "-c", script]));
    command.args([&server.address.to_string(), "--nick", "ann", "--time", "off"]);
    let mut shell = Tty::starts(command, 80, 24);
    shell.prompts("ann>");
    bob.sees("ann joined the chat!");
    shell.types("half a line");
    shell.prompts("ann> half a line");
    shell.types("\x1a");
    bob.sees("ann left the chat!");
    shell.shows("Terminated");
    shell.shows("the mode is as it was");
    assert_eq!(shell.ends(), 0);
}

#[test]
fn a_job_in_the_background_waits_and_has_its_line_again_in_front() {
    let server = Server::start(&[]);
    let bob = Peer::joins(server.address, "bob");
    let script = "set -m; \"$0\" \"$@\"; bg; read answer; jobs; fg; echo it ended with $?";
    let mut command = in_a_terminal(programs::client_by(&["bash", "-c", script]));
    command.args([&server.address.to_string(), "--nick", "ann", "--time", "off"]);
    let mut shell = Tty::starts(command, 80, 24);
    shell.prompts("ann>");
    shell.types("half a line");
    shell.prompts("ann> half a line");
    shell.types("\x1a");
    shell.shows("\"$0\" \"$@\" &");
    bob.says("where is ann?");
    shell.types("\r");
    shell.shows("Running");
    shell.shows("bob: where is ann?");
    shell.prompts("ann> half a line");
    shell.types("\x03\x04");
    shell.shows("it ended with 0");
    shell.ends();
}
