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
