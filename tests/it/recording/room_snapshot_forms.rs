//! The forms of nicknames in ASCII, in the state of a room as text.

use crate::room_snapshots::{reasons, state_after, taken};

#[test]
fn nicknames_that_look_alike_in_ascii_have_numbers() {
    insta::assert_snapshot!(state_after(
        r"
        ann connects from 192.0.2.1:1
        ann -> Jos\xc3\xa9\n
        bob connects from 192.0.2.2:1
        bob -> Jos\xc3\xaf\n\xc3\xa9\n/me waves\n
        cid connects from 192.0.2.3:1
        cid -> Jos\xc3\xaaJos\xc3\xaa: hi
        dan connects from 192.0.2.4:1
        dan -> Jos\xc3\xab\n
        dan is lost
    "
    ));
}

#[test]
fn form_that_is_not_that_of_its_nickname_is_refused_with_its_reason() {
    let forms =
        ["Jos?", "Jos?1", "Jos?2\n#1 is shown as Jos?3", "Jos?+2", "jos?2", "Jos?4294967296"];
    let jose = "#1 from 192.0.2.1:1 is called Jos\u{e9}, full at 0\n#1 is shown as";
    insta::assert_snapshot!(reasons(&forms, |form| taken(&format!("{jose} {form}"))));
}
