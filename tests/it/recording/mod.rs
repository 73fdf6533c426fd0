//! Recordings: written, replayed, told and pseudonymised.

pub(crate) mod hostile_recording;
mod minimising;
mod pseudonyms;
mod recorder;
mod recordings;
mod replaying;
pub(crate) mod replays;
mod room_snapshot_forms;
mod room_snapshot_properties;
mod room_snapshot_refusals;
pub(crate) mod room_snapshots;
pub(crate) mod tellers;
mod transcripts;
