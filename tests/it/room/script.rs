//! Things that happen to a room, made up: few people and few names, so that they collide.

use std::fmt;
use std::net::SocketAddr;

use chatroom::recording::transcript::{Entry, Transcript};
use chatroom::room::wall_time::WallTime;
use chatroom::{ClientId, Ending, Event, Millis, Settings, limits};
use quickcheck::{Arbitrary, Gen};

/// Events, in order. Its `Debug` is the transcript's events, to be pasted as a scenario.
#[derive(Clone)]
pub(crate) struct Script {
    pub(crate) settings: Settings,
    pub(crate) steps: Vec<Step>,
}

/// A step of one of a few people, some time after the step before.
#[derive(Clone)]
pub(crate) struct Step {
    pub(crate) wait: u64,
    /// It is told with the time of the start, as if the clock had gone back.
    pub(crate) late: bool,
    pub(crate) who: u8,
    pub(crate) what: What,
}

#[derive(Clone)]
pub(crate) enum What {
    Connect,
    Bytes(Vec<u8>),
    Close(Ending),
    Pass,
    /// The time of day is so many milliseconds after 1970.
    Clock(u64),
    Stop,
}

/// The number of people; each may connect again and again.
const PEOPLE: u8 = 5;

pub(crate) const WORDS: [&[u8]; 44] = [
    b"ann\n",
    b"bob\n",
    b"Ann\r\n",
    b"b\xd0\xbeb\n",
    b"zo\xc3\xab\n",
    b"ann",
    b"bob",
    b"zo",
    b"e\xcc\x88\n",
    b"server\n",
    b"a b\n",
    b"\n",
    b"\r\n",
    b"hello\n",
    b"hel",
    b"lo\n",
    b"ann: hi\n",
    b"bob: hi",
    b"bob: onebob: two",
    b"/nick ann\n",
    b"/nick bob\n",
    b"/nick cid\n",
    b"/me waves\n",
    b"/msg ann psst\n",
    b"/msg bob psst\n",
    b"/reply psst\n",
    b"/times\n",
    b"/topic\n",
    b"/topic tea\n",
    b"/who\n",
    b"/help\n",
    b"/quit\n",
    b"/quit bye\n",
    b"/foo\n",
    b"//x\n",
    b"\x1b[2J\x07\n",
    b"\xff\xfd\x03",
    b"\xff\xfa",
    b"\xff\xf0",
    b"\xe2\x80\xae\xc2\x85\n",
    b"\xf0\x9f\x98\x80\n",
    b"\xff\xff\xfe\n",
    b"GET / HTTP/1.1\r\n",
    b"\x16\x03\x01",
];

/// Telnet commands that a read has cut.
const CUT: [&[u8]; 4] = [b"\xff", b"\xff\xfd", b"\xff\xfa\x18\xff", b"bob\xff\xfa\x18"];

/// A flood, a paste, or a full read, after which a message that does not end may go on.
fn long_read(g: &mut Gen) -> Vec<u8> {
    let word = *g.choose(&WORDS).unwrap();
    let nothing = b"\xff\xf1".repeat(limits::READ_BYTES / 2);
    let long: [&dyn Fn() -> Vec<u8>; 4] = [
        &|| [&nothing, word].concat(),
        &|| vec![b'x'; limits::READ_BYTES],
        &|| b"/nick ann\n/nick bob\n".repeat(60),
        &|| b"hello\n".repeat(70),
    ];
    g.choose(&long).unwrap()()
}

impl Arbitrary for Step {
    fn arbitrary(g: &mut Gen) -> Self {
        let wait = *g.choose(&[0, 0, 0, 0, 1, 40, 100, 249, 250, 1000, 30_000, 59_000]).unwrap();
        let what = match u8::arbitrary(g) % 32 {
            0..=4 => What::Connect,
            5 => What::Close(Ending::Finished),
            6 => What::Close(*g.choose(&[Ending::Lost, Ending::TooSlow, Ending::Gone]).unwrap()),
            7 => What::Pass,
            8 => What::Clock(*g.choose(&[0, 1, 1_795_771_800_000, u64::MAX]).unwrap()),
            9 => What::Bytes(vec![b'x'; 1 + usize::arbitrary(g) % 5000]),
            10 => What::Bytes(Vec::arbitrary(g)),
            11 if u8::arbitrary(g) < 16 => What::Stop,
            11 => What::Bytes(g.choose(&CUT).unwrap().to_vec()),
            12 => What::Bytes(long_read(g)),
            _ => {
                let words = 1 + usize::arbitrary(g) % 3;
                What::Bytes((0..words).flat_map(|_| g.choose(&WORDS).unwrap().to_vec()).collect())
            }
        };
        let late = u8::arbitrary(g).is_multiple_of(16);
        Self { wait, late, who: u8::arbitrary(g) % PEOPLE, what }
    }

    fn shrink(&self) -> Box<dyn Iterator<Item = Self>> {
        let step = self.clone();
        let waits = (self.wait > 0).then(|| Self { wait: 0, ..self.clone() });
        let late = self.late.then(|| Self { late: false, ..self.clone() });
        let bytes = match &self.what {
            // Each byte of a long read would be tried by itself, which takes hours.
            What::Bytes(bytes) if bytes.len() > 64 => {
                let (first, second) = bytes.split_at(bytes.len() / 2);
                vec![first.to_vec(), second.to_vec(), bytes[1..].to_vec()]
            }
            What::Bytes(bytes) => bytes.shrink().collect(),
            What::Connect | What::Close(_) | What::Clock(_) | What::Pass | What::Stop => Vec::new(),
        };
        let bytes =
            bytes.into_iter().map(move |bytes| Self { what: What::Bytes(bytes), ..step.clone() });
        Box::new(waits.into_iter().chain(late).chain(bytes))
    }
}

impl Arbitrary for Script {
    fn arbitrary(g: &mut Gen) -> Self {
        let settings = Settings {
            rate: *g.choose(&[0, 1, 10, 10]).unwrap(),
            burst: *g.choose(&[1, 2, 20]).unwrap(),
            max_members: *g.choose(&[2, 960]).unwrap(),
            max_per_address: *g.choose(&[1, 32]).unwrap(),
            history: *g.choose(&[0, 2, 20]).unwrap(),
            motd: g.choose(&["", "be\x07 kind\nalways"]).unwrap().to_string(),
            ..Settings::default()
        };
        let mut steps: Vec<Step> = Vec::arbitrary(g);
        if u8::arbitrary(g).is_multiple_of(8) {
            // A crowd: more than the log tells.
            let at = usize::arbitrary(g) % (steps.len() + 1);
            let connect = Step { wait: 0, late: false, who: 0, what: What::Connect };
            steps.splice(at..at, vec![connect; limits::LOG_LINES as usize]);
        }
        Self { settings, steps }
    }

    fn shrink(&self) -> Box<dyn Iterator<Item = Self>> {
        let settings = self.settings.clone();
        let plain = (settings != Settings::default())
            .then(|| Self { settings: Settings::default(), steps: self.steps.clone() });
        let fewer =
            self.steps.shrink().map(move |steps| Self { settings: settings.clone(), steps });
        Box::new(plain.into_iter().chain(fewer))
    }
}

impl Script {
    /// The events, by people with names.
    pub(crate) fn transcript(&self) -> Transcript {
        let mut transcript = Transcript::new(self.settings.clone());
        let mut now = Millis::ZERO;
        let mut ids = [None; PEOPLE as usize];
        let mut connected = 0;
        for step in &self.steps {
            now = now + Millis::new(step.wait);
            let event = match (&step.what, ids[usize::from(step.who)]) {
                (What::Connect, _) => {
                    connected += 1;
                    let id = ClientId(connected);
                    ids[usize::from(step.who)] = Some(id);
                    let name = format!("{}{connected}", char::from(b'p' + step.who));
                    transcript.names.insert(id, name);
                    Event::Accepted(id, SocketAddr::from(([192, 0, 2, step.who], 1000)))
                }
                (What::Bytes(bytes), Some(id)) => Event::BytesIn(id, bytes.clone()),
                (What::Close(ending), Some(id)) => Event::Closed(id, *ending),
                (What::Clock(time), _) => Event::Clock(WallTime::new(*time)),
                (What::Stop, _) => Event::Shutdown,
                (What::Pass, _) | (_, None) => Event::Tick,
            };
            let told = if step.late { Millis::ZERO } else { now };
            transcript.entries.push(Entry::Event(told, event));
        }
        transcript
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.transcript())
    }
}
