//! The least of a recording that still shows what it is about, as a test.

pub(crate) mod incident;
pub(crate) mod making;
pub(crate) mod outcome;
pub(crate) mod scenario;
pub(crate) mod search;

/// The longest recording that a test is made of, in bytes of its text: its events stand in memory, at
/// some four times that at worst.
pub(crate) const INCIDENT_BYTES: usize = 64 * 1024 * 1024;

/// The most bytes that are gone through to minimise one: about half a minute.
pub(crate) const MINIMISING_BYTES: u64 = 4 * 1024 * 1024 * 1024;

/// The longest test that is written, in bytes of its text: people are to read it.
pub(crate) const SCENARIO_BYTES: usize = 1024 * 1024;
