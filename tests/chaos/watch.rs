//! The watcher of the server from outside, which waits for nothing without hearing what went wrong.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use chatroom::limits;

use crate::act::Act;
use crate::cast::Stage;
use crate::chronicle::Chronicle;
use crate::fault::{Fault, Promise};
use crate::honest::{Circle, LONGEST_DELAY};
use crate::kinds::crowds;
use crate::peer::{OVERDUE, Peer};
use crate::process::Holdings;
use crate::server::Server;

/// The time by which everything is given back, and the delay that a busy machine may add to that.
const GIVEN_BACK: Duration = Duration::from_millis(1000 + 500);

/// Some have closed, and are heard out when it is their turn: for a minute at most.
const HEARD_OUT: Duration = Duration::from_millis(limits::LAST_WORDS.as_millis());

/// The most processor time that the server takes in a second in which only honest members talk, or
/// nobody can be accepted: some three times what it takes. A server that spins takes all that it
/// gets.
const QUIET: Duration = Duration::from_millis(100);

/// The most lines that the server logs in a second, whatever comes: about connections and about
/// members, in two of its seconds or, if they are read late, in three.
const LOG_LINES: usize = 3 * 2 * limits::LOG_LINES as usize;

/// The bytes that the allocator may keep of those given back to it: it has an arena for each of many
/// threads (measured with two processors: 7 MiB).
const KEPT_BYTES: usize = 16 * 1024 * 1024;

pub(crate) struct Watch {
    pub(crate) server: Server,
    pub(crate) act: &'static Act,
    /// The most that it has held.
    pub(crate) most: Holdings,
    reports: Receiver<Fault>,
    looked: Instant,
}

impl Watch {
    pub(crate) fn begins(server: Server, reports: Receiver<Fault>, act: &'static Act) -> Self {
        Self { server, act, most: Holdings::default(), reports, looked: Instant::now() }
    }

    /// So long, unless something goes wrong before.
    pub(crate) fn waits(&mut self, time: Duration) -> Result<(), Fault> {
        self.waits_for(time, &mut || false).map(drop)
    }

    /// Until this is so; how long it took, or `None` where it took too long.
    pub(crate) fn waits_for(
        &mut self,
        limit: Duration,
        is_so: &mut dyn FnMut() -> bool,
    ) -> Result<Option<Duration>, Fault> {
        let since = Instant::now();
        while !is_so() {
            if since.elapsed() > limit {
                return Ok(None);
            }
            self.a_moment_passes()?;
            self.looks()?;
        }
        Ok(Some(since.elapsed()))
    }

    /// Waits for a moment, and returns any fault in it.
    pub(crate) fn a_moment_passes(&self) -> Result<(), Fault> {
        const MOMENT: Duration = Duration::from_millis(10);
        match self.reports.recv_timeout(MOMENT) {
            Ok(fault) => Err(fault),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Ok(()),
        }
    }

    /// Checks that hold for the server at any time.
    fn looks(&mut self) -> Result<(), Fault> {
        const HOW_OFTEN: Duration = Duration::from_millis(50);
        if self.looked.elapsed() < HOW_OFTEN {
            return Ok(());
        }
        self.looked = Instant::now();
        if let Some(status) = self.server.ended()? {
            return Err(Promise::NoCost.broken(format!("the server ended by itself, {status}")));
        }
        let holdings = self.server.process.holdings()?;
        self.most.descriptors = self.most.descriptors.max(holdings.descriptors);
        self.most.threads = self.most.threads.max(holdings.threads);
        let (peak, most) = (self.server.process.peak()?, self.act.most_memory());
        if peak > most {
            return Err(Promise::GivenBack.broken(format!(
                "the server takes {} of memory, and by the formula {} are the most",
                mebibytes(peak),
                mebibytes(most),
            )));
        }
        let lines = self.server.log.most_in_a_second();
        if lines > LOG_LINES {
            let what = format!("the server logs {lines} lines in a second, not {LOG_LINES}");
            return Err(Promise::GivenBack.broken(what));
        }
        Ok(())
    }

    /// A crowd takes all descriptors. Nobody who is there is hurt, and nothing spins. A listener that
    /// waits in accept(2) has taken the last descriptor, which `/proc` shows only when a peer comes.
    pub(crate) fn runs_out_of(
        &mut self,
        open_files: usize,
        stage: &Arc<Stage>,
    ) -> Result<Vec<Peer>, Fault> {
        let (crowd, process) = (crowds::opens(stage, 2 * open_files)?, self.server.process);
        let out = self.waits_for(OVERDUE, &mut || {
            process.holdings().is_ok_and(|held| held.descriptors + 1 >= open_files)
        })?;
        out.ok_or_else(|| Promise::Run.broken("the server does not run out of descriptors"))?;
        self.is_quiet()?;
        Ok(crowd)
    }

    /// The crowd goes, if there is one, and who comes now is let in.
    pub(crate) fn lets_go(&mut self, crowd: Vec<Peer>, stage: &Arc<Stage>) -> Result<(), Fault> {
        if crowd.is_empty() {
            return Ok(());
        }
        drop(crowd);
        let (name, joins) = (stage.name("newcomer"), Arc::clone(stage));
        let is_over = Arc::new(AtomicBool::new(false));
        let newcomer = {
            let (name, is_over) = (name.clone(), Arc::clone(&is_over));
            // Refused until the server has closed the first of the crowd.
            thread::spawn(move || {
                while Peer::joins(&joins, &name).is_err() && !is_over.load(Ordering::Relaxed) {
                    thread::sleep(Duration::from_millis(20));
                }
            })
        };
        let is_in = self.waits_for(LONGEST_DELAY, &mut || stage.chronicle.saw(&name))?;
        is_over.store(true, Ordering::Relaxed);
        is_in.ok_or_else(|| {
            let what = "nobody is let in, though there are descriptors again";
            Promise::Machine.broken(what)
        })?;
        drop(newcomer.join());
        Ok(())
    }

    /// Checks that the server gives back everything that it held for those who are gone.
    pub(crate) fn is_given_back(
        &mut self,
        before: Holdings,
        chronicle: &Chronicle,
    ) -> Result<(Duration, Holdings), Fault> {
        let process = self.server.process;
        let mut after = process.holdings()?;
        let mut is_back = || {
            after = process.holdings().unwrap_or(after);
            after.descriptors <= before.descriptors && after.threads <= before.threads
        };
        let mut time = self.waits_for(GIVEN_BACK, &mut is_back)?;
        if time.is_none() && !chronicle.strangers().is_empty() {
            time = self.waits_for(HEARD_OUT, &mut is_back)?;
        }
        let time = time.ok_or_else(|| {
            Promise::GivenBack.broken(format!(
                "{:.1} s after all hostile peers are gone the server holds {} descriptors and {} \
                 threads, where {} and {} were enough before; still in the room: {:?}",
                GIVEN_BACK.as_secs_f64(),
                after.descriptors,
                after.threads,
                before.descriptors,
                before.threads,
                chronicle.strangers()
            ))
        })?;
        Ok((time, after))
    }

    /// Checks that people who talk cost little; returns the processor time of a second.
    pub(crate) fn is_quiet(&mut self) -> Result<Duration, Fault> {
        let before = self.server.process.processor_time()?;
        self.waits(Duration::from_secs(1))?;
        let time = self.server.process.processor_time()? - before;
        if time > QUIET {
            let what = format!("the server takes {time:?} of processor time in a quiet second");
            return Err(Promise::Machine.broken(what));
        }
        Ok(time)
    }

    /// Everyone who was hostile has left, once, and the honest have seen the same.
    pub(crate) fn settles(
        &mut self,
        circle: &mut Circle,
        chronicle: &Chronicle,
    ) -> Result<(), Fault> {
        let heard_out = OVERDUE + HEARD_OUT;
        let all_left = self.waits_for(heard_out, &mut || chronicle.strangers().is_empty())?;
        all_left.ok_or_else(|| {
            let strangers = chronicle.strangers();
            Promise::OneOrder.broken(format!("{strangers:?} are gone and were not said to leave"))
        })?;
        circle.falls_silent(|is_so| {
            let heard = self.waits_for(LONGEST_DELAY, is_so)?;
            heard.map(drop).ok_or_else(|| {
                let what = format!("something was said and not heard for {LONGEST_DELAY:?}");
                Promise::NoCost.broken(what)
            })
        })?;
        chronicle.settles()?;
        let resident = self.server.process.resident()?;
        let most =
            limits::worst_case_bytes(self.act.honest, self.act.backlog, usize::MAX) + KEPT_BYTES;
        if resident > most {
            return Err(Promise::GivenBack.broken(format!(
                "the server keeps {} of memory for {} members, where {} are the most",
                mebibytes(resident),
                self.act.honest,
                mebibytes(most)
            )));
        }
        Ok(())
    }
}

/// As people read it.
pub(crate) fn mebibytes(bytes: usize) -> String {
    format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20))
}
