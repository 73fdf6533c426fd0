//! The same events under other settings, and what people would have seen.

use chatroom::replay::Stop;
use chatroom::replay::what_if::{Halt, WhatIf};
use chatroom::transcript::Transcript;
use chatroom::{Millis, Settings, limits};
use quickcheck_macros::quickcheck;

use crate::replays::later;
use crate::script::Script;

/// A what-if of these events, for all members or one.
fn compared(events: &str, changes: &[&str], member: Option<&str>) -> String {
    let recorded = events.parse::<Transcript>().unwrap().replay().to_string();
    compared_recording(&recorded, changes, member).unwrap()
}

fn compared_recording(
    recorded: &str,
    changes: &[&str],
    member: Option<&str>,
) -> Result<String, Halt> {
    let changes: Vec<_> = changes.iter().map(ToString::to_string).collect();
    let mut what_if = WhatIf::new(&changes, member.map(Into::into)).unwrap();
    recorded.lines().try_for_each(|line| what_if.line(line))?;
    let (comparison, end) = what_if.end();
    end.map_err(Halt::Stop)?;
    Ok(comparison.to_string())
}

/// Ann pastes, and bob answers; cid comes late, and dan as someone else.
const AFTERNOON: &str = r"
    ann connects
    ann -> ann\n
    bob connects
    bob -> bob\n
    +1.000s ann -> one\ntwo\nthree\nfour\n
    +1.500s bob -> four what?\n
    +5.000s cid connects
    cid -> cid\n
    cid -> /msg ann psst\n
    +6.000s #7 connects
    #7 -> ann\n
    #7 -> d\xc3\xa1n
    +7.000s bob finishes";

#[test]
fn a_lower_rate_delays_who_says_much() {
    insta::assert_snapshot!(compared(AFTERNOON, &["rate=2", "burst=1"], None));
}

#[test]
fn who_would_have_been_refused_sees_why() {
    insta::assert_snapshot!(compared(AFTERNOON, &["max-members=2"], None));
}

#[test]
fn a_message_of_the_day_and_a_shorter_history_are_seen_by_newcomers() {
    insta::assert_snapshot!(compared(AFTERNOON, &["history=1", r"motd=be kind\nalways"], None));
}

#[test]
fn one_member_can_be_compared_alone() {
    let alone = compared(AFTERNOON, &["rate=2", "burst=1"], Some("cid"));
    assert!(alone.ends_with("1 of 1 see something else"), "{alone}");
    let nobody = compared(AFTERNOON, &["rate=2", "burst=1"], Some("eve"));
    assert!(nobody.ends_with("everyone sees the same"), "{nobody}");
}

#[test]
fn what_comes_late_only_is_counted() {
    let slow = "ann connects\nann -> ann\\n\n+1.000s ann -> one\\ntwo\\n\n+9.000s time passes";
    assert_eq!(
        compared(slow, &["burst=1"], None),
        "with burst=1: everyone sees the same, a line comes at another time; paused: ann"
    );
}

/// Ann takes nothing after a while, and is too slow in the end.
const STALLED: &str = r"
    backlog=10000
    ann connects
    ann -> ann\n
    bob connects
    bob -> bob\n
    +1.000s ann is behind by 4096
    +2.000s ann is behind by 8192
    +3.000s bob -> are you there?\n
    +4.000s ann is too slow
    +5.000s bob -> /msg ann psst\n
    +6.000s bob -> well\n";

#[test]
fn with_a_lower_backlog_a_member_is_too_slow_earlier() {
    insta::assert_snapshot!(compared(STALLED, &["backlog=5000"], None));
}

#[test]
fn with_a_higher_backlog_a_slow_member_stays_and_takes_nothing_more() {
    insta::assert_snapshot!(compared(STALLED, &["backlog=20000"], None));
}

/// What is said to it alone waits for it as what is said to all.
#[test]
fn with_a_slightly_higher_backlog_a_slow_member_is_too_slow_later() {
    let by_private = compared(STALLED, &["backlog=10018"], None);
    let by_broadcast = compared(STALLED, &["backlog=10019"], None);
    insta::assert_snapshot!([by_private, by_broadcast].join("\n\n"));
}

#[test]
fn settings_that_make_no_sense_say_which_do() {
    let refused = [
        "speed=2",
        "rate",
        "rate=x",
        "rate=-1",
        "rate=1000001",
        "burst=0",
        "backlog=100",
        "max-members=0",
        "max-per-address=0",
        "handshake-timeout=0",
        "history=1001",
        r"motd=\xff",
        r"motd=\q",
        "\u{1b}[2J=1",
    ];
    let said = refused.map(|setting| Settings::default().with(setting).unwrap_err());
    insta::assert_snapshot!(said.join("\n"));
    let long = format!("motd={}", "x".repeat(limits::MOTD_BYTES + 1));
    assert_eq!(Settings::default().with(&long).unwrap_err(), "give motd at most 8192 bytes");
}

#[test]
fn every_setting_can_be_another() {
    let settings = Settings {
        rate: 1,
        burst: 2,
        backlog: 5000,
        max_members: 4,
        max_per_address: 5,
        handshake_timeout: Millis::new(6),
        history: 7,
        motd: "a = b\nc".into(),
    };
    let written = settings.to_string();
    let (numbers, motd) = written.split_once(" motd=").unwrap();
    let changes = numbers.split(' ').map(Into::into).chain([format!("motd={}", motd.trim())]);
    let changed = changes.fold(Settings::default(), |so_far, change| so_far.with(&change).unwrap());
    assert_eq!(changed, settings);
}

/// A rate pauses people, and of a made-up script nobody would have read on.
#[quickcheck]
fn with_the_same_settings_everyone_sees_the_same(script: Script, at: Option<usize>) {
    let mut events = script.transcript();
    events.settings.rate = 0;
    let recorded = at.map_or_else(|| events.replay(), |at| later(&events, at));
    assert_same(&recorded.to_string());
}

/// Whoever is there when the recording begins sees what follows.
#[test]
fn a_recording_that_goes_on_is_compared_from_there() {
    let recorded = later(&AFTERNOON.parse().unwrap(), 6).to_string();
    assert!(recorded.contains("snapshot at +1.500s"), "{recorded}");
    let compared = |changes: &[&str]| compared_recording(&recorded, changes, None).unwrap();
    let seen = [compared(&["max-members=1", "history=2"]), compared(&["motd=be kind"])];
    insta::assert_snapshot!(seen.join("\n\n"));
}

/// Who is paused when it begins is read on when that is over.
#[test]
fn who_is_paused_when_a_recording_begins_is_resumed() {
    let events = r"
        rate=1 burst=1
        ann connects
        ann -> ann\n
        ann -> one\ntwo\nthree\n
        ann -> four\n
        ann -> five\n
        +1.000s time passes
        +2.000s time passes
        +3.000s time passes
        +4.000s time passes
        +4.500s ann -> six\n
        +5.000s time passes
        +9.000s time passes";
    for at in 3..6 {
        let recorded = later(&events.parse().unwrap(), at).to_string();
        assert!(recorded.contains("paused"), "{recorded}");
        assert_same(&recorded);
        let compared = compared_recording(&recorded, &["rate=2"], None).unwrap();
        assert!(compared.contains("everyone sees the same"), "{compared}");
    }
}

/// That a what-if with the rate that was in force changes nothing.
pub(crate) fn assert_same(recorded: &str) {
    let settings = recorded.parse::<Transcript>().unwrap().settings;
    let rate = format!("rate={}", settings.rate);
    let compared = compared_recording(recorded, &[&rate], None).unwrap();
    assert_eq!(compared, format!("with {rate}: everyone sees the same"));
}

/// As the shell does, a paused member is not read: it is slower, and loses nothing.
#[test]
fn who_would_have_been_paused_is_read_later() {
    let mut events = String::from("rate=0\nann connects\nann -> ann\\n\n");
    for number in 0..200 {
        events += &format!("+1.{number:03}s ann -> {}{number}\\n\n", "x".repeat(4000));
    }
    events += "+1.500s ann finishes\n+90.000s time passes\n";
    assert_eq!(
        compared(&events, &["rate=10"], None),
        "with rate=10: everyone sees the same, 180 lines come at another time; paused: ann; leave: ann \
         (+19.000s)"
    );
}

/// What has not been read of one that is gone is lost, but for its last words.
#[test]
fn who_is_gone_while_it_would_have_been_paused_is_heard_no_further() {
    let mut events =
        String::from("rate=0\nann connects\nann -> ann\\n\nbob connects\nbob -> bob\\n\n");
    for number in 0..10 {
        events += &format!("+1.000s ann -> {number}\\n\n");
    }
    let seen = |end: &str| {
        let events = format!("{events}+1.500s ann {end}\n+90.000s time passes\n");
        compared(&events, &["rate=1", "burst=2"], None)
    };
    insta::assert_snapshot!([seen("is gone"), seen("is lost")].join("\n\n"));
}

#[test]
fn a_recording_that_cannot_be_replayed_is_compared_as_far_as_it_goes() {
    let events = "ann connects\nann -> ann\\n\n+1.000s ann -> one\\n";
    let recorded = events.parse::<Transcript>().unwrap().replay().to_string();
    let mut what_if = WhatIf::new(&["motd=hi".into()], None).unwrap();
    recorded.lines().for_each(|line| what_if.line(line).unwrap());
    let halt = what_if.line("gap of 7 bytes").unwrap_err();
    assert!(matches!(halt, Halt::Stop(Stop::Gap { .. })));
    assert!(what_if.end().0.to_string().contains("+# hi\n"));
}

#[test]
fn more_than_can_be_compared_is_refused() {
    let recorded = AFTERNOON.parse::<Transcript>().unwrap().replay().to_string();
    let compared = |most, member: Option<&str>| {
        let mut what_if =
            WhatIf::with_limit(&["rate=1".into()], member.map(Into::into), most).unwrap();
        recorded.lines().try_for_each(|line| what_if.line(line))
    };
    assert_eq!(compared(2000, None), Err(Halt::TooMuch));
    assert_eq!(compared(2000, Some("cid")), Ok(()));
    insta::assert_snapshot!(Halt::TooMuch.to_string());
}
