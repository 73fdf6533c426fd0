//! The hostile players: so many at once of each kind, each again and again until it is over.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::act::Act;
use crate::chance::Chance;
use crate::chronicle::Chronicle;
use crate::fault::{Fault, Faults, Promise};
use crate::stop::Stop;

/// A kind of hostile peer: what it is called, and what one of it does. An error is that it did not
/// come to its point: the room was full, the server had enough of it, or it is over.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) plays: fn(&Arc<Stage>, &mut Chance) -> io::Result<()>,
}

/// The longest pause between two of a kind: hundreds of connections a second are plenty, and loopback
/// has only some 28,000 ports.
const LONGEST_PAUSE_MS: u64 = 50;

/// Where they play.
pub(crate) struct Stage {
    pub(crate) address: SocketAddr,
    pub(crate) honest: usize,
    pub(crate) backlog: usize,
    pub(crate) chronicle: Arc<Chronicle>,
    pub(crate) faults: Faults,
    /// Rings when it is over.
    pub(crate) stop: Stop,
    /// The connections made so far.
    pub(crate) connections: AtomicU64,
    names: AtomicU64,
    tallies: Mutex<Tallies>,
}

/// The number of times that each kind was played.
pub(crate) type Tallies = BTreeMap<&'static str, Tally>;

#[derive(Clone, Copy, Default)]
pub(crate) struct Tally {
    /// To its point.
    pub(crate) played: u64,
    /// And not so far.
    pub(crate) cut_off: u64,
}

impl Stage {
    pub(crate) fn new(
        address: SocketAddr,
        act: &Act,
        chronicle: Arc<Chronicle>,
        faults: Faults,
    ) -> Arc<Self> {
        let Act { honest, backlog, .. } = *act;
        let (stop, connections, names, tallies) = Default::default();
        Arc::new(Self {
            address,
            honest,
            backlog,
            chronicle,
            faults,
            stop,
            connections,
            names,
            tallies,
        })
    }

    /// A nickname that nobody else has.
    pub(crate) fn name(&self, beginning: &str) -> String {
        format!("{beginning}{}", self.names.fetch_add(1, Ordering::Relaxed))
    }

    pub(crate) fn tallies(&self) -> Tallies {
        self.tallies.lock().unwrap().clone()
    }
}

/// Those who play.
pub(crate) struct Cast {
    stage: Arc<Stage>,
    players: Vec<JoinHandle<()>>,
}

impl Cast {
    /// They begin.
    pub(crate) fn begins(stage: &Arc<Stage>, cast: &'static [(Kind, usize)], seed: u64) -> Self {
        let players = cast.iter().flat_map(|(kind, count)| vec![kind; *count]);
        let players = players.zip(seed..).map(|(kind, seed)| {
            let stage = Arc::clone(stage);
            thread::spawn(move || play(kind, &stage, Chance::new(seed)))
        });
        Self { stage: Arc::clone(stage), players: players.collect() }
    }

    /// It is over: they go.
    pub(crate) fn goes(&self) {
        self.stage.stop.rings();
    }

    /// Returns true if all are gone.
    pub(crate) fn is_gone(&self) -> bool {
        self.players.iter().all(JoinHandle::is_finished)
    }

    /// All are gone, and none by a mistake of this program.
    pub(crate) fn ends(mut self) -> Result<(), Fault> {
        match self.players.drain(..).try_for_each(JoinHandle::join) {
            Ok(()) => Ok(()),
            Err(_) => Err(Promise::Run.broken("a player made a mistake")),
        }
    }
}

impl Drop for Cast {
    fn drop(&mut self) {
        self.goes();
    }
}

fn play(kind: &Kind, stage: &Arc<Stage>, mut chance: Chance) {
    while !stage.stop.is_over() {
        let played = (kind.plays)(stage, &mut chance);
        {
            let mut tallies = stage.tallies.lock().unwrap();
            let tally = tallies.entry(kind.name).or_default();
            match played {
                Ok(()) => tally.played += 1,
                Err(_) => tally.cut_off += 1,
            }
        }
        stage.stop.waits(Duration::from_millis(chance.below(LONGEST_PAUSE_MS)));
    }
}
