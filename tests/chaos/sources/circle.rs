//! Honest members in one thread: they join, talk, and read in turns.

use std::net::{IpAddr, SocketAddr};
use std::thread;
use std::time::{Duration, Instant};

use crate::fault::{Fault, Promise};
use crate::sources::attack::BREATH;
use crate::sources::member::Member;

pub(crate) struct Circle {
    server: SocketAddr,
    pub(crate) members: Vec<Member>,
    next: usize,
    spoke: Instant,
}

/// The time that honest members may take to join when nobody attacks.
const JOIN: Duration = Duration::from_secs(10);

impl Circle {
    pub(crate) fn new(server: SocketAddr) -> Self {
        Self { server, members: vec![], next: 0, spoke: Instant::now() }
    }

    /// Another member joins, which reads so many bytes a second.
    pub(crate) fn join(
        &mut self,
        name: &str,
        from: IpAddr,
        bytes_per_second: Option<u64>,
    ) -> Result<(), Fault> {
        let since = Instant::now();
        self.members.push(Member::connect(name.into(), from, self.server, bytes_per_second)?);
        match self.wait(JOIN, |circle| circle.members.iter().all(|member| member.is_in)) {
            Some(_) => Ok(()),
            None => Err(Promise::Run.broken(format!("{name} cannot join: {:?}", self.ends(since)))),
        }
    }

    /// Reads for so long; one member after the other says a line each `pace`.
    pub(crate) fn talk(&mut self, time: Duration, pace: Duration) {
        let since = Instant::now();
        while since.elapsed() < time {
            if self.spoke.elapsed() >= pace {
                self.spoke = Instant::now();
                let count = self.members.len();
                self.next += 1;
                let speaker = &mut self.members[self.next % count];
                if speaker.is_here() {
                    speaker.say("hello");
                }
            }
            self.read();
        }
    }

    /// Reads until this is so; returns the time that took, or `None` when it takes too long.
    pub(crate) fn wait(
        &mut self,
        limit: Duration,
        is_so: impl Fn(&Self) -> bool,
    ) -> Option<Duration> {
        let since = Instant::now();
        while !is_so(self) {
            if since.elapsed() > limit {
                return None;
            }
            self.read();
        }
        Some(since.elapsed())
    }

    pub(crate) fn read(&mut self) {
        self.members.iter_mut().for_each(Member::read);
        thread::sleep(BREATH);
    }

    /// True when everyone who is here saw all that everyone said.
    pub(crate) fn saw_everything(&self) -> bool {
        self.here().all(|reader| {
            self.members.iter().all(|speaker| {
                reader.seen.get(&speaker.name).copied().unwrap_or(0) >= speaker.lines()
            })
        })
    }

    pub(crate) fn here(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|member| member.is_here())
    }

    /// Names the members that were dropped, in order, with the time since then and the end of the stream.
    pub(crate) fn ends(&self, since: Instant) -> Vec<String> {
        let mut ends: Vec<_> = self
            .members
            .iter()
            .filter_map(|member| member.ended.as_ref().map(|(how, at)| (*at, &member.name, how)))
            .collect();
        ends.sort();
        let told = ends.iter().map(|(at, name, how)| {
            format!("{name} is dropped after {:.1?} {how}", at.saturating_duration_since(since))
        });
        told.collect()
    }

    /// The number of lines that they said, and the fewest of these that a member who is here saw.
    pub(crate) fn lines(&self) -> (u64, u64) {
        let said = self.members.iter().map(Member::lines).sum();
        let seen = self.here().map(|reader| {
            let seen = |speaker: &Member| reader.seen.get(&speaker.name).copied().unwrap_or(0);
            self.members.iter().map(seen).sum()
        });
        (said, seen.min().unwrap_or(0))
    }

    /// All delays, in order of length.
    pub(crate) fn delays(&self) -> Vec<Duration> {
        let mut delays: Vec<_> =
            self.members.iter().flat_map(|member| member.delays.clone()).collect();
        delays.sort();
        delays
    }
}

/// The median of what is in order; nothing where there is nothing.
pub(crate) fn median(sorted: &[Duration]) -> Duration {
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}
