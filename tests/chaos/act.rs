//! One server, the honest members that talk in it, those who play against them, and what is checked
//! from outside while they do and when they are gone.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use chatroom::limits;

use crate::cast::{Cast, Kind, Stage, Tallies};
use crate::chronicle::Chronicle;
use crate::fault::{Fault, Faults, Promise};
use crate::honest::Circle;
use crate::peer::OVERDUE;
use crate::process::Holdings;
use crate::server::{Launch, Server};
use crate::watch::Watch;

/// An act: a mix of hostile peers.
pub(crate) struct Act {
    pub(crate) name: &'static str,
    /// Messages a second of each member; 0 is no limit.
    pub(crate) rate: u32,
    pub(crate) members: usize,
    pub(crate) backlog: usize,
    pub(crate) honest: usize,
    /// All that the server may open, where that is little.
    pub(crate) open_files: Option<usize>,
    pub(crate) cast: &'static [(Kind, usize)],
    /// Percent of the time.
    pub(crate) share: u32,
}

/// The findings of an act.
#[derive(Default)]
pub(crate) struct Report {
    pub(crate) tallies: Tallies,
    pub(crate) connections: u64,
    /// Lines that honest members saw and compared.
    pub(crate) verified: u64,
    /// From saying a line to seeing it, in order of length.
    pub(crate) delays: Vec<Duration>,
    pub(crate) too_slow: usize,
    pub(crate) peak: usize,
    pub(crate) bound: usize,
    pub(crate) resident: usize,
    pub(crate) before: Holdings,
    pub(crate) most: Holdings,
    pub(crate) after: Holdings,
    pub(crate) given_back: Duration,
    /// Processor time of a quiet second.
    pub(crate) quiet: Duration,
    pub(crate) end: Duration,
    pub(crate) log_lines: usize,
    pub(crate) log_lines_in_a_second: usize,
}

impl Act {
    /// Plays for so long.
    pub(crate) fn plays(&'static self, time: Duration, seed: u64) -> Result<Report, Fault> {
        let (faults, reports) = Faults::new();
        let launch = Launch::new((Ipv4Addr::LOCALHOST, 0), &self.flags());
        let launch = match self.open_files {
            Some(open_files) => launch.with_open_files(open_files),
            None => launch,
        };
        let server = Server::start(&launch, &faults)?;
        let address = server.address;
        let mut watch = Watch::begins(server, reports, self);

        // 1. The honest come, and begin to talk.
        let chronicle = Arc::new(Chronicle::of(self.honest, self.rate));
        let mut circle = Circle::joins(address, self.honest, &chronicle, &faults, |is_so| {
            let joined = watch.waits_for(OVERDUE, is_so)?;
            joined.map(drop).ok_or_else(|| Promise::Run.broken("the honest cannot join"))
        })?;
        let before = watch.server.process.holdings()?;
        circle.speaks(&faults);

        // 2. The others play; where descriptors are few, a crowd has taken them all at first.
        let stage = Stage::new(address, self, Arc::clone(&chronicle), faults.clone());
        let crowd = match self.open_files {
            Some(open_files) => watch.runs_out_of(open_files, &stage)?,
            None => vec![],
        };
        let cast = Cast::begins(&stage, self.cast, seed);
        watch.waits(time / 2)?;
        watch.lets_go(crowd, &stage)?;
        watch.waits(time / 2)?;
        cast.goes();
        let gone = watch.waits_for(OVERDUE, &mut || cast.is_gone())?;
        gone.ok_or_else(|| Promise::Run.broken("some do not go"))?;
        cast.ends()?;

        // 3. The remains of them, and the end.
        let mut report = Report { before, tallies: stage.tallies(), ..Report::default() };
        report.connections = stage.connections.load(Ordering::Relaxed);
        (report.given_back, report.after) = watch.is_given_back(before, &chronicle)?;
        report.quiet = watch.is_quiet()?;
        watch.settles(&mut circle, &chronicle)?;
        report.resident = watch.server.process.resident()?;
        report.peak = watch.server.process.peak()?;
        report.end = watch.ends(&circle, &stage, &faults)?;

        report.verified = chronicle.verified();
        report.delays = circle.delays();
        report.too_slow = chronicle.left(" (too slow)");
        report.bound = self.most_memory();
        report.most = watch.most;
        report.log_lines = watch.server.log.lines();
        report.log_lines_in_a_second = watch.server.log.most_in_a_second();
        Ok(report)
    }

    fn flags(&self) -> Vec<String> {
        let flags = [
            ("--rate", self.rate as usize),
            ("--max-members", self.members),
            ("--backlog", self.backlog),
        ];
        flags.into_iter().flat_map(|(flag, number)| [flag.into(), number.to_string()]).collect()
    }

    /// The most memory that the server may take, by the formula of the guide.
    pub(crate) fn most_memory(&self) -> usize {
        let members = self.open_files.map_or(self.members, |files| files.min(self.members));
        limits::worst_case_bytes(members, self.backlog, usize::MAX)
    }
}
