//! A recording is input like any other: whatever it holds, what is told of it is lines that are safe to
//! show, and no more than was asked for.

use chatroom::recording::transcript::Transcript;
use quickcheck::{Arbitrary, Gen};
use quickcheck_macros::quickcheck;

use super::{INCIDENT, from};
use crate::script::Script;
use crate::tellers;

/// A recording, of which some lines were changed by someone who knows how it is written.
#[derive(Clone, Debug)]
struct Tampered(String);

/// Lines that stand in for a line, or are put into one.
const LINES: [&str; 14] = [
    "#1 connects from 192.0.2.7:1",
    "#1 connects from [::1%7]:1",
    "#18446744073709551615 connects",
    "+18446744073709551.615s time passes",
    "+0.000s #2 is lost",
    "#1 -> \\n\\r\\n\\n",
    "#1 -> \\xff\\xfd\\x03\\x1b[2J\\u{202e}\\u{2028}x",
    "#2 -> bob: /quit",
    "#1 is behind by 18446744073709551615",
    "#1 is behind by 0",
    "#9 is gone",
    "rate=0 max-members=0 history=0 motd=\\x1b[2J",
    "operator stops the server",
    "",
];

impl Arbitrary for Tampered {
    fn arbitrary(g: &mut Gen) -> Self {
        let recorded = match u8::arbitrary(g) % 4 {
            0 => INCIDENT.into(),
            1 => from("+21.000s", INCIDENT),
            _ => Script::arbitrary(g).transcript().replay().to_string(),
        };
        let mut lines: Vec<String> = recorded.lines().map(Into::into).collect();
        for _ in 0..u8::arbitrary(g) % 6 {
            let at = usize::arbitrary(g) % lines.len();
            let line = (*g.choose(&LINES).unwrap()).into();
            match u8::arbitrary(g) % 5 {
                0 => drop(lines.remove(at)),
                1 => lines.swap(at, 0),
                2 => lines.insert(at, line),
                3 => lines[at] = line,
                _ => {
                    let byte = usize::arbitrary(g) % (lines[at].len() + 1);
                    let split = lines[at].floor_char_boundary(byte);
                    lines[at].insert_str(split, &line);
                }
            }
            if lines.is_empty() {
                break;
            }
        }
        // The actions follow from the events; or not.
        let text = lines.join("\n");
        let whole = Transcript::salvage(&text).replay().to_string();
        Self(if u8::arbitrary(g) % 4 == 0 { text } else { whole })
    }

    fn shrink(&self) -> Box<dyn Iterator<Item = Self>> {
        let lines: Vec<String> = self.0.lines().map(Into::into).collect();
        let without = move |at| {
            let rest = lines.iter().enumerate().filter(|(other, _)| *other != at);
            Self(rest.map(|(_, line)| line.as_str()).collect::<Vec<_>>().join("\n"))
        };
        Box::new((0..self.0.lines().count()).map(without))
    }
}

#[quickcheck]
fn whatever_is_done_to_a_recording_lines_are_told_that_are_safe_to_show(recording: Tampered) {
    tellers::check(&recording.0);
}
