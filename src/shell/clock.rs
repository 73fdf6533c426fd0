//! What the clock on the wall says. It is shown, and decides nothing.

use jiff::Zoned;

use crate::view::Moment;

/// Local time, by the system's time zone.
#[must_use]
pub fn moment() -> Moment {
    let now = Zoned::now();
    let small = |number: i8| u8::try_from(number).unwrap_or(0);
    Moment {
        year: u16::try_from(now.year()).unwrap_or(0),
        month: small(now.month()),
        day: small(now.day()),
        hour: small(now.hour()),
        minute: small(now.minute()),
        second: small(now.second()),
        offset: i16::try_from(now.offset().seconds() / 60).unwrap_or(0),
    }
}
