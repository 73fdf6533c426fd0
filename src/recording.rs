//! Recordings of a room: written, read, replayed, and written again with pseudonyms.

pub mod pseudonymise;
pub mod recorder;
pub mod replay;
pub mod snapshot;
pub mod transcript;
