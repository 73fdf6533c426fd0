//! The clock on the wall, which is shown, and decides nothing; and the time that the machine has
//! slept.

use jiff::Zoned;
use jiff::tz::TimeZone;

use crate::room::event::Millis;
use crate::room::wall_time::WallTime;
use crate::view::LocalTime;

/// Local time now, by the system's time zone.
#[must_use]
pub fn local_time() -> LocalTime {
    local(&Zoned::now())
}

/// This time of day as local time, by the system's time zone.
#[must_use]
pub fn local_time_of(time: WallTime) -> LocalTime {
    local(&time.timestamp().to_zoned(TimeZone::system()))
}

fn local(now: &Zoned) -> LocalTime {
    let small = |number: i8| u8::try_from(number).unwrap_or(0);
    LocalTime {
        year: u16::try_from(now.year()).unwrap_or(0),
        month: small(now.month()),
        day: small(now.day()),
        hour: small(now.hour()),
        minute: small(now.minute()),
        second: small(now.second()),
        offset: i16::try_from(now.offset().seconds() / 60).unwrap_or(0),
    }
}

/// Returns the time that the machine has slept since it was started: what one of its clocks counts
/// then, and another does not. Where there are no such two, it never has, and keep-alive tells what was
/// lost.
#[must_use]
pub fn slept() -> Millis {
    #[cfg(target_os = "linux")]
    let slept = {
        use rustix::time::{ClockId, clock_gettime};
        let [awake, all] = [ClockId::Monotonic, ClockId::Boottime].map(clock_gettime);
        u64::try_from((all - awake).tv_sec).unwrap_or(0) * 1000
    };
    #[cfg(not(target_os = "linux"))]
    let slept = 0;
    Millis::new(slept)
}
