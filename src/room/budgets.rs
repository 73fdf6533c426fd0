//! Budgets: what the room lets one source, and all together, make others receive.
//!
//! A connection is free to make, so a limit per connection limits nobody. Every limit that protects
//! others belongs to a [source](Source), outlives its connections for as long as it takes to refill,
//! and nests: an address; for IPv6 a /64, a /56 and a /48. Beside them stands the budget of the whole
//! room, and one for the private messages to each member. When a budget runs out, the source waits or
//! is refused; nobody who receives is dropped for it.
//!
//! | file | budget |
//! |---|---|
//! | [`bucket`] | the token bucket that all of them are |
//! | [`source`] | an address, and the networks that it is in |
//! | [`sources`] | each source's: connections, what others receive, what it is shown, bytes in |
//! | [`room`] | what one member is sent of the broadcasts, and who waits for it |
//! | [`mailbox`] | private messages to one member |
//!
//! With these, whoever reads [`limits::SLOWEST_READER`] bytes a second is never dropped as too slow,
//! whatever everyone else does, where the backlog is at least [`limits::LEAST_FAIR_BACKLOG`]: the
//! burst of the room, the history, the private burst and the slack add up to the backlog, and the
//! rates of the room and of private messages to what it reads.

pub mod bucket;
pub mod mailbox;
pub mod room;
pub mod source;
pub mod sources;

pub use bucket::{Bucket, Quota};
pub use mailbox::Mailbox;
pub use room::RoomBudget;
pub use source::Source;
pub use sources::Sources;

use crate::limits;
use crate::room::event::Millis;
use crate::room::settings::Settings;

/// Returns the cost of a broadcast or a private message of so many bytes in its longest rendering:
/// each delivery is a system call and a packet, however short.
#[must_use]
pub const fn fact_cost(bytes: usize) -> u64 {
    limits::FACT_BYTES + bytes as u64
}

/// A booking of a peer's next frame at its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Booking {
    /// From when on it may be spent.
    pub due: Millis,
    /// An estimate of the cost of what others receive for it.
    pub cost: u64,
}

/// The messages of one member.
#[must_use]
pub fn messages(settings: &Settings) -> Quota {
    Quota { per_second: settings.rate.into(), burst: settings.burst.max(1).into() }
}
