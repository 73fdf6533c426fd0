//! Sockets, threads, clocks, signals and terminals: all that touches the machine. It decides nothing.
//!
//! `server` (feature `server`) and `client` (feature `client`) hold what only one program needs. All
//! programs share `program` (arguments and ends), `logger` (standard error), `manual` (manual pages and
//! completions) and `catch_panic`; the socket programs share `net`. The replay tool reads `lines`.

pub mod catch_panic;
#[cfg(feature = "client")]
pub mod client;
pub mod lines;
pub mod logger;
pub mod manual;
#[cfg(any(feature = "server", feature = "client"))]
pub mod net;
pub mod program;
#[cfg(feature = "server")]
pub mod server;
pub mod url;
