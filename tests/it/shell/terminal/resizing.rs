//! A window that becomes wider or narrower.

use super::tty::Tty;
use crate::loopback::people::{Peer, Person};
use crate::programs::Server;

#[test]
fn a_long_line_stands_once_on_a_screen_of_another_width() {
    let server = Server::start(&[]);
    let ann = Tty::joins(server.address, "ann", &[]);
    let bob = Peer::joins(server.address, "bob");
    bob.says("hello");
    ann.shows("bob: hello");
    let begun = ann.bytes().len();
    let typed = "what is typed is longer than one row of the screen, ".repeat(2);
    ann.types(&typed);
    let said = [
        "ann joined the chat!",
        "Connected to the server!",
        "# 1 here: ann",
        "bob joined the chat!",
    ];
    let line = format!("ann> {}", typed.trim_end());
    for columns in [40, 26, 100, 80] {
        ann.resizes(columns, 24);
        let rows = line
            .as_bytes()
            .chunks(columns.into())
            .map(|row| str::from_utf8(row).unwrap().trim_end());
        let screen: Vec<_> = said.into_iter().chain(["bob: hello"]).chain(rows).collect();
        ann.shows_rows(&screen);
        assert_eq!(ann.screen().lines().count(), screen.len());
    }
    // The editing has not begun anew, for which pasting is told of anew.
    assert!(!String::from_utf8_lossy(&ann.bytes()[begun..]).contains("\x1b[?2004"));
}

#[test]
fn cleared_rows_do_not_come_back() {
    let server = Server::start(&[]);
    let ann = Tty::joins(server.address, "ann", &[]);
    let typed = "typed ".repeat(20);
    ann.types("/clear\rhello\r");
    ann.shows("ann: hello");
    ann.types(&typed);
    ann.resizes(30, 24);
    let line = format!("ann> {}", typed.trim_end());
    let rows: Vec<_> = line.as_bytes().chunks(30).map(|row| str::from_utf8(row).unwrap()).collect();
    ann.shows_rows(&[vec!["ann: hello"], rows].concat());
}

#[test]
fn row_that_fits_is_left_alone() {
    let server = Server::start(&[]);
    let ann = Tty::joins(server.address, "ann", &[]);
    ann.types("short");
    ann.prompts("ann> short");
    let before = ann.bytes().len();
    ann.resizes(40, 24);
    ann.types("er");
    ann.prompts("ann> shorter");
    assert!(!String::from_utf8_lossy(&ann.bytes()[before..]).contains("\x1b[H"));
}
