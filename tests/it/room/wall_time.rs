//! The time of day: RFC 3339 and back.

use chatroom::Millis;
use chatroom::room::wall_time::WallTime;
use quickcheck_macros::quickcheck;

#[quickcheck]
fn a_time_has_24_bytes_and_reads_back(millis: u64) -> bool {
    [millis, millis % 4_102_444_800_000].into_iter().all(|millis| {
        let time = WallTime::new(millis);
        let text = time.to_string();
        text.len() + 1 == WallTime::PREFIX_BYTES && text.parse() == Ok(time)
    })
}

#[test]
fn times_print_as_rfc_3339_has_them() {
    for (millis, text) in [
        (0, "1970-01-01T00:00:00.000Z"),
        (1_709_164_800_007, "2024-02-29T00:00:00.007Z"),
        (253_402_207_199_999, "9999-12-30T21:59:59.999Z"),
        (u64::MAX, "9999-12-30T21:59:59.999Z"),
    ] {
        assert_eq!(WallTime::new(millis).to_string(), text);
    }
    let latest = WallTime::new(u64::MAX);
    assert_eq!(latest.after(Millis::new(u64::MAX)), latest);
}

#[test]
fn other_forms_of_a_time_are_refused() {
    for text in [
        "",
        "now",
        "2026-11-27",
        "2026-11-27T09:30:00Z",
        "2026-11-27T09:30:00.0000Z",
        "2026-11-27T09:30:00.000z",
        "2026-11-27T09:30:00.000+00:00",
        "2026-11-27 09:30:00.000Z",
        "2026-02-29T09:30:00.000Z",
        "1969-12-31T23:59:59.999Z",
        "9999-12-30T22:00:00.000Z",
        "+002026-11-27T09:30:00.000Z",
    ] {
        assert!(text.parse::<WallTime>().is_err(), "{text}");
    }
}
