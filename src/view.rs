//! The view: the lines of a conversation made into styled rows.
//!
//! A pure function of the lines, the time and what the person chose. A row says the line as the server
//! said it, in front of it perhaps the time and a mark; style only adds to that.
//!
//! | line | looks |
//! |---|---|
//! | what somebody says | its nickname in its colour, the reader's nickname in it highlighted |
//! | who joins, leaves, is renamed | dim; bursts of the first two [folded](fold) |
//! | `! …` | strong |
//! | anything else that no server of ours says | `? ` in front of it, so that it looks like nothing else here |
//! | `-- …`, which neither members nor servers can say | the client's own words, strong |
//! | `--- 2026-11-22 ---` | dim, where the day changes |
//!
//! Where rows are shown on a screen of a known width, [`wrap()`] makes each into as many as it takes, all
//! but the first indented: so what stands at the left is said by whom it seems to be.
//!
//! ```
//! use chatroom::Millis;
//! use chatroom::view::{LocalTime, View, ViewOptions};
//!
//! let mut view = View::new(ViewOptions::default());
//! let at = LocalTime { hour: 10, minute: 11, ..LocalTime::default() };
//! let shown = view.show(Millis::ZERO, at, Some("Ann"), &"Jacob: hi ann".into());
//! assert!(shown.rings);
//! assert_eq!(shown.rows[0].text(), "10:11 Jacob: hi ann");
//! ```

pub mod caseless;
pub mod completion;
pub mod fold;
pub mod json;
mod local_time;
pub mod mention;
pub(crate) mod options;
mod style;
pub(crate) mod width;
mod wrap;

use alloc::format;
use alloc::vec::Vec;

use self::caseless::same;
use self::fold::{Change, Fold};
pub use self::local_time::{Day, LocalTime};
use self::mention::mentions;
pub use self::options::{Bell, NoChoice, PresenceShown, Time, ViewOptions};
pub use self::style::{PALETTE, Row, Span, Style};
pub use self::wrap::wrap;
use crate::limits;
use crate::room::event::Millis;
use crate::wire::line::{Line, Received};

/// The conversation as it is shown.
#[derive(Debug)]
pub struct View {
    options: ViewOptions,
    fold: Fold,
    /// The day of the latest row.
    day: Option<Day>,
    /// When the bell rang.
    rang: Option<Millis>,
}

/// The result of a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// In order; none, where a line is hidden or will be told with others.
    pub rows: Vec<Row>,
    /// True if the bell rings.
    pub rings: bool,
}

impl View {
    /// An empty one.
    #[must_use]
    pub fn new(options: ViewOptions) -> Self {
        Self { options, fold: Fold::default(), day: None, rang: None }
    }

    /// Returns the options.
    #[must_use]
    pub const fn options(&self) -> ViewOptions {
        self.options
    }

    /// Sets the options from now on.
    pub const fn set(&mut self, options: ViewOptions) {
        self.options = options;
    }

    /// Returns the rows for this line of the server's, without its end. `me` is what the reader is
    /// called, if that is known.
    #[must_use]
    pub fn show(&mut self, now: Millis, at: LocalTime, me: Option<&str>, line: &Received) -> Shown {
        let parsed = line.line();
        let mut rows = self.tick(now, at);
        if let Some((change, nick)) = Change::of(parsed) {
            let hidden = match self.options.presence {
                PresenceShown::Off => true,
                // The reader's own coming is where what follows begins.
                PresenceShown::Fold => !is(me, nick) && self.fold.takes(now, change, line.text()),
                PresenceShown::All => false,
            };
            if hidden {
                return Shown { rows, rings: false };
            }
        }
        self.flush(at, &mut rows);
        let mut row = self.begin(at, &mut rows);
        push_line(&mut row, line.text(), parsed, me);
        let rings = self.rings_for(parsed, &row, me) && self.may_ring(now);
        rows.push(row);
        Shown { rows, rings }
    }

    /// Returns the rows for a line of the room's history, which was said at `at`, where the server has told
    /// its time. Nothing rings.
    #[must_use]
    pub fn replay(&mut self, at: LocalTime, me: Option<&str>, line: &Received) -> Vec<Row> {
        let mut rows = Vec::new();
        self.flush(at, &mut rows);
        let mut row = self.begin(at, &mut rows);
        if line.time().is_none() {
            row = Row::behind(Style::Plain, &" ".repeat(row.front()));
        }
        push_line(&mut row, line.text(), line.line(), me);
        rows.push(row);
        rows
    }

    /// Returns the rows for the client's own words: a row for each line of them.
    #[must_use]
    pub fn tell(&mut self, at: LocalTime, text: &str) -> Vec<Row> {
        let mut rows = Vec::new();
        self.flush(at, &mut rows);
        for line in text.lines() {
            let row = self.begin(at, &mut rows).with(Style::Strong, &format!("-- {line}"));
            rows.push(row);
        }
        rows
    }

    /// Returns the rows that are due now that time has passed.
    #[must_use]
    pub fn tick(&mut self, now: Millis, at: LocalTime) -> Vec<Row> {
        let mut rows = Vec::new();
        if self.fold.due().is_some_and(|due| due <= now) {
            self.flush(at, &mut rows);
        }
        rows
    }

    /// When [`tick`](Self::tick) is due, if nothing else happens before.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Millis> {
        self.fold.due()
    }

    /// Tells what has been counted.
    fn flush(&mut self, at: LocalTime, rows: &mut Vec<Row>) {
        if let Some(told) = self.fold.take() {
            let row = self.begin(at, rows).with(Style::Dim, &told);
            rows.push(row);
        }
    }

    /// Begins a row, after a row for the day where it is another one.
    fn begin(&mut self, at: LocalTime, rows: &mut Vec<Row>) -> Row {
        let before = self.day.replace(at.date());
        let LocalTime { hour, minute, second, .. } = at;
        match self.options.time {
            Time::Off => Row::default(),
            Time::Short => {
                if before.is_some_and(|before| before != at.date()) {
                    let day = format!("--- {} ---", at.date());
                    rows.push(Row::default().with(Style::Dim, &day));
                }
                Row::behind(Style::Dim, &format!("{hour:02}:{minute:02} "))
            }
            Time::Full => {
                let time = format!("{} {hour:02}:{minute:02}:{second:02} ", at.date());
                Row::behind(Style::Dim, &time)
            }
        }
    }

    fn rings_for(&self, line: Line<&str>, row: &Row, me: Option<&str>) -> bool {
        let Some((nick, private)) = speaker(line) else { return false };
        let mentioned = row.spans().iter().any(|span| span.style() == Style::Mention);
        let wanted = match self.options.bell {
            Bell::Off => false,
            Bell::Mention => mentioned,
            Bell::Private => private,
            Bell::MentionAndPrivate => mentioned || private,
            Bell::All => true,
        };
        wanted && !is(me, nick)
    }

    /// Returns true if it has not rung just before; from now on it has.
    fn may_ring(&mut self, now: Millis) -> bool {
        let may = self.rang.is_none_or(|rang| now.since(rang) >= limits::BELL_PAUSE);
        if may {
            self.rang = Some(now);
        }
        may
    }
}

/// Returns true if the reader is called so.
fn is(me: Option<&str>, nick: &str) -> bool {
    me.is_some_and(|me| same(me, nick))
}

/// Returns the speaker of a line that the reader hears, and whether it is to the reader alone.
const fn speaker(line: Line<&str>) -> Option<(&str, bool)> {
    match line {
        Line::Said { nick, .. } | Line::Acted { nick, .. } => Some((nick, false)),
        Line::PrivateFrom { nick, .. } => Some((nick, true)),
        Line::PrivateTo { .. }
        | Line::Joined { .. }
        | Line::Left { .. }
        | Line::Renamed { .. }
        | Line::TopicSet { .. }
        | Line::Connected
        | Line::History { .. }
        | Line::Present { .. }
        | Line::Information(_)
        | Line::Refused(_)
        | Line::Other(_) => None,
    }
}

/// Adds the line as it is, in its styles; what cannot be understood behind a mark.
fn push_line(row: &mut Row, line: &str, parsed: Line<&str>, me: Option<&str>) {
    match parsed {
        Line::Said { nick, text } => push_spoken(row, ["", nick, ": ", text], me),
        Line::Acted { nick, text } => push_spoken(row, ["* ", nick, " ", text], me),
        Line::PrivateFrom { nick, text } => push_spoken(row, ["[", nick, " to you] ", text], me),
        Line::PrivateTo { nick, text } => push_spoken(row, ["[you to ", nick, "] ", text], None),
        Line::Joined { .. } | Line::Left { .. } | Line::Renamed { .. } => {
            row.push(Style::Dim, line)
        }
        Line::Refused(_) => row.push(Style::Strong, line),
        Line::TopicSet { .. }
        | Line::Connected
        | Line::History { .. }
        | Line::Present { .. }
        | Line::Information(_) => row.push(Style::Plain, line),
        // Always: characters that do not show, and dashes of many kinds, would get past a rule for some
        // beginnings.
        Line::Other(_) => row.push(Style::Plain, &format!("? {line}")),
    }
}

/// Adds what somebody says; the reader's nickname in it is highlighted, unless it is the reader who
/// says it.
fn push_spoken(row: &mut Row, parts: [&str; 4], me: Option<&str>) {
    let [before, nick, after, text] = parts;
    row.push(Style::Plain, before);
    row.push(Style::of_nick(nick), nick);
    row.push(Style::Plain, after);
    let mut shown = 0;
    for mention in me.filter(|me| !same(me, nick)).map_or_else(Vec::new, |me| mentions(text, me)) {
        row.push(Style::Plain, text.get(shown..mention.start).unwrap_or_default());
        shown = mention.end;
        row.push(Style::Mention, text.get(mention).unwrap_or_default());
    }
    row.push(Style::Plain, text.get(shown..).unwrap_or_default());
}
