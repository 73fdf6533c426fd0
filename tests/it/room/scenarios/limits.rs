//! Too many, too much, too fast.

use chatroom::recording::transcript::Entry;
use chatroom::{Action, ClientId, Event, Millis, ServerCore, Settings, limits};

use super::played;

scenario! {
    a_full_room_refuses_at_once_and_has_room_again r"
        max-members=2
        ann connects
        bob connects
        cid connects
        cid -> cid\n
        ann is lost
        dan connects
    "
    one_address_has_a_limit_and_loopback_has_none r"
        max-per-address=2
        ann connects from 192.0.2.1:1
        bob connects from 192.0.2.1:2
        cid connects from 192.0.2.1:3
        dan connects from 192.0.2.2:1
        gil connects from [::ffff:192.0.2.1]:4
        ann is lost
        eve connects from 192.0.2.1:5
        lea connects from 192.0.2.1:6
        fay connects from 127.0.0.1:1
        gus connects from 127.0.0.1:2
        hal connects from 127.0.0.1:3
        ida connects from [::ffff:127.0.0.1]:4
        jim connects from [::ffff:127.0.0.1]:5
        kim connects from [::ffff:127.0.0.1]:6
    "
    an_ipv6_64_is_one_address r"
        max-per-address=1
        ann connects from [2001:db8::1]:1
        bob connects from [2001:db8::ffff:0:0:2]:1
        cid connects from [2001:db8:0:1::1]:1
        dan connects from [::1]:1
        eve connects from [::1]:2
    "
    fast_talker_is_read_more_slowly_and_loses_nothing r"
        burst=2 rate=10
        ann connects
        ann -> ann\none\ntwo\nthree\nfour\n
        bob connects
        bob -> bob\nnobody waits for ann\n
        +0.050s ann -> five\n
        +0.100s time passes
        +0.200s time passes
        +0.300s time passes
        +0.400s ann -> six\n
        +9.000s ann -> seven\neight\n
    "
    a_late_tick_makes_up_for_nothing_and_loses_nothing r"
        burst=1 rate=1
        ann connects
        ann -> ann\none\ntwo\nthree\n
        +10.000s time passes
        +10.500s time passes
        +11.000s time passes
    "
    commands_are_counted_like_messages r"
        burst=2 rate=10
        ann connects
        ann -> ann\n/who\n/who\n/who\n
        +0.100s time passes
    "
    no_rate_is_no_limit r"
        rate=0 burst=1
        ann connects
        ann -> ann\n1\n2\n3\n4\n
    "
    an_unframed_member_is_paused_too r"
        burst=1 rate=10
        jacob connects
        jacob -> Jacob
        +0.250s jacob -> Jacob: oneJacob: two
        jacob -> Jacob: three
        +0.350s time passes
        +0.450s time passes
    "
    time_that_goes_back_is_now r"
        burst=1 rate=10
        ann connects
        +5.000s ann -> ann\none\ntwo\n
        +1.000s ann -> three\n
        +5.100s time passes
        +5.200s time passes
    "
}

/// The bytes that one peer may have waiting are bounded, even if the shell goes on reading.
#[test]
fn a_flood_past_a_pause_ends_its_sender() {
    let lines = r"x\n".repeat(32 * 1024);
    let transcript = played(&format!(
        r"
        bob connects
        bob -> bob\n
        ann connects
        ann -> ann\n
        ann -> {lines}
        ann -> {lines}
        ann -> {lines}
        ann -> {lines}
        ann -> {lines}
        ann -> {lines}"
    ));
    insta::assert_snapshot!(transcript.to_string().replace(&lines, "[64 KiB of lines]"));
}

/// All that the shell can have handed over once it has stopped reading, and the peer is gone.
#[test]
fn the_most_that_may_wait_is_said_in_its_turn() {
    let unfinished = "x".repeat(limits::FRAME_BYTES) + r"\r";
    let lines = r"\nx".repeat(limits::READ_BYTES / 2);
    let ends = format!(r"\n{}xx", r"x\n".repeat(limits::READ_BYTES / 2 - 2) + "x");
    let transcript = played(&format!(
        r"
        burst=1 rate=10
        ann connects
        ann -> ann\nfirst\n
        ann -> {unfinished}
        ann -> {lines}
        ann -> {lines}
        ann -> {lines}
        ann -> {ends}
        ann is gone
        +0.100s time passes"
    ));
    let mut core = ServerCore::new(transcript.settings.clone());
    let mut most = 0;
    for entry in &transcript.entries {
        let Entry::Event(now, event) = entry else { continue };
        let _ = core.handle(*now, event.as_bytes());
        most = most.max(core.most_held());
    }
    assert_eq!(most, limits::HELD_BYTES);
    let printed = transcript.to_string().replace(&unfinished, "[4096 bytes]");
    insta::assert_snapshot!(printed.replace(&lines, "[64 KiB]").replace(&ends, "[64 KiB]"));
}

/// One read of short lines is far more to send, and where there is no rate, that comes in turns.
#[test]
fn a_read_that_leads_to_much_is_answered_in_turns_and_in_order() {
    let name = "a-nickname-of-thirty-two-letters";
    let lines: String = (10_000..18_000).map(|number| format!(r"{number}\n")).collect();
    let script = format!(
        r"rate=0 history=0
        ann connects
        ann -> {name}\n{lines}/who\n
        +0.001s time passes"
    );
    let printed = played(&script).to_string();
    let said: Vec<_> = printed.lines().filter(|line| line.contains(" <= ")).skip(1).collect();
    assert_eq!(said.len(), 8000);
    for (number, line) in (10_000..).zip(said) {
        assert_eq!(line.trim(), format!(r"ann <= {name}: {number}\n"));
    }
    let rest: Vec<_> = printed.lines().map(str::trim).filter(|line| !line.contains("<=")).collect();
    insta::assert_snapshot!(rest.join("\n").replace(&lines, "[8000 lines]"));
}

/// A scan is told as what it is, and hides nobody who came in.
#[test]
fn past_a_hundred_lines_a_second_of_log_the_rest_is_counted() {
    use std::fmt::Write;
    let mut script = String::from("max-members=2000\n");
    for number in 1..=120 {
        write!(script, "s{number} connects\ns{number} is lost\n").unwrap();
    }
    script.push_str(
        r"+0.999s ann connects
        ann -> ann\n
        +1.000s time passes
        +1.100s bob connects",
    );
    let printed = played(&script).to_string();
    let log: Vec<_> =
        printed.lines().filter_map(|line| line.trim().strip_prefix("log <- ")).collect();
    assert_eq!(log.len(), 103, "{log:#?}");
    assert!(log[..100].iter().all(|line| line.contains("onnected")), "{log:#?}");
    assert_eq!(
        log[100..],
        [
            "Nickname of the client is ann! (#121, 127.0.0.1:1121)",
            "141 more lines about connections were left out; most lines, 241, came from 127.0.0.1",
            "Connected with 127.0.0.1:1122 (#122)",
        ]
    );
}

/// A shell that sleeps until then misses nothing.
#[test]
fn the_room_says_when_it_is_to_be_woken() {
    let ann = ClientId(1);
    let mut core = ServerCore::new(Settings { rate: 10, burst: 1, ..Settings::default() });
    assert_eq!(core.poll_timeout(), None);
    let mut due = |now, event: Event<&[u8]>| {
        let _ = core.handle(Millis::new(now), event);
        core.poll_timeout().map(Millis::as_millis)
    };
    let connects = Event::Accepted(ann, ([127, 0, 0, 1], 1).into());
    assert_eq!(due(0, connects), Some(60_000), "to choose a nickname");
    assert_eq!(due(1_000, Event::BytesIn(ann, b"an")), Some(1_250), "to end the line");
    assert_eq!(due(1_100, Event::BytesIn(ann, b"n\n")), None);
    assert_eq!(due(2_000, Event::BytesIn(ann, b"1\n2\n")), Some(2_100), "for the next message");
    assert_eq!(due(2_100, Event::Tick), None);
}

/// And whoever keeps the log is told in time.
#[test]
fn counted_log_lines_are_told_when_their_second_or_the_room_is_over() {
    for (over, event) in [(1_000, Event::Tick), (500, Event::Shutdown)] {
        let mut core = ServerCore::new(Settings::default());
        for id in 0..103 {
            let address = ([127, 0, 0, 1], 1).into();
            let _ = core.handle(Millis::ZERO, Event::Accepted(ClientId(id), address));
        }
        assert_eq!(core.poll_timeout(), Some(Millis::new(1_000)));
        let told = core.handle(Millis::new(over), event).next();
        let told = told.map(|action| action.map(|text| str::from_utf8(text).unwrap()));
        let left_out =
            "3 more lines about connections were left out; most lines, 103, came from 127.0.0.1";
        assert_eq!(told, Some(Action::Log(chatroom::Level::Info, left_out)));
    }
}

/// A newcomer can take the history in one go.
#[test]
fn history_is_bounded_in_bytes() {
    use std::fmt::Write;
    let mut script =
        String::from("history=1000 rate=0 backlog=40000\nann connects\nann -> ann\\n\n");
    for number in 1..=5 {
        writeln!(script, "ann -> {}{number}\\n", "x".repeat(4000)).unwrap();
    }
    let transcript = played(&format!("{script}bob connects\nbob -> bob\\n\n"));
    let printed = transcript.to_string();
    assert!(printed.contains("bob <- # messages 4 to 5:"), "{printed}");
}

/// A room larger than a line.
#[test]
fn answer_to_who_names_as_many_as_fit_and_counts_the_rest() {
    use std::fmt::Write;
    let mut script = String::from("rate=0 max-members=2000\n");
    for number in 1000..2100 {
        let name = format!("member-with-a-longer-name-{number}");
        write!(script, "{name} connects\n{name} -> {name}\\n\n").unwrap();
    }
    let asks = "member-with-a-longer-name-1000 -> /who\\n\n";
    let printed = played(&format!("{script}{asks}")).to_string();
    let answer = printed.lines().last().unwrap();
    // 32 KiB of names, of 30 bytes each and what stands before the next.
    let names: Vec<_> = (1000..2024).map(|it| format!("member-with-a-longer-name-{it}")).collect();
    assert_eq!(
        answer.trim(),
        format!(
            r"member-with-a-longer-name-1000 <- # 1100 here: {} and 76 more\n",
            names.join(", ")
        )
    );
}
