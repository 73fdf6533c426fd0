//! Killing and yanking, undoing, words, completion, history, search, hints and the keys of vi.

use super::tty::Tty;
use crate::loopback::people::{Peer, Person};
use crate::programs::Server;

/// The editor, which begins a line anew whenever its prompt is another, has shown its last one: a line
/// that begins anew has nothing to undo, and keys of vi insert.
fn is_settled(ann: &Tty) {
    ann.types("here\r");
    ann.shows("ann: here");
}

#[test]
fn killed_text_is_yanked_into_another_line_though_others_speak() {
    let server = Server::start(&[]);
    let ann = Tty::joins(server.address, "ann", &[]);
    let bob = Peer::joins(server.address, "bob");
    ann.types("one two three\x01\x1bf\x0b");
    ann.prompts("ann> one");
    bob.says("meanwhile");
    ann.shows("bob: meanwhile");
    ann.types("\x19");
    ann.prompts("ann> one two three");
    ann.types("\x17\r");
    ann.shows("ann: one two");
    ann.types("\x19 \x19");
    ann.prompts("ann> three three");
    // The text killed before comes back.
    ann.types("\x1by\r");
    ann.shows("ann: three  two three");
}

#[test]
fn edits_are_undone_step_by_step() {
    let server = Server::start(&[]);
    let ann = Tty::joins(server.address, "ann", &[]);
    is_settled(&ann);
    ann.types("one two");
    ann.prompts("ann> one two");
    ann.types("\x17\x15");
    ann.prompts("ann>");
    ann.types("\x1f");
    ann.prompts("ann> one");
    ann.types("\x18\x15");
    ann.prompts("ann> one two");
    ann.types("\x1f");
    ann.prompts("ann> one");
    ann.types("\x1f");
    ann.prompts("ann>");
    // There is nothing more to undo.
    ann.types("\x1f\x1fthree");
    ann.prompts("ann> three");
}

#[test]
fn words_and_characters_are_moved_over_whole_however_wide_they_are() {
    const PROMPT: u16 = 5;
    let server = Server::start(&[]);
    let ann = Tty::joins(server.address, "ann", &[]);
    let bob = Peer::joins(server.address, "bob");
    ann.types("宽字符 éä e\u{301}a\u{308}");
    ann.prompts("ann> 宽字符 éä e\u{301}a\u{308}");
    for (keys, column) in [
        ("\x1b[D", 11),
        ("\x02", 10),
        ("\x06", 11),
        ("\x7f", 10),
        ("\x1b[D", 9),
        ("\x1bb", 7),
        ("\x1bb", 0),
        ("\x1bf", 6),
        ("\x1b[D", 4),
        ("\x1bf\x1bf", 9),
    ] {
        ann.types(keys);
        ann.moves_to(PROMPT + column);
    }
    ann.types("o\x1bb\x02\x02\x1b[3~X\r");
    bob.sees("ann: 宽字X éäo a\u{308}");
}

#[test]
fn tab_completes_whom_one_speaks_to_and_commands() {
    let server = Server::start(&[]);
    let ann = Tty::joins(server.address, "ann", &[]);
    let _meghana = Peer::joins(server.address, "Meghana");
    ann.shows("Meghana joined the chat!");
    ann.types("me\t");
    ann.prompts("ann> Meghana:");
    ann.types("hi m\t");
    ann.prompts("ann> Meghana: hi Meghana");
    ann.types("\x15/ms\t");
    ann.prompts("ann> /msg");
    ann.types("meg\t");
    ann.prompts("ann> /msg Meghana");
    ann.types("psst\r");
    ann.shows("[you to Meghana] psst");
    ann.types("/un\t");
    ann.prompts("ann> /unignore");
}

#[test]
fn a_tab_that_could_be_several_lists_them_and_holds_nothing_up() {
    let server = Server::start(&[]);
    let ann = Tty::joins(server.address, "ann", &[]);
    ann.types("/m\t");
    ann.shows("/me <text>");
    ann.shows("/msg <nick> <text>");
    let _bob = Peer::joins(server.address, "bob");
    ann.shows("bob joined the chat!");
    ann.prompts("ann> /m");
}

#[test]
fn typed_line_comes_back_with_up_and_by_search() {
    let server = Server::start(&[]);
    let ann = Tty::joins(server.address, "ann", &[]);
    for line in ["first", "second", "third"] {
        ann.types(&format!("{line}\r"));
        ann.shows(&format!("ann: {line}"));
    }
    ann.types("\x1b[A\x1b[A");
    ann.prompts("ann> second");
    ann.types("\x15\x12fir");
    ann.shows("(reverse-i-search)`fir': first");
    ann.types("\r");
    ann.prompts("ann>");
    assert_eq!(ann.rows().iter().filter(|row| *row == "ann: first").count(), 2);
}

#[test]
fn a_hint_is_dim_and_is_taken_with_the_right_arrow() {
    let server = Server::start(&[]);
    let ann = Tty::joins(server.address, "ann", &["--color", "always"]);
    ann.types("hello there\r");
    ann.shows("ann: hello there");
    ann.types("hel");
    ann.prompts("ann> hello there");
    let screen = ann.emulated();
    let (row, _) = screen.cursor_position();
    let dim = |column| screen.cell(row, column).unwrap().dim();
    assert_eq!(
        (5..16).filter(|column| dim(*column)).collect::<Vec<_>>(),
        [8, 9, 10, 11, 12, 13, 14, 15]
    );
    ann.types("\x1b[C\r");
    ann.shows("ann: hello there\nann: hello there\n");
}

#[test]
fn without_colour_nothing_is_hinted_at() {
    let server = Server::start(&[]);
    let ann = Tty::joins(server.address, "ann", &[]);
    ann.types("hello there\r");
    ann.shows("ann: hello there");
    ann.types("hel");
    ann.prompts("ann> hel");
    ann.types("\x1b[C\r");
    ann.shows("ann: hel\n");
}

#[test]
fn a_question_is_neither_completed_nor_hinted_at() {
    let server = Server::start(&[]);
    let ann = Tty::joins(server.address, "ann", &["--color", "always"]);
    let _yves = Peer::joins(server.address, "yves");
    ann.types("yes and no\r");
    ann.shows("ann: yes and no");
    ann.types("\x03");
    ann.prompts("leave the chat? [y/N]");
    ann.types("y\t");
    assert!(ann.screen().ends_with("leave the chat? [y/N] y"), "{}", ann.screen());
}

#[test]
fn the_history_file_keeps_what_was_typed() {
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("typed before");
    let _ = std::fs::remove_file(&file);
    let server = Server::start(&[]);
    let flags = ["--history-file", file.to_str().unwrap()];
    let mut ann = Tty::joins(server.address, "ann", &flags);
    ann.types("remember me\r");
    ann.shows("ann: remember me");
    ann.types("\x04");
    assert_eq!(ann.ends(), 0);
    let ann = Tty::joins(server.address, "ann", &flags);
    ann.types("\x1b[A");
    ann.prompts("ann> remember me");
}

#[test]
fn the_keys_of_vi_edit() {
    let server = Server::start(&[]);
    let ann = Tty::joins(server.address, "ann", &["--edit", "vi"]);
    is_settled(&ann);
    ann.types("one two three");
    ann.prompts("ann> one two three");
    ann.types("\x1b");
    ann.screen();
    ann.types("bD0x");
    ann.prompts("ann> ne two");
    ann.types("A!\r");
    ann.shows("ann: ne two !");
}
