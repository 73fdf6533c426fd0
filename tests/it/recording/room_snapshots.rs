//! The state of a room as text: what it looks like, and what is said of one that no room can be in.

use chatroom::recording::transcript::{Entry, Transcript};
use chatroom::{ClientId, Event, Millis, ServerCore, Settings, Snapshot, limits};

use crate::oracle;

/// `state! { what_it_shows r"events" }`, any number of them.
macro_rules! state {
    ($($name:ident $script:literal $(=> $outcome:literal)?)*) => {$(
        #[test]
        fn $name() {
            insta::assert_snapshot!(state_after($script) $(, @$outcome)?);
        }
    )*};
}

state! {
    an_empty_room_has_only_a_time r"+1.500s time passes" => "
        snapshot at +1.500s
        end of snapshot
    "
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
    " => r"
        snapshot at +0.000s
                the room is closing
                lines said: 1
                said ann: hello\n
                log lines about connections: 2, left out: 0, until +1.000s
                log lines about connections from 127.0.0.1: 2
        end of snapshot
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
    insta::assert_snapshot!(room.snapshot().to_string(), @r"
        snapshot at +18446744073709551.615s
                lines said: 18446744073709551615
                said ann: one\n
                log lines about pauses: 1, left out: 0, until +18446744073709551.615s
                log lines about pauses from 127.0.0.1: 1
                room has used 18446744073709551615, served 18446744073709551615, tickets 18446744073709551615
                #18446744073709551615 from 127.0.0.1:1 is called ann, full at 18446744073709551615
                #18446744073709551615 was served up to 18446744073709551615
        end of snapshot
    ");
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
    insta::assert_snapshot!(snapshot.to_string(), @"
        snapshot at +1.000s
                lines said: 7
                #3 from 127.0.0.1:3 is called cid, full at 0
                #3 holds a
                #2 from 127.0.0.1:2 is called bob, full at 0
                #8 from 127.0.0.1:8 is choosing since +0.000s until +9.000s, refusals: 0, wakes at +9.000s
                #9 from 127.0.0.1:9 is choosing since +0.000s until +9.000s, refusals: 0, wakes at +9.000s
        end of snapshot
    ");
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
