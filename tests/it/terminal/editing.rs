//! Completion, history, search and the keys of vi.

use super::tty::Tty;
use crate::loopback::people::Peer;
use crate::programs::Server;

/// The editor, which begins a line anew whenever its prompt is another, has shown its last one: a line
/// that begins anew has nothing to undo, and keys of vi insert.
fn is_settled(ann: &Tty) {
    ann.types("here\r");
    ann.shows("ann: here");
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
fn what_was_typed_comes_back_with_up_and_by_search() {
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
