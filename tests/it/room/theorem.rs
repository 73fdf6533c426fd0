//! The theorem of the budgets: whoever reads [`limits::SLOWEST_READER`] bytes a second is never too slow,
//! whatever everyone else does, where the backlog is at least [`limits::LEAST_FAIR_BACKLOG`].

use std::net::SocketAddr;

use chatroom::room::wall_time::WallTime;
use chatroom::{Action, ClientId, Ending, Event, Millis, Rendering, ServerCore, Settings, limits};
use quickcheck::{Arbitrary, Gen};
use quickcheck_macros::quickcheck;

/// The one who reads so slowly. Its connection comes last, so that all that was said is shown to it.
const READER: &str = "reader";

/// The bytes of each line of the message of the day, with its time.
const MOTD_LINE_BYTES: usize = WallTime::PREFIX_BYTES + "# m\n".len();

/// A room, someone who reads from it at the slowest rate, and everyone else.
struct Room {
    core: ServerCore,
    settings: Settings,
    now: Millis,
    ids: u64,
    reader: Option<ClientId>,
    /// The reader gets the broadcasts.
    admitted: bool,
    /// Bytes that wait for the reader, in thousandths.
    waits: u64,
    /// The most that ever did, in bytes.
    most: u64,
}

impl Room {
    fn new(settings: Settings) -> Self {
        Self {
            core: ServerCore::new(settings.clone()),
            settings,
            now: Millis::ZERO,
            ids: 0,
            reader: None,
            admitted: false,
            waits: 0,
            most: 0,
        }
    }

    /// Lets this happen now. All that is for the reader waits for it.
    fn happens(&mut self, event: Event<&[u8]>) {
        for action in self.core.handle(self.now, event) {
            let bytes = match action {
                Action::Broadcast(Rendering::NativeTimed, text) if self.admitted => text.len(),
                Action::Send(id, text) if Some(id) == self.reader => text.len(),
                Action::Admit(id, _) => {
                    self.admitted |= Some(id) == self.reader;
                    0
                }
                Action::Drop(id) => {
                    assert_ne!(Some(id), self.reader, "the reader is dropped");
                    0
                }
                Action::Broadcast(..)
                | Action::Send(..)
                | Action::Pause(_)
                | Action::Resume(_)
                | Action::Log(..) => 0,
            };
            self.waits += 1000 * bytes as u64;
        }
        self.most = self.most.max(self.waits / 1000);
        assert!(
            self.waits <= 1000 * self.settings.backlog as u64,
            "{} bytes wait at {}, of {}",
            self.waits / 1000,
            self.now,
            self.settings
        );
    }

    /// Time passes, in which the reader reads.
    fn waits_for(&mut self, time: Millis) {
        let end = self.now + time;
        while let Some(due) = self.core.poll_timeout().filter(|due| *due <= end) {
            self.reads_until(due.max(self.now));
            self.happens(Event::Tick);
        }
        self.reads_until(end);
    }

    fn reads_until(&mut self, now: Millis) {
        let time = now.since(self.now).as_millis();
        self.waits = self.waits.saturating_sub(time * limits::SLOWEST_READER);
        self.now = now;
    }

    /// Someone connects, and says this at once.
    fn connects(&mut self, address: &str, said: &str) -> ClientId {
        self.ids += 1;
        let id = ClientId(self.ids);
        self.happens(Event::Accepted(id, SocketAddr::new(address.parse().unwrap(), 1)));
        self.says(id, said);
        id
    }

    fn says(&mut self, id: ClientId, said: &str) {
        for read in said.as_bytes().chunks(limits::READ_BYTES) {
            self.happens(Event::BytesIn(id, read));
        }
    }

    fn reader_joins(&mut self) {
        self.reader = Some(ClientId(self.ids + 1));
        self.connects("198.51.100.1", &format!("/times\n{READER}\n"));
    }
}

/// As many as there are at once: each source says and does all that it may, then everyone leaves.
#[test]
fn slow_reader_takes_all_that_can_come_at_once() {
    let settings = Settings {
        max_members: 20_000,
        history: 1000,
        motd: "m\n".repeat(limits::MOTD_BYTES / MOTD_LINE_BYTES),
        ..Settings::default()
    };
    let mut room = Room::new(settings);
    let long = format!("{}\n", "x".repeat(limits::FRAME_BYTES));
    let mut members = Vec::new();
    for number in 0..3000 {
        let address = format!("10.0.{}.{}", number / 250, number % 250);
        let name = format!("{number}{}\n", "n".repeat(28 - number.to_string().len()));
        members.push(room.connects(&address, &name));
        room.waits_for(Millis::new(5));
    }
    // A history of long lines, and then a room with all of its budget.
    for &member in &members[..80] {
        room.says(member, &long);
        room.waits_for(Millis::new(50));
    }
    room.waits_for(Millis::new(60_000));
    room.reader_joins();
    for &member in &members[..200] {
        let told = format!("/msg {READER} {long}").repeat(10);
        room.says(member, &(long.repeat(10) + &told));
    }
    for &member in &members[200..400] {
        room.says(member, &format!("/msg {READER} {long}").repeat(5));
    }
    // Thousands are lost at once, with all the words that they had.
    for (at, member) in members.into_iter().enumerate() {
        if at % 2 == 0 {
            room.says(member, &format!("/quit {}\n", "q".repeat(limits::QUIT_BYTES)));
        }
        room.happens(Event::Closed(member, Ending::Lost));
    }
    room.waits_for(Millis::new(60_000));
    let backlog = room.settings.backlog as u64;
    assert!(room.most > backlog * 3 / 4, "{} bytes waited at most, which tries little", room.most);
}

/// The steps of everyone else.
#[derive(Clone, Debug)]
struct Storm {
    backlog: usize,
    max_per_address: u32,
    steps: Vec<Step>,
}

#[derive(Clone, Debug)]
struct Step {
    wait: u64,
    who: usize,
    act: Act,
}

#[derive(Clone, Copy, Debug)]
enum Act {
    Joins,
    SaysLines,
    SaysLong,
    TellsReader,
    Renames,
    Quits,
    IsLost,
    ReaderJoins,
}

/// Some sources, of which some are of one site.
const SOURCES: [&str; 8] = [
    "10.0.0.1",
    "10.0.0.2",
    "10.0.0.3",
    "2001:db8:0:1::1",
    "2001:db8:0:2::1",
    "2001:db8:1:1::1",
    "2001:db8:2:1::1",
    "127.0.0.1",
];

impl Arbitrary for Storm {
    fn arbitrary(g: &mut Gen) -> Self {
        let step = |g: &mut Gen| Step {
            wait: *g.choose(&[0, 0, 0, 0, 0, 1, 10, 100, 1000]).unwrap(),
            who: usize::arbitrary(g),
            act: *g
                .choose(&[
                    Act::Joins,
                    Act::Joins,
                    Act::SaysLines,
                    Act::SaysLong,
                    Act::SaysLong,
                    Act::TellsReader,
                    Act::Renames,
                    Act::Quits,
                    Act::IsLost,
                    Act::ReaderJoins,
                ])
                .unwrap(),
        };
        let count = 50 + usize::arbitrary(g) % 400;
        Self {
            backlog: *g.choose(&[limits::LEAST_FAIR_BACKLOG, 1 << 20, 4 << 20]).unwrap(),
            max_per_address: *g.choose(&[1, 32, 400, 10_000]).unwrap(),
            steps: (0..count).map(|_| step(g)).collect(),
        }
    }

    fn shrink(&self) -> Box<dyn Iterator<Item = Self>> {
        let this = self.clone();
        let fewer = self.steps.shrink();
        Box::new(fewer.map(move |steps| Self { steps, ..this.clone() }))
    }
}

impl Arbitrary for Act {
    fn arbitrary(_: &mut Gen) -> Self {
        Self::Joins
    }
}

impl Arbitrary for Step {
    fn arbitrary(g: &mut Gen) -> Self {
        Self { wait: 0, who: usize::arbitrary(g), act: Act::Joins }
    }
}

#[quickcheck]
fn slow_reader_is_never_too_slow_whatever_everyone_else_does(storm: Storm) {
    let mut room = Room::new(Settings {
        backlog: storm.backlog,
        max_per_address: storm.max_per_address,
        max_members: 5000,
        history: 1000,
        motd: "m\n".repeat(limits::MOTD_BYTES / MOTD_LINE_BYTES),
        ..Settings::default()
    });
    let long = format!("{}\n", "x".repeat(limits::FRAME_BYTES)).repeat(20);
    let mut members = Vec::new();
    for Step { wait, who, act } in storm.steps {
        room.waits_for(Millis::new(wait));
        let member = members.get(who % members.len().max(1)).copied();
        match (act, member) {
            (Act::Joins, _) => {
                let name = format!("n{}{}\n", members.len(), "é".repeat(20));
                members.push(room.connects(SOURCES[who % SOURCES.len()], &name));
            }
            (Act::ReaderJoins, _) if room.reader.is_none() => room.reader_joins(),
            (Act::SaysLines, Some(member)) => room.says(member, &"hello\n".repeat(100)),
            (Act::SaysLong, Some(member)) => room.says(member, &long),
            (Act::TellsReader, Some(member)) => {
                room.says(
                    member,
                    &format!("/msg {READER} {}\n", "\u{fffd}".repeat(1300)).repeat(20),
                );
            }
            (Act::Renames, Some(member)) => {
                let name = "ü".repeat(25);
                room.says(member, &format!("/nick a{name}{who}\n/nick b{name}{who}\n").repeat(10));
            }
            (Act::Quits, Some(member)) => {
                room.says(member, &format!("/quit {}\n", "q".repeat(limits::QUIT_BYTES)));
            }
            (Act::IsLost, Some(member)) => room.happens(Event::Closed(member, Ending::Lost)),
            (Act::ReaderJoins | Act::SaysLines | Act::SaysLong, _)
            | (Act::TellsReader | Act::Renames | Act::Quits | Act::IsLost, None) => {}
        }
    }
    room.waits_for(Millis::new(100_000));
}
