//! The candidates of Tab. `|` is the cursor.

use chatroom::room::facts::Reply;
use chatroom::view::completion::complete;
use quickcheck_macros::quickcheck;

const NAMES: [&str; 5] = ["Jacob", "Jake", "José", "Юлия", "太郎"];

const OWN: [&str; 5] = [
    "/ignore <nick> - hide what they say",
    "/unignore <nick> - show it again",
    "/set <option> <value> - change how it looks",
    "/clear - an empty screen",
    "/save <file> - keep what was said",
];

fn offered(typed: &str) -> String {
    let cursor = typed.find('|').unwrap();
    let line = typed.replacen('|', "", 1);
    let help = Reply::Help.to_string();
    let commands: Vec<_> =
        help.lines().map(|line| line.trim_start_matches("# ")).chain(OWN).collect();
    let completion = complete(&line, cursor, &NAMES, &commands);
    let mut offered = format!("{typed:?}\n");
    for candidate in completion.candidates {
        let done =
            format!("{}{}|{}", &line[..completion.start], candidate.replacement, &line[cursor..]);
        offered += &format!("    {done:?}  {}\n", candidate.display);
    }
    offered
}

fn all_offered(lines: &[&str]) -> String {
    lines.iter().map(|line| offered(line)).collect()
}

#[test]
fn a_nickname_at_the_start_is_spoken_to_and_one_further_on_is_named() {
    insta::assert_snapshot!(all_offered(&[
        "|",
        "ja|",
        "JOSE|",
        "jose\u{301}|",
        "ю|",
        "太|",
        "Jac|: hi",
        "thanks ja|",
        "thanks (ja| and you)",
        "hi @jak|",
        "hi, 太|!",
        "hi |",
        "nobody|",
        "Jacob: |",
    ]));
}

#[test]
fn a_command_is_completed_with_its_help() {
    insta::assert_snapshot!(all_offered(&[
        "/|", "/m|", "/M|", "/he|", "/w| x", "/qu|", "/x|", "//j|", " /m|", "/me| x",
    ]));
}

#[test]
fn an_argument_that_is_a_nickname_is_completed_as_one() {
    insta::assert_snapshot!(all_offered(&[
        "/msg |",
        "/msg ja|",
        "/MSG  ja|",
        "/msg ja| psst",
        "/msg Jake ja|",
        "/ignore ю|",
        "/unignore ja|",
        "/unignore Jacob |",
        "/me waves at ja|",
        "/nick ja|",
        "/save ja|",
        "/msg @ja|",
        "/foo ja|",
        "/who |",
        "//msg ja|",
    ]));
}

#[test]
fn options_are_completed_with_what_can_be_chosen() {
    insta::assert_snapshot!(all_offered(&[
        "/set |",
        "/set p|",
        "/set time |",
        "/set time s|",
        "/set bell m|",
        "/set bell mention,|",
        "/set presence all |",
        "/set colour |",
        "/set x|",
    ]));
}

#[test]
fn a_cursor_within_a_character_or_past_the_end_completes_nothing() {
    for (line, cursor) in [("ю", 1), ("ja", 3), ("", 1), ("/ю", 2)] {
        let completion = complete(line, cursor, &NAMES, &OWN);
        assert_eq!(completion, Default::default(), "{line} {cursor}");
    }
}

#[quickcheck]
fn whatever_is_typed_a_completion_fits_it(line: String, cursor: usize) {
    for line in [line.clone(), format!("/msg {line}"), format!("/set {line}"), format!("/{line}")] {
        let cursor = cursor % (line.len() + 2);
        let completion = complete(&line, cursor, &NAMES, &OWN);
        assert!(completion.candidates.is_empty() || completion.start <= cursor);
        assert!(line.is_char_boundary(completion.start));
    }
}
