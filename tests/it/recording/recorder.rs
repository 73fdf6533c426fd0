//! A recorder writes down events, and leaves some out where there is no room.

use chatroom::recording::recorder::{Chunk, Recorder, Ring, WriteQueue};
use chatroom::recording::transcript::Head;
use chatroom::recording::transcript::{Entry, Transcript};
use chatroom::{ClientId, Event, Millis, ServerCore, Settings, limits};
use quickcheck_macros::quickcheck;

use crate::oracle::played;
use crate::script::Script;

/// A room and its recorder.
struct Recorded {
    core: ServerCore,
    recorder: Recorder,
}

impl Recorded {
    fn new(settings: &Settings, queue: Option<WriteQueue>, ring: Option<Ring>) -> Self {
        let recorder = Recorder::new(settings.clone(), queue, ring);
        Self { core: ServerCore::new(settings.clone()), recorder }
    }

    fn happens(&mut self, now: Millis, event: Event<&[u8]>) {
        if self.recorder.is_full() {
            self.recorder.begin(self.core.snapshot());
        }
        self.recorder.event(now, &event);
        let actions = self.core.handle(now, event);
        self.recorder.actions(actions);
    }

    fn plays(&mut self, transcript: &Transcript) {
        for entry in &transcript.entries {
            match entry {
                Entry::Event(now, event) => self.happens(*now, event.as_bytes()),
                Entry::Behind(now, id, bytes) => self.recorder.behind(*now, *id, *bytes),
                Entry::Action(_) | Entry::Gap(_) => {}
            }
        }
    }

    /// The chunks that wait to be written.
    fn chunks(&mut self) -> Vec<Chunk> {
        self.recorder.queue().unwrap().take()
    }

    fn latest(&self) -> String {
        self.recorder.latest().unwrap().to_string()
    }
}

/// The text of all pieces.
fn text(chunks: &[Chunk]) -> String {
    let text = |chunk: &Chunk| match chunk {
        Chunk::Head(head) => head.to_string(),
        Chunk::Events(text) => text.clone(),
        Chunk::Gap(bytes) => panic!("{bytes} bytes are missing"),
    };
    chunks.iter().map(text).collect()
}

/// The record of a script by people with numbers, one of whom is behind.
fn transcript(script: &Script) -> Transcript {
    let mut transcript = Transcript { names: [].into(), ..script.transcript() };
    transcript.entries.push(Entry::Behind(Millis::new(u64::MAX), ClientId(1), 65536));
    transcript
}

#[quickcheck]
fn recording_reads_as_its_transcript(script: Script) {
    let transcript = transcript(&script);
    let queue = Some(WriteQueue::new(usize::MAX));
    let mut room = Recorded::new(&script.settings, queue, Some(Ring::new(1 << 24)));
    room.plays(&transcript);
    let expected = transcript.replay().to_string();
    assert_eq!(text(&room.chunks()), expected);
    assert_eq!(room.latest(), expected);
}

/// The files that a recording is of, and its events, as they are without files.
fn files(chunks: &[Chunk]) -> (Vec<String>, String) {
    let (mut files, mut events) = (Vec::new(), String::new());
    for chunk in chunks {
        match chunk {
            Chunk::Head(head) => files.push(head.to_string()),
            Chunk::Events(text) => {
                files.last_mut().unwrap().push_str(text);
                events.push_str(text);
            }
            Chunk::Gap(bytes) => panic!("{bytes} bytes are missing"),
        }
    }
    (files, events)
}

/// Wherever one ends, be it after each event.
#[quickcheck]
fn every_file_can_be_replayed_alone_and_all_of_them_are_what_happened(script: Script, most: u16) {
    let transcript = transcript(&script);
    let most = usize::from(most) % 2000;
    let mut room = Recorded::new(&script.settings, Some(WriteQueue::new(most)), None);
    room.plays(&transcript);
    let (files, events) = files(&room.chunks());
    let expected = transcript.replay().to_string();
    assert_eq!(events, expected.split_once("\n\n").unwrap().1);
    for file in files {
        assert!(played(&file).is_ok(), "{:?} in\n{file}", played(&file));
        assert_eq!(file.parse::<Transcript>().unwrap().replay().to_string(), file);
    }
}

#[quickcheck]
fn ring_replays_and_is_the_end_of_the_recording(script: Script, most: u16, when: usize) {
    let mut transcript = transcript(&script);
    transcript.entries.truncate(when % (transcript.entries.len() + 1));
    let ring = Some(Ring::new(usize::from(most) % 2000));
    let mut room = Recorded::new(&script.settings, None, ring);
    room.plays(&transcript);
    let latest = room.latest();
    assert!(played(&latest).is_ok(), "{:?} in\n{latest}", played(&latest));
    let latest: Transcript = latest.parse().unwrap();
    assert!(transcript.replay().entries.ends_with(&latest.entries));
}

#[test]
fn an_event_is_there_before_the_room_hears_of_it_and_is_handed_on_with_what_it_led_to() {
    let mut room = Recorded::new(
        &Settings::default(),
        Some(WriteQueue::new(usize::MAX)),
        Some(Ring::new(1 << 17)),
    );
    let head = text(&room.chunks());
    room.recorder.event(Millis::new(7), &Event::Tick);
    assert_eq!(room.latest(), head);
    assert_eq!(
        room.recorder.latest_with_event_at_hand().unwrap().to_string(),
        format!("{head}+0.007s time passes\n")
    );
    assert_eq!(room.chunks(), []);
    // The room has failed.
    room.recorder.end();
    assert_eq!(room.chunks(), [Chunk::Events("+0.007s time passes\n".into())]);
    assert_eq!(room.latest(), format!("{head}+0.007s time passes\n"));
}

/// An event of so many bytes.
fn event(bytes: usize) -> String {
    "x".repeat(bytes - 1) + "\n"
}

/// A head of about so many bytes, which begins with this.
fn head(bytes: usize, begin: &str) -> Head {
    let fill = bytes - Head::new(Settings::default(), None).bytes() - begin.len();
    let motd = begin.to_owned() + &"x".repeat(fill);
    let head = Head::new(Settings { motd, ..Settings::default() }, None);
    assert_eq!(head.bytes(), bytes);
    head
}

const QUEUE: usize = limits::RECORD_QUEUE_BYTES;

#[test]
fn gap_is_told_with_its_size_before_the_next_event() {
    let mut queue = WriteQueue::new(usize::MAX);
    // The last event may have any size: it goes past the bound.
    queue.push(&event(QUEUE - 1));
    queue.push(&event(1000));
    assert!(!queue.is_losing());
    queue.push(&event(1000));
    queue.push(&event(100));
    assert!(queue.is_losing());

    // As long as it is being written, nothing else can be.
    assert_eq!(queue.take(), [Chunk::Events(event(QUEUE - 1) + &event(1000))]);
    queue.push(&event(10));
    assert!(!queue.is_waiting());
    queue.written();
    assert!(queue.is_losing());
    queue.push("one\n");
    queue.push("two\n");
    assert!(!queue.is_losing());
    assert_eq!(queue.take(), [Chunk::Gap(1110), Chunk::Events("one\ntwo\n".into())]);
}

#[test]
fn gap_that_comes_last_is_told_at_the_end() {
    let mut room = Recorded::new(&Settings::default(), Some(WriteQueue::new(usize::MAX)), None);
    let queue = room.recorder.queue().unwrap();
    queue.push(&event(QUEUE));
    queue.push(&event(7));
    let _ = room.chunks();
    // The room has failed at this.
    room.recorder.event(Millis::new(7), &Event::Tick);
    room.recorder.end();
    assert_eq!(room.chunks(), [Chunk::Gap(7 + "+0.007s time passes\n".len() as u64)]);
}

/// For a file of 1000 bytes, whose head has 300.
fn full_at_1000() -> WriteQueue {
    let mut queue = WriteQueue::new(1000);
    assert!(queue.is_full(), "there is none yet");
    queue.begin(head(300, "first"));
    queue
}

#[test]
fn a_file_is_full_at_its_size_and_the_next_begins_between_two_events() {
    let mut queue = full_at_1000();
    queue.push(&event(699));
    assert!(!queue.is_full());
    queue.push(&event(1));
    assert!(queue.is_full());
    // It may grow until the next one has begun.
    queue.push(&event(1));
    queue.begin(head(400, "second"));
    assert!(!queue.is_full());
    queue.push(&event(599));
    assert!(!queue.is_full());
    queue.push(&event(2));
    assert!(queue.is_full());
    let chunks = [
        Chunk::Head(Box::new(head(300, "first"))),
        Chunk::Events(event(699) + "\n\n"),
        Chunk::Head(Box::new(head(400, "second"))),
        Chunk::Events(event(599) + &event(2)),
    ];
    assert_eq!(queue.take(), chunks);
}

#[test]
fn a_file_whose_head_is_most_of_it_holds_as_much_of_events() {
    let mut queue = full_at_1000();
    queue.begin(head(2000, ""));
    queue.push(&event(1999));
    assert!(!queue.is_full());
    queue.push(&event(1));
    assert!(queue.is_full());
}

#[test]
fn no_file_begins_while_there_is_no_room_for_it() {
    let mut queue = full_at_1000();
    queue.push(&event(QUEUE));
    assert!(!queue.is_full());
    let _ = queue.take();
    queue.push(&event(7));
    queue.written();
    assert!(queue.is_full());
    // Events missing here are missing in the file before.
    queue.begin(head(300, "second"));
    assert_eq!(queue.take(), [Chunk::Gap(7), Chunk::Head(Box::new(head(300, "second")))]);
}

#[test]
fn a_ring_keeps_half_of_it_at_least_and_all_of_it_and_two_events_at_most() {
    const EVENT: usize = 30;
    let mut ring = Ring::new(1000);
    let (mut happened, mut heads) = (String::new(), 0);
    for number in 0..1000 {
        if ring.is_full() {
            heads += 1;
            ring.begin(head(300, &format!("at {number}.")));
        }
        let event = format!("event {number:04}{}", event(EVENT - 10));
        ring.push(&event);
        happened.push_str(&event);
        let text = ring.latest("").to_string();
        let (head, events) = text.split_once("\n\n").unwrap();
        assert!(happened.ends_with(events));
        assert!(events.len() >= happened.len().min(500) && events.len() <= 1000 + 2 * EVENT);
        // The head is that of the first event.
        let first: usize = events[6..10].parse().unwrap();
        assert!(head.contains(&format!("motd= at {first}.")), "{head} before event {first}");
    }
    assert_eq!(heads, 1000_usize.div_ceil(500_usize.div_ceil(EVENT)));
}

#[test]
fn a_part_of_a_ring_whose_head_is_most_of_it_holds_as_much_of_events() {
    let mut ring = Ring::new(100);
    assert!(ring.is_full(), "there is none yet");
    ring.begin(head(1000, ""));
    ring.push(&event(999));
    assert!(!ring.is_full());
    ring.push(&event(1));
    assert!(ring.is_full());
}
