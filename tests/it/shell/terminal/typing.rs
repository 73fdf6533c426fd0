//! The line that is typed while others speak.

use super::tty::Tty;
use crate::loopback::people::{Peer, Person};
use crate::programs::Server;

const NO_LIMITS: &[&str] = &["--rate", "0", "--history", "0"];

#[test]
fn arriving_line_stands_above_the_draft_which_stays() {
    let server = Server::start(NO_LIMITS);
    let ann = Tty::joins(server.address, "ann", &[]);
    let bob = Peer::joins(server.address, "bob");
    ann.shows("bob joined the chat!");
    ann.types("hello there\x1b[D\x1b[D\x1b[D");
    ann.prompts("ann> hello there");
    let (row, column) = ann.cursor();
    bob.says("one");
    bob.says("two");
    ann.shows("bob: two");
    insta::assert_snapshot!(ann.screen(), @"
        ann joined the chat!
        Connected to the server!
        # 1 here: ann
        bob joined the chat!
        bob: one
        bob: two
        ann> hello there
    ");
    assert_eq!(ann.cursor(), (row + 2, column));
    ann.types("X");
    ann.prompts("ann> hello thXere");
}

#[test]
fn a_flood_amid_which_one_types_loses_nothing_and_keeps_its_order() {
    const LINES: usize = 600;
    const SAID: usize = 40;
    let server = Server::start(NO_LIMITS);
    let ann = Tty::joins(server.address, "ann", &[]);
    let bob = Peer::joins(server.address, "bob");
    ann.shows("bob joined the chat!");
    for line in 0..LINES {
        bob.says(&format!("line {line}"));
        if line % 15 == 0 {
            ann.types(&format!("typed {}\r", line / 15));
        }
        if line % 7 == 0 {
            ann.types("ab\x7f\x7f");
        }
    }
    bob.says("that is all");
    ann.has_shown("bob: that is all");
    ann.has_shown(&format!("ann: typed {}", SAID - 1));
    ann.types("still here");
    ann.prompts("ann> still here");
    let rows = ann.rows();
    let by =
        |who: &str| rows.iter().filter(|row| row.starts_with(who)).cloned().collect::<Vec<_>>();
    let mut said: Vec<_> = (0..LINES).map(|line| format!("bob: line {line}")).collect();
    said.push("bob: that is all".into());
    assert_eq!(by("bob: "), said);
    let typed: Vec<_> = (0..SAID).map(|line| format!("ann: typed {line}")).collect();
    assert_eq!(by("ann: "), typed);
    assert_eq!(by("ann>"), ["ann> still here"], "{rows:#?}");
    // Before: who joined, that one is connected, and who is here.
    assert_eq!(rows.iter().filter(|row| !row.is_empty()).count(), 4 + LINES + 1 + SAID + 1);
}

#[test]
fn the_echo_takes_the_place_of_the_typed_line() {
    let server = Server::start(NO_LIMITS);
    let ann = Tty::joins(server.address, "ann", &[]);
    let bob = Peer::joins(server.address, "bob");
    ann.shows("bob joined the chat!");
    let texts = [
        "short".to_owned(),
        "of several rows ".repeat(20).trim().to_owned(),
        "to the last column ".repeat(5)[..75].to_owned(),
        "宽字符".repeat(40),
        "e\u{301}a\u{308}".repeat(50),
        "שלום עולם مرحبا".repeat(10),
        "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}".repeat(15),
        "\u{2764}\u{fe0f}\u{1f44b}\u{1f3ff}".repeat(20),
        "x".repeat(400),
    ];
    for (number, text) in texts.iter().enumerate() {
        ann.types(text);
        ann.types(&format!(" {number}\r"));
        bob.sees(&format!("ann: {text} {number}"));
        ann.prompts("ann>");
        ann.waits_for_row_that_ends(&format!(" {number}"));
    }
    insta::assert_snapshot!(ann.rows().join("\n").trim_end());
}

#[test]
fn lines_typed_ahead_are_all_said() {
    let server = Server::start(NO_LIMITS);
    let ann = Tty::joins(server.address, "ann", &[]);
    ann.types("one\rtwo\rthree\rfour");
    ann.prompts("ann> four");
    ann.shows("ann: three");
    insta::assert_snapshot!(ann.screen(), @"
        ann joined the chat!
        Connected to the server!
        # 1 here: ann
        ann: one
        ann: two
        ann: three
        ann> four
    ");
}

#[test]
fn bytes_that_are_no_characters_do_not_leave() {
    let server = Server::start(NO_LIMITS);
    let ann = Tty::joins(server.address, "ann", &[]);
    ann.types("caf");
    ann.prompts("ann> caf");
    ann.sends(b"\xe9\xff");
    ann.prompts("ann> caf");
    ann.screen();
    ann.types("es\r");
    ann.shows("ann: cafes");
    ann.prompts("ann>");
}

/// A family of emoji takes between 2 columns and 8 on terminals: it is painted so that all agree.
#[test]
fn pictures_that_join_leave_what_stands_above_them_alone() {
    const FAMILY: &str = "\u{1f469}\u{200d}\u{1f469}\u{200d}\u{1f467}\u{200d}\u{1f466}";
    let server = Server::start(&[]);
    let ann = Tty::joins(server.address, "ann", &[]);
    ann.types(&FAMILY.repeat(24));
    ann.screen();
    ann.types("\u{1f44b}\u{1f3ff}\u{2764}\u{fe0f}.");
    ann.shows("\u{1f44b}  \u{2764}.");
    let begun = String::from_utf8(ann.bytes()).unwrap();
    assert!(!begun.contains(|it| "\u{200d}\u{1f3ff}\u{fe0f}".contains(it)));
    // Each row as the editor counts it: 9 families behind the prompt, and 10 in a whole row.
    let row = |families| FAMILY.replace('\u{200d}', "").repeat(families);
    let (first, second) = (format!("ann> {}", row(9)), row(10));
    let rows =
        ["ann joined the chat!", "Connected to the server!", "# 1 here: ann", &first, &second];
    ann.shows_rows(&rows);
    ann.types("\x01X");
    ann.shows_rows(&rows[..3]);
    ann.types("\r");
    ann.shows("ann: X\u{1f469}");
}
