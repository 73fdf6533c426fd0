//! Whatever a server sends, a terminal is sent only the escapes that we wrote.

use chatroom::client::{ClientAction, ClientCore, ClientEvent, Options};
use chatroom::sanitize;
use chatroom::view::{Moment, PALETTE, PresenceShown, Row, Time, View, ViewOptions};
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
        let shown = view.show(now, moment(now), Some("ann"), &line);
        shown.rows.iter().chain(&view.tell(moment(now), &line)).for_each(check);
    }
    view.tick(now + Millis::new(60_000), moment(now)).iter().for_each(check);
}

#[quickcheck]
fn without_times_and_folding_a_row_is_the_line_as_the_server_said_it(sent: Hostile) {
    let options =
        ViewOptions { time: Time::Off, presence: PresenceShown::All, ..ViewOptions::default() };
    let mut view = View::new(options);
    for line in lines(&sent.0) {
        let shown = view.show(Millis::ZERO, Moment::default(), Some("ann"), &line);
        let rows: Vec<_> = shown.rows.iter().map(Row::text).collect();
        assert_eq!(rows, [sanitize::text(line.as_bytes())]);
        assert_eq!(view.poll_timeout(), None);
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
            if let ClientAction::Show(line) | ClientAction::Tell(line) = action {
                lines.push(line);
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
    let mut pieces = styled.split('\x1b');
    let mut text = pieces.next().unwrap().to_owned();
    while let Some(piece) = pieces.next() {
        let begun = ours.iter().find_map(|ours| piece.strip_prefix(ours.as_str()));
        text += begun.unwrap_or_else(|| panic!("{styled:?} holds {piece:?}"));
        let end = pieces.next().unwrap_or_else(|| panic!("{styled:?} does not end"));
        text += end.strip_prefix("[0m").unwrap_or_else(|| panic!("{styled:?} holds {end:?}"));
    }
    text
}

fn moment(now: Millis) -> Moment {
    let day = u8::try_from(1 + now.as_millis() / 10_000 % 28).unwrap();
    Moment { day, month: 2, year: 2027, ..Moment::default() }
}

/// Bytes in which lines of the room's kinds, escapes and pieces of UTF-8 are frequent.
#[derive(Clone, Debug)]
struct Hostile(Vec<u8>);

impl Arbitrary for Hostile {
    fn arbitrary(g: &mut Gen) -> Self {
        let pieces: [&[u8]; 32] = [
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
                true => bytes.extend_from_slice(g.choose(&pieces).unwrap()),
                false => bytes.push(other),
            }
        }
        Self(bytes)
    }

    fn shrink(&self) -> Box<dyn Iterator<Item = Self>> {
        Box::new(self.0.shrink().map(Self))
    }
}
