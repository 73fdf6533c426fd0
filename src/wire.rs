//! The wire: bytes to frames, facts to lines, and lines understood again.
//!
//! # Peers that end no line
//!
//! Backspace works in `nc` and `telnet`, also where `telnet` sends each key. A program that never ends a line,
//! like the original client, is noticed within 250 ms (2 s after a single letter) and served all the same, if its
//! messages begin with `nickname: `, as the original's do: one send is one message, a nickname that cannot be had is changed (`Jacob2`), and it is sent ASCII only: `?` for
//! every other character. Names that would look the same so get a number (`Jos?`, `Jos?2`), by which it can
//! speak to them. A browser is turned away at its first line.
//!
//! # Coming back
//!
//! A nickname whose connection was lost is kept for two minutes: for its address, or for whoever knows the token
//! whose SHA-256 was set with `/resume <hash>`. `/resume <token>` before the nickname takes it back, even from a
//! connection that the server has not found to be dead yet.

pub mod detect;
pub mod escape;
pub mod frame;
pub mod line;
mod log_line;
pub mod native;
mod refused;
pub mod rendering;
pub mod sanitize;
