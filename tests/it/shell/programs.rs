//! The programs themselves: started, listened to, signalled, and never left behind.
//!
//! Nothing here sleeps: whoever waits, waits for a line, and gives up when it is overdue.

use std::fmt::{self, Display};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Once};
use std::thread;
use std::time::Duration;

use signal_hook::consts::SIGHUP;
use signal_hook::flag;

/// When a line is overdue. Far beyond what any of them takes on a busy machine; only a test that
/// fails waits so long.
pub(crate) const OVERDUE: Duration = Duration::from_secs(60);

/// Waits for a state that no operating system wakes anyone for, and returns what `look` finds.
#[track_caller]
pub(crate) fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    const PAUSE: Duration = Duration::from_millis(5);
    for _ in 0..OVERDUE.as_millis() / PAUSE.as_millis() {
        if let Some(found) = look() {
            return found;
        }
        thread::park_timeout(PAUSE);
    }
    panic!("{what} did not come for {OVERDUE:?}");
}

/// `chatroom-server`, which knows nothing of the environment that the tests run in.
pub(crate) fn server() -> Command {
    program(env!("CARGO_BIN_EXE_chatroom-server"))
}

/// `chatroom-server`, likewise, which may open only so many files.
pub(crate) fn server_within(open_files: usize) -> Command {
    let limited = format!("ulimit -n {open_files}; exec \"$0\" \"$@\"");
    server_by(&["sh", "-c", &limited])
}

/// `chatroom-server`, likewise, as this launcher becomes it.
pub(crate) fn server_by(launcher: &[&str]) -> Command {
    by(launcher, env!("CARGO_BIN_EXE_chatroom-server"))
}

/// `chatroom-client`, likewise.
pub(crate) fn client() -> Command {
    program(env!("CARGO_BIN_EXE_chatroom-client"))
}

/// `chatroom-client`, likewise, as this launcher becomes it.
pub(crate) fn client_by(launcher: &[&str]) -> Command {
    by(launcher, env!("CARGO_BIN_EXE_chatroom-client"))
}

/// `chatroom-replay`, likewise.
pub(crate) fn replay() -> Command {
    program(env!("CARGO_BIN_EXE_chatroom-replay"))
}

fn by(launcher: &[&str], path: &str) -> Command {
    let mut command = program(launcher[0]);
    command.args(&launcher[1..]).arg(path);
    command
}

fn program(path: &str) -> Command {
    /// Programs inherit an ignored SIGHUP, which `nohup` leaves behind, but no handler (execve(2)).
    static TAKE_HANGUP: Once = Once::new();
    TAKE_HANGUP.call_once(|| _ = flag::register(SIGHUP, Arc::default()).unwrap());
    let mut command = Command::new(path);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CHATROOM_") {
            command.env_remove(name);
        }
    }
    command.env("XDG_CONFIG_HOME", concat!(env!("CARGO_TARGET_TMPDIR"), "/no configuration"));
    command.env("NO_COLOR", "1").env("COLUMNS", "100");
    command
}

/// The lines that someone is sent, as they come.
pub(crate) struct Lines(Receiver<String>);

impl Lines {
    /// Those of a stream. A line that is cut off by its end is shown as `cut…`, and a stream that
    /// does not end in order as a line that says so.
    pub(crate) fn of(stream: impl Read + Send + 'static) -> Self {
        let mut stream = BufReader::new(stream);
        Self::told(move |tell| {
            let mut line = Vec::new();
            loop {
                let read = stream.read_until(b'\n', &mut line);
                let text = String::from_utf8_lossy(&line);
                match (read, text.strip_suffix('\n')) {
                    (Ok(0), _) => return,
                    (Ok(_), Some(whole)) => drop(tell.send(whole.into())),
                    (Ok(_), None) => drop(tell.send(format!("{text}…"))),
                    (Err(error), _) => return drop(tell.send(format!("({text}…: {error})"))),
                }
                line.clear();
            }
        })
    }

    /// Those that this tells, on a thread of its own.
    pub(crate) fn told(tell: impl FnOnce(Sender<String>) + Send + 'static) -> Self {
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || tell(sender));
        Self(lines)
    }

    /// The next line; `None` at the end.
    #[track_caller]
    pub(crate) fn next(&self) -> Option<String> {
        self.next_within(OVERDUE)
    }

    #[track_caller]
    fn next_within(&self, time: Duration) -> Option<String> {
        match self.0.recv_timeout(time) {
            Ok(line) => Some(line),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("nothing came for {time:?}"),
        }
    }

    /// The next line is this one.
    #[track_caller]
    pub(crate) fn expect(&self, line: &str) {
        assert_eq!(self.next().as_deref(), Some(line));
    }

    /// Nothing more comes.
    #[track_caller]
    pub(crate) fn expect_end(&self) {
        assert_eq!(self.next(), None);
    }

    /// Nothing more comes, and that is known within this time.
    #[track_caller]
    pub(crate) fn expect_end_within(&self, time: Duration) {
        assert_eq!(self.next_within(time), None);
    }

    /// The lines before this one, which comes.
    #[track_caller]
    pub(crate) fn until(&self, last: &str) -> Vec<String> {
        let mut before = Vec::new();
        loop {
            match self.next() {
                Some(line) if line == last => return before,
                Some(line) => before.push(line),
                None => panic!("`{last}` never came, but {before:#?}"),
            }
        }
    }

    /// The next line that is not this one.
    #[track_caller]
    pub(crate) fn next_but(&self, skipped: &str) -> String {
        loop {
            match self.next() {
                Some(line) if line == skipped => {}
                Some(line) => return line,
                None => panic!("nothing but `{skipped}` came"),
            }
        }
    }

    /// All lines up to the end.
    #[track_caller]
    pub(crate) fn rest(&self) -> Vec<String> {
        std::iter::from_fn(|| self.next()).collect()
    }
}

/// A program that runs; it is killed when it is dropped.
pub(crate) struct Program {
    child: Child,
    stdin: Option<ChildStdin>,
    pub(crate) stdout: Lines,
    pub(crate) stderr: Lines,
}

impl Program {
    /// Starts it, with pipes for its standard streams.
    pub(crate) fn start(mut command: Command) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let stdin = child.stdin.take();
        let stdout = Lines::of(child.stdout.take().unwrap());
        let stderr = Lines::of(child.stderr.take().unwrap());
        Self { child, stdin, stdout, stderr }
    }

    /// Starts it, and closes its standard output and standard error after its first line, which is
    /// returned.
    pub(crate) fn start_unheard(mut command: Command) -> (Self, String) {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        drop(child.stderr.take());
        let (stdout, stderr) = (Lines::of(io::empty()), Lines::of(io::empty()));
        (Self { stdin: child.stdin.take(), child, stdout, stderr }, first.trim_end().into())
    }

    /// Starts it with a log that takes nothing until the test reads it: it is full of blank lines.
    fn start_unread(mut command: Command) -> (Self, UnixStream) {
        let (log, reader) = UnixStream::pair().unwrap();
        log.set_nonblocking(true).unwrap();
        let line = format!("{:4095}\n", "");
        while (&log).write(line.as_bytes()).is_ok() {}
        log.set_nonblocking(false).unwrap();
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(OwnedFd::from(log));
        let mut child = command.spawn().unwrap();
        let stdout = Lines::of(child.stdout.take().unwrap());
        let stdin = child.stdin.take();
        (Self { stdin, child, stdout, stderr: Lines::of(io::empty()) }, reader)
    }

    /// Types into it what may be more, or less, than a line.
    pub(crate) fn types(&self, text: &str) {
        self.stdin.as_ref().unwrap().write_all(text.as_bytes()).unwrap();
    }

    /// Ends its input.
    pub(crate) fn input_ends(&mut self) {
        self.stdin = None;
    }

    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal, such as `INT`.
    pub(crate) fn signal(&self, name: &str) {
        let (signal, id) = (format!("-{name}"), self.id().to_string());
        assert!(Command::new("kill").args([signal, id]).status().unwrap().success());
    }

    /// Returns true if it has not ended.
    pub(crate) fn runs(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// The resources that it holds now.
    #[cfg(target_os = "linux")]
    pub(crate) fn holdings(&self) -> Holdings {
        let entries = |what| format!("/proc/{}/{what}", self.id());
        let count = |what| std::fs::read_dir(entries(what)).unwrap().count();
        Holdings { descriptors: count("fd"), threads: count("task") }
    }

    /// The exit code with which it ends by itself.
    #[track_caller]
    pub(crate) fn exit_code(&mut self) -> i32 {
        let status = wait_for("the end of a program", || self.child.try_wait().unwrap());
        status.code().expect("no signal kills it")
    }

    /// Ends its input, and waits for its end.
    #[track_caller]
    pub(crate) fn ends(mut self) -> Outcome {
        self.input_ends();
        let code = self.exit_code();
        Outcome { code, stdout: self.stdout.rest(), stderr: self.stderr.rest() }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Fails where it has ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The resources that a program holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Holdings {
    pub(crate) descriptors: usize,
    threads: usize,
}

/// The result of a program.
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) stdout: Vec<String>,
    pub(crate) stderr: Vec<String>,
}

impl Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exit code {}", self.code)?;
        for (name, lines) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            write!(f, "\n--- {name}")?;
            lines.iter().try_for_each(|line| write!(f, "\n{line}"))?;
        }
        Ok(())
    }
}

/// A server that runs.
pub(crate) struct Server {
    pub(crate) program: Program,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts one with these flags, on a free port.
    pub(crate) fn start(flags: &[&str]) -> Self {
        let mut command = server();
        command.args(["--listen", "127.0.0.1:0"]).args(flags);
        Self::run(command)
    }

    /// Runs one that is told all it needs.
    pub(crate) fn run(command: Command) -> Self {
        let program = Program::start(command);
        let address = Self::listening_on(&program.stdout.next().unwrap());
        Self { program, address }
    }

    /// Runs one whose standard output and standard error are closed once it says where it listens.
    pub(crate) fn run_unheard(command: Command) -> Self {
        let (program, first) = Program::start_unheard(command);
        Self { program, address: Self::listening_on(&first) }
    }

    /// Runs one whose log is left to the test, which may not read it.
    pub(crate) fn run_unread(command: Command) -> (Self, UnixStream) {
        let (program, log) = Program::start_unread(command);
        let address = Self::listening_on(&program.stdout.next().unwrap());
        (Self { program, address }, log)
    }

    /// The address in the line that says where it listens.
    pub(crate) fn listening_on(line: &str) -> SocketAddr {
        line.strip_prefix("Server is listening on ").expect(line).parse().unwrap()
    }
}
