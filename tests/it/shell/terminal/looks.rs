//! Sizes, colours, and terminals that can do little.

use super::tty::{Tty, in_a_terminal};
use crate::loopback::people::{Peer, Person};
use crate::programs::{self, Server};

#[test]
fn a_screen_of_any_width_stays_right() {
    let server = Server::start(&[]);
    let ann = Tty::joins(server.address, "ann", &[]);
    let bob = Peer::joins(server.address, "bob");
    ann.types("what is typed meanwhile");
    for (turn, columns) in [20, 7, 2, 1, 3, 300, 500, 80].into_iter().enumerate() {
        ann.resizes(columns, 24);
        ann.screen();
        bob.says(&format!("turn {turn}"));
        ann.types("a\x7f");
        ann.screen();
    }
    ann.types("\r");
    ann.shows("ann: what is typed meanwhile");
    ann.types("/clear\r");
    ann.waits_until_gone("meanwhile");
    bob.says("fine");
    ann.shows("bob: fine");
    ann.types("typed");
    ann.prompts("ann> typed");
    assert_eq!(ann.screen(), "bob: fine\nann> typed");
}

#[test]
fn a_long_line_on_a_screen_of_any_width_is_typed_and_sent_while_others_speak() {
    const LINES: usize = 30;
    let server = Server::start(&["--rate", "0", "--history", "0"]);
    let bob = Peer::joins(server.address, "bob");
    let text = "a long line of many words ".repeat(12);
    let (begun, rest) = text.trim().split_at(150);
    // The look of the last line's number there.
    for (columns, last) in [(1, "2\r\n9\r\n"), (2, "2\r\n9\r\n"), (10, "  29"), (500, "line 29")] {
        let mut command = in_a_terminal(programs::client());
        command.args([&server.address.to_string(), "--nick", "ann", "--time", "off"]);
        let mut ann = Tty::starts(command, columns, 24);
        bob.sees("ann joined the chat!");
        ann.types(begun);
        for line in 0..LINES {
            bob.says(&format!("line {line}"));
            bob.sees(&format!("bob: line {line}"));
        }
        ann.has_shown(last);
        ann.types(rest);
        // To the start, over it and to the end: the cursor crosses all rows.
        ann.types("\x01\x1bf\x05\r");
        bob.sees(&format!("ann: {}", text.trim()));
        ann.types("\x04");
        assert_eq!(ann.ends(), 0);
        bob.sees("ann left the chat!");
    }
}

/// The screen is not looked at, since the emulator stands no wide character in so narrow a one.
#[test]
fn wide_characters_on_a_narrow_screen_harm_nothing() {
    let server = Server::start(&[]);
    let ann = Tty::joins(server.address, "ann", &[]);
    let bob = Peer::joins(server.address, "bob");
    let wide = "宽字符 e\u{301} \u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} שלום\t";
    for columns in [1, 2, 3, 5] {
        ann.says_to_be(columns, 2);
        ann.types(&wide.replace('\t', "\x16\t"));
        bob.says(wide);
        ann.types("\x01\x1b[C\x1b[C\x05\r");
        while !bob.screen().next().unwrap().starts_with("ann: 宽字符") {}
    }
}

#[test]
fn without_colour_there_is_none_and_lines_are_edited() {
    let server = Server::start(&[]);
    let ann = Tty::joins(server.address, "ann", &[]);
    let bob = Peer::joins(server.address, "bob");
    bob.says("ann: look");
    ann.shows("bob: ann: look");
    ann.types("hello\r");
    ann.shows("ann: hello");
    ann.types("he");
    ann.prompts("ann> he");
    assert_eq!(sgr(&ann.bytes()), Vec::<String>::new());
}

#[test]
fn with_colour_there_is_some_and_what_was_typed_before_is_hinted_at() {
    let server = Server::start(&[]);
    let mut command = in_a_terminal(programs::client());
    command.args([&server.address.to_string(), "--nick", "ann", "--time", "off"]);
    command.env_remove("NO_COLOR");
    let ann = Tty::starts(command, 80, 24);
    ann.prompts("ann>");
    ann.types("hello there\r");
    ann.shows("ann: hello there");
    let before = ann.bytes().len();
    ann.types("hel");
    ann.prompts("ann> hello there");
    assert!(sgr(&ann.bytes()[before..]).contains(&"2".to_owned()), "the hint is dim");
    ann.types("\r");
    ann.prompts("ann>");
    ann.shows("ann: hel\n");
}

/// The parameters of what sets colours and such.
fn sgr(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let sequences = text.split("\x1b[").skip(1);
    let ends = |text: &str| text.find(|it: char| it.is_ascii_alphabetic());
    sequences
        .filter(|text| ends(text).is_some_and(|end| text[end..].starts_with('m')))
        .map(|text| text[..ends(text).unwrap()].to_owned())
        .collect()
}

#[test]
fn a_plain_or_dumb_terminal_is_only_ever_appended_to() {
    let dumb = [Some("dumb"), Some("emacs"), Some("cons25"), Some(""), None];
    let dumb = dumb.map(|term| (term, &[][..]));
    for (term, flags) in dumb.into_iter().chain([(Some("xterm-256color"), &["--plain"][..])]) {
        let server = Server::start(&[]);
        let mut command = in_a_terminal(programs::client());
        command.args([&server.address.to_string(), "--nick", "ann", "--time", "off"]).args(flags);
        match term {
            Some(term) => command.env("TERM", term),
            None => command.env_remove("TERM"),
        };
        let mut ann = Tty::starts(command, 80, 24);
        ann.shows("Connected to the server!");
        let bob = Peer::joins(server.address, "bob");
        bob.says("\x1b[2Jann: \x07look");
        ann.shows("look");
        ann.types("hello\r");
        ann.shows("ann: hello");
        ann.types("\x04");
        assert_eq!(ann.ends(), 0);
        let bytes = ann.bytes();
        assert!(!bytes.contains(&b'\x1b') && !bytes.contains(&b'\x08'), "{}", bytes.escape_ascii());
    }
}
