//! The kernel's report of a process in `/proc`.

use std::fs;
use std::io;
use std::time::Duration;

/// A process, seen from outside.
#[derive(Clone, Copy)]
pub(crate) struct Process(pub(crate) u32);

/// The machine's resources that a process holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Holdings {
    pub(crate) descriptors: usize,
    pub(crate) threads: usize,
}

impl Process {
    /// The resources that it holds now.
    pub(crate) fn holdings(self) -> io::Result<Holdings> {
        Ok(Holdings {
            descriptors: fs::read_dir(self.path("fd"))?.count(),
            threads: fs::read_dir(self.path("task"))?.count(),
        })
    }

    /// Its resident memory now, in bytes.
    pub(crate) fn resident(self) -> io::Result<usize> {
        self.memory("VmRSS:")
    }

    /// The most that its resident memory has been, in bytes.
    pub(crate) fn peak(self) -> io::Result<usize> {
        self.memory("VmHWM:")
    }

    /// The processor time that it has had, in the kernel and outside.
    pub(crate) fn processor_time(self) -> io::Result<Duration> {
        /// A tick of `utime` and `stime` (proc(5)): `USER_HZ` is 100 wherever Linux runs.
        const TICK: Duration = Duration::from_millis(10);
        let stat = fs::read_to_string(self.path("stat"))?;
        // The name, which is in brackets, is the second field and may hold anything.
        let fields = stat.rsplit(')').next().unwrap().split_whitespace().skip(11).take(2);
        let ticks: u32 = fields.map(|ticks| ticks.parse::<u32>().unwrap()).sum();
        Ok(TICK * ticks)
    }

    fn memory(self, name: &str) -> io::Result<usize> {
        let status = fs::read_to_string(self.path("status"))?;
        let line = status.lines().find(|line| line.starts_with(name));
        // A process that has ended has none.
        let size = line.and_then(|line| line.split_whitespace().nth(1)).unwrap_or("0");
        Ok(size.parse::<usize>().unwrap() * 1024)
    }

    fn path(self, entry: &str) -> String {
        format!("/proc/{}/{entry}", self.0)
    }
}
