//! The server's flags, each setting with its environment twin, its default and its unit.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;

use chatroom::room::wall_time::WallTime;
use chatroom::shell::program::{cannot, number};
use chatroom::shell::server::machine::Room;
use chatroom::shell::server::record;
use chatroom::shell::url;
use chatroom::{Millis, Settings, limits};
use clap::builder::{FalseyValueParser, TypedValueParser};
use clap::{ArgGroup, Parser, ValueHint};
use log::LevelFilter;

/// A chat room for whoever can reach this address, with chatroom-client, nc or telnet
///
/// The first line on standard output says where it listens, and in a terminal the next ones how to join;
/// the log goes to standard error. SIGINT, SIGTERM or SIGHUP says goodbye and ends it.
#[derive(Debug, Parser)]
#[command(name = "chatroom-server", version, allow_negative_numbers = true,
    group(ArgGroup::new("recording").args(["record", "record_ring"]).multiple(true)))]
pub(crate) struct Args {
    /// Address to listen on, such as chat://0.0.0.0:55555; repeatable, in the environment
    /// separated by commas; port 0 takes a free one, and without a port it is 55555
    #[arg(long, value_name = "URL", env = "CHATROOM_LISTEN", hide_env_values = true,
        default_value = "127.0.0.1:55555", value_delimiter = ',', value_parser = url::listener)]
    pub(crate) listen: Vec<SocketAddr>,

    /// Messages a second that a member may send, after a burst; 0 is no limit. The server reads
    /// a member that sends more, more slowly, and loses nothing
    #[arg(long, value_name = "N", env = "CHATROOM_RATE", hide_env_values = true,
        default_value_t = limits::RATE, value_parser = number(0..=limits::MAX_RATE))]
    rate: u32,

    /// Messages that a member may send at once
    #[arg(long, value_name = "N", env = "CHATROOM_BURST", hide_env_values = true,
        default_value_t = limits::BURST, value_parser = number(1..=limits::MAX_RATE))]
    burst: u32,

    /// Bytes that a member may leave unread before it is dropped as too slow
    #[arg(long, value_name = "BYTES", env = "CHATROOM_BACKLOG", hide_env_values = true,
        default_value_t = limits::BACKLOG_BYTES,
        value_parser = number(limits::FRAME_BYTES as u32..=1 << 30).map(|bytes| bytes as usize))]
    backlog: usize,

    /// Connections at once [default: what descriptors, threads and memory allow]
    #[arg(long, value_name = "N", env = "CHATROOM_MAX_MEMBERS", hide_env_values = true,
        value_parser = number(1..=1_000_000))]
    max_members: Option<u32>,

    /// Connections at once from one address; loopback is exempt, an IPv6 /64 is one
    #[arg(long, value_name = "N", env = "CHATROOM_MAX_PER_ADDRESS", hide_env_values = true,
        default_value_t = limits::CONNECTIONS_PER_ADDRESS, value_parser = number(1..=1_000_000))]
    max_per_address: u32,

    /// Seconds to choose a nickname
    #[arg(long, value_name = "SECONDS", env = "CHATROOM_HANDSHAKE_TIMEOUT", hide_env_values = true,
        default_value_t = (limits::HANDSHAKE_TIMEOUT.as_millis() / 1000) as u32,
        value_parser = number(1..=86_400))]
    handshake_timeout: u32,

    /// Chat lines that a newcomer is shown; 0 is none
    #[arg(long, value_name = "N", env = "CHATROOM_HISTORY", hide_env_values = true,
        default_value_t = limits::HISTORY_LINES as u32,
        value_parser = number(0..=limits::MAX_HISTORY_LINES as u32))]
    history: u32,

    /// Text file that everyone is shown on joining, of at most 8192 bytes
    #[arg(long, value_name = "FILE", env = "CHATROOM_MOTD", hide_env_values = true)]
    motd: Option<PathBuf>,

    /// Record everything that happens to a new file that only you can read, for chatroom-replay: all
    /// that is said is in it, private messages too
    #[arg(long, value_name = "FILE", env = "CHATROOM_RECORD", hide_env_values = true,
        value_hint = ValueHint::FilePath)]
    record: Option<PathBuf>,

    /// Bytes at which a recording goes on in another file, FILE.1, FILE.2 and so on, each of which can
    /// be replayed alone
    #[arg(long, value_name = "BYTES", env = "CHATROOM_RECORD_MAX", hide_env_values = true,
        requires = "record", default_value_t = limits::RECORD_FILE_BYTES,
        value_parser = record_bytes())]
    record_max: usize,

    /// Files to keep of a recording, and of those written on SIGUSR1; the oldest that this server has
    /// written is removed, never another
    #[arg(long, value_name = "N", env = "CHATROOM_RECORD_KEEP", hide_env_values = true,
        requires = "recording", default_value_t = limits::RECORD_FILES,
        value_parser = number(limits::LEAST_RECORD_FILES as u32..=limits::MOST_RECORD_FILES as u32)
            .map(|files| files as usize))]
    record_keep: usize,

    /// Keep the latest so many bytes of what happens in memory, and write them to a new file on
    /// SIGUSR1 and on a panic
    #[arg(long, value_name = "BYTES", env = "CHATROOM_RECORD_RING", hide_env_values = true,
        value_parser = record_bytes())]
    record_ring: Option<usize>,

    /// Log the settings, and who is paused and resumed
    #[arg(short, long, env = "CHATROOM_VERBOSE", hide_env_values = true,
        value_parser = FalseyValueParser::new())]
    verbose: bool,

    /// Log only what went wrong, whatever else is asked for
    #[arg(short, long, env = "CHATROOM_QUIET", hide_env_values = true,
        value_parser = FalseyValueParser::new())]
    quiet: bool,
}

fn record_bytes() -> impl TypedValueParser<Value = usize> {
    number(limits::LEAST_RECORD_BYTES as u32..=limits::MOST_RECORD_BYTES as u32)
        .map(|bytes| bytes as usize)
}

impl Args {
    pub(crate) const fn log_level(&self) -> LevelFilter {
        match (self.verbose, self.quiet) {
            (_, true) => LevelFilter::Warn,
            (true, false) => LevelFilter::Debug,
            (false, false) => LevelFilter::Info,
        }
    }

    /// Returns the settings of the recording.
    pub(crate) fn recording(&self) -> record::Options {
        let (file, ring) = (self.record.clone(), self.record_ring);
        record::Options { file, most: self.record_max, keep: self.record_keep, ring }
    }

    /// The settings of the room, where the machine has room for so many.
    pub(crate) fn settings(&self, room: Room) -> Result<Settings, String> {
        let Room { seats, limited_by, memory } = room;
        let max_members = self.max_members.map_or(seats, |members| members as usize);
        if max_members > seats {
            log::warn!("{limited_by} allows {seats} members, not {max_members}");
        }
        Ok(Settings {
            rate: self.rate,
            burst: self.burst,
            backlog: self.backlog,
            max_members,
            max_per_address: self.max_per_address,
            handshake_timeout: Millis::new(u64::from(self.handshake_timeout) * 1000),
            memory,
            history: self.history as usize,
            motd: self.message_of_the_day()?,
        })
    }

    fn message_of_the_day(&self) -> Result<String, String> {
        let Some(path) = &self.motd else { return Ok(String::new()) };
        let text = fs::read(path)
            .map_err(|error| cannot(format_args!("read {}", path.display()), &error))?;
        let text = String::from_utf8_lossy(text.trim_ascii_end()).into_owned();
        // As it is shown with times: each line has something before and behind it.
        let around = WallTime::PREFIX_BYTES + "# \n".len();
        let shown: usize = text.lines().map(|line| line.len() + around).sum();
        if shown > limits::MOTD_BYTES {
            let (path, most) = (path.display(), limits::MOTD_BYTES);
            return Err(format!(
                "{path} is too long for a message of the day: {most} bytes fit, where each line \
                 counts as {around} more"
            ));
        }
        Ok(text)
    }
}
