//! The reasons with which the text of an impossible state is refused.

use chatroom::Snapshot;

use super::room_snapshots::{choosing, member, reasons, taken, window};

#[test]
fn damaged_snapshot_is_refused_with_its_reason() {
    let texts = [
        "",
        "time passes",
        "snapshot at 1s",
        "snapshot at +1.000s",
        "snapshot at +1.000s\nend of snapshot\nann connects",
        "snapshot at +1.000s\nsnapshot at +1.000s",
        "snapshot at +1.000s\nend of snapshots",
    ];
    let read = |text: &str| text.parse::<Snapshot>().unwrap_err();
    insta::assert_snapshot!(reasons(&texts, read));
}

#[test]
fn a_line_that_a_snapshot_does_not_have_is_refused_with_its_reason() {
    let lines = [
        "+1.000s time passes",
        "ann is here",
        "said",
        "said hi",
        r#"said {"text":"hi"}"#,
        r#"said {"text":""}"#,
        r#"said {"text":"ann: a\nb"}"#,
        r#"said {"text":"ann: \u001b[2J"}"#,
        r#"said {"text":"ann: a","number":2}"#,
        r#"said {"text":"ann: a","text":"ann: b"}"#,
        r#"said {"text":"ann: a","colour":"red"}"#,
        r#"said {"text":"ann: a","at":"noon"}"#,
        r#"room {"said":-1}"#,
        r#"room {"said":1"#,
        "room {\"said\":1}\nroom {\"said\":1}",
        r#"room {"peers":[]}"#,
        r#"room {"topic":" "}"#,
        r#"room {"topic":"a\nb"}"#,
        r#"room {"log":{"windows":{"cats":{}}}}"#,
        r#"room {"log":{"windows":{"members":{"logged":1}}}}"#,
        r#"source ["192.0.2.1/24",{}]"#,
        r#"source ["192.0.2.1"]"#,
        r#"gone {"nickname":{"text":"ann"},"reason":{"quit":"a\u0007"},"owner":null}"#,
        r#"gone {"nickname":{"text":"ann"},"reason":"bored","owner":null}"#,
        r#"gone {"nickname":{"text":"ann","at":"2026-11-27T09:30:00.000Z"},"reason":"flooding","owner":null}"#,
        r#"kept [{"text":"ann"},{"owner":"nobody","until":"+2.000s"}]"#,
        r##"peer {"id":"#1"}"##,
        r#"peer {"id":"ann"}"#,
    ];
    insta::assert_snapshot!(reasons(&lines, taken));
}

#[test]
fn snapshot_of_an_impossible_peer_is_refused_with_its_reason() {
    let names = ["a b", "e\u{308}", "Server", ""];
    let peers = [
        r#","hearing":"asleep""#,
        r#","hearing":{"gone":"x"}"#,
        r#","wake":2"#,
        r#","decoder":{"held":"\\q"}"#,
        r#","decoder":{"held":"a","held":"a"}"#,
        r#","decoder":{"unframed":{"nickname":"a"}}"#,
        r#","decoder":{"telnet":"war"}"#,
        r#","decoder":{"telnet":{"sub":65536}}"#,
        r#","token":"00""#,
        r#","mailbox":{"all":0,"senders":{"nobody":1}}"#,
    ];
    let named = names.map(|name| member(1, "192.0.2.1:1", name, ""));
    let nowhere = [member(1, "nowhere", "ann", "")];
    let others = peers.map(|more| member(1, "192.0.2.1:1", "ann", more));
    let all: Vec<_> = named.iter().chain(&nowhere).chain(&others).map(|line| &**line).collect();
    insta::assert_snapshot!(reasons(&all, taken));
}

#[test]
fn snapshot_of_an_impossible_room_is_refused_with_its_reason() {
    let said = |text: &str| format!(r#"said {{"text":"{text}"}}"#);
    let of = |id, nickname: &str| member(id, &format!("192.0.2.{id}:1"), nickname, "");
    let numbered = |line: String| line.replace("\u{ef}\"}", "\u{ef}\",\"number\":2}");
    let rooms = [
        [r#"room {"said":1}"#.into(), said("ann: a"), said("ann: b")].to_vec(),
        [r#"room {"said":9}"#.into(), said("ann: a"), said("ann: b"), said("ann: c")].to_vec(),
        [window(0, "+1.500s", "")].to_vec(),
        [window(1, "+2.001s", r#""192.0.2.1":1"#)].to_vec(),
        [r#"room {"closing":true}"#.into(), of(1, "ann")].to_vec(),
        [of(1, "ann"), choosing(1, "192.0.2.2:2", 0, r#","wake":"+9.000s""#)].to_vec(),
        [of(1, "ann"), of(2, "bob"), of(3, "cid"), of(4, "dan")].to_vec(),
        [of(1, "ann"), member(2, "192.0.2.1:2", "bob", "")].to_vec(),
        [of(1, "ann"), of(2, "Ann")].to_vec(),
        [of(1, "Jos\u{e9}"), of(2, "Jos\u{ef}")].to_vec(),
        [
            r#"gone {"nickname":{"text":"José","number":2},"reason":"gave-way","owner":null}"#
                .into(),
            numbered(of(2, "Jos\u{ef}")),
        ]
        .to_vec(),
    ];
    let rooms = rooms.map(|lines| lines.join("\n"));
    insta::assert_snapshot!(reasons(&rooms.each_ref().map(|room| &**room), taken));
}

#[test]
fn snapshot_of_an_impossible_decoder_is_refused_with_its_reason() {
    let chooses = |refusals, more: &str| choosing(1, "127.0.0.1:1", refusals, more);
    let ann = |more: &str| member(1, "127.0.0.1:1", "ann", more);
    let unframed = |nickname: &str| {
        format!(r#","decoder":{{"unframed":{{"nickname":"{nickname}","next":"begins"}}}}"#)
    };
    let rooms = [
        chooses(0, r#","wake":"+9.000s","decoder":{"held":"an\\n"}"#),
        chooses(0, &(unframed("ann") + r#","wake":"+9.000s""#)),
        chooses(0, r#","decoder":{"held":"an"}"#),
        chooses(0, r#","wake":"+9.001s","decoder":{"held":"an"}"#),
        chooses(5, r#","wake":"+9.000s","decoder":{"held":"an"}"#),
        ann(r#","decoder":{"held":"one\\ntwo"}"#),
        ann(r#","decoder":{"held":"\\n"}"#),
        ann(r#","decoder":{"held":"two","skipping":true}"#),
        ann(r#","hearing":"paused","wake":"+2.000s","decoder":{"held":"one"}"#),
        ann(r#","hearing":"finished","wake":"+2.000s","decoder":{"held":"one"}"#),
        ann(r#","hearing":{"gone":"+2.000s"},"wake":"+2.000s","decoder":{"held":"one"}"#),
        ann(r#","hearing":"paused","decoder":{"held":"one\\n"}"#),
        ann(r#","decoder":{"telnet":{"sub":514}}"#),
        ann(r#","decoder":{"telnet":{"sub-command":0}}"#),
        ann(r#","decoder":{"telnet":{"sub-command":513}}"#),
        ann(&unframed(r"an\\nn")),
    ];
    insta::assert_snapshot!(reasons(&rooms.each_ref().map(|room| &**room), taken));
}
