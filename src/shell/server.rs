//! The server: listeners, signals, and the room.

#![expect(clippy::disallowed_methods, reason = "accepting waits for descriptors and threads")]

use std::fmt::Display;
use std::io;
use std::mem;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGINT, SIGTERM, SIGUSR1, SIGXFSZ};
use signal_hook::flag;
use signal_hook::iterator::Signals;

use crate::event::{ClientId, Ending};
use crate::limits;
use crate::settings::Settings;
use crate::shell::program::cannot;
use crate::shell::reader::{self, Link};
use crate::shell::recording::flight::FlightRecorder;
use crate::shell::recording::{Options, Recording};
use crate::shell::room::{Input, Room};
use crate::shell::socket;

/// Inputs that wait for the room. A full channel makes readers wait, and TCP their peers.
const CHANNEL_INPUTS: usize = 1024;

/// How long accepting waits where the machine has no descriptor, or no thread, for it.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Descriptors where the limit cannot be read: the usual soft limit.
const UNKNOWN_DESCRIPTORS: usize = limits::MEMBERS + limits::RESERVED_DESCRIPTORS;

/// The exit code of a server that is ended by a second signal.
const ENDED_AT_ONCE: i32 = 1;

/// Raises the limit of open files as far as the process may, and returns it. Where that fails, it
/// is what it was.
#[must_use]
pub fn raise_descriptor_limit() -> usize {
    let most = rlimit::increase_nofile_limit(u64::MAX);
    let most = most.or_else(|_| rlimit::getrlimit(rlimit::Resource::NOFILE).map(|(soft, _)| soft));
    most.ok().and_then(|most| usize::try_from(most).ok()).unwrap_or(UNKNOWN_DESCRIPTORS)
}

/// From now on a file that may grow no more, behind standard error or of a recording, is a failed write,
/// not the end (setrlimit(2), RLIMIT_FSIZE).
///
/// # Errors
///
/// The operating system takes no handler.
pub fn outlive_full_files() -> io::Result<()> {
    flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false))).map(drop)
}

/// A server that listens, and does not accept yet.
#[derive(Debug)]
pub struct Server {
    settings: Settings,
    recording: Option<Recording>,
    listeners: Vec<Arc<TcpListener>>,
    input: SyncSender<Input>,
    inputs: Receiver<Input>,
}

impl Server {
    /// Listens on all these addresses.
    ///
    /// # Errors
    ///
    /// The first address on which it cannot, and why.
    pub fn bind(
        addresses: &[SocketAddr],
        settings: Settings,
    ) -> Result<Self, (SocketAddr, io::Error)> {
        let listen = |&address| match socket::listen(address) {
            Ok(listener) => Ok(Arc::new(listener)),
            Err(error) => Err((address, error)),
        };
        let listeners = addresses.iter().map(listen).collect::<Result<_, _>>()?;
        let (input, inputs) = mpsc::sync_channel(CHANNEL_INPUTS);
        Ok(Self { settings, recording: None, listeners, input, inputs })
    }

    /// Where it listens; ports that were 0 are known now.
    pub fn addresses(&self) -> impl Iterator<Item = SocketAddr> {
        self.listeners.iter().filter_map(|listener| listener.local_addr().ok())
    }

    /// Records what happens; where the latest of it is kept, a panic writes that to a file.
    ///
    /// # Errors
    ///
    /// Why there is no new file to record to, in a line.
    pub fn record(&mut self, options: &Options) -> Result<(), String> {
        self.recording = Recording::start(options, &self.settings)?;
        if let Some(flight) = self.flight_recorder() {
            flight.write_on_panic();
        }
        Ok(())
    }

    fn flight_recorder(&self) -> Option<Arc<FlightRecorder>> {
        self.recording.as_ref().and_then(Recording::flight_recorder)
    }

    /// From now on SIGINT and SIGTERM end the room in order, and a second one the process at once.
    /// SIGUSR1 writes the latest of what has happened to a file, where that is kept.
    ///
    /// # Errors
    ///
    /// The operating system takes no handler, or has no thread.
    pub fn stop_on_signals(&self) -> io::Result<()> {
        let signalled = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            flag::register_conditional_shutdown(signal, ENDED_AT_ONCE, Arc::clone(&signalled))?;
            flag::register(signal, Arc::clone(&signalled))?;
        }
        let mut signals = Signals::new([SIGINT, SIGTERM, SIGUSR1])?;
        let room = self.input.clone();
        let listeners = self.listeners.clone();
        let flight = self.flight_recorder();
        thread::Builder::new().spawn(move || {
            for signal in signals.forever() {
                match (signal, &flight) {
                    (SIGUSR1, Some(flight)) => flight.write(),
                    (SIGUSR1, None) => log::warn!(
                        "SIGUSR1 writes what happened last to a file, but nothing is kept: start \
                         the server with --record-ring BYTES"
                    ),
                    _ => {
                        listeners.iter().for_each(|listener| socket::stop_listening(listener));
                        let _ = room.send(Input::Stop);
                    }
                }
            }
        })?;
        Ok(())
    }

    /// Runs the room until it has been stopped.
    ///
    /// # Errors
    ///
    /// The operating system has no thread for a listener.
    pub fn run(self) -> io::Result<()> {
        let ids = Arc::new(AtomicU64::new(1));
        for listener in self.listeners {
            let (ids, room) = (Arc::clone(&ids), self.input.clone());
            thread::Builder::new().spawn(move || accept_all(&listener, &ids, &room))?;
        }
        drop(self.input);
        Room::new(self.settings, self.recording).run(&self.inputs);
        Ok(())
    }
}

/// Accepts until listening is stopped. Nothing that goes wrong with one connection, and no lack of
/// descriptors or threads, ends it.
fn accept_all(listener: &TcpListener, ids: &AtomicU64, room: &SyncSender<Input>) {
    let (mut descriptors, mut threads) = (Shortage::default(), Shortage::default());
    loop {
        match listener.accept() {
            Ok((stream, address)) => {
                descriptors.is_over();
                let id = ClientId(ids.fetch_add(1, Ordering::Relaxed));
                // An IPv4 peer of a dual-stack listener is told as it is.
                let address = SocketAddr::new(address.ip().to_canonical(), address.port());
                if !admit(id, stream, address, room, &mut threads) {
                    return;
                }
            }
            // Listening has been stopped (accept(2), EINVAL).
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => return,
            // A signal, or a connection that was reset before it was accepted.
            Err(error) if is_passing(&error) => {}
            Err(error) => descriptors.is_felt(cannot("accept", &error)),
        }
    }
}

fn is_passing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::Interrupted | io::ErrorKind::ConnectionAborted)
}

/// Hands a connection to the room, and starts its reader; whether there still is a room.
fn admit(
    id: ClientId,
    stream: TcpStream,
    address: SocketAddr,
    room: &SyncSender<Input>,
    threads: &mut Shortage,
) -> bool {
    if socket::tune(&stream).is_err() {
        return true; // It is gone already.
    }
    let link = Link::new(stream);
    if room.send(Input::Accepted(id, address, Arc::clone(&link))).is_err() {
        return false;
    }
    match reader::spawn(id, link, room.clone()) {
        Ok(()) => {
            threads.is_over();
            true
        }
        Err(_) => {
            let room_remains = room.send(Input::ReadEnded(id, Ending::Lost)).is_ok();
            // All that pthread_create(3) says is EAGAIN, which reads like something else.
            threads.is_felt("cannot start a thread: the machine, or a limit, has none left");
            room_remains
        }
    }
}

/// Something of which the machine has none left. That is said once, until there is some again, and
/// waited for; so newcomers, however many, cost neither the log nor the processor much.
#[derive(Debug, Default)]
struct Shortage {
    said: bool,
}

impl Shortage {
    fn is_felt(&mut self, effect: impl Display) {
        if !mem::replace(&mut self.said, true) {
            log::warn!("{effect} for now");
        }
        thread::sleep(ACCEPT_PAUSE);
    }

    const fn is_over(&mut self) {
        self.said = false;
    }
}
