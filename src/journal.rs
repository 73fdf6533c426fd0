//! What the operator's log is told, and how often.
//!
//! A scan of a thousand connections a second is one fact, not two thousand lines: past
//! [`limits::LOG_LINES`] in a second the rest are counted, and the count is told when the second is
//! over. Connections and members are counted apart, so that no scan hides who came in.

use crate::actions::ActionList;
use crate::event::Millis;
use crate::limits;
use crate::message::Record;

/// The log's lines of the last second or so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Journal {
    connections: Window,
    members: Window,
}

/// The lines of one kind, from the first one to a second later.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) ends: Millis,
    /// How many there have been, logged or not.
    pub(crate) lines: u64,
}

impl Journal {
    /// Logs this, or counts it.
    pub(crate) fn log(&mut self, now: Millis, record: Record<'_>, actions: &mut ActionList) {
        self.time_passes(now, actions);
        let window = match record {
            Record::Connected(_) | Record::Disconnected(..) => &mut self.connections,
            Record::Nickname(_) | Record::Renamed(..) | Record::Left(..) => &mut self.members,
            Record::LeftOut(..) | Record::ShuttingDown => return actions.log(record),
        };
        if window.lines == 0 {
            window.ends = now + limits::LOG_WINDOW;
        }
        window.lines = window.lines.saturating_add(1);
        if window.left_out() == 0 {
            actions.log(record);
        }
    }

    /// What each window counts, and the window.
    pub(crate) const fn windows(&self) -> [(&'static str, Window); 2] {
        [("connections", self.connections), ("members", self.members)]
    }

    /// The window that counts this, if one does.
    pub(crate) fn window(&mut self, of: &str) -> Option<&mut Window> {
        match of {
            "connections" => Some(&mut self.connections),
            "members" => Some(&mut self.members),
            _ => None,
        }
    }

    /// Whether a room can have this journal at this time.
    pub(crate) fn could_be(&self, now: Millis) -> bool {
        self.windows().into_iter().all(|(_, window)| {
            let runs = window.lines > 0 && window.ends <= now + limits::LOG_WINDOW;
            runs || window == Window::default()
        })
    }

    /// When something is to be told, if nothing else happens before.
    pub(crate) fn poll_timeout(&self) -> Option<Millis> {
        let windows = [&self.connections, &self.members];
        windows.into_iter().filter(|window| window.left_out() > 0).map(|window| window.ends).min()
    }

    /// Tells what was left out in a second that is over.
    pub(crate) fn time_passes(&mut self, now: Millis, actions: &mut ActionList) {
        for (window, of) in [(&mut self.connections, "connections"), (&mut self.members, "members")]
        {
            if now >= window.ends {
                window.end(of, actions);
            }
        }
    }

    /// Tells what was left out.
    pub(crate) fn end(&mut self, actions: &mut ActionList) {
        self.connections.end("connections", actions);
        self.members.end("members", actions);
    }
}

impl Window {
    fn left_out(&self) -> u64 {
        self.lines.saturating_sub(limits::LOG_LINES.into())
    }

    fn end(&mut self, of: &'static str, actions: &mut ActionList) {
        if self.left_out() > 0 {
            actions.log(Record::LeftOut(self.left_out(), of));
        }
        *self = Self::default();
    }
}
