//! A bell that rings once: what whoever keeps a pace waits for.

use std::sync::{Condvar, Mutex};
use std::time::Duration;

#[derive(Default)]
pub(crate) struct Stop {
    rung: Mutex<bool>,
    bell: Condvar,
}

impl Stop {
    /// It is over, for everyone who waits.
    pub(crate) fn rings(&self) {
        *self.rung.lock().unwrap() = true;
        self.bell.notify_all();
    }

    pub(crate) fn is_over(&self) -> bool {
        *self.rung.lock().unwrap()
    }

    /// Waits so long, and no longer than until it is over; whether it is.
    pub(crate) fn waits(&self, time: Duration) -> bool {
        let rung = self.rung.lock().unwrap();
        *self.bell.wait_timeout_while(rung, time, |rung| !*rung).unwrap().0
    }
}
