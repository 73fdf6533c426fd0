//! The properties of any script, with any bytes, however they are split.

use std::collections::BTreeMap;

use chatroom::recording::transcript::{Entry, Transcript};
use chatroom::shell::server::log::{Logs, Outbox};
use chatroom::{Action, ClientId, Ending, Event, Millis, Rendering, ServerCore, Settings};
use quickcheck::{Arbitrary, Gen};
use quickcheck_macros::quickcheck;

use crate::reference_model::ReferenceModel;
use crate::script::{Script, WORDS};
use crate::{frames, oracle, peer};

#[quickcheck]
fn no_script_breaks_a_promise(script: Script) {
    oracle::check(&script.transcript());
}

#[quickcheck]
fn any_split_gives_the_same_frames(bytes: Telnetish, cuts: Vec<u8>) {
    frames::check(&bytes.0, &cuts);
}

#[quickcheck]
fn no_peer_can_speak_for_another(attack: Attack) {
    peer::check_input(&attack.0);
}

#[quickcheck]
fn a_transcript_reads_back_as_it_was(script: Script) {
    let transcript = script.transcript().replay();
    let read: Transcript = transcript.to_string().parse().unwrap();
    assert_eq!(read, transcript);
}

#[quickcheck]
fn any_text_is_read_or_refused_without_harm(text: String) {
    oracle::check_input(text.as_bytes());
}

/// Plain line-framed people.
#[quickcheck]
fn the_room_equals_its_reference_model(talk: Talk) {
    let mut reference = ReferenceModel::default();
    for turn in &talk.0 {
        match turn.what {
            Do::Connect => reference.connects(turn.who),
            Do::Say(line) => reference.sends(turn.who, line),
            Do::Finish => reference.leaves(turn.who, ""),
            Do::Lose => reference.leaves(turn.who, " (connection lost)"),
        }
    }
    let room = screens(&talk.transcript().replay());
    assert_eq!(room, reference.screens);
}

/// However a framed peer's bytes are split, the same is done.
#[quickcheck]
fn how_bytes_are_split_does_not_matter(talk: Talk, cuts: Vec<u8>) {
    let whole = talk.transcript().replay();
    let mut cuts = cuts.iter().cycle();
    let mut split = Transcript { entries: Vec::new(), ..talk.transcript() };
    for entry in &talk.transcript().entries {
        match entry {
            Entry::Event(now, Event::BytesIn(id, bytes)) => {
                let mut rest = &bytes[..];
                while !rest.is_empty() {
                    let cut = 1 + usize::from(*cuts.next().unwrap_or(&1) % 8);
                    let (chunk, after) = rest.split_at(cut.min(rest.len()));
                    split.entries.push(Entry::Event(*now, Event::BytesIn(*id, chunk.to_vec())));
                    rest = after;
                }
            }
            Entry::Event(..) | Entry::Action(_) | Entry::Behind(..) | Entry::Gap(_) => {
                split.entries.push(entry.clone())
            }
        }
    }
    let actions = |transcript: &Transcript| {
        let entries = transcript.entries.iter().cloned();
        entries.filter(|entry| matches!(entry, Entry::Action(_))).collect::<Vec<_>>()
    };
    assert_eq!(actions(&whole), actions(&split.replay()));
}

/// A rate delays what one says; it takes nothing away and changes no order.
#[quickcheck]
fn a_rate_loses_and_reorders_nothing(lines: Vec<bool>, rate: u8, burst: u8) {
    let said = |settings: Settings| {
        let mut core = ServerCore::new(settings);
        let mut heard = Vec::new();
        let mut hear = |now, event: Event<&[u8]>, core: &mut ServerCore| {
            for action in core.handle(now, event) {
                if let Action::Send(_, text) | Action::Broadcast(_, text) = action {
                    heard.extend_from_slice(text);
                }
            }
            core.poll_timeout()
        };
        let id = ClientId(1);
        hear(Millis::ZERO, Event::Accepted(id, ([127, 0, 0, 1], 1).into()), &mut core);
        hear(Millis::ZERO, Event::BytesIn(id, b"ann\n"), &mut core);
        for (number, long) in (0..).zip(&lines) {
            let text = if *long { "x".repeat(5000) } else { format!("line {number}") };
            // As the shell does: nothing more is read while the sender is paused.
            let mut due =
                hear(Millis::ZERO, Event::BytesIn(id, format!("{text}\n").as_bytes()), &mut core);
            while let Some(now) = due {
                due = hear(now, Event::Tick, &mut core);
            }
        }
        heard
    };
    let unlimited = said(Settings { rate: 0, ..Settings::default() });
    let limited =
        Settings { rate: u32::from(rate) + 1, burst: u32::from(burst) + 1, ..Settings::default() };
    assert_eq!(said(limited), unlimited);
}

/// A member receives the bytes for it, in order, however little its socket takes at a time.
#[quickcheck]
fn an_outbox_keeps_the_order_of_broadcasts_and_private_lines(
    deeds: Vec<Option<bool>>,
    takes: Vec<u8>,
) {
    let (mut logs, mut outbox) = (Logs::default(), Outbox::default());
    outbox.admit(&logs, Rendering::Native);
    let (mut expected, mut received) = (Vec::new(), Vec::new());
    let mut takes = takes.iter().cycle().map(|&take| usize::from(take % 16));
    for (number, deed) in deeds.iter().enumerate() {
        let line = format!("line {number}\n").into_bytes();
        match deed {
            Some(true) => logs.append(Rendering::Native, &line),
            Some(false) => outbox.push(&logs, &line),
            None => {
                let take = takes.next().unwrap_or(3);
                flush(&mut outbox, &logs, take, &mut received);
                let unsent = outbox.unsent(&logs);
                logs.keep(unsent);
                let kept = logs.of(Rendering::Native).since(0).len();
                assert!(kept <= 2 * unsent + 2, "what was sent is forgotten");
                continue;
            }
        }
        expected.extend_from_slice(&line);
        let most = 2 * outbox.unsent(&logs);
        let pushed = *deed == Some(false);
        assert!(!pushed || outbox.held() <= most, "{} bytes are held of {most}", outbox.held());
    }
    assert_eq!(outbox.unsent(&logs), expected.len() - received.len());
    flush(&mut outbox, &logs, usize::MAX, &mut received);
    assert_eq!(outbox.unsent(&logs), 0);
    assert_eq!(received, expected);
}

fn flush(outbox: &mut Outbox, logs: &Logs, take: usize, received: &mut Vec<u8>) {
    let send = |bytes: &[u8]| {
        let taken = take.min(bytes.len());
        received.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    };
    outbox.flush(logs, send).unwrap();
}

/// The bytes that each peer was sent.
fn screens(transcript: &Transcript) -> BTreeMap<u64, String> {
    let mut screens: BTreeMap<u64, String> = BTreeMap::new();
    let mut members = BTreeMap::new();
    let mut show = |id: ClientId, text: &[u8]| {
        screens.entry(id.0).or_default().push_str(str::from_utf8(text).unwrap());
    };
    for entry in &transcript.entries {
        let Entry::Action(action) = entry else { continue };
        match action {
            Action::Send(id, text) => show(*id, text),
            Action::Broadcast(rendering, text) => {
                let reached = members.iter().filter(|(_, its)| **its == rendering);
                reached.for_each(|(id, _)| show(*id, text));
            }
            Action::Admit(id, rendering) => _ = members.insert(*id, rendering),
            Action::Drop(id) => _ = members.remove(id),
            Action::Pause(_) | Action::Resume(_) | Action::Log(..) => {}
        }
    }
    screens
}

/// Bytes in which line ends and telnet commands are frequent.
#[derive(Clone, Debug)]
struct Telnetish(Vec<u8>);

impl Arbitrary for Telnetish {
    fn arbitrary(g: &mut Gen) -> Self {
        let bytes = [b'a', b'a', b'b', b'\r', b'\n', 255, 255, 254, 250, 240, 241, 0];
        let mut text: Vec<u8> =
            Vec::<bool>::arbitrary(g).iter().map(|_| *g.choose(&bytes).unwrap()).collect();
        if bool::arbitrary(g) {
            // A subnegotiation that is too long.
            let at = usize::arbitrary(g) % (text.len() + 1);
            let long: Vec<u8> = [255, 250]
                .into_iter()
                .chain((0..600).map(|_| *g.choose(&bytes).unwrap()))
                .collect();
            text.splice(at..at, long);
        }
        Self(text)
    }

    fn shrink(&self) -> Box<dyn Iterator<Item = Self>> {
        Box::new(self.0.shrink().map(Self))
    }
}

/// An input of [`peer`]: any flags, a few cuts, and words of people and of impostors.
#[derive(Clone, Debug)]
struct Attack(Vec<u8>);

const IMPOSTORS: [&[u8]; 40] = [
    b"mallory",
    b"mallory\n",
    b"mallory: ",
    b"mallory: mallory: hi\n",
    b"ann: hi\n",
    b"\nann: hi",
    b"* ann waves\n",
    b"[ann to you] hi\n",
    b"ann joined the chat!\n",
    b"Connected to the server!\n",
    b"# hi\n",
    b"\r# hi\n",
    b"! hi\n",
    "\u{2028}# hi\n".as_bytes(),
    "/nick \u{430}nn\n".as_bytes(),
    "/nick B\u{41e}B\n".as_bytes(),
    "/nick a\u{2d0}\n".as_bytes(),
    "/nick \u{432}\u{43e}\u{432}\n".as_bytes(),
    b"/nick ann:\n",
    b"/me \x1b[1A\x1b[2Kann: hi\n",
    b"/quit bye) (connection lost\n",
    b"mallory\r\0",
    b"ann: hi\r\0",
    b"x\x7f\x7fann: hi\n",
    b" /msg bob psst\n",
    "mallory: \u{2800}/quit\n".as_bytes(),
    "\u{feff}# hi\n".as_bytes(),
    "/me \u{3164}\n".as_bytes(),
    b"\r\0",
    b"\r",
    b"\0",
    b"hello\r\0",
    b"\x7f",
    b"\x08\x08",
    "\u{feff}".as_bytes(),
    b"\xff\xff\xfe\xfe\xfe\n",
    " /who\n".as_bytes(),
    "\u{200b}/quit\n".as_bytes(),
    "e\u{301}\u{300}".as_bytes(),
    "1\u{5d0}\n".as_bytes(),
];

impl Arbitrary for Attack {
    fn arbitrary(g: &mut Gen) -> Self {
        let words: Vec<_> = WORDS.iter().chain(&IMPOSTORS).collect();
        let cuts = u8::arbitrary(g) % 8;
        let mut input = vec![u8::arbitrary(g), cuts];
        for _ in 0..cuts {
            input.push(*g.choose(&[0, 0, 0, 0, 1, 3, 7, 12, 40, 252, 254]).unwrap());
            input.push(u8::arbitrary(g));
        }
        let count = usize::arbitrary(g) % 40;
        input.extend((0..count).flat_map(|_| g.choose(&words).unwrap().iter()));
        Self(input)
    }

    fn shrink(&self) -> Box<dyn Iterator<Item = Self>> {
        Box::new(self.0.shrink().map(Self))
    }
}

/// People who talk in lines.
#[derive(Clone)]
struct Talk(Vec<Turn>);

#[derive(Clone)]
struct Turn {
    who: u64,
    what: Do,
}

#[derive(Clone, Copy)]
enum Do {
    Connect,
    Say(&'static str),
    Finish,
    Lose,
}

impl Arbitrary for Turn {
    fn arbitrary(g: &mut Gen) -> Self {
        let lines = [
            "ann\n",
            "bob\n",
            "Ann\n",
            "cid\n",
            "hello\n",
            "hel",
            "lo\n",
            "ann: hi\n",
            "/me waves\n",
            "/who\n",
            "//x\n",
            "\n",
            "/msg ann psst\n",
            "/msg bob two words\n",
            "/reply psst\n",
            "/topic\n",
            "/topic tea, not coffee\n",
            "/nick ann\n",
            "/nick bob\n",
            "/nick dan\n",
            "/quit\n",
            "/quit bye now\n",
            "/foo bar\n",
            "ann\nhello\n/who\n",
        ];
        let what = match u8::arbitrary(g) % 24 {
            0 => Do::Finish,
            1 => Do::Lose,
            _ => Do::Say(g.choose(&lines).unwrap()),
        };
        Self { who: 1 + u64::arbitrary(g) % 4, what }
    }
}

impl Arbitrary for Talk {
    /// Everyone connects once; what is done before that does nothing.
    fn arbitrary(g: &mut Gen) -> Self {
        let mut turns: Vec<Turn> = Vec::arbitrary(g);
        for who in 1..=4 {
            let at = usize::arbitrary(g) % (turns.len() / 2 + 1);
            turns.insert(at, Turn { who, what: Do::Connect });
            let name = g.choose(&["ann\n", "bob\n", "cid\n", "dan\n", "an"]).unwrap();
            turns.insert(at + 1, Turn { who, what: Do::Say(name) });
        }
        Self(turns)
    }

    fn shrink(&self) -> Box<dyn Iterator<Item = Self>> {
        let turns = self.0.clone();
        let without = move |left_out: usize| {
            let kept = turns.iter().enumerate().filter(move |(at, _)| *at != left_out);
            Self(kept.map(|(_, turn)| turn.clone()).collect())
        };
        Box::new((0..self.0.len()).map(without))
    }
}

impl Talk {
    fn transcript(&self) -> Transcript {
        let mut transcript = Transcript::new(Settings { rate: 0, ..Settings::default() });
        for turn in &self.0 {
            let id = ClientId(turn.who);
            let event = match turn.what {
                Do::Connect => Event::Accepted(id, ([127, 0, 0, 1], 1000).into()),
                Do::Say(line) => Event::BytesIn(id, line.as_bytes().to_vec()),
                Do::Finish => Event::Closed(id, Ending::Finished),
                Do::Lose => Event::Closed(id, Ending::Lost),
            };
            transcript.entries.push(Entry::Event(Millis::ZERO, event));
        }
        transcript
    }
}

impl std::fmt::Debug for Talk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.transcript())
    }
}
