//! An attack by what a join brings: a nickname of a few bytes is answered with all of the history.

use std::time::{Duration, Instant};

use crate::fault::{Fault, Promise};
use crate::server::Launch;
use crate::sources::address::{self, SERVER_V4};
use crate::sources::attack::read;
use crate::sources::churn::Churn;
use crate::sources::circle::Circle;
use crate::sources::floods::{CHURN, N};
use crate::sources::host::Host;
use crate::sources::row::{Row, kibibytes};
use crate::sources::trial::allowed;
use crate::sources::visits;

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
    /// The prompt, or the refusal, of each connection.
    const ANSWER: u64 = 128;
    let n = N as u64;
    let most = 64 * n * 1024 + allowed(4 * n * 1024, time) + connections * ANSWER;
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
