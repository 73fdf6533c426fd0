//! A TCP chat room: a pure core that decides, and a thin blocking shell that moves bytes.
//!
//! A chat room is a pure function of what happened, and everything else is plumbing:
//!
//! ```text
//! events  ──►  ServerCore  ──►  actions
//! Accepted(id, address)         Send(id, bytes)
//! BytesIn(id, bytes)            Broadcast(rendering, bytes)
//! Closed(id, ending)            Admit(id, rendering)
//! Tick, Shutdown                Pause(id), Resume(id), Drop(id), Log(line)
//! ```
//!
//! [`ServerCore`] has no socket, no thread, no clock, no random number and no hash order: the same
//! events give the same actions, byte for byte. So every test is a [`transcript`], and every
//! incident can be replayed. [`ClientCore`](client::ClientCore) is the same for the other end.
//!
//! ```
//! use chatroom::{Action, ClientId, Event, Millis, Rendering, ServerCore, Settings};
//!
//! let (ann, now) = (ClientId(1), Millis::ZERO);
//! let mut room = ServerCore::new(Settings::default());
//!
//! let actions: Vec<_> = room.handle(now, Event::Accepted(ann, ([127, 0, 0, 1], 1).into())).collect();
//! assert!(actions.contains(&Action::Send(ann, b"NICK")));
//!
//! let actions: Vec<_> = room.handle(now, Event::BytesIn(ann, b"ann\nhello\n")).collect();
//! assert!(actions.contains(&Action::Broadcast(Rendering::Native, b"ann joined the chat!\n")));
//! assert!(actions.contains(&Action::Broadcast(Rendering::Native, b"ann: hello\n")));
//! ```
//!
//! # The contract
//!
//! What the shell promises is at [`Event`], what the core promises at [`Action`]. In short:
//! [`handle`](ServerCore::handle) never fails and leaves nothing to drain; its actions are done in
//! order, before the next event; [`poll_timeout`](ServerCore::poll_timeout) says when to come back.
//! An id is never used twice, and an event for one that is gone does nothing.
//!
//! The actions of an event are borrowed from the core, which uses their memory again: a message
//! costs no allocation on its way through.
//!
//! # The map
//!
//! | file | what it is |
//! |---|---|
//! | [`event`] | `ClientId`, `Millis`, `Event`, `Action`: the interface |
//! | [`server`] | `ServerCore`: states, turns, time; under it admission and conversation |
//! | [`mod@line`] | a line of the server's, understood: the inverse of `message` |
//! | [`view`] | lines to styled rows, and to objects for programs; completion |
//! | [`client`] | `ClientCore`: one connection; `Session`: a person's stay, over several of them |
//! | [`client::catch_up`] [`client::presence`] [`client::command`] | what was said while one was away, who is here, what is typed for the client itself |
//! | [`frame`] | bytes to frames, the fuzzed parser |
//! | [`sanitize`] | what may not reach another person's terminal |
//! | [`message`] [`rendering`] | frame to command; all text that the server says, and how it is written for whom |
//! | [`nickname`] | nicknames, parsed, and what they are told apart by |
//! | [`intruder`] | peers that speak HTTP or TLS |
//! | [`roster`] [`history`] | who is here, what was said |
//! | [`reservations`] | nicknames of those whose connection was lost |
//! | [`budgets`] | what one source, and all together, may make others receive |
//! | `log_limiter` `log_record` `actions` | what the operator's log is told, and how often; what an event has led to |
//! | [`limits`] [`Settings`] | every bound with its reason; what an operator can change |
//! | [`transcript`] [`escape`] | the one format: print, read |
//! | [`recorder`] | what happens, written down as it happens |
//! | [`replay`] [`pseudonymise`] | a recording played again, and compared; written again with pseudonyms |
//! | [`snapshot`] | the state of a room as text, where a recording goes on |
//! | [`replay::show`] [`replay::state`] [`replay::why`] | what happened in it, how the room was, how someone's stay ended |
//! | [`replay::people`] [`replay::cast`] | who is who in it, and who of them is wanted |
//! | `shell` (feature `std`) | sockets, threads, signals, terminals: everything that is not pure |
//!
//! Everything outside `shell` and the programs builds without `std`
//! (`cargo check --lib --no-default-features`); the compiler is the proof that it is pure.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod actions;
pub mod budgets;
pub mod client;
pub mod escape;
pub mod event;
pub mod frame;
pub mod history;
pub mod intruder;
pub mod limits;
pub mod line;
mod log_limiter;
mod log_record;
pub mod message;
pub mod nickname;
pub mod pseudonymise;
pub mod recorder;
pub mod rendering;
pub mod replay;
pub mod reservations;
pub mod roster;
pub mod sanitize;
pub mod server;
mod settings;
#[cfg(feature = "std")]
pub mod shell;
pub mod snapshot;
pub mod transcript;
pub mod view;

pub use crate::actions::Actions;
pub use crate::event::{Action, ClientId, Ending, Event, Level, Millis};
pub use crate::rendering::Rendering;
pub use crate::server::ServerCore;
pub use crate::settings::Settings;
pub use crate::snapshot::Snapshot;
