//! Pasting, as terminals tell it apart from typing.

use std::fmt::Write;

use super::tty::Tty;
use crate::programs::Server;

fn pasted(lines: usize) -> String {
    let text = (1..=lines).fold(String::new(), |mut text, line| {
        write!(text, "pasted {line}\r").unwrap();
        text
    });
    format!("\x1b[200~{text}\x1b[201~")
}

#[test]
fn a_few_pasted_lines_are_sent_on_enter() {
    let server = Server::start(&[]);
    let ann = Tty::joins(server.address, "ann", &[]);
    ann.types(&pasted(3));
    ann.shows("pasted 3");
    assert!(!ann.screen().contains("ann: "), "nothing is sent before Enter");
    ann.types("\r");
    ann.shows("ann: pasted 3");
    insta::assert_snapshot!(ann.screen(), @"
        ann joined the chat!
        Connected to the server!
        # 1 here: ann
        ann: pasted 1
        ann: pasted 2
        ann: pasted 3
        ann>
    ");
}

#[test]
fn many_pasted_lines_are_asked_about() {
    let server = Server::start(&[]);
    let ann = Tty::joins(server.address, "ann", &[]);
    ann.resizes(80, 30); // Text that has scrolled off the screen cannot be taken back.
    for refusal in ["n\r", "\r", "\x03"] {
        ann.types(&pasted(23));
        ann.shows("pasted 23");
        ann.types("\r");
        ann.prompts("send 23 lines? [y/N]");
        ann.types(refusal);
        ann.prompts("ann>");
    }
    assert_eq!(
        ann.rows().join("\n").trim_end(),
        "ann joined the chat!\nConnected to the server!\n# 1 here: ann\nann>"
    );
}

#[test]
fn unsent_paste_can_be_called_off() {
    let server = Server::start(&["--rate", "2", "--burst", "2"]);
    let ann = Tty::joins(server.address, "ann", &[]);
    ann.types(&pasted(500));
    ann.shows("pasted 500");
    ann.types("\r");
    ann.prompts("send 500 lines? [y/N]");
    ann.types("y\r");
    ann.shows("ann: pasted 1");
    ann.types("typed\x03");
    ann.prompts("ann>");
    ann.types("\x03");
    ann.shows(" lines are not sent");
    ann.types("heard");
    ann.prompts("ann> heard");
    ann.types("\x15\x03");
    ann.prompts("leave the chat? [y/N]");
    assert!(!ann.screen().contains("ann: pasted 100"));
}

#[test]
fn refused_line_is_found_with_up() {
    let server = Server::start(&[]);
    let ann = Tty::joins(server.address, "ann", &[]);
    for refusal in ["n\r", "\r", "\x03"] {
        ann.types(&pasted(7));
        ann.shows("pasted 7");
        ann.types("\r");
        ann.prompts("send 7 lines? [y/N]");
        ann.types(refusal);
        ann.prompts("ann>");
        ann.types("\x1b[A");
        ann.shows("ann> pasted 1\npasted 2\n");
        ann.types("\x03");
        ann.prompts("ann>");
    }
    ann.types("\r\x1b[A\r");
    ann.prompts("send 7 lines? [y/N]");
    ann.types("y\r");
    ann.shows("ann: pasted 7");
}

/// More rows than the line editor can count.
#[test]
fn a_paste_of_any_length_can_be_refused() {
    let server = Server::start(&[]);
    let ann = Tty::joins(server.address, "ann", &[]);
    ann.types(&pasted(70_000));
    ann.has_shown("pasted 70000");
    ann.types("\r");
    ann.prompts("send 70000 lines? [y/N]");
    ann.types("n\r");
    ann.prompts("ann>");
    ann.types("fine\r");
    ann.shows("ann: fine");
}

#[test]
fn many_pasted_lines_are_sent_at_the_servers_pace() {
    let server = Server::start(&["--rate", "20", "--burst", "5"]);
    let ann = Tty::joins(server.address, "ann", &[]);
    ann.types(&pasted(23));
    ann.shows("pasted 23");
    ann.types("\r");
    ann.prompts("send 23 lines? [y/N]");
    ann.types("y\r");
    ann.has_shown("ann: pasted 23");
    let rows = ann.rows();
    let said: Vec<_> = rows.iter().filter(|row| row.starts_with("ann: ")).collect();
    let pasted: Vec<_> = (1..=23).map(|line| format!("ann: pasted {line}")).collect();
    assert_eq!(said, pasted.iter().collect::<Vec<_>>());
}

#[test]
fn a_paste_is_whole_though_the_window_is_resized_in_its_middle() {
    let server = Server::start(&[]);
    let ann = Tty::joins(server.address, "ann", &[]);
    let (first, second) = ("first\r".repeat(4), "second\r".repeat(4));
    for (columns, said) in [(60, "whole"), (70, "again")] {
        ann.types(&format!("{said}\x1b[200~{first}"));
        ann.shows(said);
        // A paste is shown when all of it is there; until then it is only read.
        ann.screen();
        ann.resizes(columns, 24);
        ann.screen();
        ann.types(&format!("{second}\x1b[201~"));
        ann.prompts("second");
        ann.types("\r");
        ann.prompts("send 8 lines? [y/N]");
        ann.types("n\r");
        ann.prompts("ann>");
    }
    assert!(!ann.rows().iter().any(|row| row.starts_with("ann: ")));
}
