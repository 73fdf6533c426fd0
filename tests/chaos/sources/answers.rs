//! Attacks by short requests with long answers: a nickname of a few bytes that brings all of the
//! history, `/who` in a room of hundreds.

use std::time::{Duration, Instant};

use crate::fault::{Fault, Promise};
use crate::server::Launch;
use crate::sources::address::{self, SERVER_V4};
use crate::sources::attack::read;
use crate::sources::churn::Churn;
use crate::sources::circle::Circle;
use crate::sources::crowds::Crowd;
use crate::sources::floods::{self, CHURN, N};
use crate::sources::host::Host;
use crate::sources::row::{Row, kibibytes};
use crate::sources::trial::allowed;
use crate::sources::visits;

/// The prompt, or the refusal, of a connection, in bytes.
const ANSWER: u64 = 128;

/// The budget of one address for history and answers in this time, in bytes (design.md, "Budgets belong
/// to a source").
fn answers_budget(time: Duration) -> u64 {
    64 * N as u64 * 1024 + allowed(4 * N as u64 * 1024, time)
}

/// Members who fill the history, each of an address of its own and within its burst.
const FILLERS: usize = 4;
const LINES: usize = 16;

pub(crate) fn history(name: &'static str, time: Duration) -> Result<Row, Fault> {
    let flags = ["--history".into(), "1000".into()];
    let mut server = Host::start(&Launch::new((SERVER_V4, 0), &flags))?;
    let mut circle = Circle::new(server.at(SERVER_V4));
    for number in 0..FILLERS {
        circle.join(&format!("hon{number}"), address::honest(number), None)?;
    }
    for _ in 0..LINES {
        circle.members.iter_mut().for_each(|member| member.say(&"h".repeat(3900)));
    }
    let filled = circle.wait(Duration::from_secs(10), Circle::saw_everything);
    filled.ok_or_else(|| Promise::Run.broken("the history cannot be filled"))?;
    let attack = Churn { per_second: 500, threads: 4, visit: visits::fetch_history, ..CHURN };
    let attack = attack.begin(server.at(SERVER_V4));
    let since = Instant::now();
    circle.talk(time, Duration::from_millis(200));
    let counts = attack.end()?;
    server.check()?;
    let (received, joined) = (read(&counts.received), read(&counts.joined));
    let connections = read(&counts.connections);
    let most = answers_budget(time) + connections * ANSWER;
    let measured = format!(
        "{joined} joins in {connections} connections brought {}, {}/s; {} dropped",
        kibibytes(received),
        kibibytes((received as f64 / time.as_secs_f64()) as u64),
        circle.ends(since).len()
    );
    let required = format!("at most {} in {time:?}, 0 dropped", kibibytes(most));
    let holds = received <= most && joined > 0 && circle.ends(since).is_empty();
    Ok(Row::new(name, measured, required, holds))
}

/// All members of one address ask for hundreds of names.
pub(crate) fn who(name: &'static str, time: Duration) -> Result<Row, Fault> {
    const CROWD: usize = 300;
    let mut server = Host::start(&Launch::new((SERVER_V4, 0), &[]))?;
    let mut crowd = Crowd::new(server.at(SERVER_V4), CROWD, address::honest);
    crowd.all_join(Duration::from_secs(10));
    let broadcasts = |crowd: &Crowd<_>| crowd.members.get(&0).map_or(0, |member| member.received);
    let (here, before) = (crowd.here(), broadcasts(&crowd));
    let attack = floods::who(server.at(SERVER_V4));
    let since = Instant::now();
    while since.elapsed() < time {
        crowd.read();
    }
    let counts = attack.end()?;
    server.check()?;
    // The broadcasts are the room's.
    let to_each = broadcasts(&crowd) - before;
    let received = read(&counts.received).saturating_sub(N as u64 * to_each);
    let most = answers_budget(time) + read(&counts.connections) * ANSWER;
    let measured = format!(
        "in a room of {here}, `/who` brought {}; {} dropped",
        kibibytes(received),
        here - crowd.here().min(here)
    );
    let required = format!("at most {} in {time:?}, 0 dropped", kibibytes(most));
    let holds = here == CROWD && crowd.here() == CROWD && received > 0 && received <= most;
    Ok(Row::new(name, measured, required, holds))
}
