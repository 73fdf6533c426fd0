//! Threads that attack until they are stopped, and what they spent and were sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::fault::{Fault, Promise};
use crate::stop::Stop;

/// Figures of an attack so far.
#[derive(Default)]
pub(crate) struct Counts {
    pub(crate) connections: AtomicU64,
    pub(crate) failed: AtomicU64,
    /// Connections that the server let into the room, over all the time.
    pub(crate) joined: AtomicU64,
    /// Connections that are in the room now.
    pub(crate) present: AtomicU64,
    pub(crate) sent: AtomicU64,
    pub(crate) received: AtomicU64,
    /// Lines that begin with `! `.
    pub(crate) refusals: AtomicU64,
    names: AtomicU64,
}

impl Counts {
    /// A nickname that no other connection has.
    pub(crate) fn nickname(&self) -> String {
        format!("{HOSTILE_NAME}{}", self.names.fetch_add(1, Ordering::Relaxed))
    }
}

/// The beginning of the nicknames of those who attack.
pub(crate) const HOSTILE_NAME: &str = "evil";

/// Adds to a count.
pub(crate) fn add(count: &AtomicU64, more: u64) {
    count.fetch_add(more, Ordering::Relaxed);
}

/// Reads a count.
pub(crate) fn read(count: &AtomicU64) -> u64 {
    count.load(Ordering::Relaxed)
}

/// An attack that goes on.
pub(crate) struct Attack {
    pub(crate) counts: Arc<Counts>,
    stop: Arc<Stop>,
    threads: Vec<JoinHandle<()>>,
}

impl Attack {
    /// Starts so many threads of this.
    pub(crate) fn begin(
        threads: usize,
        body: impl Fn(&Stop, &Counts) + Send + Sync + 'static,
    ) -> Self {
        let (counts, stop) = (Arc::new(Counts::default()), Arc::new(Stop::default()));
        let body = Arc::new(body);
        let threads = (0..threads).map(|_| {
            let (counts, stop, body) = (counts.clone(), stop.clone(), body.clone());
            thread::spawn(move || body(&stop, &counts))
        });
        let threads = threads.collect();
        Self { counts, stop, threads }
    }

    /// Stops all threads, and waits for them.
    pub(crate) fn end(mut self) -> Result<Arc<Counts>, Fault> {
        self.stop.rings();
        match self.threads.drain(..).try_for_each(JoinHandle::join) {
            Ok(()) => Ok(Arc::clone(&self.counts)),
            Err(_) => Err(Promise::Run.broken("an attack made a mistake")),
        }
    }
}

impl Drop for Attack {
    fn drop(&mut self) {
        self.stop.rings();
    }
}

/// Allows so many units a second, and those of a short time at once.
pub(crate) struct Pace {
    per_second: f64,
    most: f64,
    credit: f64,
    refilled: Instant,
}

impl Pace {
    /// At most the units of a twentieth of a second at once: what was missed is not caught up with.
    pub(crate) fn new(per_second: f64) -> Self {
        Self::with_most(per_second, per_second / 20.0)
    }

    /// At most so many units at once.
    pub(crate) fn with_most(per_second: f64, most: f64) -> Self {
        Self { per_second, most: most.max(1.0), credit: 0.0, refilled: Instant::now() }
    }

    /// The units that are allowed now.
    pub(crate) fn allows(&mut self) -> usize {
        let now = Instant::now();
        let more = self.per_second * (now - self.refilled).as_secs_f64();
        self.refilled = now;
        self.credit = (self.credit + more).min(self.most);
        self.credit.max(0.0) as usize
    }

    pub(crate) fn spend(&mut self, units: usize) {
        self.credit -= units as f64;
    }
}

/// A pause that leaves the processor to others.
pub(crate) const BREATH: Duration = Duration::from_millis(2);
