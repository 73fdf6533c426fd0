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
//! A connection that does not take what it is sent is tried again (`retry`). `machine` says how many
//! connections there is room for, and `invitation` how to join. What happens is recorded by a thread of its own (`recording`).
//!
//! The client holds a `conversation` on one thread; others make, read and write its connection
//! (`connection`), and read what is typed (`typing`). It is shown on a `face`: as lines, as objects, or
//! above the line that is typed, which a line editor has (`terminal`, with `editing`, `painting`,
//! `mode` and the `screen` between the two). `config` reads what it is set to, `clock` the local time, and
//! `scrollback` is what was shown.
//!
//! The replay reads `lines`, and a panic of the room that it plays is `caught`. What the others have in
//! common: `socket`, `program` (arguments and ends), `logger` (standard error) and `manual` (manual pages
//! and completions).

pub mod caught;
pub mod client;
pub mod clock;
pub mod config;
pub mod connection;
pub mod conversation;
pub mod delivery;
pub mod editing;
pub mod face;
pub mod invitation;
pub mod lines;
pub mod log;
pub mod logger;
pub mod machine;
pub mod manual;
pub mod mode;
pub mod painting;
pub mod program;
pub mod reader;
pub mod recording;
pub mod retry;
pub mod room;
pub mod screen;
pub mod scrollback;
pub mod server;
pub mod socket;
pub mod terminal;
pub mod typing;
