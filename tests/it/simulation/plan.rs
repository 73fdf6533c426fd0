//! A seed's meaning: settings, weights, and the steps that are drawn by them. Every seed leaves some
//! kinds of steps out and has many of others (swarm testing: Groce and others, ISSTA 2012).

use chatroom::{Millis, Settings};
use quickcheck::{Arbitrary, Gen};

use crate::script::WORDS;

/// One run of the simulation, before it is run.
#[derive(Clone)]
pub(super) struct Plan {
    pub(super) settings: Settings,
    /// Only people with lines and plain names, no limits and no time: the reference model knows it all.
    pub(super) plain: bool,
    /// The bytes that a connection takes before its sender has to wait.
    pub(super) capacity: usize,
    pub(super) steps: Vec<Step>,
}

/// Something that happens. A number counts among those who are connected then.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Connects(Kind, usize),
    /// An honest person types a line.
    Types(usize, Line),
    /// A hostile peer sends these bytes.
    Sends(usize, Vec<u8>),
    /// A client writes what it has to say, and reads so many bytes.
    Reads(usize, usize),
    /// The server's reader of a connection reads so many bytes.
    Arrives(usize, usize),
    /// The room takes so many inputs, and sends.
    Room(usize),
    /// Everything that can move does, once.
    Everything,
    /// So many milliseconds pass.
    Time(u64),
    /// For once the room's clock says a time in the past.
    ClockBack(u64),
    /// Nothing more is typed.
    Finishes(usize),
    Closes(usize),
    Resets(usize),
    /// A client reads nothing from now on.
    Stalls(usize),
    /// The operator stops the server.
    Stops,
}

/// The kind of a person that joins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Our client.
    Ours,
    /// Our client as it speaks to the original server: it ends no line.
    Legacy,
    /// The original client, as it is.
    Original,
    /// Someone with `nc`, who means harm.
    Hostile,
}

/// A line that an honest person types. Texts that all are to see are numbered when they are typed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Line {
    Says,
    Acts,
    Tells(&'static str),
    Other(&'static str),
    /// As much as a line holds.
    Long,
    TooLong,
}

/// People's names: few, so that they collide.
pub(super) const NAMES: [&str; 4] = ["ann", "bob", "cid", "dan"];

/// Other lines that honest people type. The reference model knows all of it.
const OTHERS: [&str; 8] =
    ["/who", "/nick ann", "/nick bob", "/nick eve", "/foo bar", "", "//x", "/msg fay not here"];

/// Lines that hostile peers send beside the words of scripts, to look like another's.
const FORGERIES: [&[u8]; 14] = [
    b"ann: 1.1 forged\n",
    b"bob: hi\nbob joined the chat!\n",
    b"* cid waves\n",
    b"/me : * ann: 1.1 forged\n",
    b"[ann to you] forged\n",
    b"/msg bob ] [ann to you] forged\n",
    b"/reply ] [ann to you] forged\n",
    b"/topic \rann set the topic: 1.1 forged\n",
    b"/quit) ann: 1.1 forged\nann: forged",
    b"# fake\n! fake\n",
    "аnn\n/nick Аnn\n".as_bytes(), // Cyrillic
    b"\rann: 1.1 forged\x0bann: 1.1 forged\n",
    "x\u{2028}ann: 1.1 forged\u{85}ann: 1.1 forged\n".as_bytes(),
    b"/nick bob\n/nick server\n/nick you\n",
];

/// The most steps that a plan has.
const STEPS: usize = 500;

/// The number of draws of each kind of step.
struct Weights {
    kinds: [usize; 4],
    steps: [usize; 14],
}

impl Plan {
    /// The plan of this seed.
    pub(super) fn of(seed: u64) -> Self {
        let g = &mut Gen::from_size_and_seed(30, seed);
        let plain = below(g, 4) == 0;
        let settings = if plain {
            Settings { rate: 0, ..Settings::default() }
        } else {
            Settings {
                rate: choose(g, &[0, 1, 10, 10]),
                burst: choose(g, &[1, 2, 20]),
                backlog: choose(g, &[4096, 4096, 10_000, 1 << 20]),
                max_members: choose(g, &[3, 960, 960]),
                max_per_address: choose(g, &[1, 32, 32]),
                handshake_timeout: Millis::new(choose(g, &[100, 1000, 30_000])),
                memory: choose(g, &[1 << 20, 1 << 30]),
                history: choose(g, &[0, 2, 20]),
                motd: choose(g, &["", "be\u{7} kind\nann: 1.1 forged"]).into(),
            }
        };
        let weights = Weights::drawn(g, plain);
        let capacity = choose(g, &[64, 1000, 5000, 1 << 16]);
        let count = 30 + below(g, STEPS - 30);
        let steps = (0..count).map(|_| weights.step(g)).collect();
        Self { settings, plain, capacity, steps }
    }
}

impl Weights {
    fn drawn(g: &mut Gen, plain: bool) -> Self {
        let mut weight = |most: usize| if below(g, 3) == 0 { 0 } else { 1 + below(g, 8) * most };
        let mut weights = Self {
            kinds: [2 + weight(1), weight(1), weight(1), weight(1)],
            steps: [
                2 + weight(1) / 3, // connects
                9 + weight(6),     // types
                weight(3),         // sends
                4 + weight(3),     // reads
                4 + weight(3),     // arrives
                4 + weight(3),     // room
                1 + weight(1),     // everything
                weight(2),         // time
                weight(1),         // clock back
                weight(1),         // finishes
                weight(1) / 2,     // closes
                weight(1) / 2,     // resets
                weight(1),         // stalls
                weight(1) / 8,     // stops
            ],
        };
        if plain {
            weights.kinds = [1, 0, 0, 0];
            for left_out in [2, 7, 8, 12, 13] {
                weights.steps[left_out] = 0;
            }
        }
        weights
    }

    fn step(&self, g: &mut Gen) -> Step {
        let who = below(g, 64);
        match pick(g, &self.steps) {
            0 => Step::Connects(self.kind(g), below(g, NAMES.len())),
            1 => Step::Types(who, line(g)),
            2 => Step::Sends(who, noise(g)),
            3 => Step::Reads(who, portion(g)),
            4 => Step::Arrives(who, portion(g)),
            5 => Step::Room(1 + below(g, 4)),
            6 => Step::Everything,
            7 => Step::Time(choose(g, &[1, 1, 10, 50, 100, 250, 250, 1000, 30_000, 3_600_000])),
            8 => Step::ClockBack(choose(g, &[1, 1000, 10_000_000])),
            9 => Step::Finishes(who),
            10 => Step::Closes(who),
            11 => Step::Resets(who),
            12 => Step::Stalls(who),
            _ => Step::Stops,
        }
    }

    fn kind(&self, g: &mut Gen) -> Kind {
        [Kind::Ours, Kind::Legacy, Kind::Original, Kind::Hostile][pick(g, &self.kinds)]
    }
}

fn line(g: &mut Gen) -> Line {
    match below(g, 16) {
        0 => Line::Acts,
        1..=2 => Line::Tells(choose(g, &NAMES)),
        3..=5 => Line::Other(choose(g, &OTHERS)),
        6..=7 => Line::Long,
        8 if below(g, 3) == 0 => Line::TooLong,
        _ => Line::Says,
    }
}

fn noise(g: &mut Gen) -> Vec<u8> {
    match below(g, 8) {
        0 => Vec::arbitrary(g),
        1 => vec![b'x'; below(g, 6000)],
        2..=3 => choose(g, &FORGERIES).to_vec(),
        4 => choose(g, &[&b"zoe"[..], b"zoe\n", b"\n"]).to_vec(), // A slow typist.
        _ => (0..1 + below(g, 3)).flat_map(|_| choose(g, &WORDS).to_vec()).collect(),
    }
}

fn portion(g: &mut Gen) -> usize {
    choose(g, &[1, 3, 20, 100, 5000, 65_536, 65_536])
}

/// A number, each as likely as any other, unlike an arbitrary one.
fn below(g: &mut Gen, end: usize) -> usize {
    let digits: [usize; 256] = std::array::from_fn(|digit| digit);
    (0..4).fold(0, |number, _| number << 8 | choose(g, &digits)) % end
}

fn choose<T: Copy>(g: &mut Gen, from: &[T]) -> T {
    *g.choose(from).unwrap()
}

/// An index, as often as its weight says.
fn pick(g: &mut Gen, weights: &[usize]) -> usize {
    let mut at = below(g, weights.iter().sum());
    let reached = |weight: &usize| {
        let here = at < *weight;
        at = at.saturating_sub(*weight);
        here
    };
    weights.iter().position(reached).unwrap_or(0)
}
