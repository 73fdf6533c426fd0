//! The properties of any room's state as text, and of the rest of it when it is damaged.

use chatroom::recording::transcript::{Entry, Transcript};
use chatroom::{ServerCore, Snapshot, limits};
use quickcheck::{Arbitrary, Gen};
use quickcheck_macros::quickcheck;

use crate::clean::clean;
use crate::script::Script;

/// The text is read, or refused with a line; it prints as it is read; and a room that is resumed from
/// it is in that very state, and goes on.
#[quickcheck]
fn a_damaged_text_is_read_or_refused_without_harm(script: Script, at: usize, damage: Vec<Damage>) {
    let mut transcript = script.transcript();
    let rest = transcript.entries.split_off(at % (transcript.entries.len() + 1));
    let mut lines: Vec<String> = text_after(&transcript).lines().map(Into::into).collect();
    damage.iter().take(damage.len() % 3).for_each(|damage| damage.strike(&mut lines));
    let text = lines.join("\n");

    let read = text.parse::<Snapshot>().map_err(must_be_a_line);
    let Ok(snapshot) = read else { return };
    assert_eq!(snapshot.to_string().parse(), Ok(snapshot.clone()), "{text}");
    let resumed = ServerCore::resume(transcript.settings, &snapshot).map_err(must_be_a_line);
    let Ok(mut room) = resumed else { return };
    assert_eq!(room.snapshot(), snapshot, "{text}");
    for entry in &rest {
        let Entry::Event(now, event) = entry else { continue };
        let _ = room.handle(*now, event.as_bytes());
        assert!(room.most_held() <= limits::HELD_BYTES, "{text}");
        let again = ServerCore::resume(script.settings.clone(), &room.snapshot());
        assert!(again.is_ok(), "{:?} of {}", again.err(), room.snapshot());
    }
}

fn text_after(transcript: &Transcript) -> String {
    let mut room = ServerCore::new(transcript.settings.clone());
    for entry in &transcript.entries {
        let Entry::Event(now, event) = entry else { continue };
        let _ = room.handle(*now, event.as_bytes());
    }
    room.snapshot().to_string()
}

fn must_be_a_line(reason: String) {
    assert!(!clean(reason.as_bytes()).contains('\n'), "{reason:?} is told to a person");
    assert!(reason.len() < 400, "{reason} is long");
}

/// Damage to a text by an editor, a disk or an enemy.
#[derive(Clone, Debug)]
struct Damage {
    line: usize,
    at: usize,
    kind: Kind,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Leave,
    Repeat,
    Swap,
    Cut,
    Put(&'static str),
    /// In the place of a number.
    Count(&'static str),
    /// In the place of the word that stands there.
    Say(&'static str),
}

const COUNTS: [&str; 8] =
    ["0", "1", "5", "513", "514", "65535", "18446744073709551615", "99999999999999999999"];

const WORDS: [&str; 16] = [
    "\"paused\"",
    "\"finished\"",
    "ann",
    "bob",
    "null",
    "true",
    "{}",
    "+18446744073709551.615s",
    "+0.000s",
    ",",
    r"\\n",
    r"\\xff",
    "127.0.0.1:1",
    "#1",
    "\"",
    "",
];

impl Damage {
    fn strike(&self, lines: &mut Vec<String>) {
        let inner = lines.len().saturating_sub(2);
        // Without its first line nothing else is looked at.
        let inner = self.line.checked_rem(inner).filter(|_| !self.at.is_multiple_of(8));
        let Some(line) = inner.map(|line| line + 1).or(self.line.checked_rem(lines.len())) else {
            return;
        };
        let other = self.at % lines.len();
        match self.kind {
            Kind::Leave => _ = lines.remove(line),
            Kind::Repeat => lines.insert(other, lines[line].clone()),
            Kind::Swap => lines.swap(line, other),
            Kind::Cut | Kind::Put(_) | Kind::Count(_) | Kind::Say(_) => {
                lines[line] = self.struck(&lines[line]);
            }
        }
    }

    /// A line that is damaged inside.
    fn struck(&self, line: &str) -> String {
        let ends: Vec<_> = line.char_indices().map(|(at, _)| at).collect();
        let Some(at) = self.at.checked_rem(ends.len()).map(|at| ends[at]) else {
            return line.into();
        };
        let part = |is_part: fn(char) -> bool| {
            let begin = line[..at].trim_end_matches(is_part);
            let end = line[at..].trim_start_matches(is_part);
            (begin, end)
        };
        match self.kind {
            Kind::Leave | Kind::Repeat | Kind::Swap => line.into(),
            Kind::Cut => line[..at].into(),
            Kind::Put(word) => [&line[..at], word, &line[at..]].concat(),
            Kind::Count(count) => {
                let (begin, end) = part(|c| c.is_ascii_digit());
                [begin, count, end].concat()
            }
            Kind::Say(word) => {
                let (begin, end) = part(|c| !matches!(c, ' ' | ',' | ':' | '{' | '}' | '[' | ']'));
                [begin, word, end].concat()
            }
        }
    }
}

impl Arbitrary for Damage {
    fn arbitrary(g: &mut Gen) -> Self {
        let kind = match u8::arbitrary(g) % 8 {
            0 => Kind::Leave,
            1 => *g.choose(&[Kind::Repeat, Kind::Swap, Kind::Cut]).unwrap(),
            2 => Kind::Put(g.choose(&WORDS).unwrap()),
            3 => Kind::Say(g.choose(&WORDS).unwrap()),
            _ => Kind::Count(g.choose(&COUNTS).unwrap()),
        };
        Self { line: usize::arbitrary(g), at: usize::arbitrary(g), kind }
    }
}
