//! Attacks by connections: knocks past the limit of an address, with few descriptors and with few
//! threads; and all addresses of one IPv6 site.

use std::net::{Ipv6Addr, SocketAddr};
use std::thread;
use std::time::{Duration, Instant};

use chatroom::shell::server::raise_descriptor_limit;

use crate::fault::Fault;
use crate::server::Launch;
use crate::sources::address::{self, SERVER_V4, SERVER_V6, elsewhere, has_ipv6, in_site};
use crate::sources::attack::read;
use crate::sources::churn::{self, Churn};
use crate::sources::circle::median;
use crate::sources::flood::Flood;
use crate::sources::floods::{FLOOD, N};
use crate::sources::host::Host;
use crate::sources::newcomer::{Arrival, Refusal, arrive};
use crate::sources::row::Row;
use crate::sources::threads::ThreadLimit;
use crate::sources::visits;

/// The usual soft limit of open files.
const OPEN_FILES: usize = 1024;

/// Files that this program may open: all knocks that it holds, and newcomers.
const HELD_FILES: usize = KNOCKS.threads * churn::HELD + 500;
const TOO_FEW_FILES: &str = "this program may open too few files";

/// Threads that the server may have.
const THREADS: usize = 100;

/// The time between two honest newcomers.
const NEWCOMERS: Duration = Duration::from_millis(100);

/// Knocks of an address that has all the connections it may have; each is held for two seconds.
const KNOCKS: Churn = Churn {
    per_second: 3000,
    threads: 2,
    hold: Duration::from_secs(2),
    visit: visits::say_nothing,
};

pub(crate) fn few_descriptors(name: &'static str, time: Duration) -> Result<Row, Fault> {
    const MEDIAN: Duration = Duration::from_millis(300);
    const WORST: Duration = Duration::from_millis(1500);
    if raise_descriptor_limit() < HELD_FILES {
        return Ok(Row::left_out(name, TOO_FEW_FILES));
    }
    let launch = Launch::new((SERVER_V4, 0), &[]).with_open_files(OPEN_FILES);
    let mut server = Host::start(&launch)?;
    let arrivals = newcomers_beside_knocks(server.at(SERVER_V4), time)?;
    server.check()?;
    let times = arrivals.times();
    let (middle, worst) = (median(&times), times.last().copied().unwrap_or_default());
    let is_in = arrivals.seen.iter().filter(|arrival| arrival.end.is_ok()).count();
    let measured = format!(
        "{is_in} of {} newcomers get in, median {middle:.1?}, worst {worst:.1?}; {}",
        arrivals.seen.len(),
        arrivals.told()
    );
    let required = format!("all get in, median {MEDIAN:?}, worst {WORST:?}");
    let holds = is_in == arrivals.seen.len() && is_in > 0 && middle <= MEDIAN && worst <= WORST;
    Ok(Row::new(name, measured, required, holds))
}

pub(crate) fn few_threads(name: &'static str, time: Duration) -> Result<Row, Fault> {
    /// An honest person takes this for an answer.
    const PROMPT: Duration = Duration::from_millis(1500);
    if raise_descriptor_limit() < HELD_FILES {
        return Ok(Row::left_out(name, TOO_FEW_FILES));
    }
    let Some(limit) = ThreadLimit::new(THREADS) else {
        let why = "neither a cgroup's pids.max nor RLIMIT_NPROC of another user works here";
        return Ok(Row::left_out(name, why));
    };
    let mut launch = Launch::new((SERVER_V4, 0), &[]);
    launch.script.clone_from(&limit.script);
    let mut server = Host::start(&launch)?;
    let arrivals = newcomers_beside_knocks(server.at(SERVER_V4), time)?;
    server.check()?;
    let times = arrivals.times();
    let (middle, worst) = (median(&times), times.last().copied().unwrap_or_default());
    let is_told = |arrival: &&Arrival| !matches!(arrival.end, Err(Refusal::Failed(_)));
    let told = arrivals.seen.iter().filter(is_told).count();
    let threads = server.process().holdings()?.threads;
    let measured = format!(
        "{told} of {} newcomers get in or are told why not, median {middle:.1?}, worst {worst:.1?}; \
         {threads} threads; {}",
        arrivals.seen.len(),
        arrivals.told(),
    );
    let required = format!("all are, within {PROMPT:?}");
    let holds = told == arrivals.seen.len() && told > 0 && worst <= PROMPT;
    drop(server);
    drop(limit);
    Ok(Row::new(name, measured, required, holds))
}

/// Honest newcomers, one after the other or at once, and how many hostile connections there were.
struct Arrivals {
    seen: Vec<Arrival>,
    knocks_per_second: u64,
}

impl Arrivals {
    fn times(&self) -> Vec<Duration> {
        let mut times: Vec<_> = self.seen.iter().map(|arrival| arrival.time).collect();
        times.sort();
        times
    }

    /// The rate of the attack, and why the first newcomer did not get in.
    fn told(&self) -> String {
        let refusal = self.seen.iter().find_map(|arrival| arrival.end.as_ref().err());
        let refusal = match refusal {
            None => String::new(),
            Some(Refusal::Told(why)) => format!("; the first refusal is `{why}`"),
            Some(Refusal::Failed(error)) => format!("; the first failure is `{error}`"),
        };
        format!("{} knocks/s{refusal}", self.knocks_per_second)
    }
}

/// An address takes all the connections that it may have and knocks on, while newcomers from others
/// come, join, and leave.
fn newcomers_beside_knocks(server: SocketAddr, time: Duration) -> Result<Arrivals, Fault> {
    let members = FLOOD.begin(server);
    let knocks = KNOCKS.begin(server);
    // When the knocks have taken all that they can.
    thread::sleep(KNOCKS.hold);
    let (begin, mut newcomers) = (Instant::now(), vec![]);
    while begin.elapsed() < time {
        let number = newcomers.len();
        newcomers.push(thread::spawn(move || {
            arrive(&format!("new{number}"), address::honest(number), server)
        }));
        thread::sleep(NEWCOMERS);
    }
    let seen = newcomers.into_iter().filter_map(|newcomer| newcomer.join().ok()).collect();
    let time = begin.elapsed() + KNOCKS.hold;
    let counts = knocks.end()?;
    members.end()?;
    let knocks_per_second = (read(&counts.connections) as f64 / time.as_secs_f64()) as u64;
    Ok(Arrivals { seen, knocks_per_second })
}

/// Thirty /64s of one /56 take what they get.
pub(crate) fn site_56(name: &'static str, time: Duration) -> Result<Row, Fault> {
    let flood = Flood { connections: 30 * N, from: |seat| in_site((seat % 30) as u16), ..FLOOD };
    site(name, time, flood, 4 * N as u64)
}

/// Thirty /56s of one /48 take what they get.
pub(crate) fn site_48(name: &'static str, time: Duration) -> Result<Row, Fault> {
    let from = |seat| in_site(((seat % 30) as u16) << 8);
    let flood = Flood { connections: 30 * N, from, ..FLOOD };
    site(name, time, flood, 8 * N as u64)
}

fn site(name: &'static str, time: Duration, flood: Flood, most: u64) -> Result<Row, Fault> {
    const SOON: Duration = Duration::from_secs(2);
    if !has_ipv6() {
        return Ok(Row::left_out(name, "this machine has no IPv6"));
    }
    let launch = Launch::new((Ipv6Addr::UNSPECIFIED, 0), &[]).with_open_files(OPEN_FILES);
    let mut server = Host::start(&launch)?;
    let address = server.at(SERVER_V6);
    let attack = flood.begin(address);
    thread::sleep(time);
    let present = read(&attack.counts.present);
    let newcomer = arrive("newcomer", elsewhere(0), address);
    attack.end()?;
    server.check()?;
    let (is_in, how) = match &newcomer.end {
        Ok(_) => (true, "gets in".to_owned()),
        Err(Refusal::Told(why)) => (false, format!("is told `{why}`")),
        Err(Refusal::Failed(error)) => (false, format!("fails, `{error}`")),
    };
    let measured =
        format!("the site holds {present} seats; a newcomer {how} after {:.1?}", newcomer.time);
    let required = format!("the site holds at most {most}; the newcomer is in within {SOON:?}");
    let holds = (1..=most).contains(&present) && is_in && newcomer.time <= SOON;
    Ok(Row::new(name, measured, required, holds))
}
