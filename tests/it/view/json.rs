//! One object a line, for programs.

use chatroom::view::{LocalTime, json};
use chatroom::wire::sanitize;
use quickcheck_macros::quickcheck;
use serde_json::Value;

use crate::clean::clean;

const AT: LocalTime =
    LocalTime { year: 2026, month: 11, day: 22, hour: 10, minute: 11, second: 12, offset: 60 };

#[test]
fn every_kind_of_line_is_an_object_of_its_own() {
    let lines = [
        "Jacob: hi",
        "* Jacob waves",
        "[Jacob to you] psst",
        "[you to Jacob] psst",
        "Jacob joined the chat!",
        "Jacob left the chat!",
        "Jacob left the chat! (quit: see (you))",
        "Jacob is now known as Jake",
        "Connected to the server!",
        "# messages 3 to 22:",
        "# 1 here: Jacob",
        "# 9 here: Jacob, Meghana and 7 more",
        "# 0 here: ",
        "# Jacob set the topic: tea, not coffee",
        "# topic: Jacob set the topic: tea",
        "# the weather is fine",
        "! no one here is called Bob",
        "something else",
        "",
    ];
    let mut objects: String = lines.map(|line| json::line(AT, &line.into()) + "\n").concat();
    objects += &json::notice(AT, "the connection was lost; trying again");
    insta::assert_snapshot!(objects);
}

#[test]
fn text_is_escaped_and_sanitised() {
    let text = "\"\\\t\u{1b}[2J\u{7f}\u{9b}1m\u{202e}\u{2028}\n{}🎉é";
    let said = json::line(AT, &format!("Jacob: {text}").as_str().into());
    insta::assert_snapshot!(format!("{said}\n{}", json::notice(AT, text)), @r#"
        {"type":"message","nick":"Jacob","text":"\"\\\t[2J1m  {}🎉é","time":"2026-11-22T10:11:12+01:00"}
        {"type":"notice","text":"\"\\\t[2J1m  {}🎉é","time":"2026-11-22T10:11:12+01:00"}
    "#);
}

/// Also that the documentation names it, with its fields in this order.
#[test]
fn the_documented_fields_are_those_that_are_written() {
    let documented =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/view/json.rs")).unwrap();
    let mut objects: Vec<String> = [
        "a: b",
        "* a b",
        "[a to you] b",
        "a joined the chat!",
        "a left the chat!",
        "a is now known as b",
        "# a set the topic: b",
        "Connected to the server!",
        "# messages 1 to 2:",
        "# 1 here: a",
        "# a",
        "! a",
        "a",
    ]
    .iter()
    .map(|line| json::line(AT, &(*line).into()))
    .collect();
    objects.push(json::notice(AT, "a"));
    let rows = documented.lines().filter(|line| line.starts_with("//! | `"));
    let mut documented = rows.skip(1);
    for object in objects {
        let value: Value = serde_json::from_str(&object).unwrap();
        let row = documented.next().unwrap();
        let mut at = 0;
        let mut cells = row.split('`').skip(1).step_by(2);
        assert_eq!(cells.next(), value["type"].as_str());
        let fields = row.split('|').nth(2).unwrap();
        let named: Vec<_> = fields.split('`').skip(1).step_by(2).collect();
        assert_eq!(value.as_object().unwrap().len(), named.len() + 2, "{object}: {row}");
        for field in ["type"].into_iter().chain(named).chain(["time"]) {
            let found =
                object.find(&format!("\"{field}\":")).unwrap_or_else(|| panic!("{object}: {row}"));
            assert!(found >= at, "{object}: {row}");
            at = found;
        }
    }
    assert_eq!(documented.next(), None, "each kind is tested");
}

#[quickcheck]
fn any_line_is_one_object_on_one_clean_line(line: String) {
    for line in [line.clone(), format!("# {line}"), format!("# 1 here: {line}")] {
        parsed(&json::line(AT, &line.as_str().into()));
        parsed(&json::notice(AT, &line));
    }
    let said = parsed(&json::line(AT, &format!("Jacob: {line}").as_str().into()));
    assert_eq!(said["type"], "message");
    assert_eq!(said["nick"], "Jacob");
    assert_eq!(said["text"], sanitize::text(line.as_bytes()));
    assert_eq!(said.as_object().unwrap().len(), 4);
}

fn parsed(object: &str) -> Value {
    assert!(!clean(object.as_bytes()).contains(['\n', '\t']), "{object:?}");
    let value: Value = serde_json::from_str(object).unwrap();
    assert_eq!(value["time"], "2026-11-22T10:11:12+01:00");
    value
}

/// So that a bot does not answer what was answered before it came.
#[test]
fn line_of_history_says_so() {
    let at = LocalTime { year: 2026, month: 1, day: 2, ..LocalTime::default() };
    let line = json::replay(at, &"bob: time?".into());
    assert_eq!(
        line,
        r#"{"type":"message","nick":"bob","text":"time?","time":"2026-01-02T00:00:00+00:00","history":true}"#
    );
    assert_eq!(json::line(at, &"bob: time?".into()), line.replace(r#","history":true"#, ""));
}
