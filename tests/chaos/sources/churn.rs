//! An attack that makes connection after connection.

use std::collections::VecDeque;
use std::io;
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use crate::sources::attack::{Attack, BREATH, Counts, Pace, add};

/// A visit: connects, does something, and returns the connection if it is to be held.
pub(crate) type Visit = fn(SocketAddr, &Counts) -> io::Result<Option<TcpStream>>;

#[derive(Clone, Copy)]
pub(crate) struct Churn {
    pub(crate) per_second: usize,
    pub(crate) threads: usize,
    /// The time for which a connection is held that a visit returns.
    pub(crate) hold: Duration,
    pub(crate) visit: Visit,
}

/// The most connections that a thread holds at once.
pub(crate) const HELD: usize = 1750;

impl Churn {
    pub(crate) fn begin(self, server: SocketAddr) -> Attack {
        Attack::begin(self.threads, move |stop, counts| {
            let mut pace = Pace::new(self.per_second as f64 / self.threads as f64);
            let mut held = VecDeque::<(Instant, TcpStream)>::new();
            while !stop.waits(BREATH) {
                for _ in 0..pace.allows() {
                    pace.spend(1);
                    let is_due = |(since, _): &(Instant, _)| since.elapsed() >= self.hold;
                    while held.len() > HELD || held.front().is_some_and(is_due) {
                        held.pop_front();
                    }
                    add(&counts.connections, 1);
                    match (self.visit)(server, counts) {
                        Ok(Some(stream)) => held.push_back((Instant::now(), stream)),
                        Ok(None) => {}
                        Err(_) => add(&counts.failed, 1),
                    }
                    if stop.is_over() {
                        break;
                    }
                }
            }
        })
    }
}
