//! The facts of an event, as observers read them.

use chatroom::recording::transcript::{Entry, Transcript};
use chatroom::room::facts::{Error, Fact, FactKind, LeaveReason};
use chatroom::{ClientId, Ending, Event, Millis, ServerCore, Settings};

/// A fact with the number of its connection, or 0.
type Numbered = (u64, FactKind<String>);

fn numbered(fact: Fact<&str>) -> Numbered {
    let Fact { id, kind } = fact.map(Into::into);
    (id.map_or(0, |id| id.0), kind)
}

/// The facts of all events of this script, in order.
fn facts(script: &str) -> Vec<Numbered> {
    let script: Transcript = script.parse().unwrap();
    let mut core = script.room().unwrap();
    let mut facts = Vec::new();
    for entry in &script.entries {
        let Entry::Event(now, event) = entry else { continue };
        let _ = core.handle(*now, event.as_bytes());
        facts.extend(core.facts().map(numbered));
    }
    facts
}

#[test]
fn fact_names_its_connection() {
    use FactKind::{
        Answered, AskedAgain, History, Joined, PrivateFrom, PrivateTo, Prompt, Refused, Renamed,
        Said, Topic, TurnedAway, Welcome,
    };
    let taken = "the nickname ann is taken, choose another";
    let happened = facts(
        r"
        ann connects
        ann -> ann\nhello\n/me waves\n/topic tea\n
        bob connects
        bob -> ann\nbob\n/msg ann hi\n/nick rob\n/nick ann\n
        eve connects
        eve -> GET / HTTP/1.1\n
        ann -> /quit tea\n
        bob is lost
        operator stops the server",
    );
    assert_eq!(
        happened,
        [
            (1, Prompt),
            (1, Joined("ann".into())),
            (1, Welcome),
            (1, Answered),
            (1, Said),
            (1, FactKind::Acted),
            (1, Topic),
            (2, Prompt),
            (2, AskedAgain(taken.into())),
            (2, History),
            (2, Joined("bob".into())),
            (2, Welcome),
            (2, Answered),
            (2, Answered),
            (1, PrivateFrom(ClientId(2))),
            (2, PrivateTo(ClientId(1))),
            (2, Renamed("rob".into())),
            (2, Refused),
            (3, Prompt),
            (3, TurnedAway(Error::Http)),
            (1, FactKind::Left(LeaveReason::Quit("tea".into()))),
            (2, FactKind::Left(LeaveReason::Ended(Ending::Lost))),
            (0, FactKind::Closing),
        ]
    );
}

/// Of whom nobody else hears.
#[test]
fn member_that_is_back_on_another_connection_is_resumed() {
    let happened = facts(
        r"
        ann connects
        ann -> ann\n/resume 2c6d0ef77fd59b7fe32a8a89580f1dc8ea9dac2339dbd7f4269cd81c0c8795fc\n
        again connects
        again -> /resume a-token-of-ann-1\nann\n",
    );
    assert_eq!(
        happened[4..],
        [
            (2, FactKind::Prompt),
            (1, FactKind::TurnedAway(Error::Replaced)),
            (2, FactKind::Resumed("ann".into())),
            (2, FactKind::Welcome),
            (2, FactKind::Answered),
        ]
    );
}

/// A leave that has to wait for the room is announced after its connection is gone.
#[test]
fn late_leave_names_its_connection() {
    let settings = Settings { backlog: 8 * 1024, ..Settings::default() };
    let mut core = ServerCore::new(settings.clone());
    let (mut left, mut late) = (Vec::new(), 0);
    let members = 1..=200;
    for id in members.clone() {
        let now = Millis::new(id * 1000);
        let address = ([127, 0, 0, 1], 1).into();
        let _ = core.handle(now, Event::Accepted(ClientId(id), address));
        let answer = format!("member{id}\n");
        let _ = core.handle(now, Event::BytesIn(ClientId(id), answer.as_bytes()));
    }
    let mut resumed = None;
    let mut now = Millis::new(300_000);
    for id in members.clone() {
        let _ = core.handle(now, Event::Closed(ClientId(id), Ending::Lost));
        left.extend(core.facts().filter_map(of_leave));
        resumed = Some(core.snapshot());
    }
    let mut resumed = ServerCore::resume(settings, &resumed.unwrap()).unwrap();
    while left.len() < 200 {
        now = now + Millis::new(10);
        let _ = core.handle(now, Event::Tick);
        late += core.facts().count();
        left.extend(core.facts().filter_map(of_leave));
        // As little as the snapshot says of it.
        let _ = resumed.handle(now, Event::Tick);
        assert!(resumed.facts().all(|fact| fact.id.is_none()));
        assert_eq!(resumed.facts().count(), core.facts().count());
    }
    assert!(late > 0);
    assert_eq!(left, members.collect::<Vec<_>>());
}

fn of_leave(fact: Fact<&str>) -> Option<u64> {
    matches!(fact.kind, FactKind::Left(LeaveReason::Ended(Ending::Lost)))
        .then(|| fact.id.unwrap().0)
}
