//! The server: listeners, signals, and the room.
//!
//! ```text
//! listener thread ─┐
//! reader thread  ──┼─ one bounded channel ─►  room thread: core, log, members
//! reader thread  ──┘
//! ```
//!
//! `delivery` writes to the members, and `retry` comes back to those whose buffers are full. `machine`
//! derives the number of seats, and `invitation` says how to join. `record` writes recordings on a thread
//! of its own.

#![expect(
    clippy::disallowed_methods,
    reason = "accepting waits where not even a spare descriptor is left"
)]

pub mod delivery;
pub mod invitation;
pub mod log;
pub mod machine;
pub mod reader;
pub mod record;
pub mod retry;
pub mod room;
pub mod socket;

use std::fmt::Display;
use std::fs::{self, File};
use std::io;
use std::mem;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGXFSZ};
use signal_hook::flag;
use signal_hook::iterator::Signals;

use crate::limits;
use crate::room::event::{ClientId, Ending};
use crate::room::settings::Settings;
use crate::shell::net;
use crate::shell::program::cannot;
use crate::shell::server::record::flight::FlightRecorder;
use crate::shell::server::record::{Options, Recording};
use crate::shell::server::room::{Input, Room};
use crate::wire::native;
use reader::Link;

/// Inputs that wait for the room. A full channel makes readers wait, and TCP their peers.
const CHANNEL_INPUTS: usize = 1024;

/// The wait before accepting again where there is not even a spare descriptor.
const NO_SPARE_PAUSE: Duration = Duration::from_millis(5);

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

/// Returns true if this process was started with SIGHUP ignored (proc(5), SigIgn).
fn hangup_is_ignored() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_some_and(|mask| mask & 1 << (SIGHUP - 1) != 0)
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

    /// From now on SIGINT, SIGTERM and SIGHUP end the room in order, and a second one the process at
    /// once; SIGHUP does not where it was ignored, as `nohup` has it.
    /// SIGUSR1 writes the latest of what has happened to a file, where that is kept.
    ///
    /// # Errors
    ///
    /// The operating system takes no handler, or has no thread.
    pub fn stop_on_signals(&self) -> io::Result<()> {
        let signalled = Arc::new(AtomicBool::new(false));
        let mut ends = vec![SIGINT, SIGTERM];
        ends.extend((!hangup_is_ignored()).then_some(SIGHUP));
        for &signal in &ends {
            flag::register_conditional_shutdown(signal, ENDED_AT_ONCE, Arc::clone(&signalled))?;
            flag::register(signal, Arc::clone(&signalled))?;
        }
        let mut signals = Signals::new(ends.into_iter().chain([SIGUSR1]))?;
        let room = self.input.clone();
        let listeners = self.listeners.clone();
        let flight = self.flight_recorder();
        thread::Builder::new().spawn(move || {
            for signal in signals.forever() {
                match (signal, &flight) {
                    (SIGUSR1, Some(flight)) => flight.write(),
                    (SIGUSR1, None) => ::log::warn!(
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
        let (readers, links) = mpsc::channel();
        let room = self.input;
        thread::Builder::new().spawn(move || start_readers(&links, &room))?;
        Room::new(self.settings, readers, self.recording).run(&self.inputs);
        Ok(())
    }
}

/// Accepts until listening is stopped. Nothing that goes wrong with one connection, and no lack of
/// descriptors, ends it.
fn accept_all(listener: &TcpListener, ids: &AtomicU64, room: &SyncSender<Input>) {
    let mut spare = Spare::default();
    loop {
        let accepted = match listener.accept() {
            Ok(accepted) => {
                spare.is_kept();
                Ok(accepted)
            }
            Err(error) if is_stop(&error) || is_passing(&error) => Err(error),
            Err(error) => {
                spare.tells(cannot("accept", &error));
                spare.accepts(listener)
            }
        };
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) if is_stop(&error) => return,
            Err(_) => continue,
        };
        let id = ClientId(ids.fetch_add(1, Ordering::Relaxed));
        // An IPv4 peer of a dual-stack listener is told as it is.
        let address = SocketAddr::new(address.ip().to_canonical(), address.port());
        if net::tune(&stream).is_err() {
            continue; // It is gone already.
        }
        if room.send(Input::Accepted(id, address, Link::new(stream))).is_err() {
            return;
        }
    }
}

/// Listening has been stopped (accept(2), EINVAL).
fn is_stop(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::InvalidInput
}

/// A signal, or a connection that was reset before it was accepted.
fn is_passing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::Interrupted | io::ErrorKind::ConnectionAborted)
}

/// Starts the reader of each connection that the room has taken.
fn start_readers(links: &Receiver<(ClientId, Arc<Link>)>, room: &SyncSender<Input>) {
    let mut said = false;
    for (id, link) in links {
        let started = reader::spawn(id, link, room.clone()).is_ok();
        if !started && !mem::replace(&mut said, true) {
            // All that pthread_create(3) says is EAGAIN, which reads like something else.
            ::log::warn!("cannot start a thread: the machine, or a limit, has none left for now");
        }
        if started {
            said = false;
        } else if room.send(Input::ReadEnded(id, Ending::Unserved)).is_err() {
            return;
        }
    }
}

/// A descriptor that is kept for when there is no other: with it, a connection is accepted and
/// refused instead of left waiting.
#[derive(Debug, Default)]
struct Spare {
    file: Option<File>,
    told: bool,
}

impl Spare {
    /// There are descriptors.
    fn is_kept(&mut self) {
        if self.file.is_none() {
            self.file = File::open("/dev/null").ok();
        }
        self.told = false;
    }

    /// There are none, which is told once.
    fn tells(&mut self, effect: impl Display) {
        if !mem::replace(&mut self.told, true) {
            ::log::warn!("{effect} for now");
        }
    }

    /// Waits for a connection with the spare descriptor, since the kernel takes one before there is a
    /// connection. By then there may be others; where there are none, the connection is refused.
    fn accepts(&mut self, listener: &TcpListener) -> io::Result<(TcpStream, SocketAddr)> {
        if self.file.take().is_none() {
            // Another listener has taken the last one, and gives it back at once.
            thread::sleep(NO_SPARE_PAUSE);
        }
        let accepted = listener.accept();
        let mut others = File::open("/dev/null");
        let accepted = match (accepted, &others) {
            (Ok((stream, _)), Err(_)) => {
                // A peer that does not take a line at once hears nothing.
                let _ = socket::send_now(&stream, native::full().as_bytes());
                socket::drain(&stream);
                drop(stream);
                others = File::open("/dev/null");
                Err(io::ErrorKind::ConnectionAborted.into())
            }
            (accepted, _) => {
                self.told &= accepted.is_err();
                accepted
            }
        };
        self.file = others.ok();
        accepted
    }
}
