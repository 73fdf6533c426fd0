//! The server's shell over the simulated network: the real core, the real log and outboxes, and in
//! place of threads and sockets as much as they do.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io;
use std::mem;
use std::net::SocketAddr;

use chatroom::recording::transcript::Entry;
use chatroom::room::wall_time::WallTime;
use chatroom::shell::server::log::{Logs, Outbox};
use chatroom::{Action, ClientId, Ending, Event, Millis, Settings, limits};

use super::network::{Read, Wire};
use super::promises::Promises;
use crate::oracle::Watched;

pub(super) type Wires = BTreeMap<ClientId, Wire>;

/// The inputs that wait for the room before readers have to.
const CHANNEL_INPUTS: usize = 16;

/// The room thread, and what the other threads have for it.
pub(super) struct Server {
    pub(super) room: Watched,
    pub(super) promises: Promises,
    delivery: Delivery,
    inputs: VecDeque<Input>,
}

enum Input {
    Accepted(ClientId, SocketAddr),
    Read(ClientId, Vec<u8>),
    ReadEnded(ClientId, Ending),
    Stop,
}

/// The reader thread's knowledge of a connection, which it may outlive.
#[derive(Default)]
struct Reader {
    paused: bool,
    /// The peer is gone: a pause does not hold the reader back from its last words.
    gone: bool,
    /// The connection has been let go of.
    closed: bool,
    ahead: usize,
    ended: bool,
}

#[derive(Default)]
struct Connection {
    outbox: Outbox,
    behind: bool,
    ending: Option<Close>,
    read_ended: bool,
    gone: Option<Ending>,
}

#[derive(Clone, Copy, PartialEq)]
enum Close {
    Aborted,
    Sending(Millis),
    Lingering(Millis),
}

#[derive(Default)]
struct Delivery {
    backlog: usize,
    logs: Logs,
    unflushed: usize,
    /// Something was sent since that was last asked.
    moved: bool,
    connections: BTreeMap<ClientId, Connection>,
    readers: BTreeMap<ClientId, Reader>,
    stopping: bool,
    /// Those who were not sent all that was for them.
    cut: BTreeSet<ClientId>,
}

impl Server {
    pub(super) fn new(settings: Settings, promises: Promises) -> Self {
        let delivery = Delivery { backlog: settings.backlog, ..Delivery::default() };
        Self { room: Watched::new(settings), promises, delivery, inputs: VecDeque::new() }
    }

    /// Someone is accepted.
    pub(super) fn accepts(&mut self, id: ClientId, address: SocketAddr) {
        self.delivery.readers.insert(id, Reader::default());
        self.inputs.push_back(Input::Accepted(id, address));
    }

    /// The clock says something else.
    pub(super) fn tells_the_time(&mut self, now: Millis, time: WallTime) {
        self.handle(now, &Event::Clock(time));
    }

    pub(super) fn stops(&mut self) {
        self.inputs.push_back(Input::Stop);
    }

    /// The reader of this connection reads, if it may; whether it did.
    pub(super) fn reads(&mut self, id: ClientId, wire: &mut Wire, most: usize) -> bool {
        let Some(reader) = self.delivery.readers.get_mut(&id) else { return false };
        let held_back = reader.paused || reader.ahead >= limits::READS_AHEAD;
        if reader.ended || self.inputs.len() >= CHANNEL_INPUTS {
            return false;
        }
        if held_back && !reader.closed {
            if !(reader.paused && reader.gone) {
                return false;
            }
            reader.ended = true;
            if let Read::Bytes(words) = wire.up.read(limits::READ_BYTES) {
                reader.ahead += 1;
                self.inputs.push_back(Input::Read(id, words));
            }
            self.inputs.push_back(Input::ReadEnded(id, Ending::Finished));
            return true;
        }
        let input = match wire.up.read(most.min(limits::READ_BYTES)) {
            Read::Bytes(bytes) => {
                reader.ahead += 1;
                Input::Read(id, bytes)
            }
            Read::End(ending) => Input::ReadEnded(id, ending),
            Read::Nothing if reader.closed => Input::ReadEnded(id, Ending::Finished),
            Read::Nothing => return false,
        };
        reader.ended = matches!(input, Input::ReadEnded(..));
        self.inputs.push_back(input);
        true
    }

    /// The room takes so many inputs, or what time brings, and sends; whether there was anything.
    pub(super) fn works(&mut self, now: Millis, wires: &mut Wires, most: usize) -> bool {
        let due = self.poll_timeout().is_some_and(|due| due <= now);
        if due {
            self.handle(now, &Event::Tick);
        }
        let count = most.min(self.inputs.len());
        for input in self.inputs.drain(..count).collect::<Vec<_>>() {
            self.take(now, input, wires);
        }
        self.flush(now, wires);
        mem::take(&mut self.delivery.moved) || due || count > 0
    }

    /// When there is something to do, if nothing else happens.
    pub(super) fn poll_timeout(&self) -> Option<Millis> {
        let closings =
            self.delivery.connections.values().filter_map(|connection| match connection.ending? {
                Close::Sending(deadline) | Close::Lingering(deadline) => Some(deadline),
                Close::Aborted => None,
            });
        closings.chain(self.room.core.poll_timeout()).min()
    }

    /// Returns true if nobody more is accepted.
    pub(super) fn stops_accepting(&self) -> bool {
        self.has_stopped() || self.inputs.iter().any(|input| matches!(input, Input::Stop))
    }

    /// Returns true if the room has ended.
    pub(super) const fn has_stopped(&self) -> bool {
        self.delivery.stopping
    }

    /// Returns true if no connection is left.
    pub(super) fn is_empty(&self) -> bool {
        self.delivery.connections.is_empty() && self.inputs.is_empty()
    }

    /// Returns true if this one was not sent all that was for it.
    pub(super) fn was_cut(&self, id: ClientId) -> bool {
        self.delivery.cut.contains(&id)
    }

    fn take(&mut self, now: Millis, input: Input, wires: &mut Wires) {
        match input {
            Input::Accepted(id, address) => {
                self.delivery.connections.insert(id, Connection::default());
                self.handle(now, &Event::Accepted(id, address));
            }
            Input::Read(id, data) => {
                self.handle(now, &Event::BytesIn(id, data));
                if let Some(reader) = self.delivery.readers.get_mut(&id) {
                    reader.ahead -= 1;
                }
            }
            Input::ReadEnded(id, ending) => {
                let ending = self.delivery.read_ended(id, ending, wires);
                self.handle(now, &Event::Closed(id, ending));
            }
            Input::Stop => {
                self.delivery.stopping = true;
                self.handle(now, &Event::Shutdown);
            }
        }
    }

    /// Lets this happen in the room.
    pub(super) fn handle(&mut self, now: Millis, event: &Event<Vec<u8>>) {
        self.promises.event(event);
        let done = self.room.handle(now, event).len();
        let entries = &self.room.played.entries;
        let mut facts = self.room.core.facts();
        for entry in &entries[entries.len() - done..] {
            match entry {
                Entry::Action(action) => {
                    let fact = if action.has_fact() { facts.next() } else { None };
                    self.promises.action(action, fact);
                    self.delivery.apply(now, action);
                }
                Entry::Event(..) | Entry::Behind(..) | Entry::Gap(_) => {}
            }
        }
        self.promises.settled();
    }

    fn flush(&mut self, now: Millis, wires: &mut Wires) {
        loop {
            let ended = self.delivery.flush(now, wires);
            if ended.is_empty() {
                return;
            }
            for (id, ending) in ended {
                self.handle(now, &Event::Closed(id, ending));
            }
        }
    }
}

impl Delivery {
    fn apply(&mut self, now: Millis, action: &Action<Vec<u8>>) {
        match action {
            Action::Broadcast(rendering, bytes) => {
                self.logs.append(*rendering, bytes);
                // Both together are at least what each of them is.
                self.unflushed += bytes.len();
            }
            Action::Send(id, bytes) => self.change(*id, |outbox, logs| outbox.push(logs, bytes)),
            Action::Admit(id, rendering) => {
                self.change(*id, |outbox, logs| outbox.admit(logs, *rendering));
            }
            Action::Pause(id) => self.reader(*id, |reader| reader.paused = true),
            Action::Resume(id) => self.reader(*id, |reader| reader.paused = false),
            Action::Drop(id) => {
                self.reader(*id, |reader| reader.paused = false);
                let time = if self.stopping { limits::LAST_BYTES } else { limits::PARTING };
                let Some(connection) = self.connections.get_mut(id) else { return };
                if connection.ending == Some(Close::Aborted) {
                    return self.close(*id);
                }
                connection.outbox.leave(&self.logs);
                connection.ending = Some(Close::Sending(now + time));
            }
            Action::Log(..) => {}
        }
    }

    fn change(&mut self, id: ClientId, change: impl FnOnce(&mut Outbox, &Logs)) {
        if let Some(connection) = self.connections.get_mut(&id) {
            change(&mut connection.outbox, &self.logs);
        }
    }

    fn reader(&mut self, id: ClientId, change: impl FnOnce(&mut Reader)) {
        if let Some(reader) = self.readers.get_mut(&id) {
            change(reader);
        }
    }

    fn read_ended(&mut self, id: ClientId, ending: Ending, wires: &mut Wires) -> Ending {
        let Some(connection) = self.connections.get_mut(&id) else { return ending };
        connection.read_ended = true;
        let ending = connection.gone.filter(|_| ending == Ending::Finished).unwrap_or(ending);
        if ending != Ending::Finished {
            self.close(id);
            self.let_go(id, wires);
        }
        ending
    }

    fn close(&mut self, id: ClientId) {
        self.connections.remove(&id);
        self.reader(id, |reader| reader.closed = true);
    }

    /// The client sees the end of the stream.
    fn let_go(&self, id: ClientId, wires: &mut Wires) {
        if let Some(wire) = wires.get_mut(&id) {
            wire.down.finish();
        }
    }

    fn flush(&mut self, now: Millis, wires: &mut Wires) -> Vec<(ClientId, Ending)> {
        let mut ended = Vec::new();
        for id in self.connections.keys().copied().collect::<Vec<_>>() {
            let wire = wires.get_mut(&id).unwrap();
            let (over, ending) = self.flush_one(id, now, wire);
            if over {
                self.close(id);
                self.let_go(id, wires);
            }
            ended.extend(ending.map(|ending| (id, ending)));
        }
        let behind = self.connections.values().any(|connection| connection.behind);
        let needed = if behind { self.backlog.max(self.unflushed) } else { 0 };
        self.unflushed = 0;
        self.logs.keep(needed);
        ended
    }

    /// Returns true if the connection is over now, and what to tell the core of it.
    fn flush_one(&mut self, id: ClientId, now: Millis, wire: &mut Wire) -> (bool, Option<Ending>) {
        let Some(connection) = self.connections.get_mut(&id) else { return (false, None) };
        let was_behind = connection.behind;
        let (reset, closed) = (wire.down.is_reset(), wire.closed);
        let sent = connection.outbox.flush(&self.logs, |bytes| match wire.down.send(bytes) {
            _ if reset => Err(io::ErrorKind::ConnectionReset.into()),
            _ if closed => Err(io::ErrorKind::BrokenPipe.into()),
            0 => Err(io::ErrorKind::WouldBlock.into()),
            count => {
                self.moved = true;
                Ok(count)
            }
        });
        connection.behind = matches!(sent, Ok(false));
        if sent.is_err() {
            self.cut.insert(id);
            connection.outbox.clear();
            connection.gone.get_or_insert(if reset { Ending::Lost } else { Ending::Gone });
            if let Some(reader) = self.readers.get_mut(&id) {
                reader.gone = true;
            }
        }
        if let (Some(gone), true) = (connection.gone, connection.read_ended) {
            return (true, Some(gone).filter(|_| connection.ending.is_none()));
        }
        let unsent = connection.outbox.unsent(&self.logs);
        if was_behind && unsent > self.backlog && connection.ending.is_none() {
            self.cut.insert(id);
            connection.outbox.clear();
            connection.behind = false;
            connection.ending = Some(Close::Aborted);
            wire.reset();
            return (false, Some(Ending::TooSlow));
        }
        match connection.ending {
            Some(Close::Sending(deadline) | Close::Lingering(deadline)) if deadline <= now => {
                if connection.behind {
                    self.cut.insert(id);
                    wire.reset();
                }
                (true, None)
            }
            Some(_) if !connection.behind && connection.read_ended => (true, None),
            Some(Close::Sending(_)) if !connection.behind => {
                wire.down.finish();
                connection.ending = Some(Close::Lingering(now + limits::LINGER));
                (false, None)
            }
            Some(_) | None => (false, None),
        }
    }
}
