//! The forms of nicknames in ASCII, in the state of a room as text.

use crate::room_snapshots::{member, reasons, state_after, taken};

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
fn number_that_its_nickname_cannot_have_is_refused_with_its_reason() {
    let numbers =
        [("Jos\u{e9}", "0"), ("Jos\u{e9}", "1"), ("Jose", "2"), ("Jos\u{e9}", "4294967296")];
    let told = numbers.map(|(name, number)| {
        let peer = member(1, "192.0.2.1:1", name, "");
        peer.replace(r#""}"#, &format!(r#"","number":{number}}}"#))
    });
    insta::assert_snapshot!(reasons(&told.each_ref().map(|told| &**told), taken), @r##"
        `{"id":"#1","address":"192.0.2.1:1","standing":{"member":{"ni…`: a form in ASCII is numbered from 2
                peer {"id":"#1","address":"192.0.2.1:1","standing":{"member":{"nickname":{"text":"José","number":0},"bucket":0}}}
        `{"id":"#1","address":"192.0.2.1:1","standing":{"member":{"ni…`: a form in ASCII is numbered from 2
                peer {"id":"#1","address":"192.0.2.1:1","standing":{"member":{"nickname":{"text":"José","number":1},"bucket":0}}}
        `{"id":"#1","address":"192.0.2.1:1","standing":{"member":{"ni…`: a name in ASCII has no other form
                peer {"id":"#1","address":"192.0.2.1:1","standing":{"member":{"nickname":{"text":"Jose","number":2},"bucket":0}}}
        `{"id":"#1","address":"192.0.2.1:1","standing":{"member":{"ni…`: invalid value: integer `4294967296`, expected u32
                peer {"id":"#1","address":"192.0.2.1:1","standing":{"member":{"nickname":{"text":"José","number":4294967296},"bucket":0}}}
    "##);
}
