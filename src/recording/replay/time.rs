//! A time of a recording, as a person types it.

use alloc::string::String;

use crate::room::event::Millis;

/// Reads `12.5`, `12.5s` or `+12.500s`, which are seconds since the server started, or with minutes and
/// hours in front: `1:30`, `2:00:01.5`.
///
/// # Errors
///
/// Says how a time is written.
pub fn parse(text: &str) -> Result<Millis, String> {
    milliseconds(text)
        .map(Millis::new)
        .ok_or_else(|| "give seconds, such as 12.5 or +12.500s, or minutes: 1:30".into())
}

fn milliseconds(text: &str) -> Option<u64> {
    let text = text.strip_prefix('+').unwrap_or(text);
    let text = text.strip_suffix('s').unwrap_or(text);
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let mut seconds = 0_u64;
    for (part, digits) in whole.split(':').enumerate() {
        let number = digits_only(digits)?;
        if part == 3 || part > 0 && number >= 60 {
            return None;
        }
        seconds = seconds.checked_mul(60)?.checked_add(number)?;
    }
    // Three digits of it, whatever is left out.
    let millis = digits_only(fraction).filter(|_| fraction.len() <= 3)?;
    let missing = u32::try_from(3 - fraction.len()).ok()?;
    seconds.checked_mul(1000)?.checked_add(millis * 10_u64.pow(missing))
}

/// Not what a number's parser takes besides: a sign.
fn digits_only(text: &str) -> Option<u64> {
    text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))
}
