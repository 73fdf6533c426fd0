//! Does what the core decided: connections, what they are sent, when they are closed.
//!
//! Each connection is in one of three places: with nothing to do; in `touched`, with something new
//! to send at the end of the batch; or in `retries`, because it did not take all, to be tried again
//! a little later. So neither a private line nor a laggard makes the others be looked at.

mod connection;

use std::collections::{BTreeMap, BTreeSet};
use std::mem;
use std::net::{IpAddr, Shutdown};
use std::sync::Arc;

use self::connection::{Close, Connection, Flushed};
use crate::limits;
use crate::room::budgets::Source;
use crate::room::event::{Action, ClientId, Ending, Level, Millis};
use crate::room::settings::Settings;
use crate::shell::server::log::Logs;
use crate::shell::server::reader::Link;
use crate::shell::server::socket;
use crate::wire::rendering::Rendering;

/// All connections, and the logs that they share.
#[derive(Debug)]
pub struct Delivery {
    backlog: usize,
    /// The most bytes that may be for one alone, all together.
    most_own: usize,
    /// Returns the number of them.
    own: usize,
    logs: Logs,
    unflushed: Unflushed,
    /// Bytes of what is for one alone, likewise.
    unflushed_own: usize,
    /// The server ends.
    stopping: bool,
    /// The bytes of a log that those who are behind may need.
    needed: usize,
    connections: BTreeMap<ClientId, Connection>,
    touched: BTreeSet<ClientId>,
    retries: BTreeSet<(Millis, ClientId)>,
    /// When dropped connections are closed at the latest.
    closings: BTreeSet<(Millis, ClientId)>,
    /// The connections that have fallen behind since that was last asked, each with its unsent bytes.
    behind: Vec<(ClientId, usize)>,
}

/// Bytes of broadcasts since the last flush.
#[derive(Debug, Default)]
struct Unflushed {
    /// Of the native ones, of which all others are renderings.
    native: usize,
    timed: usize,
    ascii: usize,
}

impl Unflushed {
    const fn add(&mut self, rendering: Rendering, bytes: usize) {
        match rendering {
            Rendering::Native => self.native += bytes,
            Rendering::NativeTimed => self.timed += bytes,
            Rendering::Ascii => self.ascii += bytes,
        }
    }

    fn longest(&self) -> usize {
        self.native.max(self.timed).max(self.ascii)
    }
}

impl Delivery {
    /// No connections yet. A connection with more unsent bytes than the backlog is too slow.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self {
            backlog: settings.backlog,
            most_own: settings.memory / limits::HELD_PART,
            own: 0,
            logs: Logs::default(),
            unflushed: Unflushed::default(),
            unflushed_own: 0,
            stopping: false,
            needed: 0,
            connections: BTreeMap::new(),
            touched: BTreeSet::new(),
            retries: BTreeSet::new(),
            closings: BTreeSet::new(),
            behind: Vec::new(),
        }
    }

    /// A connection, before the core hears of it.
    pub fn accepted(&mut self, id: ClientId, address: IpAddr, link: Arc<Link>) {
        let sender = Source::of(address).sender(id);
        self.connections.insert(id, Connection::new(sender, link));
    }

    /// Returns true if this connection is to be read from. A connection that was refused at once is
    /// told so, and closed: it costs neither a thread nor a descriptor that lingers.
    #[must_use]
    pub fn is_served(&mut self, now: Millis, id: ClientId) -> Option<Arc<Link>> {
        let connection = self.connections.get_mut(&id)?;
        if connection.ending.is_none() {
            return Some(Arc::clone(&connection.link));
        }
        connection.send(now, &self.logs);
        // Unread bytes would make the close a reset, which can overtake the refusal.
        socket::drain(&connection.link.stream);
        self.close(id);
        None
    }

    /// This read of this connection has been handled.
    pub fn read_handled(&self, id: ClientId, data: Vec<u8>) {
        if let Some(connection) = self.connections.get(&id) {
            connection.link.throttle.handled(data);
        }
    }

    /// The reader of this connection has ended so; returns how the connection has. After anything
    /// but an orderly end, there is nobody to send to, and it is closed at once.
    pub fn read_ended(&mut self, id: ClientId, ending: Ending) -> Ending {
        let Some(connection) = self.connections.get_mut(&id) else { return ending };
        connection.read_ended = true;
        let ending = match ending {
            Ending::Finished if connection.gone => connection.how_it_is_gone(),
            Ending::Finished | Ending::Gone | Ending::Lost | Ending::Unserved | Ending::TooSlow => {
                ending
            }
        };
        if matches!(ending, Ending::Finished | Ending::Unserved) {
            self.touched.insert(id);
        } else {
            self.close(id);
        }
        ending
    }

    /// Does one thing that the core decided. Nothing is sent before [`flush`](Self::flush).
    pub fn apply(&mut self, now: Millis, action: &Action<&[u8]>) {
        match *action {
            Action::Broadcast(rendering, bytes) => {
                self.logs.append(rendering, bytes);
                self.unflushed.add(rendering, bytes.len());
            }
            Action::Log(Level::Info, line) => ::log::info!("{}", String::from_utf8_lossy(line)),
            Action::Log(Level::Debug, line) => ::log::debug!("{}", String::from_utf8_lossy(line)),
            Action::Send(id, bytes) => {
                self.unflushed_own += bytes.len();
                self.change(id, |connection, logs| connection.outbox.push(logs, bytes));
            }
            Action::Admit(id, rendering) => {
                self.change(id, |connection, logs| connection.outbox.admit(logs, rendering));
            }
            Action::Pause(id) => {
                self.change(id, |connection, _| connection.link.throttle.pause());
            }
            Action::Resume(id) => {
                self.change(id, |connection, _| connection.link.throttle.resume());
            }
            Action::Drop(id) => self.drop(now, id),
        }
    }

    /// The server ends: whoever is dropped from now on is given the time for a goodbye.
    pub const fn stop(&mut self) {
        self.stopping = true;
    }

    fn change(&mut self, id: ClientId, change: impl FnOnce(&mut Connection, &Logs)) {
        if let Some(connection) = self.connections.get_mut(&id) {
            change(connection, &self.logs);
            self.touched.insert(id);
        }
    }

    fn drop(&mut self, now: Millis, id: ClientId) {
        let deadline = now + if self.stopping { limits::LAST_BYTES } else { limits::PARTING };
        let Some(connection) = self.connections.get_mut(&id) else { return };
        connection.link.throttle.open();
        if connection.ending == Some(Close::Aborted) {
            return self.close(id);
        }
        // A server that ends says nothing more, so that what is left of the logs is for everyone.
        if !self.stopping {
            connection.outbox.leave(&self.logs);
        }
        connection.ending = Some(Close::Sending(deadline));
        self.closings.insert((deadline, id));
        self.touched.insert(id);
    }

    /// Lets go of a connection; wakes its reader, which does so too.
    fn close(&mut self, id: ClientId) {
        let Some(connection) = self.connections.remove(&id) else { return };
        self.own -= connection.own;
        if let Some(deadline) = connection.ending.and_then(Close::deadline) {
            self.closings.remove(&(deadline, id));
        }
        connection.link.throttle.close();
        let stream = &connection.link.stream;
        let aborted = connection.ending == Some(Close::Aborted);
        // Both fail where the peer has already closed it.
        if aborted || connection.outbox.unsent(&self.logs) > 0 {
            // An end with unsent bytes must not look like one in order.
            socket::reset_on_close(stream);
            let _ = stream.shutdown(Shutdown::Read);
        } else {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// When [`flush`](Self::flush) has something to do, if nothing else happens before.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Millis> {
        let next = |waiting: &BTreeSet<(Millis, ClientId)>| waiting.first().map(|&(due, _)| due);
        next(&self.retries).into_iter().chain(next(&self.closings)).min()
    }

    /// Bytes of broadcasts, and bytes for one alone, that wait for a flush: whichever is more.
    #[must_use]
    pub fn unflushed(&self) -> usize {
        self.unflushed.native.max(self.unflushed_own)
    }

    /// Returns true if the server has ended, and every connection with it.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.stopping && self.connections.is_empty()
    }

    /// Sends everyone what they take at once. Returns whose connection has ended by that, of which
    /// the core is to be told.
    #[must_use]
    pub fn flush(&mut self, now: Millis) -> Vec<(ClientId, Ending)> {
        for id in take_due(&mut self.closings, now) {
            self.close(id);
        }
        let mut ids = mem::take(&mut self.touched);
        ids.extend(take_due(&mut self.retries, now));
        let mut outcomes = Vec::new();
        let mut flush = |id, connection: &mut Connection| {
            let outcome = connection.flush(now, &self.logs, self.backlog);
            let own = connection.outbox.held();
            self.own = self.own - mem::replace(&mut connection.own, own) + own;
            outcomes.extend(outcome.map(|outcome| (id, outcome)));
        };
        // First those with something of their own: who waits for `NICK` or for its welcome answers
        // while the rest is sent (a join storm of 10,000 takes 0.6 of the time).
        for &id in &ids {
            if let Some(connection) = self.connections.get_mut(&id) {
                flush(id, connection);
            }
        }
        self.unflushed_own = 0;
        let flushed = mem::take(&mut self.unflushed).longest();
        if flushed > 0 {
            let rest = self.connections.iter_mut().filter(|(id, _)| !ids.contains(id));
            rest.for_each(|(&id, connection)| flush(id, connection));
        }
        let mut ended = self.settle(outcomes);
        self.bound_closings();
        ended.extend(self.bound_own());
        if flushed > 0 {
            // Each who is behind is within its backlog, or had all before this flush; and whoever is
            // told of the end was within it before.
            let last = if self.stopping { flushed } else { 0 };
            self.needed = self.backlog.max(flushed) + last;
        }
        self.logs.keep(if self.retries.is_empty() { 0 } else { self.needed });
        ended
    }

    /// Closes the first of the dropped connections, where they are too many: no source counts them any
    /// more, but each still has a thread and a descriptor. Each has had a flush.
    fn bound_closings(&mut self) {
        while !self.stopping && self.closings.len() > limits::LINGERING {
            let Some((_, first)) = self.closings.pop_first() else { return };
            self.close(first);
        }
    }

    /// All bytes that are for one alone are bounded together; past that, the one with most of them, of the
    /// source that has, is too slow.
    fn bound_own(&mut self) -> Option<(ClientId, Ending)> {
        if self.own <= self.most_own {
            return None;
        }
        let mut sources = BTreeMap::<_, usize>::new();
        for connection in self.connections.values() {
            *sources.entry(connection.sender).or_default() += connection.own;
        }
        let (&source, _) = sources.iter().max_by_key(|(_, own)| **own)?;
        let of_source = self.connections.iter_mut().filter(|(_, one)| one.sender == source);
        let (&id, connection) = of_source.max_by_key(|(_, connection)| connection.own)?;
        self.own -= mem::take(&mut connection.own);
        if let Some(retry) = connection.retry.take() {
            self.retries.remove(&(retry.at, id));
        }
        connection.outbox.clear();
        if let Some(before) = connection.ending.replace(Close::Aborted) {
            before.deadline().map(|deadline| self.closings.remove(&(deadline, id)));
            self.close(id);
            return None;
        }
        Some((id, Ending::TooSlow))
    }

    /// Returns the connections that have fallen behind, each with its unsent bytes: when they are some, each
    /// time that they have doubled, and when they are too many.
    #[must_use]
    pub fn behind(&mut self) -> Vec<(ClientId, usize)> {
        mem::take(&mut self.behind)
    }

    fn settle(&mut self, outcomes: Vec<(ClientId, Flushed)>) -> Vec<(ClientId, Ending)> {
        let mut ended = Vec::new();
        for (id, outcome) in outcomes {
            match outcome {
                Flushed::Behind(retry, told) => {
                    self.retries.insert((retry, id));
                    self.behind.extend(told.map(|unsent| (id, unsent)));
                }
                Flushed::Lingers { before, until } => {
                    self.closings.remove(&(before, id));
                    self.closings.insert((until, id));
                }
                Flushed::TooSlow(unsent) => {
                    self.behind.push((id, unsent));
                    ended.push((id, Ending::TooSlow));
                }
                Flushed::Gone(ending) => {
                    self.close(id);
                    ended.push((id, ending));
                }
                Flushed::Over => self.close(id),
            }
        }
        ended
    }
}

fn take_due(waiting: &mut BTreeSet<(Millis, ClientId)>, now: Millis) -> Vec<ClientId> {
    let mut due = Vec::new();
    while let Some(&(at, id)) = waiting.first().filter(|&&(at, _)| at <= now) {
        waiting.remove(&(at, id));
        due.push(id);
    }
    due
}
