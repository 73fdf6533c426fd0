//! What touches the machine: sockets, threads, clocks, signals, terminals. It decides nothing.
//!
//! The server (`server`, with `reader`, `room`, `delivery` and `log`):
//!
//! ```text
//! listener thread ─┐
//! reader thread  ──┼─ one bounded channel ─►  room thread: core, log, members
//! reader thread  ──┘
//! ```
//!
//! What runs the server as a service (`systemd`) is only a text.
//!
//! The client (`client`): a thread that reads the socket, one that writes it, one that reads what is
//! typed, and one that owns the core.

pub mod client;
pub mod delivery;
pub mod log;
pub mod logger;
pub mod program;
pub mod reader;
pub mod room;
pub mod server;
pub mod socket;
pub mod systemd;
