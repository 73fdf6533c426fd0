//! Bytes through the frame parser: any split gives the same frames, those of a reference reader, and
//! what is held is bounded. The oracle is the tests' own.
#![no_main]

#[path = "../../tests/it/wire/frames.rs"]
mod frames;
#[path = "../../tests/it/wire/reference_frames.rs"]
mod reference_frames;

libfuzzer_sys::fuzz_target!(|input: &[u8]| frames::check_input(input));
