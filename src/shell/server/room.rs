//! The room thread: the one place that owns the core.

#![expect(clippy::disallowed_types, reason = "the clock is read here, once an event")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use crate::limits;
use crate::room::ServerCore;
use crate::room::event::{ClientId, Ending, Event, Millis};
use crate::room::settings::Settings;
use crate::room::wall_time::WallTime;
use crate::shell::server::delivery::Delivery;
use crate::shell::server::reader::Link;
use crate::shell::server::record::Recording;

/// The most inputs that are handled before what they led to is sent.
const BATCH_INPUTS: usize = 1024;
/// The most bytes that are gone through, and the most bytes of broadcasts that are gathered, before
/// they are sent: what a few reads bring. More would make everyone wait for the slowest.
const BATCH_BYTES: usize = 256 * 1024;

/// Messages of the other threads to the room.
#[derive(Debug)]
pub enum Input {
    /// A listener accepted a connection.
    Accepted(ClientId, SocketAddr, Arc<Link>),
    /// One read of this connection brought these bytes.
    Read(ClientId, Vec<u8>),
    /// There is nothing more to read from this connection.
    ReadEnded(ClientId, Ending),
    /// The operator wants the server to end.
    Stop,
}

impl Input {
    /// Returns the bytes of its event.
    const fn bytes(&self) -> usize {
        match self {
            Self::Read(_, data) => data.len(),
            Self::Accepted(..) | Self::ReadEnded(..) | Self::Stop => 0,
        }
    }
}

/// The core, and what it is connected to.
#[derive(Debug)]
pub struct Room {
    started: Instant,
    /// The time of day that the core was told last, and when.
    clock: (Millis, WallTime),
    core: ServerCore,
    delivery: Delivery,
    /// Takes whoever is to be read from.
    readers: Sender<(ClientId, Arc<Link>)>,
    recording: Option<Recording>,
}

impl Room {
    /// An empty room, and the recording of what happens in it, if there is one.
    #[must_use]
    pub fn new(
        settings: Settings,
        readers: Sender<(ClientId, Arc<Link>)>,
        recording: Option<Recording>,
    ) -> Self {
        let delivery = Delivery::new(&settings);
        let (started, core) = (Instant::now(), ServerCore::new(settings));
        let clock = (Millis::ZERO, WallTime::UNKNOWN);
        Self { started, clock, core, delivery, readers, recording }
    }

    /// Runs until it has been stopped and everyone has been told.
    pub fn run(mut self, inputs: &Receiver<Input>) {
        self.read_clock();
        while !self.delivery.is_over() {
            // 1. Take the first input, or what time brings.
            let input = self.wait(inputs);
            self.read_clock();
            match input {
                Ok(input) => self.take(input),
                Err(RecvTimeoutError::Timeout) => self.handle(Event::Tick),
                Err(RecvTimeoutError::Disconnected) => return,
            }
            // 2. Take what came with it, up to what one send should carry.
            self.gather(inputs);
            // 3. Deliver, once for all of it; and then what is recorded of it.
            self.flush();
            self.recording.iter().for_each(Recording::hand_over);
        }
    }

    /// Takes what is waiting. Readers that were woken together are let run before it is decided that
    /// nothing more comes: otherwise the first message of a round is sent alone (0.65 instead of
    /// 0.85 of the ceiling's deliveries at window 1). It ends, whatever comes, so that those who
    /// say much that is not worth sending do not keep what was said from being sent.
    fn gather(&mut self, inputs: &Receiver<Input>) {
        let (mut taken, mut read) = (0, 0);
        loop {
            thread::yield_now();
            let before = taken;
            for input in inputs.try_iter().take(BATCH_INPUTS - taken) {
                taken += 1;
                read += input.bytes();
                self.take(input);
                if read.max(self.delivery.unflushed()) >= BATCH_BYTES {
                    return;
                }
            }
            if taken == before || taken == BATCH_INPUTS {
                return;
            }
        }
    }

    fn now(&self) -> Millis {
        Millis::new(u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    /// Tells the core the time of day where it is not what the core takes it for.
    fn read_clock(&mut self) {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let time = WallTime::new(u64::try_from(since.as_millis()).unwrap_or(u64::MAX));
        let (now, (at, told)) = (self.now(), self.clock);
        let moved = time.as_millis().abs_diff(told.after(now.since(at)).as_millis());
        if moved > limits::CLOCK_STEP.as_millis() {
            self.clock = (now, time);
            self.handle(Event::Clock(time));
        }
    }

    fn wait(&self, inputs: &Receiver<Input>) -> Result<Input, RecvTimeoutError> {
        let timeouts = [self.core.poll_timeout(), self.delivery.poll_timeout()];
        match timeouts.into_iter().flatten().min() {
            Some(due) => {
                inputs.recv_timeout(Duration::from_millis(due.since(self.now()).as_millis()))
            }
            None => inputs.recv().map_err(|_| RecvTimeoutError::Disconnected),
        }
    }

    fn take(&mut self, input: Input) {
        match input {
            Input::Accepted(id, address, link) => {
                self.delivery.accepted(id, address.ip(), link);
                self.handle(Event::Accepted(id, address));
                if let Some(link) = self.delivery.is_served(self.now(), id) {
                    // Fails where the server has ended.
                    let _ = self.readers.send((id, link));
                }
            }
            Input::Read(id, data) => {
                self.handle(Event::BytesIn(id, &data));
                self.delivery.read_handled(id, data);
            }
            Input::ReadEnded(id, ending) => {
                let ending = self.delivery.read_ended(id, ending);
                self.handle(Event::Closed(id, ending));
            }
            Input::Stop => {
                self.delivery.stop();
                self.handle(Event::Shutdown);
            }
        }
    }

    fn handle(&mut self, event: Event<&[u8]>) {
        let now = self.now();
        if let Some(recording) = &self.recording {
            recording.event(&self.core, now, &event);
        }
        let actions = self.core.handle(now, event);
        if let Some(recording) = &self.recording {
            recording.actions(actions.clone());
        }
        for action in actions {
            self.delivery.apply(now, &action);
        }
    }

    /// Flushes until nobody more is found to have ended: each who has, is announced to the rest.
    fn flush(&mut self) {
        loop {
            let now = self.now();
            let ended = self.delivery.flush(now);
            for (id, unsent) in self.delivery.behind() {
                self.recording.iter().for_each(|recording| recording.behind(now, id, unsent));
            }
            if ended.is_empty() {
                return;
            }
            for (id, ending) in ended {
                self.handle(Event::Closed(id, ending));
            }
        }
    }
}
