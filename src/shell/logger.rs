//! Log records to standard error, without ever waiting for it.
//!
//! The room thread logs; a reader of the log that stops reading, a full disk or a closed descriptor
//! must not stop the room. So lines go to a thread through a bounded channel, and what does not fit
//! is counted and said later.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender, TrySendError};
use std::thread;
use std::time::Duration;

use env_logger::{Builder, Target};
use log::LevelFilter;

/// Lines that wait for standard error.
const WAITING_LINES: usize = 1024;

/// The most time that the end of the program waits for lines to be written.
const LAST_LINES: Duration = Duration::from_millis(200);

enum Job {
    Line(Vec<u8>),
    /// Answered when everything before has been written.
    Written(SyncSender<()>),
}

/// The log of a program; to be dropped as the last thing that it does, which waits a little for the
/// last lines.
#[derive(Debug)]
pub struct Logger(Sender);

/// Logs records of this level and above, one line each, without decoration: whatever keeps the log
/// adds the time.
///
/// # Errors
///
/// The operating system has no thread, or something else logs already.
pub fn start(level: LevelFilter) -> io::Result<Logger> {
    let (jobs, waiting) = mpsc::sync_channel(WAITING_LINES);
    let lost = Arc::new(AtomicUsize::new(0));
    let sender = Sender { jobs, lost: Arc::clone(&lost) };
    thread::Builder::new().spawn(move || write_all(&waiting, &lost))?;
    Builder::new()
        .filter_level(level)
        .format(|line, record| writeln!(line, "{}", record.args()))
        .target(Target::Pipe(Box::new(sender.clone())))
        .try_init()
        .map_err(io::Error::other)?;
    Ok(Logger(sender))
}

impl Drop for Logger {
    fn drop(&mut self) {
        let (written, wait) = mpsc::sync_channel(1);
        if self.0.jobs.try_send(Job::Written(written)).is_ok() {
            let _ = wait.recv_timeout(LAST_LINES);
        }
    }
}

#[derive(Clone, Debug)]
struct Sender {
    jobs: SyncSender<Job>,
    lost: Arc<AtomicUsize>,
}

/// Each write is a line; it never waits and never fails.
impl Write for Sender {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if let Err(TrySendError::Full(_)) = self.jobs.try_send(Job::Line(line.to_vec())) {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn write_all(jobs: &Receiver<Job>, lost: &AtomicUsize) {
    let mut stderr = io::stderr();
    for job in jobs {
        // A line that cannot be written is lost; there is no one to tell.
        let _ = match job {
            Job::Line(line) => stderr.write_all(&line),
            Job::Written(written) => written.try_send(()).map_err(io::Error::other),
        };
        match lost.swap(0, Ordering::Relaxed) {
            0 => {}
            lines => _ = writeln!(stderr, "{lines} lines of this log were lost: it was not read"),
        }
    }
}
