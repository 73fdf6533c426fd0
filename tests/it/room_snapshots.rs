//! The state of a room as text: what it looks like, and what is said of one that no room can be in.

use chatroom::recording::transcript::{Entry, Transcript};
use chatroom::{ClientId, Event, Millis, ServerCore, Settings, Snapshot, limits};

use crate::oracle;

/// `state! { what_it_shows r"events" }`, any number of them.
macro_rules! state {
    ($($name:ident $script:literal)*) => {$(
        #[test]
        fn $name() {
            insta::assert_snapshot!(state_after($script));
        }
    )*};
}

state! {
    an_empty_room_has_only_a_time r"+1.500s time passes"
    a_conversation r"
        history=2
        ann connects
        bob connects from [2001:db8::1]:1002
        bob -> bob\n
        ann -> ann\none\n/me waves\n
        +2.000s bob -> caf\xc3\xa9, \x1b[2Jth\xff\xff\xe2\x80\xae\n
        cid connects
        ann -> /nick zo\xc3\xab\n
        bob -> half a
        dan connects
        +2.100s dan -> an
        eve connects
        eve -> a b\nno one
    "
    whoever_talks_too_fast_is_paused r"
        burst=1 rate=10
        ann connects
        bob connects
        ann -> ann\none\ntwo\nthree
        bob -> bob\none\ntwo\n
        bob finishes
        cid connects
        cid -> cid\none\ntwo
        cid is gone
        dan connects
        dan -> dan\none\n
    "
    whoever_does_not_end_its_frames_begins_them_with_its_name r"
        burst=2 rate=10
        ann connects
        ann -> Ann: !
        bob connects
        bob -> bobbob: one
        cid connects
        cid -> cid
        +0.250s cid -> cid: onecid: twocid: three
        dan connects
        dan -> dandan: one
        dan -> lines\n
    "
    telnet_commands_that_are_cut_go_on r"
        ann connects
        ann -> an\xff
        bob connects
        bob -> bob\xff\xfd
        cid connects
        cid -> cid\n\xff\xfa\x18
        dan connects
        dan -> \xff\xfa\x18\x01\xff
    "
    a_room_that_is_closing_is_empty r"
        ann connects
        ann -> ann\nhello\n
        operator stops the server
        bob connects
    "
}

/// A read that is full may have cut the message that it ends with.
#[test]
fn a_full_read_leaves_a_message_open_and_a_flood_is_skipped() {
    let nothing = r"\xff\xf1".repeat(limits::READ_BYTES / 2);
    let flood = "x".repeat(limits::READ_BYTES);
    insta::assert_snapshot!(state_after(&format!(
        r"
        history=0
        ann connects
        ann -> annann: hi
        ann -> {nothing}ann: to be
        bob connects
        bob -> bobbob: hi
        bob -> {flood}
        cid connects
        cid -> {flood}"
    )));
}

/// Those past a hundred in a second.
#[test]
fn lines_that_the_log_leaves_out_are_counted() {
    let script: String = (1..=60).map(|id| format!("#{id} connects\n#{id} is lost\n")).collect();
    insta::assert_snapshot!(state_after(&script), @"
    snapshot at +0.000s
            log lines about connections: 100, left out: 20, until +1.000s
            log lines about connections from 127.0.0.1: 120
    end of snapshot
    ");
}

/// `bob` has said all that it had before it was woken for it, since `ann` had so much to say.
#[test]
fn member_whose_frames_are_done_no_longer_wakes() {
    let [ann, bob] = ["ann-of-thirty-two-or-so-letters", "bob-of-thirty-two-or-so-letters"];
    let [many, some] = [30_000, 8_000].map(|lines| r"x\n".repeat(lines));
    let state = state_after(&format!(
        r"
        rate=0 history=0
        ann connects
        bob connects
        ann -> {ann}\n{many}
        bob -> {bob}\n{some}
        +0.002s bob -> last\n"
    ));
    let peers = state.lines().filter(|line| line.contains(" is called "));
    insta::assert_snapshot!(peers.collect::<Vec<_>>().join("\n"), @"
    #1 from 127.0.0.1:1001 is called ann-of-thirty-two-or-so-letters, full at 2000000, paused, wakes at +0.003s
    #2 from 127.0.0.1:1002 is called bob-of-thirty-two-or-so-letters, full at 2000000
    ");
}

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

/// Of what is bounded, as much as may be, and one more.
#[test]
fn bounds_are_those_of_the_room() {
    let peer = |is: &str, does: &str| taken(&format!("#1 from 127.0.0.1:1 is {is}\n#1 {does}"));
    let held = |bytes: usize| {
        let line = format!(r"holds {}\n", "x".repeat(bytes - 1));
        peer("called ann, full at 0, paused, wakes at +2.000s", &line)
    };
    let begun = |bytes: usize| {
        let line = format!("holds {}", "x".repeat(bytes));
        peer("choosing since +0.000s until +9.000s, refusals: 4, wakes at +9.000s", &line)
    };
    let begins = |bytes: usize| {
        let line = format!("is unframed and begins with {}", "x".repeat(bytes));
        peer("called ann, full at 0", &line)
    };
    let telnet = |what: &str, bytes: u16| {
        let line = format!("is amid a telnet {what} of {}", bytes);
        peer("called ann, full at 0", &line)
    };
    let sub = limits::SUBNEGOTIATION_BYTES;
    assert_eq!(held(limits::HELD_BYTES), "is taken");
    assert_eq!(held(limits::HELD_BYTES + 1), "#1 holds more than it may");
    assert_eq!(begun(limits::FRAME_BYTES), "is taken");
    assert_eq!(begun(limits::FRAME_BYTES + 1), "#1 is read from, and a line of it waits");
    assert_eq!(begins(limits::FRAME_BYTES), "is taken");
    assert_ne!(begins(limits::FRAME_BYTES + 1), "is taken");
    assert_eq!(telnet("subnegotiation", sub + 1), "is taken");
    assert_eq!(telnet("command in a subnegotiation", 1), "is taken");
    assert_eq!(telnet("command in a subnegotiation", sub), "is taken");
    assert_eq!(
        taken(
            "log lines about members: 1, left out: 0, until +2.000s\nlog lines about members from 192.0.2.1: 1"
        ),
        "is taken"
    );
    assert_eq!(taken("lines said: 2\nsaid ann: a\\n\nsaid ann: b\\n"), "is taken");
}

/// The file may hold anything.
#[test]
fn a_reason_is_short_and_safe_to_show() {
    let reason = taken(&format!("ann\u{1b}[2J{}", "x".repeat(1000)));
    let begin = format!("`ann[2J{}…`", "x".repeat(53));
    assert_eq!(reason, format!("{begin} is nothing that a snapshot says"));
}

/// Some of them end in numbers that only grow.
#[test]
fn the_highest_numbers_go_on() {
    let most = "18446744073709551615";
    let never = "+18446744073709551.615s";
    let text = format!(
        r"
        snapshot at {never}
        lines said: {most}
        room has used 0, served {most}, tickets {most}
        #{most} from 127.0.0.1:1 is called ann, full at {most}, paused, wakes at {never}
        #{most} holds one\n
        #1 from 127.0.0.1:2 is choosing since +0.000s until {never}, refusals: 4, wakes at {never}
        end of snapshot"
    );
    let settings = Settings::default();
    let mut room = ServerCore::resume(settings, &text.parse().unwrap()).unwrap();
    for bytes in [&b"bob\n"[..], b"one\n", b"two\n"] {
        let _ = room.handle(Millis::ZERO, Event::BytesIn(ClientId(1), bytes));
    }
    insta::assert_snapshot!(room.snapshot().to_string());
}

/// A recording that a person has cut may name them in any order, and with any space.
#[test]
fn the_order_of_members_is_that_of_joining_and_no_other_matters() {
    let text = r"
        snapshot at +1.000s

    #9 from 127.0.0.1:9 is choosing since +0.000s until +9.000s, refusals: 0, wakes at +9.000s
        #3 from 127.0.0.1:3 is called cid, full at 0
        #3 holds a
        #8 from 127.0.0.1:8 is choosing since +0.000s until +9.000s, refusals: 0, wakes at +9.000s
        #2 from 127.0.0.1:2 is called bob, full at 0
            lines said: 7
        end of snapshot
    ";
    let snapshot: Snapshot = text.parse().unwrap();
    assert_eq!(snapshot.now(), Millis::new(1000));
    assert_eq!(snapshot.peers().collect::<Vec<_>>(), [3, 2, 8, 9].map(ClientId));
    assert_eq!(snapshot.members().map(|(id, _)| id).collect::<Vec<_>>(), [3, 2].map(ClientId));
    insta::assert_snapshot!(snapshot.to_string());
}

/// Each of these texts, with what is said of it.
pub(crate) fn reasons(texts: &[&str], read: impl Fn(&str) -> String) -> String {
    let mut said = String::new();
    for text in texts {
        said += &format!("{}\n", read(text));
        text.lines().for_each(|line| said += &format!("        {}\n", line.trim()));
    }
    said
}

/// The verdict on these lines of a snapshot, in a small room.
pub(crate) fn taken(lines: &str) -> String {
    let text = format!("snapshot at +1.000s\n{lines}\nend of snapshot");
    let settings =
        Settings { history: 2, max_members: 3, max_per_address: 1, ..Settings::default() };
    let room = text.parse().and_then(|snapshot| ServerCore::resume(settings, &snapshot));
    room.map_or_else(|reason| reason, |_| "is taken".into())
}

/// The text of a room after these events.
pub(crate) fn state_after(script: &str) -> String {
    let transcript: Transcript = script.parse().unwrap_or_else(|error| panic!("{error}"));
    oracle::check(&transcript);
    let mut core = ServerCore::new(transcript.settings);
    for entry in &transcript.entries {
        let Entry::Event(now, event) = entry else { continue };
        let _ = core.handle(*now, event.as_bytes());
    }
    core.snapshot().to_string()
}
