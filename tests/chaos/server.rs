//! The release server, started and never left behind.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::fault::{Fault, Faults, Promise, shown};
use crate::process::Process;

/// A server that runs; it is killed when it is dropped.
pub(crate) struct Server {
    child: Killed,
    pub(crate) address: SocketAddr,
    pub(crate) process: Process,
    pub(crate) log: Arc<Log>,
}

/// The start of a server: its address, flags and limits.
#[derive(Clone)]
pub(crate) struct Launch {
    pub(crate) listen: SocketAddr,
    pub(crate) flags: Vec<String>,
    /// Limits set before it: a shell script that ends in the program `$0` with the arguments `$@`.
    pub(crate) script: String,
}

impl Launch {
    pub(crate) fn new(listen: impl Into<SocketAddr>, flags: &[String]) -> Self {
        let script = r#"exec "$0" "$@""#.into();
        Self { listen: listen.into(), flags: flags.to_vec(), script }
    }

    /// Limits the files that the server may open.
    pub(crate) fn with_open_files(mut self, open_files: usize) -> Self {
        self.script.insert_str(0, &format!("ulimit -n {open_files}; "));
        self
    }
}

impl Server {
    /// Starts a server, and waits until it listens.
    pub(crate) fn start(launch: &Launch, faults: &Faults) -> Result<Self, Fault> {
        let mut command = Command::new("sh");
        command.args(["-c", &launch.script, env!("CARGO_BIN_EXE_chatroom-server")]);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("CHATROOM_") {
                command.env_remove(name);
            }
        }
        command.args(["--listen", &launch.listen.to_string()]).args(&launch.flags);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = Killed(command.spawn()?);
        let mut first = String::new();
        BufReader::new(child.0.stdout.take().unwrap()).read_line(&mut first)?;
        let address = first.trim_end().strip_prefix("Server is listening on ");
        let Some(address) = address.and_then(|address| address.parse().ok()) else {
            return Err(Promise::Run.broken(format!("the server's first line is {first:?}")));
        };
        let log = Log::of(child.0.stderr.take().unwrap(), faults.clone());
        let process = Process(child.0.id());
        Ok(Self { child, address, process, log })
    }

    /// The exit status, if it has ended.
    pub(crate) fn ended(&mut self) -> io::Result<Option<ExitStatus>> {
        self.child.0.try_wait()
    }

    /// Tells it to end.
    pub(crate) fn terminate(&self) -> Result<(), Fault> {
        let told = Command::new("kill").args(["-TERM", &self.process.0.to_string()]).status()?;
        if told.success() { Ok(()) } else { Err(Promise::Run.broken("it takes no SIGTERM")) }
    }
}

/// A program that is killed when it is dropped, whatever the run comes to.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        // Fails where it has ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Its standard error, which is read all the time.
#[derive(Default)]
pub(crate) struct Log {
    lines: AtomicUsize,
    most_in_a_second: AtomicUsize,
}

impl Log {
    fn of(stream: ChildStderr, faults: Faults) -> Arc<Self> {
        let log = Arc::new(Self::default());
        let told = Arc::clone(&log);
        thread::spawn(move || {
            let mut latest = VecDeque::new();
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                if line.contains("panicked at") {
                    faults.report(
                        Promise::NoCost.broken(format!("the server said {}", shown(&line))),
                    );
                }
                let now = Instant::now();
                latest.push_back(now);
                while latest.front().is_some_and(|&first| now - first > Duration::from_secs(1)) {
                    latest.pop_front();
                }
                told.lines.fetch_add(1, Ordering::Relaxed);
                told.most_in_a_second.fetch_max(latest.len(), Ordering::Relaxed);
            }
        });
        log
    }

    /// The number of lines so far.
    pub(crate) fn lines(&self) -> usize {
        self.lines.load(Ordering::Relaxed)
    }

    /// The most lines that came within a second.
    pub(crate) fn most_in_a_second(&self) -> usize {
        self.most_in_a_second.load(Ordering::Relaxed)
    }
}
