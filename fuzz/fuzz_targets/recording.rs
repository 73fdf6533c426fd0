//! A recording that anyone may have written is replayed, shown, explained and written with pseudonyms. All
//! that is shown of it is clean, and all that is done with it is bounded. The oracle is the tests' own.
#![no_main]

#[path = "../../tests/it/wire/clean.rs"]
mod clean;
#[path = "../../tests/it/recording/hostile_recording.rs"]
mod hostile_recording;
#[path = "../../tests/it/recording/tellers.rs"]
mod tellers;

libfuzzer_sys::fuzz_target!(|input: &[u8]| hostile_recording::check_input(input));
