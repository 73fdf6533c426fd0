//! All tests, in one program.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that goes wrong stops there"
)]

mod allocation;
mod clean;
mod cli;
mod client_scenarios;
mod corpus;
mod documented;
mod frames;
#[cfg(target_os = "linux")]
mod kernel;
mod loopback;
mod naive;
mod naive_frames;
mod oracle;
mod peer;
mod programs;
mod properties;
mod scenarios;
mod script;
mod simulation;
mod sockets;
#[cfg(target_os = "linux")]
mod systemd;
mod tidy;
mod transcripts;
