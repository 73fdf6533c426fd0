//! The room at some time.

use chatroom::recording::replay::Replay;
use chatroom::recording::replay::state::State;
use chatroom::recording::replay::time;
use chatroom::recording::transcript::Transcript;
use chatroom::{Millis, limits};
use insta::assert_snapshot;

use super::{INCIDENT, from};

/// The state after the steps up to that time.
fn at(time: u64, text: &str) -> String {
    let (mut replay, mut state) = (Replay::default(), None);
    let at = Millis::new(time);
    for line in text.lines() {
        let time = line.split(' ').next().filter(|word| word.starts_with('+'));
        if time.is_some_and(|time| time::parse(time).unwrap() > at) {
            break;
        }
        if let Some(step) = replay.line(line).unwrap() {
            state.get_or_insert_with(|| State::new(replay.head())).step(&step);
        }
    }
    let room = replay.room().unwrap().snapshot();
    let blocks = state.unwrap().blocks(at, &room, &replay.head().settings);
    blocks.iter().flat_map(|block| block.rows()).map(|row| row.text() + "\n").collect()
}

/// The same, of these events.
fn after(time: u64, events: &str) -> String {
    let transcript: Transcript = events.parse().unwrap();
    at(time, &transcript.replay().to_string())
}

#[test]
fn state_names_members_and_their_waits() {
    let times = [2_000, 20_500, 27_700, 46_500, 50_500, 60_000].map(|time| at(time, INCIDENT));
    assert_snapshot!(times.join("\n"));
}

#[test]
fn one_that_waits_for_the_room_is_not_over_its_rate() {
    let questions = "/help\\n".repeat(limits::READ_BYTES / 6);
    let events = format!("rate=0 history=2\nann connects\nann -> ann\\n1\\n2\\n3\\n{questions}");
    assert_snapshot!(after(0, &events), @r"
        the room at +0.000s
          latest   what happened at +0.000s
          here     members: 1, without a nickname: 0
          said     lines: 3, kept: 2 (history=2)
        ann (#1 from 127.0.0.1:1001), a member since +0.000s
          paused   by the room until +0.001s: a turn ends when it has led to 262144 bytes
          unheard  60864 bytes: /help\n/help\n/help\n/help\n/help\n/help\n/help\n/help\n/help\n/help\n/help\n/help\n/help\n/help\n/help\n/help\n/help\n/help\n/help\n/help\n/help\n/help\n/help\n/help\n/help\n/help\n/help\n/help\n/help\n/help\n/help\n/help\n/help\n/h…
    ");
}

#[test]
fn bytes_that_were_taken_or_dropped_do_not_wait() {
    let events = r"
        ann connects
        ann -> ann\n
        ann is behind by 4096
        #7 is behind by 4096
        bob connects
        bob -> bob\n
        bob is behind by 8192
        bob is lost
        bob is behind by 9000
        #4 connects
        #4 -> a b\nwho
        +1.000s ann -> \xff\xfbnot y\x1bet
        +2.000s ann finishes";
    assert_snapshot!([after(1_999, events), after(2_000, events)].join("\n"));
}

#[test]
fn member_from_before_the_recording_is_in() {
    assert_snapshot!(at(23_000, &from("+21.000s", INCIDENT)));
}
