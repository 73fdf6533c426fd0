//! A server may send anything: a terminal is sent only the escapes that we wrote.

use chatroom::client::{ClientAction, ClientCore, ClientEvent, Options};
use chatroom::view::{LocalTime, PALETTE, PresenceShown, Row, Time, View, ViewOptions};
use chatroom::wire::line::Line;
use chatroom::wire::sanitize;
use chatroom::{Ending, Millis};
use quickcheck::{Arbitrary, Gen};
use quickcheck_macros::quickcheck;

use crate::clean::clean;

#[quickcheck]
fn only_our_escapes_reach_a_terminal(sent: Hostile, when: Vec<u8>) {
    let mut view = View::new(ViewOptions::default());
    let mut now = Millis::ZERO;
    let mut when = when.iter().cycle();
    for line in lines(&sent.0) {
        now = now + Millis::new(u64::from(*when.next().unwrap_or(&9)) * 20);
        let shown = view.show(now, local_time(now), Some("ann"), &line.as_str().into());
        shown.rows.iter().chain(&view.tell(local_time(now), &line)).for_each(check);
    }
    view.tick(now + Millis::new(60_000), local_time(now)).iter().for_each(check);
}

/// But for a mark in front of what no server of ours says.
#[quickcheck]
fn without_times_and_folding_a_row_is_the_line_as_the_server_said_it(sent: Hostile) {
    let options =
        ViewOptions { time: Time::Off, presence: PresenceShown::All, ..ViewOptions::default() };
    let mut view = View::new(options);
    for line in lines(&sent.0) {
        let shown =
            view.show(Millis::ZERO, LocalTime::default(), Some("ann"), &line.as_str().into());
        let rows: Vec<_> = shown.rows.iter().map(Row::text).collect();
        let line = sanitize::text(line.as_bytes());
        let mark = if let Line::Other(_) = Line::parse(&line) { "? " } else { "" };
        assert_eq!(rows, [format!("{mark}{line}")]);
        assert_eq!(view.poll_timeout(), None);
    }
}

/// Nor like a day, whatever stands in front that does not show, and whatever dashes they are.
#[test]
fn a_line_like_the_clients_own_words_has_a_mark_in_front() {
    let own = ["-- the connection was lost", "--- 2026-11-22 ---", "-- left the chat! (lost)"];
    let before = ["", " ", "\t", "\u{a0}", "\u{ad}", "\u{200b}", "\u{3164}", "\u{1160}", "-"];
    let dashes = ["--", "\u{2010}\u{2010}", "\u{2212}\u{2212}", "-\u{ad}-", "\u{2013}"];
    for time in [Time::Off, Time::Short, Time::Full] {
        let mut view = View::new(ViewOptions { time, ..ViewOptions::default() });
        let mut shows = |line: &str| {
            view.show(Millis::ZERO, LocalTime::default(), Some("ann"), &line.into()).rows.remove(0)
        };
        for own in own {
            for dashes in dashes {
                for before in before {
                    let line = [before, &own.replacen("--", dashes, 1)].concat();
                    let row = shows(&line);
                    assert_eq!(row.text()[row.front()..], format!("? {line}"));
                }
            }
        }
    }
}

/// By its skeleton (Unicode TS 39), which leaves out what does not show.
#[quickcheck]
fn no_line_of_a_servers_looks_like_the_clients_own_words(sent: Hostile) {
    let options = ViewOptions { time: Time::Off, ..ViewOptions::default() };
    let mut view = View::new(options);
    for line in lines(&sent.0) {
        for row in
            view.show(Millis::ZERO, LocalTime::default(), Some("ann"), &line.as_str().into()).rows
        {
            let seen: String = unicode_security::skeleton(&row.text()).collect();
            let seen = seen.trim_start();
            assert!(!seen.starts_with("-- ") && !seen.starts_with("--- "), "{seen:?}");
        }
    }
}

/// The lines that bytes are, as the client's core understands them, and raw.
fn lines(sent: &[u8]) -> Vec<String> {
    let mut core = ClientCore::new(Options { nickname: Some("ann".into()), ..Options::default() });
    let mut lines = vec![String::from_utf8_lossy(sent).into_owned()];
    lines.extend(lines[0].split('\n').map(String::from).collect::<Vec<_>>());
    for event in [
        ClientEvent::BytesIn(b"NICK"),
        ClientEvent::BytesIn(sent),
        ClientEvent::Closed(Ending::Finished),
    ] {
        for action in core.handle(Millis::ZERO, event) {
            match action {
                ClientAction::Show(line) => lines.push(line.text().into()),
                ClientAction::Tell(line) => lines.push(line),
                ClientAction::Send(_)
                | ClientAction::Ask
                | ClientAction::Read
                | ClientAction::Finish
                | ClientAction::Local(_)
                | ClientAction::Exit(_) => {}
            }
        }
    }
    lines
}

/// A row is one line, and no escape is in it but ours.
pub(super) fn check(row: &Row) {
    let text = row.text();
    assert_eq!(row.ansi(false), text);
    assert!(!clean(text.as_bytes()).contains('\n'), "{text:?}");
    let styled = row.ansi(true);
    assert_eq!(without_ours(&styled), text, "{styled:?}");
}

/// The text without the sequences that [`Row::ansi`] writes; each begun is ended.
fn without_ours(styled: &str) -> String {
    let mut ours = vec!["[2m".into(), "[1m".into(), "[1;7m".into()];
    ours.extend(PALETTE.map(|colour| format!("[38;5;{colour}m")));
    let mut chunks = styled.split('\x1b');
    let mut text = chunks.next().unwrap().to_owned();
    while let Some(chunk) = chunks.next() {
        let begun = ours.iter().find_map(|ours| chunk.strip_prefix(ours.as_str()));
        text += begun.unwrap_or_else(|| panic!("{styled:?} holds {chunk:?}"));
        let end = chunks.next().unwrap_or_else(|| panic!("{styled:?} does not end"));
        text += end.strip_prefix("[0m").unwrap_or_else(|| panic!("{styled:?} holds {end:?}"));
    }
    text
}

fn local_time(now: Millis) -> LocalTime {
    let day = u8::try_from(1 + now.as_millis() / 10_000 % 28).unwrap();
    LocalTime { day, month: 2, year: 2027, ..LocalTime::default() }
}

/// Bytes in which lines of the room's kinds, escapes and pieces of UTF-8 are frequent.
#[derive(Clone, Debug)]
struct Hostile(Vec<u8>);

impl Arbitrary for Hostile {
    fn arbitrary(g: &mut Gen) -> Self {
        let chunks: [&[u8]; 36] = [
            b"-- ",
            b"-- left the chat! (",
            b"--- 2026-11-22 ---\n",
            "\u{200b}".as_bytes(),
            b"bob: ",
            b"* bob ",
            b"[bob to you] ",
            b"[you to bob] ",
            b"bob joined the chat!\n",
            b"bob left the chat! (",
            b"bob is now known as ",
            b"# ",
            b"! ",
            b"Connected to the server!\n",
            b"# messages 1 to 2:\n",
            b"# 2 here: ",
            b"ann",
            b" ann ",
            b"Ann's",
            b"\n",
            b"\n",
            b"\r\n",
            b"\x1b[2J",
            b"\x1b]52;c;aGk=\x07",
            b"\x1b[0m",
            b"\x1b[38;5;160m",
            b"\x9b1m",
            b"\xc2\x9b1m",
            b"\x1b",
            b"\xc2",
            b"\xe2\x80\xae",
            b"\xe2\x80\xa8",
            b"\x00\x7f\x08",
            b"\xff\xfb\x01",
            b"\t",
            "太郎é🎉".as_bytes(),
        ];
        let mut bytes = Vec::new();
        for other in Vec::<u8>::arbitrary(g) {
            match bool::arbitrary(g) {
                true => bytes.extend_from_slice(g.choose(&chunks).unwrap()),
                false => bytes.push(other),
            }
        }
        Self(bytes)
    }

    fn shrink(&self) -> Box<dyn Iterator<Item = Self>> {
        Box::new(self.0.shrink().map(Self))
    }
}
