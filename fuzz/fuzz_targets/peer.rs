//! One peer's bytes through the room and on into a member's client, and the same bytes as those of a
//! server: nobody can speak for someone else, whatever they send. The oracle is the tests' own.
#![no_main]

#[path = "../../tests/it/wire/clean.rs"]
mod clean;
#[expect(dead_code, reason = "transcripts are the script target's")]
#[path = "../../tests/it/room/oracle.rs"]
mod oracle;
#[path = "../../tests/it/room/peer/mod.rs"]
mod peer;
#[path = "../../tests/it/wire/reference_frames.rs"]
mod reference_frames;
#[path = "../../tests/it/wire/reference_text.rs"]
mod reference_text;
#[path = "../../tests/it/wire/renderings.rs"]
mod renderings;

libfuzzer_sys::fuzz_target!(|input: &[u8]| peer::check_input(input));
