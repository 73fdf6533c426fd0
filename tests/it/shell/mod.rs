//! The programs, their sockets and their terminals.

pub(crate) mod cli;
mod config;
mod delivery;
mod invitation;
#[cfg(target_os = "linux")]
pub(crate) mod kernel;
pub(crate) mod loopback;
mod manual;
mod painting;
pub(crate) mod programs;
mod sockets;
#[cfg(target_os = "linux")]
pub(crate) mod systemd;
mod terminal;
mod url;
