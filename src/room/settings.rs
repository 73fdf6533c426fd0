//! The values that an operator can change.

use alloc::format;
use alloc::string::String;
use core::fmt;
use core::str::FromStr;

use crate::limits;
use crate::room::event::Millis;
use crate::wire::escape::{Escaped, unescape};

/// The settings of a room. Each field is a flag of `chatroom-server` and a line at the head of a
/// transcript; the defaults are the constants of [`limits`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Messages a second per member, once [`burst`](Self::burst) is used up; 0 is no limit.
    /// At most [`limits::MAX_RATE`].
    pub rate: u32,
    /// Messages that a member may send at once; at least 1.
    pub burst: u32,
    /// Unsent bytes at which a member is too slow; the shell counts them.
    pub backlog: usize,
    /// Connections at once, before and after admission.
    pub max_members: usize,
    /// Connections at once from one address; see [`budgets`](crate::room::budgets).
    pub max_per_address: u32,
    /// Time without a byte in which a nickname is to be chosen.
    pub handshake_timeout: Millis,
    /// Bytes of memory that the server may take in all.
    pub memory: usize,
    /// Chat lines kept for newcomers; 0 is none. At most [`limits::MAX_HISTORY_LINES`].
    pub history: usize,
    /// The message of the day, any number of lines; empty is none. At most [`limits::MOTD_BYTES`].
    pub motd: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            rate: limits::RATE,
            burst: limits::BURST,
            backlog: limits::BACKLOG_BYTES,
            max_members: limits::MEMBERS,
            max_per_address: limits::CONNECTIONS_PER_ADDRESS,
            handshake_timeout: limits::HANDSHAKE_TIMEOUT,
            memory: limits::MEMORY,
            history: limits::HISTORY_LINES,
            motd: String::new(),
        }
    }
}

/// One line of `name=value`, the message of the day last and escaped.
impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rate={} burst={} backlog={}", self.rate, self.burst, self.backlog)?;
        write!(f, " max-members={}", self.max_members)?;
        write!(f, " max-per-address={}", self.max_per_address)?;
        write!(f, " handshake-timeout={}", self.handshake_timeout.as_millis())?;
        write!(f, " memory={}", self.memory)?;
        write!(f, " history={} motd={}", self.history, Escaped(self.motd.as_bytes()))
    }
}

/// The parts of the backlog that the budgets take, so that they add up to it; see [`crate::room::budgets`].
impl Settings {
    /// The burst of broadcasts to one member, in bytes.
    #[must_use]
    pub const fn room_burst(&self) -> u64 {
        (self.backlog / 2) as u64
    }

    /// The most bytes of history that a newcomer is shown.
    #[must_use]
    pub fn history_bytes(&self) -> usize {
        limits::HISTORY_BYTES.min(self.backlog / 4)
    }

    /// The burst of private messages to one member, in bytes.
    #[must_use]
    pub const fn private_burst(&self) -> u64 {
        (self.backlog / 8) as u64
    }

    /// The debt of the room up to which leaves do not wait, in bytes.
    #[must_use]
    pub const fn leave_debt(&self) -> u64 {
        (self.backlog / 16) as u64
    }

    /// Time from the connection to an accepted nickname, whatever is sent.
    #[must_use]
    pub const fn longest_handshake(&self) -> Millis {
        Millis::new(self.handshake_timeout.as_millis().saturating_mul(limits::HANDSHAKE_TIMES))
    }
}

impl Settings {
    fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let bad = |_| format!("`{value}` is no number for {name}");
        match name {
            "rate" => self.rate = value.parse().map_err(bad)?,
            "burst" => self.burst = value.parse().map_err(bad)?,
            "backlog" => self.backlog = value.parse().map_err(bad)?,
            "max-members" => self.max_members = value.parse().map_err(bad)?,
            "max-per-address" => self.max_per_address = value.parse().map_err(bad)?,
            "handshake-timeout" => {
                self.handshake_timeout = Millis::new(value.parse().map_err(bad)?);
            }
            "memory" => self.memory = value.parse().map_err(bad)?,
            "history" => self.history = value.parse().map_err(bad)?,
            _ => return Err(format!("there is no setting {name}")),
        }
        Ok(())
    }

    fn set_motd(&mut self, escaped: &str) -> Result<(), String> {
        self.motd = String::from_utf8(unescape(escaped)?).map_err(|_| "motd is not UTF-8")?;
        Ok(())
    }
}

/// Reads what `Display` writes; what is left out has its default.
impl FromStr for Settings {
    type Err = String;

    fn from_str(line: &str) -> Result<Self, String> {
        let mut settings = Self::default();
        let (numbers, motd) = line.split_once("motd=").unwrap_or((line, ""));
        for setting in numbers.split_whitespace() {
            let (name, value) = setting
                .split_once('=')
                .ok_or_else(|| format!("`{setting}` is no setting, such as rate=10"))?;
            settings.set(name, value)?;
        }
        settings.set_motd(motd.trim_start())?;
        Ok(settings)
    }
}
