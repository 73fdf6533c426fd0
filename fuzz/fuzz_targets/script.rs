//! Events through the room: every promise of the tests' oracle holds. The input is a transcript, of
//! which what cannot be read is left out; so a finding is replayed with `chatroom-replay`.
#![no_main]

#[path = "../../tests/it/wire/clean.rs"]
mod clean;
#[path = "../../tests/it/room/oracle.rs"]
mod oracle;
#[path = "../../tests/it/wire/renderings.rs"]
mod renderings;

libfuzzer_sys::fuzz_target!(|input: &[u8]| oracle::check_input(input));
