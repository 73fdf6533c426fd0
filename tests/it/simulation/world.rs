//! The room, the network and everyone in it, moved step by step through time that is made up.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use chatroom::client::Exit;
use chatroom::room::wall_time::WallTime;
use chatroom::{ClientId, Event, Millis, limits};

use super::clients::Client;
use super::network::Wire;
use super::plan::{Kind, NAMES, Plan, Step};
use super::promises::Promises;
use super::server::{Server, Wires};
use crate::oracle::Watched;

/// The time that it may take until all is said, once nothing goes wrong any more: at one message a
/// second, and an hour of what was due before.
const PATIENCE: Millis = Millis::new(2 * 3_600_000);

/// Rounds in which everything that can move does; nothing needs nearly as many.
const ROUNDS: usize = 20_000;

pub(super) struct World {
    now: Millis,
    /// The time that the room's clock is behind for once.
    clock_back: u64,
    capacity: usize,
    plain: bool,
    server: Server,
    wires: Wires,
    clients: BTreeMap<ClientId, Client>,
    /// When the operator stopped the server.
    stopped: Option<Millis>,
}

impl World {
    pub(super) fn new(plan: &Plan) -> Self {
        let promises = Promises::new(plan.plain);
        Self {
            now: Millis::ZERO,
            clock_back: 0,
            capacity: plan.capacity,
            plain: plan.plain,
            server: Server::new(plan.settings.clone(), promises),
            wires: Wires::new(),
            clients: BTreeMap::new(),
            stopped: None,
        }
    }

    /// All that happened in the room.
    pub(super) const fn room(&self) -> &Watched {
        &self.server.room
    }

    /// First whatever the plan says; then nothing goes wrong any more, and everyone must have
    /// everything; then everyone leaves, and nothing must be left.
    pub(super) fn plays(&mut self, steps: &[Step]) {
        for step in steps {
            self.takes(step);
            self.stops_in_time();
        }
        self.clients.values_mut().for_each(|client| client.stalled = false);
        self.calms_down();
        for (&id, client) in &self.clients {
            if client.exit.is_none() && !self.wires[&id].closed && !self.server.was_cut(id) {
                self.server.promises.has_all(id);
            }
        }
        self.everyone_leaves();
    }

    fn takes(&mut self, step: &Step) {
        match step {
            Step::Connects(kind, name) => self.connects(*kind, NAMES[*name]),
            Step::Room(inputs) => _ = self.room_works(*inputs),
            Step::Everything => _ = self.everything_moves(),
            Step::Time(time) => self.now = self.now + Millis::new(*time),
            Step::ClockBack(time) => {
                self.clock_back = *time;
                self.server.tells_the_time(self.now, WallTime::new(*time));
            }
            Step::Stops => {
                if self.stopped.is_none() {
                    self.server.stops();
                }
            }
            Step::Types(who, _)
            | Step::Sends(who, _)
            | Step::Reads(who, _)
            | Step::Arrives(who, _)
            | Step::Finishes(who)
            | Step::Closes(who)
            | Step::Resets(who)
            | Step::Stalls(who) => {
                let hostile = matches!(step, Step::Sends(..));
                let may = |(id, client): &(&ClientId, &Client)| {
                    !self.wires[*id].closed && (client.kind == Kind::Hostile || !hostile)
                };
                let ids: Vec<_> = self.clients.iter().filter(may).map(|(&id, _)| id).collect();
                if let Some(&id) = ids.get(who % ids.len().max(1)) {
                    self.does(id, step);
                }
            }
        }
    }

    fn does(&mut self, id: ClientId, step: &Step) {
        let wire = self.wires.get_mut(&id).unwrap();
        let client = self.clients.get_mut(&id).unwrap();
        match step {
            Step::Types(_, line) => client.types(*line, wire, &mut self.server.promises),
            Step::Sends(_, bytes) => _ = wire.up.send(bytes),
            Step::Reads(_, most) => {
                client.works(self.now, wire, *most, &mut self.server.promises);
            }
            Step::Arrives(_, most) => {
                // A frame that has no end is what one read brings, and a nickname whose line end is
                // late is one without.
                let whole = match client.kind {
                    Kind::Legacy | Kind::Original => true,
                    Kind::Ours => !self.server.promises.is_here(id),
                    Kind::Hostile => false,
                };
                let most = if whole { usize::MAX } else { *most };
                self.server.reads(id, wire, most);
            }
            Step::Finishes(_) => {
                client.typing_ended = true;
                if matches!(client.kind, Kind::Original | Kind::Hostile) {
                    wire.up.finish();
                }
            }
            // Half a line with an orderly end behind it is a line, of which nobody promised anything.
            Step::Closes(_) if client.is_amid_a_line() => wire.reset(),
            Step::Closes(_) => wire.close(),
            Step::Resets(_) => wire.reset(),
            Step::Stalls(_) => client.stalled = true,
            Step::Connects(..)
            | Step::Room(_)
            | Step::Everything
            | Step::Time(_)
            | Step::ClockBack(_)
            | Step::Stops => {}
        }
    }

    fn connects(&mut self, kind: Kind, name: &str) {
        if self.server.stops_accepting() {
            return;
        }
        let id = ClientId(self.clients.len() as u64 + 1);
        let mut wire = Wire::new(kind, self.capacity);
        if kind == Kind::Hostile {
            wire.up.send(name.as_bytes()); // The next bytes may end the line, or come too late.
        }
        self.wires.insert(id, wire);
        self.clients.insert(id, Client::new(id, kind, name));
        self.server.promises.connects(id, kind);
        self.server.accepts(id, self.address(id));
    }

    /// Where someone comes from: where the reference model knows it all, everyone from loopback, whose
    /// nicknames are kept for everyone; else from few addresses, some of one site.
    fn address(&self, id: ClientId) -> SocketAddr {
        let few = ["192.0.2.0", "192.0.2.1", "2001:db8::1", "2001:db8:0:1::1", "127.0.0.1"];
        let address = if self.plain { "127.0.0.1" } else { few[id.0 as usize % few.len()] };
        SocketAddr::new(address.parse().unwrap(), 1000)
    }

    /// The room takes so many inputs, and sends; whether there was anything to do.
    fn room_works(&mut self, inputs: usize) -> bool {
        let now = self.now.since(Millis::new(std::mem::take(&mut self.clock_back)));
        let worked = self.server.works(now, &mut self.wires, inputs);
        if self.stopped.is_none() && self.server.has_stopped() {
            self.stopped = Some(self.now);
        }
        worked
    }

    /// Everything that can move does; whether anything has.
    fn everything_moves(&mut self) -> bool {
        let mut moved = false;
        for (id, client) in &mut self.clients {
            let wire = self.wires.get_mut(id).unwrap();
            moved |= client.works(self.now, wire, usize::MAX, &mut self.server.promises);
            moved |= self.server.reads(*id, wire, usize::MAX);
        }
        self.room_works(usize::MAX) || moved
    }

    /// Lets everything move until nothing more does, whatever time passes.
    fn calms_down(&mut self) {
        let patience = self.now + PATIENCE;
        for _ in 0..ROUNDS {
            while self.everything_moves() {
                self.stops_in_time();
            }
            let open = |client: &&Client| !self.wires[&client.id].closed;
            let clients = self.clients.values().filter(open).filter_map(Client::poll_timeout);
            match clients.chain(self.server.poll_timeout()).min() {
                None => return,
                Some(due) => {
                    assert!(due <= patience, "it takes until {due}, and there is nothing to do");
                    self.now = self.now.max(due);
                }
            }
        }
        panic!("there is no end to it");
    }

    /// A server that was stopped has let go of everyone in time, whatever they do.
    fn stops_in_time(&self) {
        let time = limits::LAST_BYTES + limits::LINGER;
        if let Some(stopped) = self.stopped {
            let due = self.server.poll_timeout();
            assert!(due.is_none_or(|due| due <= stopped + time), "it stops at {due:?}");
        }
    }

    fn everyone_leaves(&mut self) {
        for (id, client) in &mut self.clients {
            let wire = self.wires.get_mut(id).unwrap();
            client.typing_ended = true;
            if matches!(client.kind, Kind::Original | Kind::Hostile) {
                wire.close();
            }
        }
        self.calms_down();
        assert!(self.server.promises.nobody_is_here(), "someone is left");
        assert!(self.server.is_empty(), "a connection is left");
        for client in self.clients.values() {
            let ours = matches!(client.kind, Kind::Ours | Kind::Legacy);
            assert!(
                !ours || client.exit.is_some() || self.wires[&client.id].closed,
                "a client is left"
            );
        }
        let core = &self.server.room.core;
        assert_eq!((core.poll_timeout(), core.most_held()), (None, 0), "the room holds something");
        if self.stopped.is_none() {
            self.there_is_room_again();
        }
    }

    /// Places and addresses have been given back: as many as fit may come again.
    fn there_is_room_again(&mut self) {
        let settings = self.server.room.played.settings.clone();
        let first = self.clients.len() as u64 + 1;
        self.now = self.now + Millis::new(8_000); // A source may connect so often again.
        let places = settings.max_members.min(settings.max_per_address as usize).min(3);
        for id in (first..).take(places).map(ClientId) {
            self.server.promises.connects(id, Kind::Hostile);
            let event = Event::Accepted(id, ([192, 0, 2, 1], 1000).into());
            self.server.handle(self.now, &event);
            assert_eq!(self.server.promises.last_line(id), "NICK", "there is room again");
        }
    }

    /// The ends of our clients.
    pub(super) fn exits(&self) -> impl Iterator<Item = &Exit> {
        self.clients.values().filter_map(|client| client.exit.as_ref())
    }
}
