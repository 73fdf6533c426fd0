//! An attack beside honest members: a server of its own, an observer that reads all, readers whose
//! line is slow, and the theorem that is asked of every attack.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use chatroom::limits;

use crate::fault::Fault;
use crate::server::Launch;
use crate::sources::address::{self, SERVER_V4, SERVER_V6};
use crate::sources::attack::{Attack, Counts, read};
use crate::sources::circle::{Circle, median};
use crate::sources::floods::N;
use crate::sources::host::Host;
use crate::sources::member::Hostile;
use crate::sources::row::{Row, kibibytes};

/// The room's budget for what one member is sent of the broadcasts (design.md, "Budgets belong to a
/// source").
const ROOM_BYTES_PER_SECOND: u64 = 128 * 1024;
const ROOM_BURST: u64 = 512 * 1024;

/// Private messages to one member.
const PRIVATE_BYTES_PER_SECOND: u64 = 16 * 1024;
const PRIVATE_BURST: u64 = 128 * 1024;

/// The longest fact, of which each byte became three: it may overdraw the budget that it empties.
const LONGEST_FACT: u64 = 512 + 3 * limits::FRAME_BYTES as u64;

/// A reader that reads so much is never dropped, whatever everyone else does: the room's budget, that of
/// private messages, and nothing more.
pub(crate) const SLOWEST_READER: u64 = 144 * 1024;

/// The time that the slowest reader takes for the bursts of the room, of a history and of private
/// messages (896 KiB), and three seconds for a busy machine.
const LAST_LINES: Duration = Duration::from_secs(7 + 3);

/// The time between two honest lines.
const TALK: Duration = Duration::from_millis(200);

/// A trial to be played.
pub(crate) struct Trial {
    pub(crate) name: &'static str,
    pub(crate) launch: Launch,
    /// The name of each reader, and the bytes a second that it reads.
    pub(crate) readers: Vec<(String, u64)>,
    server_address: IpAddr,
    /// The address of each honest member.
    member_address: fn(usize) -> IpAddr,
    /// The budget of the source, as a multiple of that of an address.
    addresses: u64,
}

/// The outcome of a trial.
pub(crate) struct Seen {
    pub(crate) name: &'static str,
    since: Instant,
    pub(crate) time: Duration,
    pub(crate) circle: Circle,
    pub(crate) counts: Arc<Counts>,
    /// Figures of the attack as the observer was sent it while it went on.
    pub(crate) said: Hostile,
    /// Bytes that the observer was sent while the attack went on.
    pub(crate) to_each: u64,
    /// The server's share of one processor.
    pub(crate) processor: f64,
    /// True when each member who is here saw all honest lines.
    heard_all: bool,
    addresses: u64,
}

/// The observer is the first member.
pub(crate) const OBSERVER: usize = 0;

impl Trial {
    /// Four slow readers, and the server's flags as they are by default.
    pub(crate) fn new(name: &'static str) -> Self {
        let readers = (1..=4).map(|number| (format!("hon{number}"), SLOWEST_READER));
        Self {
            name,
            launch: Launch::new((SERVER_V4, 0), &[]),
            readers: readers.collect(),
            server_address: SERVER_V4,
            member_address: address::honest,
            addresses: 1,
        }
    }

    /// Other readers, who read so many bytes a second.
    pub(crate) fn with_readers(mut self, names: &[String], bytes_per_second: u64) -> Self {
        self.readers = names.iter().map(|name| (name.clone(), bytes_per_second)).collect();
        self
    }

    /// Members and attack come over IPv6, the attack from a source of so many times the budget.
    pub(crate) fn over_ipv6(mut self, addresses: u64) -> Self {
        self.addresses = addresses;
        self.launch.listen = (Ipv6Addr::UNSPECIFIED, 0).into();
        (self.server_address, self.member_address) = (SERVER_V6, address::elsewhere);
        self
    }

    pub(crate) fn play(
        &self,
        time: Duration,
        begin: impl FnOnce(SocketAddr) -> Attack,
    ) -> Result<Seen, Fault> {
        let mut server = Host::start(&self.launch)?;
        let address = server.at(self.server_address);
        let mut circle = Circle::new(address);
        circle.join("observer", (self.member_address)(0), None)?;
        for (number, (name, bytes_per_second)) in self.readers.iter().enumerate() {
            circle.join(name, (self.member_address)(number + 1), Some(*bytes_per_second))?;
        }
        let before = server.process().processor_time()?;
        let received = circle.members[OBSERVER].received;
        let attack = begin(address);
        let since = Instant::now();
        circle.talk(time, TALK);
        let time = since.elapsed();
        let to_each = circle.members[OBSERVER].received - received;
        let said = circle.members[OBSERVER].hostile;
        let processor = (server.process().processor_time()? - before).div_duration_f64(time);
        let counts = attack.end()?;
        let heard_all = circle.wait(LAST_LINES, Circle::saw_everything).is_some();
        server.check()?;
        let (name, addresses) = (self.name, self.addresses);
        Ok(Seen {
            name,
            since,
            time,
            circle,
            counts,
            said,
            to_each,
            processor,
            heard_all,
            addresses,
        })
    }
}

impl Seen {
    /// The room's budget for this time, in bytes.
    fn room_budget(&self) -> u64 {
        ROOM_BURST + LONGEST_FACT + allowed(ROOM_BYTES_PER_SECOND, self.time)
    }

    /// The budget of the source for this time, in bytes.
    fn source_budget(&self) -> u64 {
        LONGEST_FACT + self.addresses * (8 * 1024 * N as u64 + allowed(1024 * N as u64, self.time))
    }

    /// The theorem: nobody who reads is dropped, every honest line arrives at everyone, what each is
    /// sent is within the budget of the room and that of private messages, and what the source makes
    /// others receive within its own.
    pub(crate) fn row(&self) -> Row {
        let ends = self.circle.ends(self.since);
        let (said, seen) = self.circle.lines();
        let lost = self.circle.members.iter().find_map(|member| member.lost.as_ref());
        let private = self.circle.members.iter().map(|member| member.hostile.private_bytes);
        let private = private.max().unwrap_or(0);
        let measured = format!(
            "{} of {} dropped; {seen} of {said} honest lines seen by all; {} to each; {} of private \
             lines to one; the source spends {}",
            ends.len(),
            self.circle.members.len(),
            kibibytes(self.to_each),
            kibibytes(private),
            kibibytes(self.said.spending())
        );
        let required = format!(
            "0 dropped; all seen; at most {} to each; {} of private lines; {} spent",
            kibibytes(self.room_budget()),
            kibibytes(self.private_budget()),
            kibibytes(self.source_budget())
        );
        let holds = ends.is_empty()
            && self.heard_all
            && lost.is_none()
            && said > 0
            && read(&self.counts.connections) > 0
            && self.to_each <= self.room_budget()
            && private <= self.private_budget()
            && self.said.spending() <= self.source_budget();
        let mut details = self.details();
        for what in ends.first().into_iter().chain(lost) {
            details += &format!("; {what}");
        }
        Row { act: self.name, measured, required, details, holds: Some(holds) }
    }

    fn details(&self) -> String {
        let (delays, counts) = (self.circle.delays(), &self.counts);
        format!(
            "a line takes {:.1?}, at worst {:.1?}; the server {:.0} % of a processor; each second {} \
             connections, {} joins, {} lines; in all {} sent, {} received, `! ` {} times",
            median(&delays),
            delays.last().copied().unwrap_or_default(),
            self.processor * 100.0,
            self.per_second(read(&counts.connections)),
            self.per_second(self.said.joins),
            self.per_second(self.said.lines),
            kibibytes(read(&counts.sent)),
            kibibytes(read(&counts.received)),
            read(&counts.refusals),
        )
    }

    /// The same, and a figure of its own.
    pub(crate) fn row_with(&self, measured: String, required: String, holds: bool) -> Row {
        let row = self.row();
        Row {
            measured: format!("{measured}; {}", row.measured),
            required: format!("{required}; {}", row.required),
            holds: row.holds.map(|others| others && holds),
            ..row
        }
    }

    pub(crate) fn per_second(&self, count: u64) -> u64 {
        (count as f64 / self.time.as_secs_f64()) as u64
    }

    /// Private lines to one member, in bytes for this time.
    fn private_budget(&self) -> u64 {
        PRIVATE_BURST + LONGEST_FACT + allowed(PRIVATE_BYTES_PER_SECOND, self.time)
    }
}

/// The bytes that a budget refills in this time.
pub(crate) fn allowed(bytes_per_second: u64, time: Duration) -> u64 {
    (bytes_per_second as f64 * time.as_secs_f64()) as u64
}
