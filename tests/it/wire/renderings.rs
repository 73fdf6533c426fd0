//! A line, in one rendering and another.

use chatroom::room::wall_time::WallTime;

/// A line without the time that `/times` puts before it.
pub(crate) fn without_time(line: &str) -> &str {
    let timed = line.split_once(' ').filter(|(time, _)| time.parse::<WallTime>().is_ok());
    timed.map_or(line, |(_, line)| line)
}

/// A line in ASCII is the native one with `?` for each other character, and a number behind a nickname
/// or two.
pub(crate) fn must_render(ascii: &str, native: &str) {
    assert!(ascii.is_ascii(), "{ascii:?} is not ASCII");
    let mut rest = ascii;
    for c in native.chars() {
        let shown = if c.is_ascii() { c } else { '?' };
        // A nickname ends where it is followed by something that none can hold.
        if matches!(c, ' ' | ':' | '\n') && !rest.starts_with(shown) {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        }
        rest = rest.strip_prefix(shown).unwrap_or_else(|| panic!("{ascii:?} of {native:?}"));
    }
    assert_eq!(rest, "", "{ascii:?} of {native:?}");
}
