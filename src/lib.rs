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
//! events give the same actions, byte for byte. So every test is a [transcript](recording::transcript), and every
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
//! | folder | what it holds |
//! |---|---|
//! | [`room`] | [`ServerCore`]: admission, [commands](room::command), roster, nicknames, history, budgets; [events and actions](room::event); the [facts](room::facts) that it says |
//! | [`limits`] [`Settings`] | every bound with its reason; the values that an operator can change |
//! | [`wire`] | bytes to [frames](wire::frame); facts to [lines](wire::native), and [lines understood](mod@wire::line); [`sanitize`](wire::sanitize) between people |
//! | [`client`] | [`ClientCore`](client::ClientCore): one connection; [`Session`](client::Session): a person's stay over several |
//! | [`view`] | server lines to styled rows and JSON; completion |
//! | [`recording`] | [transcripts](recording::transcript) read and written, [replayed](recording::replay), [pseudonymised](recording::pseudonymise); [snapshots](Snapshot) of a room |
//! | `shell` (feature `std`) | sockets, threads, signals, terminals: everything that is not pure |
//!
//! # Features
//!
//! `server` and `client` (both on by default) build the two programs and their halves of `shell`; `std`
//! alone builds the replay tool. Everything outside `shell` and the programs builds without `std`
//! (`cargo check --lib --no-default-features`); the compiler is the proof that it is pure.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub mod client;
pub mod recording;
pub mod room;
#[cfg(feature = "std")]
pub mod shell;
pub mod view;
pub mod wire;

pub use crate::recording::snapshot::Snapshot;
pub use crate::room::ServerCore;
pub use crate::room::actions::Actions;
pub use crate::room::event::{Action, ClientId, Ending, Event, Level, Millis};
pub use crate::room::limits;
pub use crate::room::settings::Settings;
pub use crate::wire::rendering::Rendering;
