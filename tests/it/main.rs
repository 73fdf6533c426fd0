//! All tests, in one program.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that goes wrong stops there"
)]

/// `scenario! { behaviour_of_its_subject r"a script" => "the outcome" }`, any number of them: each is a
/// test, whose snapshot is what `played`, of the module that it is in, makes of the script. An outcome of ten
/// lines or more stands in a file instead.
macro_rules! scenario {
    ($($(#[$meta:meta])* $name:ident $script:literal $(=> $outcome:literal)?)*) => {$(
        $(#[$meta])*
        #[test]
        fn $name() {
            insta::assert_snapshot!(played($script) $(, @$outcome)?);
        }
    )*};
}

mod client;
mod corpus;
mod documented;
#[path = "../tools/minimise/mod.rs"]
mod minimise;
mod recording;
mod room;
mod shell;
mod simulation;
mod tidy;
mod view;
mod wire;

// The helpers that several folders use, and the fuzz targets, under short names.
use client::session_scenarios;
use recording::{hostile_recording, replays, room_snapshots, tellers};
use room::{oracle, peer, reference_model, script};
#[cfg(target_os = "linux")]
use shell::kernel;
#[cfg(target_os = "linux")]
use shell::systemd;
use shell::{cli, loopback, programs};
use wire::{clean, frames, reference_frames, reference_text, renderings};
