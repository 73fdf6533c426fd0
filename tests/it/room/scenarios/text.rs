//! The text of a frame, as the room reads it.

use chatroom::Action;
use chatroom::recording::transcript::Entry;
use chatroom::wire::sanitize;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};
use unicode_width::UnicodeWidthChar;

use super::played;

scenario! {
    backspace_and_delete_erase_what_was_typed r"
        ann connects
        ann -> bo\x7f\x7fanm\x08n\n
        ann -> hello\x08\x08p\x7f\n
        ann -> a\u{301}\u{1f469}\u{200d}\u{1f466}\x7f\x7fb\n
        ann -> ab\x7f\x7f\x7f\x7f\n
        ann -> x\x7f/who\n
        ann -> how\x1b\x7f\x08i\n
    "
    keys_that_write_nothing_are_dropped_and_no_command_is_said r"
        ann connects
        ann -> ann\n
        ann -> \x1b[A/msg bob secret\n
        ann -> \x1bOA/msg bob secret\n
        ann -> \x1b[1;5D/who\n
        ann -> he\x1b[Dllo\x1b[3~\n
        ann -> \xff/msg bob secret\n
        ann -> \u{fffc}/msg bob secret\n
        ann -> \u{fdd0}/msg bob secret\n
        ann -> \u{e000}/msg bob secret\n
        ann -> \u{e000}\n
    "
    byte_order_mark_in_front_is_dropped r"
        ann connects
        ann -> \u{feff}ann\n
        ann -> \u{feff}hello\n
        ann -> \u{feff}/who\n
        ann -> \u{feff}\u{feff}/who\n
        ann -> a\u{feff}b\n
        bob connects
        bob -> \u{feff}bob
        +0.250s time passes
    "
    frame_that_shows_nothing_is_ignored r"
        ann connects
        ann -> \u{2800}\n
        ann -> ann\n
        ann -> \u{200b}\u{2060}\u{feff}\n
        ann -> \u{3164}\u{115f}\u{1160}\u{ffa0}\n
        ann -> \u{2800}\u{ad}\u{180e}\u{3000}\n
        ann -> \u{e0061}\u{e007f}\n
        ann -> \u{301}\u{fe0f}\u{34f}\n
        ann -> \u{13441}\u{16fe4}\u{1d159}\n
        ann -> ann: \u{200b}\n
        ann -> /me \u{3164}\n
        ann -> /msg ann \u{2800}\n
        ann -> /quit \u{200b}\n
    "
    command_behind_something_unseen_is_not_said r"
        ann connects
        ann -> ann\n
        ann ->  /msg Bob my password\n
        ann -> \u{200b}/msg Bob my password\n
        ann -> \u{301}\u{2800}\t/quit\n
        ann -> \u{ff0f}msg Bob my password\n
        ann -> ann:  /msg Bob my password\n
        ann -> \x01/who\n
        ann -> \x80/msg Bob my password\n
        ann ->  //x\n
        ann -> //x\n
        ann -> . /who\n
        jacob connects
        jacob -> Jacob
        +0.250s jacob -> Jacob: \u{a0}/msg Bob my password
    "
}

/// Neither the keys that terminals send, nor any other control function (ECMA-48) in front of a command, make
/// a message of it.
#[test]
fn no_command_is_said_behind_a_control_function() {
    let mut sequences: Vec<String> = [
        // Keys: the console, SCO, rxvt, xterm with modifiers, kitty, the keypad, Alt, the mouse, paste, focus.
        r"\x1b[[A",
        r"\x1b[[E",
        r"\x1b[M",
        r"\x1b[7$",
        r"\x1b[3^",
        r"\x1b[1;2P",
        r"\x1b[57441u",
        r"\x1b[97;5u",
        r"\x1bO5A",
        r"\x1bOP",
        r"\x1bOM",
        r"\x1bx",
        r"\x1b\x1b[A",
        r"\x1b\u{e9}",
        r"\x1b[M !!",
        r"\x1b[<0;1;1M",
        r"\x1b[32;1;1M",
        r"\x1b[200~",
        r"\x1b[I",
        // Answers of terminals, strings with and without an end, intermediates, and what is cut short.
        r"\x1b[?1;2c",
        r"\x1b[?2004;1$y",
        r"\x1b]0;t\x07",
        r"\x1b]11;rgb:0000\x1b\\",
        r"\x1bP1$r",
        r"\x1bX",
        r"\x1b^a",
        r"\x1b_a\x1b\\",
        r"\x1b(B",
        r"\x1b#8",
        r"\x1b[",
        r"\x1bO",
        r"\x1b",
        r"\x1b[1;",
        r"\x1bx\x7f",
        r"y\x1bx\x7f\x7f",
    ]
    .map(String::from)
    .to_vec();
    let c1 = (0x80..=0x9f).map(|c| format!(r"\u{{{c:x}}}"));
    sequences.extend(c1.clone());
    // NEL is no more than a line break.
    sequences.extend(c1.filter(|c| c != r"\u{85}").map(|c| format!("{c}A")));
    // Not the slash, behind which another one is said.
    for c in (b' '..=b'~').filter(|c| *c != b'/') {
        sequences.extend([format!(r"\x1b\x{c:x}"), format!(r"\x1b[\x{c:x}")]);
    }
    for sequence in sequences {
        let printed = played(&format!(
            "ann connects\nbob connects\nann -> ann\\n\nbob -> bob\\n\n
             ann -> {sequence}/msg bob psst\\n\nann -> {sequence}hello\\n"
        ));
        let said = |text: &[u8]| {
            printed.entries.iter().any(|entry| {
                matches!(entry, Entry::Action(Action::Broadcast(_, line))
                    if line.windows(text.len()).any(|part| part == text))
            })
        };
        assert!(!said(b"psst"), "{sequence}: {printed}");
        assert!(said(b"ann: ") && said(b"ello"), "{sequence}: {printed}");
    }
}

scenario! {
    key_of_a_character_writes_it r"
        ann connects
        ann -> ann\n
        ann -> \x1b[27;2;47~msg bob secret\n
        ann -> \x1b[47;2u\x1b[47umsg\n
        ann -> \x1bOomsg bob secret\n
        ann -> 6\x1bOo\x1bOr\x1bOk1\n
        ann -> \x1bx\x1bOomsg bob secret\n
        ann -> \u{8f}ohelp\n
        ann -> \x1b[57410umsg bob secret\n
        ann -> \x1b[57399u\x1b[57415;1u\x1b[57414u\x1b[57441u0\n
    "
    slash_behind_an_unknown_control_function_is_refused r"
        ann connects
        ann -> \x1bx/resume 0\n
        ann -> ann\n
        ann -> and/or \x1bx is said\n
        ann -> \x1bx and/or is not\n
        ann -> ann: \x1b[M !!/msg bob secret\n
        ann -> \x1b]0;t\x07\u{ff0f}who\n
        ann -> \u{9d}x\u{9c} said\n
    "
}

/// Each becomes three bytes.
#[test]
fn bytes_that_are_not_utf8_count_as_what_they_become() {
    let (fits, expands) = (r"\xfe".repeat(1365), r"\xfe".repeat(1366));
    let transcript = played(&format!(
        r"
        ann connects
        ann -> {expands}\n
        ann -> ann\n
        ann -> {fits}\n
        ann -> {expands}\n
        ann -> next\n"
    ));
    let printed = transcript.to_string().replace(&expands, "[1366 bytes]");
    let printed =
        printed.replace(&fits, "[1365 bytes]").replace(&"\u{fffd}".repeat(1365), "[4095 bytes]");
    insta::assert_snapshot!(printed);
}

#[test]
fn more_than_eight_marks_on_a_character_are_cut() {
    let marks = |count: u32| -> String {
        (0..count).map(|mark| char::from_u32(0x300 + mark % 64).unwrap()).collect()
    };
    for (typed, said) in [
        (format!("e{}x{}", marks(1500), marks(9)), format!("e{}x{}", marks(8), marks(8))),
        (format!("e{}\u{200d}{}", marks(8), marks(8)), format!("e{}\u{200d}", marks(8))),
        (format!("{}e", marks(9)), format!("{}e", marks(8))),
    ] {
        let printed = played(&format!("ann connects\nann -> ann\\n\nann -> {typed}\\n"));
        let said = format!("ann: {said}\n").into_bytes();
        let heard = printed.entries.iter().any(
            |entry| matches!(entry, Entry::Action(Action::Broadcast(_, line)) if *line == said),
        );
        assert!(heard, "{printed}");
    }
}

/// Over all of Unicode: white space, controls, format characters, marks and what is ignorable by default
/// show nothing; letters, numbers, punctuation and symbols do, but for those that are drawn without ink.
#[test]
fn character_is_visible_by_its_category() {
    use GeneralCategoryGroup::{Letter, Mark, Number, Other, Punctuation, Separator, Symbol};
    let blank = ['\u{2800}', '\u{fffc}', '\u{1d159}', '\u{13441}', '\u{13442}'];
    let never = |c: char| matches!(c as u32, 0xfdd0..=0xfdef) || c as u32 & 0xfffe == 0xfffe;
    let fillers = ['\u{115f}', '\u{1160}', '\u{3164}', '\u{ffa0}'];
    let mut visible = 0;
    for c in '\0'..=char::MAX {
        let seen = match c.general_category_group() {
            Letter | Number | Punctuation | Symbol => !blank.contains(&c) && !fillers.contains(&c),
            Mark | Separator => false,
            // Not of those that are not assigned, but to be ignorable, and take no column either.
            Other if never(c) => false,
            Other if c.general_category() == GeneralCategory::Unassigned => c.width() != Some(0),
            Other => c.general_category() == GeneralCategory::PrivateUse,
        };
        assert_eq!(sanitize::is_visible(c), seen, "{c:?}");
        visible += u32::from(seen);
    }
    assert!(visible > 150_000, "{visible} are visible");
}
