//! The reasons with which the text of an impossible state is refused.

use chatroom::Snapshot;

use super::room_snapshots::{reasons, taken};

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
        r"said hi\n",
        r"said \n",
        r"said a\nb\n",
        r"said \x1b[2J\n",
        r"said \xff\n",
        r"said \q\n",
        "shown as Jos?2",
        "said Jos\u{e9}: a\\n\nshown as Jos?",
        "said Jos\u{e9}: a\\n\nshown as Jos?1",
        "said Jos\u{e9}: a\\n\nshown as Jos?02",
        "said Jos\u{e9}: a\\n\nshown as Jos?2\nshown as Jos?3",
        "said ann: a\\n\nshown as ann2",
        "gone Jos\u{e9}, shown as ann, cause",
        "lines said: x",
        "lines said: 1\nlines said: 2",
        "the room is closing\nthe room is closing",
        "log lines about cats: 1, left out: 0, until +1.500s",
        "log lines about members",
        "log lines about members: 1",
        "log lines about members: x, left out: 0, until +1.500s",
        "log lines about members: 1, left out: 0, until x",
        "log lines about members: 1, left out: 0, until +1.500s\nlog lines about members: 1, left out: 0, until +1.500s",
        "#1",
        "#x holds a",
        "#1 holds a",
        "#1 from 127.0.0.1:1",
        "#1 from nowhere is called ann",
        "#1 from 127.0.0.1:1 is here",
        "#1 from 127.0.0.1:1 is called ann",
        "#1 from 127.0.0.1:1 is called a b, full at 0",
        "#1 from 127.0.0.1:1 is called e\u{308}, full at 0",
        "#1 from 127.0.0.1:1 is called Server, full at 0",
        r"#1 from 127.0.0.1:1 is called \xff, full at 0",
        "#1 from 127.0.0.1:1 is called ann, full at 0",
        "#1 from 127.0.0.1:1 is called ann, full at x us",
        "#1 from 127.0.0.1:1 is called ann, full at 0, paused, finished",
        "#1 from 127.0.0.1:1 is called ann, full at 0, heard until x",
        "#1 from 127.0.0.1:1 is called ann, full at 0, wakes at +2.000s, paused",
        "#1 from 127.0.0.1:1 is choosing since +0.000s until x",
        "#1 from 127.0.0.1:1 is choosing since +0.000s until +2.000s",
        "#1 from 127.0.0.1:1 is choosing since +0.000s until +2.000s, refusals: x",
        "#1 from 127.0.0.1:1 is choosing since +0.000s until +2.000s, refusals: 0, paused",
        "#1 from 127.0.0.1:1 is choosing since +0.000s until +2.000s, refusals: 0, wakes at x",
    ];
    insta::assert_snapshot!(reasons(&lines, taken));
}

#[test]
fn snapshot_of_an_impossible_peer_is_refused_with_its_reason() {
    let facts = [
        "#2 holds a",
        "#1 holds",
        r"#1 holds \q",
        "#1 holds a\n#1 holds a",
        "#1 skips",
        "#1 skips the rest of its line\n#1 skips the rest of its line",
        "#1 is unframed",
        "#1 is unframed and begins with a\n#1 is unframed, may go on, and begins with a",
        "#1 is amid a telnet war",
        "#1 is amid a telnet subnegotiation of x",
        "#1 is amid a telnet command in a subnegotiation of 65536",
        "#1 is amid a telnet option\n#1 is amid a telnet option",
    ];
    let ann = "#1 from 192.0.2.1:1 is called ann, full at 0";
    insta::assert_snapshot!(reasons(&facts, |fact| taken(&format!("{ann}\n{fact}"))));
}

#[test]
fn snapshot_of_an_impossible_room_is_refused_with_its_reason() {
    let rooms = [
        r"lines said: 1
          said ann: a\n
          said ann: b\n",
        r"lines said: 9
          said ann: a\n
          said ann: b\n
          said ann: c\n",
        "log lines about members: 0, left out: 0, until +1.500s",
        "log lines about members: 1, left out: 0, until +2.001s\nlog lines about members from 192.0.2.1: 1",
        "the room is closing
         #1 from 192.0.2.1:1 is called ann, full at 0",
        "#1 from 192.0.2.1:1 is called ann, full at 0
         #1 from 192.0.2.2:2 is choosing since +0.000s until +9.000s, refusals: 0, wakes at +9.000s",
        "#1 from 127.0.0.1:1 is called ann, full at 0
         #2 from 127.0.0.1:2 is called bob, full at 0
         #3 from 127.0.0.1:3 is called cid, full at 0
         #4 from 127.0.0.1:4 is called dan, full at 0",
        "#1 from 192.0.2.1:1 is called ann, full at 0
         #2 from 192.0.2.1:2 is called bob, full at 0",
        "#1 from 192.0.2.1:1 is called ann, full at 0
         #2 from 192.0.2.2:2 is called Ann, full at 0",
        "#1 from 192.0.2.1:1 is called Jos\u{e9}, full at 0
         #2 from 192.0.2.2:2 is called Jos\u{ef}, full at 0",
        "gone Jos\u{e9}, shown as Jos?2, cause
         #2 from 192.0.2.2:2 is called Jos\u{ef}, full at 0
         #2 is shown as Jos?2",
    ];
    insta::assert_snapshot!(reasons(&rooms, taken));
}

#[test]
fn snapshot_of_an_impossible_decoder_is_refused_with_its_reason() {
    let choosing = "choosing since +0.000s until +9.000s, refusals: 0, wakes at +9.000s";
    let peers = [
        (choosing, r"holds an\n"),
        (choosing, "is unframed and begins with ann"),
        ("choosing since +0.000s until +9.000s, refusals: 0", "holds an"),
        ("choosing since +0.000s until +9.000s, refusals: 0, wakes at +9.001s", "holds an"),
        ("choosing since +0.000s until +9.000s, refusals: 5, wakes at +9.000s", "holds an"),
        ("called ann, full at 0", r"holds one\ntwo"),
        ("called ann, full at 0", r"holds \n"),
        ("called ann, full at 0", "skips the rest of its line\n#1 holds two"),
        ("called ann, full at 0, paused, wakes at +2.000s", "holds one"),
        ("called ann, full at 0, finished, wakes at +2.000s", "holds one"),
        ("called ann, full at 0, heard until +2.000s, wakes at +2.000s", "holds one"),
        ("called ann, full at 0, paused", r"holds one\n"),
        ("called ann, full at 0", "is amid a telnet subnegotiation of 514"),
        ("called ann, full at 0", "is amid a telnet command in a subnegotiation of 0"),
        ("called ann, full at 0", "is amid a telnet command in a subnegotiation of 513"),
        ("called ann, full at 0", r"is unframed and begins with an\nn"),
    ];
    let rooms = peers.map(|(is, does)| format!("#1 from 127.0.0.1:1 is {is}\n#1 {does}"));
    insta::assert_snapshot!(reasons(&rooms.each_ref().map(|room| &**room), taken));
}
