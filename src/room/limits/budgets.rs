//! The bounds of what a source and the room make others receive; [`crate::room::budgets`] has their arithmetic.

use super::{FRAME_BYTES, MOTD_BYTES, NICKNAME_CHARS};
use crate::room::event::Millis;

/// The cost of each broadcast and each private message besides its bytes: a delivery is a system call
/// and a packet, which take about as long as copying so many bytes.
pub const FACT_BYTES: u64 = 512;

/// The cost of a join to its source, its leave included: a class of 32 joins at once with half of its
/// burst, then eight a second.
pub const JOIN_COST: u64 = 4 * 1024;

/// The cost of a rename to its source: each is a line that makes everyone learn a name.
pub const RENAME_COST: u64 = 2 * 1024;

/// The most bytes of last words, with `/quit`: a sentence.
pub const QUIT_BYTES: usize = 200;

/// The rate at which a source may make others receive, in bytes a second for each connection that it may have:
/// 32 pupils who say something every five seconds need 3.8 of 32 KiB/s; an attacker has 57 short
/// lines a second.
pub const SOURCE_RATE: u64 = 1024;

/// The same at once: 64 joins of 32 connections, or a pasted page each.
pub const SOURCE_BURST: u64 = 8 * 1024;

/// The rate at which a source is shown history and answers, in bytes a second for each connection that it
/// may have: more than it may make others receive, since only its own link carries it.
pub const SHOWN_RATE: u64 = 4 * 1024;

/// The same at once: 32 newcomers who are shown 64 KiB of history each.
pub const SHOWN_BURST: u64 = 64 * 1024;

/// The time for which a nickname is kept when its connection was lost: keep-alive finds a dead one in a
/// minute and a half, and a client that connects again does so within a minute.
pub const RESERVED_FOR: Millis = Millis::new(120_000);

/// The most nicknames that are kept so, of all sources together; past that the oldest that no token
/// opens is free, or the newest where a token opens each.
pub const RESERVATIONS: usize = 10_000;

/// The rate at which a source is read, in bytes a second for each connection that it may have: two full
/// lines, and little to go through.
pub const INPUT_RATE: u64 = 8 * 1024;

/// The same at once: a pasted file for each.
pub const INPUT_BURST: u64 = 128 * 1024;

/// The cost of a read besides its bytes: waking the reader and the room. So a thousand reads a second
/// of one byte come from an address, not a quarter of a million.
pub const READ_COST: u64 = 256;

/// The rate of the broadcasts to one member, in bytes a second on average: a link of a megabit takes
/// it; a thousand members who say 90 bytes every five seconds need 118 KiB/s, with the cost of a fact.
pub const ROOM_RATE: u64 = 128 * 1024;

/// The rate of private messages to one member, in bytes a second on average, all senders together.
pub const PRIVATE_RATE: u64 = 16 * 1024;

/// The part of it, and of its burst, that one source may use: one over this.
pub const PRIVATE_PART: u64 = 4;

/// A member that reads so many bytes a second is never too slow.
pub const SLOWEST_READER: u64 = ROOM_RATE + PRIVATE_RATE;

/// The least backlog for which that holds: its slack, an eighth, must take a message of the day, the
/// leaves that do not wait, and the messages that were begun within a budget and end past it.
pub const LEAST_FAIR_BACKLOG: usize = 256 * 1024;

/// The most accounts of sources that are kept: some ten megabytes. An account is kept for as long as its
/// budgets take to refill, so that only a botnet comes near it; past it, newcomers from new sources are
/// refused.
pub const SOURCES: usize = 65_536;

/// The part of the seats that a source may hold before it gives way to others: one over this.
pub const GIVE_WAY_SHARE: usize = 8;

/// The time between two members that give way: a source that is not hostile loses few before people notice.
pub const GIVE_WAY_EVERY: Millis = Millis::new(1_000);

/// The time that a peer without a nickname has before it gives way to another: a person types one in that
/// time, a program in much less.
pub const GIVE_WAY_AFTER: Millis = Millis::new(5_000);

/// Among how many without a nickname one is looked for that gives way; each newcomer costs so much.
pub const GIVE_WAY_AMONG: usize = 64;

/// The part of the memory that may be held for all peers together, and that may be unsent in private
/// bytes: one over this each. Memory that grows by doubling counts twice: together a quarter.
pub const HELD_PART: usize = 16;

/// The time for which the peer that holds most is not read from, when all hold too much.
pub const HELD_PAUSE: Millis = Millis::new(1_000);

/// Default memory that the server may take, in bytes, where no limit is known.
pub const MEMORY: usize = 1024 * 1024 * 1024;

// The slack takes what the budgets do not count.
const _: () = assert!(
    LEAST_FAIR_BACKLOG / 8
        >= MOTD_BYTES + LEAST_FAIR_BACKLOG / 16 + FRAME_BYTES + 8 * NICKNAME_CHARS
);
