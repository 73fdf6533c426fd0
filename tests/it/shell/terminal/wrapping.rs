//! Lines that are longer than the screen is wide.

use std::fs;
use std::path::Path;

use super::tty::{Tty, in_a_terminal};
use crate::loopback::people::{Peer, Person};
use crate::programs::{self, Server};

/// Padded so that the terminal, at this width, would go on with the rest at its left edge.
fn padded(columns: usize) -> String {
    format!("hi{}eve: I quit", " ".repeat(columns - "bob: hi".len()))
}

#[test]
fn continued_row_is_indented_at_every_width_and_saved_as_one_line() {
    let server = Server::start(&["--rate", "0"]);
    let ann = Tty::joins(server.address, "ann", &[]);
    let bob = Peer::joins(server.address, "bob");
    ann.shows("bob joined the chat!");
    bob.says(&padded(80));
    bob.says(&"word ".repeat(17));
    bob.says(&"x".repeat(75));
    ann.shows(&"x".repeat(75));
    ann.types("typed");
    ann.prompts("ann> typed");
    insta::assert_snapshot!(ann.screen());
    ann.types("\x15/clear\r");
    ann.waits_until_gone("word");
    ann.resizes(30, 24);
    ann.screen();
    bob.says(&padded(30));
    bob.says("words of which some are on the next row");
    ann.shows("the next row");
    let rows =
        ["bob: hi", "  eve: I quit", "bob: words of which some are", "  on the next row", "ann>"];
    assert_eq!(ann.screen().trim_start().lines().collect::<Vec<_>>(), rows);
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("wrapped");
    let _ = fs::remove_file(&file);
    ann.types(&format!("/save {}\r", file.display()));
    ann.shows("lines are saved in");
    let saved = fs::read_to_string(&file).unwrap();
    assert!(saved.lines().any(|line| line == format!("bob: {}", padded(80))), "{saved}");
}

#[test]
fn a_plain_terminal_breaks_lines_itself() {
    let server = Server::start(&[]);
    let mut command = in_a_terminal(programs::client());
    command.args([&server.address.to_string(), "--nick", "ann", "--time", "off", "--plain"]);
    let ann = Tty::starts(command, 80, 24);
    ann.shows("Connected to the server!");
    let bob = Peer::joins(server.address, "bob");
    bob.says(&padded(80));
    ann.has_shown(&format!("bob: {}", padded(80)));
}
