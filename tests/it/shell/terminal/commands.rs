//! Commands that are the client's own, and those that are not.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::tty::Tty;
use crate::loopback::people::{Peer, Person};
use crate::programs::Server;

fn new_file(name: &str) -> PathBuf {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_file(&file);
    file
}

#[test]
fn scrollback_is_saved_for_nobody_else_and_overwrites_nothing() {
    let server = Server::start(&[]);
    let ann = Tty::joins(server.address, "ann", &[]);
    let bob = Peer::joins(server.address, "bob");
    bob.says("keep this");
    ann.shows("bob: keep this");
    let file = new_file("saved");
    ann.types(&format!("/save {}\r", file.display()));
    ann.shows("5 lines are saved");
    let saved = fs::read_to_string(&file).unwrap();
    assert_eq!(
        saved,
        "ann joined the chat!\nConnected to the server!\n# 1 here: ann\nbob joined the chat!\nbob: keep this\n"
    );
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    ann.types("more\r");
    ann.shows("ann: more");
    ann.types(&format!("/save {}\r", file.display()));
    ann.shows_wrapped(&format!("-- there is a file {} already; give another name", file.display()));
    assert_eq!(fs::read_to_string(&file).unwrap(), saved);
}

#[test]
fn the_screen_is_cleared() {
    let server = Server::start(&[]);
    let ann = Tty::joins(server.address, "ann", &[]);
    ann.types("/clear\r");
    ann.prompts("ann>");
    ann.waits_until_gone("Connected");
    ann.types("hello\r");
    ann.shows("ann: hello");
    let screen = ann.screen();
    assert_eq!(screen, "ann: hello\nann>");
}

#[test]
fn options_are_set_people_ignored_and_the_rest_goes_to_the_server() {
    let server = Server::start(&[]);
    let ann = Tty::joins(server.address, "ann", &["--presence", "all"]);
    let bob = Peer::joins(server.address, "bob");
    ann.shows("bob joined the chat!");
    ann.types("/set\r");
    ann.shows("-- time off, presence all, bell mention,private");
    ann.types("/set time full\r");
    ann.shows("time full, ");
    bob.says("what time is it?");
    ann.shows("bob: what time is it?");
    ann.types("/set time off\r");
    ann.shows("time off, ");
    ann.types("/set time never\r");
    ann.shows("choose one of");
    ann.types("/ignore bob\r");
    ann.shows("bob is ignored");
    bob.says("can you hear me?");
    bob.screen().until("bob: can you hear me?");
    ann.types("/who\r");
    ann.shows("# 2 here: ann, bob");
    ann.types("/unignore bob\r");
    ann.shows("bob is not ignored any more");
    bob.says("and now?");
    ann.shows("bob: and now?");
    ann.types("/nonsense\r");
    ann.shows("! ");
    ann.types("/nick Anna\r");
    ann.prompts("Anna>");
    ann.types("/who\r");
    ann.shows("# 2 here: Anna, bob");
    // It is some time.
    let screen = ann.screen().replace(|it: char| it.is_ascii_digit(), "0");
    insta::assert_snapshot!(screen);
}

#[test]
fn quit_leaves_with_a_reason() {
    let server = Server::start(&[]);
    let bob = Peer::joins(server.address, "bob");
    let mut ann = Tty::joins(server.address, "ann", &[]);
    bob.sees("ann joined the chat!");
    ann.types("/quit supper\r");
    assert_eq!(ann.ends(), 0);
    bob.sees("ann left the chat! (quit: supper)");
}

#[test]
fn a_nickname_is_asked_for_again_when_it_is_taken() {
    let server = Server::start(&[]);
    let _ann = Peer::joins(server.address, "ann");
    let ann = Tty::client(server.address, "ann", &[]);
    ann.prompts("Choose your nickname:");
    ann.types("nna\x01A\r");
    ann.prompts("Anna>");
    insta::assert_snapshot!(ann.screen(), @"
        -- the nickname ann is taken, choose another
        Anna joined the chat!
        Connected to the server!
        # 2 here: ann, Anna
        Anna>
    ");
}
