//! All tests, in one program.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that goes wrong stops there"
)]

/// `scenario! { what_it_shows r"a script" }`, any number of them: each is a test, whose snapshot is what
/// `played`, of the module that it is in, makes of the script.
macro_rules! scenario {
    ($($(#[$meta:meta])* $name:ident $script:literal)*) => {$(
        $(#[$meta])*
        #[test]
        fn $name() {
            insta::assert_snapshot!(played($script));
        }
    )*};
}

mod allocation;
mod catch_up_properties;
mod clean;
mod cli;
mod client_scenarios;
mod config;
mod corpus;
mod delivery;
mod documented;
mod facts;
mod frames;
mod hostile_recording;
mod invitation;
#[cfg(target_os = "linux")]
mod kernel;
mod lines;
mod loopback;
mod manual;
#[path = "../tools/minimise/mod.rs"]
mod minimise;
mod minimising;
mod naive;
mod naive_frames;
mod naive_text;
mod nickname;
mod oracle;
mod painting;
mod peer;
mod programs;
mod properties;
mod pseudonyms;
mod recorder;
mod recordings;
mod renderings;
mod replaying;
mod replays;
mod room_snapshot_forms;
mod room_snapshot_properties;
mod room_snapshots;
mod scenarios;
mod script;
mod session_bounds;
mod session_properties;
mod session_scenarios;
mod simulation;
mod sockets;
#[cfg(target_os = "linux")]
mod systemd;
mod tellers;
mod terminal;
mod theorem;
mod tidy;
mod transcripts;
mod url;
mod view;
mod wall_time;
