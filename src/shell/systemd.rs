//! The text of a systemd unit for the server: no privilege that it does not need, and limits that fit
//! its own.
//!
//! Nothing that an operator, or whoever named a file, wrote can become a line or a word of its own:
//! what has a meaning for systemd is escaped, what cannot be is refused (systemd.syntax(7),
//! systemd.service(5), systemd.unit(5)).

use std::fmt::Write;
use std::path::Path;

use crate::{limits, sanitize};

/// Members that a unit allows where nothing else is asked for: more than a person can follow, and a
/// limit of memory that a machine may have.
pub const MEMBERS: u32 = 1000;

/// What the kernel keeps for a member, which is counted as the unit's memory: what was sent and has
/// not been taken, at most 4 MiB unless it is told otherwise (tcp(7), `tcp_wmem`), what came and has
/// not been read, and a thread and a socket (some 30 KiB).
const KERNEL_BYTES: usize = (4096 + 256) * 1024;

/// Threads that read from no one: room, log, signals; and one for each address, of which there are
/// few. Those of connections that end have descriptors of the reserve.
const OWN_THREADS: usize = 16;

/// How many seconds the server may take to end before it is killed: several times what it takes.
const STOP_SECONDS: u64 = 4 * (limits::LAST_BYTES.as_millis() + limits::LINGER.as_millis()) / 1000;

/// Directories that [`Unit`] hides from the server, so that it cannot be started from there.
const HIDDEN: [&str; 5] = ["/home/", "/root/", "/run/user/", "/tmp/", "/var/tmp/"];

/// What a unit is to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// The server, as an absolute path.
    pub program: String,
    /// Its arguments, without `--motd` and `--record`; they hold `max_members` and `backlog`.
    pub arguments: Vec<String>,
    /// The file of its message of the day, as an absolute path without `..`.
    pub motd: Option<String>,
    /// The file that it records to: a name without a directory.
    pub record: Option<String>,
    /// How many bytes of what happened last it keeps.
    pub record_ring: Option<usize>,
    /// Whether it listens on a port below 1024.
    pub low_port: bool,
    /// Connections at once.
    pub max_members: usize,
    /// Bytes that a member may leave unread.
    pub backlog: usize,
}

impl Unit {
    /// Whether the unit hides the program from itself, so that it would not start.
    #[must_use]
    pub fn hides_its_program(&self) -> bool {
        HIDDEN.iter().any(|directory| self.program.starts_with(directory))
    }

    /// The text of the unit.
    ///
    /// # Errors
    ///
    /// Says which path or argument no unit can hold.
    pub fn text(&self) -> Result<String, String> {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = write!(text, "{HEAD}ExecStart={}", self.command()?);
        if let Some(motd) = &self.motd {
            let _ = write!(text, "{MOTD}{}", credential(motd)?);
        }
        let records = self.record.is_some() || self.record_ring.is_some();
        text.push_str(if records { STATE } else { "" });
        let (members, backlog) = (self.max_members, self.backlog);
        let memory = limits::worst_case_bytes(members, backlog)
            .saturating_add(members.saturating_mul(KERNEL_BYTES))
            .saturating_add(limits::recording_bytes(
                members,
                self.record.is_some(),
                self.record_ring,
            ))
            .div_ceil(1024 * 1024);
        let descriptors = members.saturating_add(limits::RESERVED_DESCRIPTORS);
        let tasks = descriptors.saturating_add(OWN_THREADS);
        let _ = write!(
            text,
            "\n{ENDING}TimeoutStopSec={STOP_SECONDS}\n\
             \n# What {members} members take at the most who may leave {backlog} bytes unread: for other\n\
             # limits, print this again with other --max-members and --backlog.\n\
             MemoryMax={memory}M\nTasksMax={tasks}\nLimitNOFILE={descriptors}\n{CONFINEMENT}"
        );
        text.push_str(if self.low_port { LOW_PORT } else { NO_CAPABILITY });
        text.push_str(INSTALL);
        Ok(text)
    }

    fn command(&self) -> Result<String, String> {
        let mut command = program(&self.program)?;
        for argument in &self.arguments {
            command.push(' ');
            command.push_str(&quoted(argument)?);
        }
        if self.motd.is_some() {
            command.push_str(" --motd ${CREDENTIALS_DIRECTORY}/motd");
        }
        if let Some(name) = &self.record {
            let _ = write!(command, " --record {}", recording(name)?);
        }
        Ok(command)
    }
}

const HEAD: &str = "\
# Printed by chatroom-server --print-systemd-unit. Keep it as
# /etc/systemd/system/chatroom-server.service, then: systemctl enable --now chatroom-server
[Unit]
Description=Chat room
Wants=network-online.target
After=network-online.target

[Service]
Type=exec
";

const MOTD: &str = "
# Read for the server, which may not be allowed to itself.
LoadCredential=motd:";

/// A name that is used at one start is taken at the next.
const STATE: &str = "
# Recordings are in /var/lib/chatroom-server, one of each start: none is overwritten, none removed.
StateDirectory=chatroom-server
StateDirectoryMode=0700
WorkingDirectory=%S/chatroom-server";

const ENDING: &str = "\
Restart=on-failure
RestartSec=1
# Flags that make no sense make none the next time.
RestartPreventExitStatus=2
# Whoever reads is told goodbye before it ends by itself.
KillSignal=SIGTERM
";

const CONFINEMENT: &str = "
# It needs TCP, what it was started with, and nothing else.
DynamicUser=yes
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
ProtectProc=invisible
ProcSubset=pid
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
PrivateTmp=yes
PrivateDevices=yes
PrivateIPC=yes
RestrictAddressFamilies=AF_INET AF_INET6
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM
UMask=0077
";

/// Whoever has no capability in the machine's network has no use for its users either.
const NO_CAPABILITY: &str = "\
PrivateUsers=yes
CapabilityBoundingSet=
";

const LOW_PORT: &str = "\
# For a port below 1024.
AmbientCapabilities=CAP_NET_BIND_SERVICE
CapabilityBoundingSet=CAP_NET_BIND_SERVICE
";

const INSTALL: &str = "
[Install]
WantedBy=multi-user.target
";

/// What is to be executed: quotes, backslashes and dollars are not taken there, however written.
fn program(path: &str) -> Result<String, String> {
    if path.contains(['"', '\'', '\\', '$']) {
        return Err(cannot_hold("the path of this program", path));
    }
    quoted(path)
}

/// A path that is taken as it stands, up to the end of the line, but for specifiers.
fn credential(path: &str) -> Result<String, String> {
    if has_controls(path) || path.ends_with(['\\', ' ']) {
        return Err(cannot_hold("the path of the message of the day", path));
    }
    Ok(path.replace('%', "%%"))
}

/// A recording in the working directory, named by the start, too.
fn recording(name: &str) -> Result<String, String> {
    let is_plain = Path::new(name).file_name().is_some_and(|file| file == name);
    if !is_plain {
        return Err(format!(
            "a systemd unit keeps recordings in a directory of its own: give --record a name \
             without one, not {name:?}"
        ));
    }
    let name = quoted(name)?;
    Ok(match name.strip_suffix('"') {
        Some(quoted) => format!("{quoted}.${{INVOCATION_ID}}\""),
        None => format!("{name}.${{INVOCATION_ID}}"),
    })
}

/// One word of a command line.
fn quoted(word: &str) -> Result<String, String> {
    if has_controls(word) {
        return Err(cannot_hold("this", word));
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:[]".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return Ok(word.into());
    }
    let mut quoted = String::from("\"");
    for c in word.chars() {
        match c {
            '%' | '$' => quoted.extend([c, c]),
            '"' | '\\' => quoted.extend(['\\', c]),
            _ => quoted.push(c),
        }
    }
    quoted.push('"');
    Ok(quoted)
}

/// Whether it holds what would end a line, or mislead whoever reads one.
fn has_controls(text: &str) -> bool {
    text.contains(char::is_control) || sanitize::text(text.as_bytes()) != text
}

fn cannot_hold(what: &str, text: &str) -> String {
    format!("a systemd unit cannot hold {what}: {text:?}")
}
