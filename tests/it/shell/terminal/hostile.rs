//! A server that means no good.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::thread;

use super::tty::Tty;
use crate::programs::Server;

/// A server of one connection, which admits whoever comes and then does this.
fn server(then: impl FnOnce(TcpStream) + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let mut stream = listener.accept().unwrap().0;
        stream.write_all(b"NICK").unwrap();
        stream.read_exact(&mut [0; "/times\nann\n".len()]).unwrap();
        stream.write_all(b"ann joined the chat!\nConnected to the server!\n").unwrap();
        then(stream);
    });
    address
}

/// The sequences that the line editor and the view write, and nothing else does: moves of the
/// cursor, erasing, bracketed paste, updates in one go, colours.
fn is_ours(sequence: &str) -> bool {
    let Some(end) = sequence.chars().next_back() else { return false };
    let parameters = &sequence[..sequence.len() - end.len_utf8()];
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match end {
        'A' | 'B' | 'C' | 'D' => number(parameters),
        'J' | 'K' => parameters.is_empty(),
        'h' | 'l' => ["?2004", "?2026"].contains(&parameters),
        'm' => parameters.split(';').all(number),
        _ => false,
    }
}

#[test]
fn whatever_a_server_sends_only_our_own_escapes_reach_the_terminal() {
    let address = server(|mut stream| {
        // Bytes of all kinds, from a generator that needs no seed to be odd.
        let mut state = 1_u32;
        let mut garbage = Vec::new();
        for _ in 0..200_000 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            garbage.push(state.to_be_bytes()[0]);
        }
        for nasty in
            ["\x1b[2J", "\x1b]0;title\x07", "\x1bc", "\u{9b}2J", "\u{202e}", "\x07", "\x0e"]
        {
            garbage.extend(format!("bob: {nasty} x\n").bytes());
        }
        garbage.extend(b"\nbob: that is all\n");
        stream.write_all(&garbage).unwrap();
        let _ = stream.read(&mut [0]);
    });
    let ann = Tty::joins(address, "ann", &[]);
    ann.types("typed");
    ann.has_shown("bob: that is all");
    ann.prompts("ann> typed");
    only_our_own(&ann);
}

/// It does not matter what was pasted, nor how it is shown again.
#[test]
fn whatever_is_pasted_only_our_own_escapes_reach_the_terminal() {
    let server = Server::start(&[]);
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("typed before by someone else");
    std::fs::write(&file, "#V2\nz\u{9b}31m\x07\x1b[2Jy\u{202e}x\n").unwrap();
    let flags = ["--color", "always", "--history-file", file.to_str().unwrap()];
    let ann = Tty::joins(server.address, "ann", &flags);
    ann.types("\x1b[A");
    ann.prompts("ann> z31myx");
    ann.types("\x03z");
    // A hint.
    ann.prompts("ann> z31myx");
    ann.types("\x15\x1b[200~a\x0eb\x07c\u{9b}31m\x08\x0cd\u{202e}e\x1b[201~\x16\x07f");
    ann.prompts("ann> abc31mdef");
    ann.types("\x02\x02g\r");
    ann.shows("ann: abc31m degf");
    ann.types("\x1b[A");
    ann.prompts("ann> abc31m degf");
    ann.types("\x03ab");
    ann.prompts("ann> abc31m degf");
    only_our_own(&ann);
    let kept = std::fs::read_to_string(file).unwrap();
    assert_eq!(kept.lines().last(), Some("abc31m degf"));
}

/// Nothing that a terminal obeys has been written to it, but what we write ourselves.
#[track_caller]
fn only_our_own(tty: &Tty) {
    let text = String::from_utf8(tty.bytes()).expect("only characters");
    for sequence in text.split('\x1b').skip(1) {
        let sequence = sequence.strip_prefix('[').unwrap_or_default();
        let end = sequence.find(|it: char| it.is_ascii_alphabetic()).map_or(0, |at| at + 1);
        assert!(is_ours(&sequence[..end]), "{:?}", &sequence.chars().take(20).collect::<String>());
    }
    let control = |it: &char| it.is_control() && !"\x1b\r\n\t\x07".contains(*it);
    assert_eq!(text.chars().find(control), None);
    assert!(!text.contains(|it| ('\u{202a}'..='\u{202e}').contains(&it)));
}

#[test]
fn a_line_without_end_is_bounded() {
    let address = server(|mut stream| {
        let megabyte = vec![b'x'; 1 << 20];
        for _ in 0..8 {
            stream.write_all(&megabyte).unwrap();
        }
        stream.write_all(b"\nbob: that is all\n").unwrap();
        let _ = stream.read(&mut [0]);
    });
    let ann = Tty::joins(address, "ann", &[]);
    ann.has_shown("bob: that is all");
    ann.types("typed");
    ann.prompts("ann> typed");
}

#[test]
fn a_flood_that_never_ends_and_that_never_reads_can_be_left() {
    let address = server(|mut stream| {
        let lines = "bob: a line of a flood that never ends\n".repeat(1000);
        while stream.write_all(lines.as_bytes()).is_ok() {}
    });
    let mut ann = Tty::joins_amid(address, "ann");
    // Nobody reads what is typed; the kernel takes some of it.
    let line = "x".repeat(1000);
    for _ in 0..100 {
        ann.types(&format!("{line}\r"));
    }
    ann.types("\x03\x03");
    ann.has_shown("leave the chat? [y/N]");
    ann.types("y\r");
    // The text typed before is not taken.
    ann.has_shown("(leaving; again to leave at once)");
    ann.types("\x04");
    assert_eq!(ann.ends(), 0);
}
