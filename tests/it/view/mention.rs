//! When somebody is mentioned.

use chatroom::view::caseless::{same, starts_with};
use chatroom::view::mention::mentions;
use quickcheck_macros::quickcheck;

/// The text with each mention in braces.
fn marked(text: &str, name: &str) -> String {
    let (mut marked, mut at) = (String::new(), 0);
    for mention in mentions(text, name) {
        marked += &format!("{}{{{}}}", &text[at..mention.start], &text[mention.clone()]);
        at = mention.end;
    }
    marked + &text[at..]
}

#[test]
fn a_whole_word_is_a_mention_in_any_case() {
    for (text, name) in [
        ("{Ann}", "Ann"),
        ("{ann}, {ANN} and {aNN}: hi", "Ann"),
        ("hi {Ann}.", "Ann"),
        ("hi ({Ann})... {Ann}?! \"{Ann}\" @{Ann} {Ann}'s {Ann}- -{Ann}-", "ann"),
        ("{Ann}🎉{Ann}", "ann"),
        ("hi {Ann-Marie}, Ann and Marie-Ann-Marie", "Ann-Marie"),
        ("{ann.b} {ANN.B}.", "ann.b"),
        ("{d_e}, d, e, d-e", "D_E"),
    ] {
        found(text, name);
    }
}

fn found(text: &str, name: &str) {
    assert_eq!(marked(&text.replace(['{', '}'], ""), name), text, "{name}");
}

#[test]
fn other_words_and_longer_nicknames_are_no_mentions() {
    for text in [
        "",
        "Annex",
        "Joann",
        "annn",
        "Ann2",
        "2Ann",
        "Ann_",
        "_Ann",
        "Ann-Marie",
        "Mary-Ann",
        "Ann.Lee",
        "lee.ann.lee",
        "Ann--Marie",
        "Anné",
        "Ann\u{301}",
        "éAnn",
        "Annя",
        "an n",
        "Αnn",
    ] {
        assert_eq!(marked(text, "Ann"), text, "{text:?}");
    }
}

#[test]
fn a_name_is_found_in_any_script_and_spelling() {
    for (text, name) in [
        ("привет, {ЮЛИЯ}!", "Юлия"),
        ("{Σίσυφοσ} {ΣΊΣΥΦΟΣ} {Σίσυφος}", "Σίσυφος"),
        ("{STRASSE} {straße}", "Straße"),
        ("{Jose\u{301}} and {José}, not Jose", "José"),
        ("{민수} 안녕, 민수야 민수민", "민수"),
        ("مرحبا {سارة}!", "سارة"),
        ("{太郎}さん、小{太郎}", "太郎"),
        ("{タナカ}さん、タナカミ", "タナカ"),
        ("สวัสดี{สมชาย}ครับ", "สมชาย"),
    ] {
        found(text, name);
    }
    // A combining mark belongs to what is before it, also where words have no spaces.
    assert_eq!(mentions("สมชายี", "สมชาย"), vec![]);
    // Nor is half a character a mention: 민 is decomposed for comparison.
    assert_eq!(mentions("민", "미"), vec![]);
    assert_eq!(mentions("x 민", "ᆫ"), vec![]);
    assert_eq!(mentions("が", "か"), vec![]);
}

#[test]
fn nobody_is_mentioned_by_no_name() {
    assert_eq!(mentions("hi", ""), vec![]);
    assert_eq!(mentions("", "hi"), vec![]);
}

#[test]
fn two_mentions_do_not_overlap() {
    assert_eq!(marked("太太太", "太太"), "{太太}太");
}

#[test]
fn names_are_compared_without_case_and_begin_without_it() {
    assert!(same("Ann", "aNN") && !same("Ann", "Anne") && !same("Anne", "Ann"));
    assert!(starts_with("José", "JOS") && starts_with("José", "jose") && starts_with("x", ""));
    assert!(!starts_with("Ann", "Anne") && !starts_with("", "a"));
}

/// Any text may stand around it, if no nickname goes on with it.
#[quickcheck]
fn a_name_between_spaces_is_found_where_it_is(before: String, after: String) {
    let text = format!("{before} aNN {after}");
    let at = before.len() + 1;
    let found = mentions(&text, "Ann");
    assert!(found.contains(&(at..at + 3)), "{text:?}: {found:?}");
    let mut end = 0;
    for range in found {
        assert!(range.start >= end && same(&text[range.clone()], "ann"), "{text:?}");
        end = range.end;
    }
}
