//! A connection: its unsent bytes, and the stage of its end.

use std::io;
use std::net::Shutdown;
use std::sync::Arc;

use crate::limits;
use crate::room::budgets::source::Sender;
use crate::room::event::{Ending, Millis};
use crate::shell::server::log::{Logs, Outbox};
use crate::shell::server::reader::Link;
use crate::shell::server::retry::Retry;
use crate::shell::server::socket;

#[derive(Debug)]
pub(super) struct Connection {
    /// Whom its memory counts for.
    pub(super) sender: Sender,
    pub(super) link: Arc<Link>,
    pub(super) outbox: Outbox,
    /// Bytes that it held for this one alone when they were last counted.
    pub(super) own: usize,
    pub(super) retry: Option<Retry>,
    pub(super) ending: Option<Close>,
    /// Its reader has ended.
    pub(super) read_ended: bool,
    /// A send found that nobody is there to take it.
    pub(super) gone: bool,
    /// A reset was the cause; the kernel says so once, and tells the reader that it just ended.
    pub(super) reset: bool,
}

/// The stage of a connection's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Close {
    /// It was too slow; the core does not know yet.
    Aborted,
    /// Dropped; what was sent to it is still to be taken, until then.
    Sending(Millis),
    /// Our side has ended; the peer's is to end, until then. A close before that would be a reset
    /// if something unread came in, and a reset can overtake the last line (RFC 1122, 4.2.2.13).
    Lingering(Millis),
}

impl Close {
    /// When the connection is closed at the latest.
    pub(super) const fn deadline(self) -> Option<Millis> {
        match self {
            Self::Sending(deadline) | Self::Lingering(deadline) => Some(deadline),
            Self::Aborted => None,
        }
    }
}

/// The outcome of a flush that has not just sent all.
pub(super) enum Flushed {
    /// To be tried again then; told with its unsent bytes, where they have doubled.
    Behind(Millis, Option<usize>),
    /// With so many unsent bytes.
    TooSlow(usize),
    /// Nobody is there to take it, of which the core knows nothing yet.
    Gone(Ending),
    /// All sent, before its deadline for that; it lingers until another.
    Lingers {
        before: Millis,
        until: Millis,
    },
    Over,
}

impl Connection {
    pub(super) fn new(sender: Sender, link: Arc<Link>) -> Self {
        let outbox = Outbox::default();
        Self {
            sender,
            link,
            outbox,
            own: 0,
            retry: None,
            ending: None,
            read_ended: false,
            gone: false,
            reset: false,
        }
    }

    pub(super) fn flush(&mut self, now: Millis, logs: &Logs, backlog: usize) -> Option<Flushed> {
        let was_behind = self.retry.is_some();
        let too_much = self.outbox.unsent(logs) > backlog;
        if self.retry.is_none_or(|retry| retry.at <= now) || too_much {
            self.send(now, logs);
        }
        if self.gone && self.read_ended {
            return Some(match self.ending {
                None => Flushed::Gone(self.how_it_is_gone()),
                Some(_) => Flushed::Over,
            });
        }
        // One batch may hold more than a backlog; whoever had all before it is given time to take it.
        if was_behind && self.outbox.unsent(logs) > backlog && self.ending.is_none() {
            let unsent = self.outbox.unsent(logs);
            self.outbox.clear();
            self.retry = None;
            self.ending = Some(Close::Aborted);
            return Some(Flushed::TooSlow(unsent));
        }
        match (self.ending, self.retry) {
            (_, Some(retry)) => Some(self.is_behind(retry, logs)),
            (Some(Close::Sending(_) | Close::Lingering(_)), None) if self.read_ended => {
                Some(Flushed::Over)
            }
            (Some(Close::Sending(before)), None) => {
                // Fails where the peer has closed it; then its reader has ended.
                let _ = self.link.stream.shutdown(Shutdown::Write);
                let until = now + limits::LINGER;
                self.ending = Some(Close::Lingering(until));
                Some(Flushed::Lingers { before, until })
            }
            (Some(Close::Aborted | Close::Lingering(_)) | None, None) => None,
        }
    }

    fn is_behind(&mut self, mut retry: Retry, logs: &Logs) -> Flushed {
        let unsent = self.outbox.unsent(logs);
        let told = self.ending.is_none() && retry.is_told(unsent);
        self.retry = Some(retry);
        Flushed::Behind(retry.at, told.then_some(unsent))
    }

    pub(super) const fn how_it_is_gone(&self) -> Ending {
        if self.reset { Ending::Lost } else { Ending::Gone }
    }

    pub(super) fn send(&mut self, now: Millis, logs: &Logs) {
        let before = self.outbox.unsent(logs);
        let stream = &self.link.stream;
        self.retry = match self.outbox.flush(logs, |bytes| socket::send_now(stream, bytes)) {
            Ok(true) => None,
            Ok(false) => {
                let taken = self.outbox.unsent(logs) < before;
                Some(Retry::after(self.retry, now, taken))
            }
            Err(error) => {
                // Its reader will say that it has ended, after all that it has read. A peer that
                // had ended its side in order before it was gone, and is heard to its end, is told
                // from one that was reset by the first error (tcp(7), EPIPE).
                if !self.gone && error.kind() != io::ErrorKind::BrokenPipe {
                    self.reset = true;
                }
                self.gone = true;
                self.link.throttle.gone();
                self.outbox.clear();
                None
            }
        };
    }
}
