//! Honest crowds: a defence against one source must let these in.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::thread;
use std::time::{Duration, Instant};

use crate::fault::Fault;
use crate::server::Launch;
use crate::sources::address::{self, SERVER_V4};
use crate::sources::attack::BREATH;
use crate::sources::circle::Circle;
use crate::sources::host::Host;
use crate::sources::member::Member;
use crate::sources::newcomer::insist;
use crate::sources::row::Row;

/// A class of 32 behind one address loses its connections, and is back at once.
pub(crate) fn class(name: &'static str, _: Duration) -> Result<Row, Fault> {
    const PUPILS: usize = 32;
    const LIMIT: Duration = Duration::from_secs(5);
    let mut server = Host::start(&Launch::new((SERVER_V4, 0), &[]))?;
    let first = all_insist(server.at(SERVER_V4), PUPILS);
    let first_in = first.len();
    drop(first);
    let again = all_insist(server.at(SERVER_V4), PUPILS);
    let worst = again.iter().map(|(_, time)| *time).max().unwrap_or_default();
    server.check()?;
    let measured = format!(
        "{first_in} of {PUPILS} came, {} are back, the last after {worst:.1?}",
        again.len()
    );
    let required = format!("all {PUPILS} back within {LIMIT:?}");
    let holds = first_in == PUPILS && again.len() == PUPILS && worst <= LIMIT;
    return Ok(Row::new(name, measured, required, holds));

    /// Sends so many from one address at once, and returns those that get in.
    fn all_insist(server: SocketAddr, count: usize) -> Vec<(std::net::TcpStream, Duration)> {
        let pupils: Vec<_> = (0..count)
            .map(|number| {
                let name = format!("pupil{number}");
                thread::spawn(move || insist(&name, address::honest(7), server, 2 * LIMIT))
            })
            .collect();
        pupils.into_iter().filter_map(|pupil| pupil.join().ok().flatten()).collect()
    }
}

/// Three hundred behind one address, where the operator allows as many: all say a line.
pub(crate) fn conference(name: &'static str, _: Duration) -> Result<Row, Fault> {
    const PEOPLE: usize = 300;
    const LIMIT: Duration = Duration::from_secs(10);
    let flags = ["--max-per-address".into(), "400".into()];
    let mut server = Host::start(&Launch::new((SERVER_V4, 0), &flags))?;
    let mut crowd = Crowd::new(server.at(SERVER_V4), PEOPLE, |_| address::honest(7));
    let time = crowd.all_join(LIMIT);
    let here = crowd.here();
    let mut circle = Circle::new(server.at(SERVER_V4));
    circle.members = crowd.members.into_values().collect();
    circle.members.iter_mut().for_each(|member| member.say("hello"));
    let heard = circle.wait(LIMIT, Circle::saw_everything);
    let (said, seen) = circle.lines();
    server.check()?;
    let measured = format!(
        "{here} of {PEOPLE} in after {time:.1?}; {seen} of {said} lines seen by all after {:.1?}",
        heard.unwrap_or(LIMIT)
    );
    let required = format!("all in and all lines seen, each within {LIMIT:?}");
    let holds = here == PEOPLE && heard.is_some() && circle.here().count() == PEOPLE;
    Ok(Row::new(name, measured, required, holds))
}

/// A thousand members of a thousand addresses are back after a restart.
pub(crate) fn restart(name: &'static str, _: Duration) -> Result<Row, Fault> {
    const MEMBERS: usize = 1000;
    const LIMIT: Duration = Duration::from_secs(10);
    const COME: Duration = Duration::from_secs(30);
    let from = |number: usize| {
        IpAddr::from(Ipv4Addr::new(10, 2, (number / 250) as u8, (number % 250) as u8 + 1))
    };
    let mut server = Host::start(&Launch::new((SERVER_V4, 0), &[]))?;
    let mut crowd = Crowd::new(server.at(SERVER_V4), MEMBERS, from);
    let first = crowd.all_join(COME);
    let came = crowd.here();
    server.restart(LIMIT, || crowd.read())?;
    crowd.members.clear();
    let time = crowd.all_join(LIMIT);
    let back = crowd.here();
    let measured =
        format!("{came} of {MEMBERS} came within {first:.1?}; {back} are back after {time:.1?}");
    let required = format!("all back within {LIMIT:?}");
    let holds = came == MEMBERS && back == MEMBERS;
    Ok(Row::new(name, measured, required, holds))
}

/// A bot says five hundred lines at once and ends its side: nothing of it is lost.
pub(crate) fn paste(name: &'static str, _: Duration) -> Result<Row, Fault> {
    const LINES: u64 = 500;
    /// The time of these lines at the rate of a member, 48 s, and ten seconds for a busy machine.
    const LIMIT: Duration = Duration::from_secs(58);
    let mut server = Host::start(&Launch::new((SERVER_V4, 0), &[]))?;
    let mut circle = Circle::new(server.at(SERVER_V4));
    circle.join("observer", address::honest(0), None)?;
    circle.join("bot", address::honest(1), None)?;
    let text = "a line of a log, as long as they are, with some hundred characters".to_owned();
    (0..LINES).for_each(|_| circle.members[1].say(&text));
    circle.members[1].end_its_side();
    let seen = |circle: &Circle| circle.members[0].seen.get("bot").copied().unwrap_or(0);
    let time = circle.wait(LIMIT, |circle| seen(circle) == LINES);
    let lost = circle.members[0].lost.clone();
    server.check()?;
    let measured = format!(
        "{} of {LINES} lines seen after {:.1?}{}",
        seen(&circle),
        time.unwrap_or(LIMIT),
        lost.as_ref().map(|lost| format!(", {lost}")).unwrap_or_default()
    );
    let holds = time.is_some() && lost.is_none();
    Ok(Row::new(name, measured, "all, in order".into(), holds))
}

/// Members who come at once, and again until they are in.
pub(crate) struct Crowd<F> {
    server: SocketAddr,
    count: usize,
    from: F,
    pub(crate) members: BTreeMap<usize, Member>,
}

impl<F: Fn(usize) -> IpAddr> Crowd<F> {
    pub(crate) fn new(server: SocketAddr, count: usize, from: F) -> Self {
        Self { server, count, from, members: BTreeMap::new() }
    }

    /// Waits until all are in, or for so long; returns the time that took.
    pub(crate) fn all_join(&mut self, limit: Duration) -> Duration {
        /// The shortest time between two attempts of a member.
        const AGAIN: Duration = Duration::from_millis(200);
        let (since, mut tried) = (Instant::now(), None::<Instant>);
        while self.here() < self.count && since.elapsed() < limit {
            self.members.retain(|_, member| member.ended.is_none());
            if tried.is_none_or(|tried| tried.elapsed() > AGAIN) {
                tried = Some(Instant::now());
                for number in 0..self.count {
                    if !self.members.contains_key(&number) {
                        let (name, from) = (format!("hon{number}"), (self.from)(number));
                        if let Ok(member) = Member::connect(name, from, self.server, None) {
                            self.members.insert(number, member);
                        }
                    }
                }
            }
            self.read();
        }
        since.elapsed()
    }

    pub(crate) fn read(&mut self) {
        self.members.values_mut().for_each(Member::read);
        thread::sleep(BREATH);
    }

    pub(crate) fn here(&self) -> usize {
        self.members.values().filter(|member| member.is_here()).count()
    }
}
