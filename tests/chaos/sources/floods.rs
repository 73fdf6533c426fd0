//! Attacks of which nothing is asked but the theorem.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use crate::sources::address::{HOSTILE, in_site};
use crate::sources::attack::Attack;
use crate::sources::churn::Churn;
use crate::sources::flood::{FOR_EVER, Flood};
use crate::sources::visits;

/// Connections that an address may have by default.
pub(crate) const N: usize = chatroom::limits::CONNECTIONS_PER_ADDRESS as usize;

/// As many bytes a second as a processor can send beside honest members.
const MEBIBYTES_20: usize = 20 * 1024 * 1024;

/// From one address, with all the connections that it may have.
pub(crate) const FLOOD: Flood = Flood {
    connections: N,
    from: |_| HOSTILE,
    says: |_, _| {},
    write_bytes: usize::MAX,
    bytes_per_second: MEBIBYTES_20,
    stays: FOR_EVER,
};

/// Three thousand connections a second from one address, or over IPv6 from all /64s of a /48.
pub(crate) const CHURN: Churn =
    Churn { per_second: 3000, threads: 2, hold: Duration::ZERO, visit: visits::say_nothing };

pub(crate) fn full_lines(bytes: &mut Vec<u8>, _: u64) {
    bytes.resize(4095, b'x');
    bytes.push(b'\n');
}

pub(crate) fn renames(server: SocketAddr) -> Attack {
    let says = |bytes: &mut Vec<u8>, turn: u64| {
        bytes.extend(format!("/nick evilA{turn}\n/nick evilB{turn}\n").bytes());
    };
    Flood { says, ..FLOOD }.begin(server)
}

pub(crate) fn joins(server: SocketAddr) -> Attack {
    let hold = Duration::from_millis(20);
    Churn { visit: visits::join_and_leave, hold, ..CHURN }.begin(server)
}

/// A fresh connection has no fresh budget.
pub(crate) fn fresh_bursts(server: SocketAddr) -> Attack {
    let hold = Duration::from_millis(100);
    Churn { per_second: 300, hold, visit: visits::spend_a_burst, ..CHURN }.begin(server)
}

pub(crate) fn quit_texts(server: SocketAddr) -> Attack {
    Churn { visit: visits::quit_with_text, ..CHURN }.begin(server)
}

pub(crate) fn who(server: SocketAddr) -> Attack {
    Flood { says: |bytes, _| bytes.extend(b"/who\n".repeat(100)), ..FLOOD }.begin(server)
}

pub(crate) fn help(server: SocketAddr) -> Attack {
    Flood { says: |bytes, _| bytes.extend(b"/help\n".repeat(100)), ..FLOOD }.begin(server)
}

pub(crate) fn errors(server: SocketAddr) -> Attack {
    Flood { says: |bytes, _| bytes.extend(b"/x\n".repeat(100)), ..FLOOD }.begin(server)
}

/// To each of the readers in turn.
pub(crate) fn private_to_many(server: SocketAddr) -> Attack {
    let says = |bytes: &mut Vec<u8>, turn: u64| {
        bytes.extend(format!("/msg hon{} {}\n", turn % 4 + 1, "p".repeat(4000)).bytes());
    };
    Flood { says, ..FLOOD }.begin(server)
}

pub(crate) fn half_open(server: SocketAddr) -> Attack {
    Churn { per_second: 1000, hold: Duration::from_secs(1), ..CHURN }.begin(server)
}

pub(crate) fn empty_lines(server: SocketAddr) -> Attack {
    Flood { says: |bytes, _| bytes.resize(32 * 1024, b'\n'), ..FLOOD }.begin(server)
}

pub(crate) fn invalid_utf8(server: SocketAddr) -> Attack {
    let says = |bytes: &mut Vec<u8>, _| {
        // Continuation bytes without a beginning, none of them a telnet command.
        bytes.resize(4095, 0x80);
        bytes.push(b'\n');
    };
    Flood { says, ..FLOOD }.begin(server)
}

pub(crate) fn too_long_lines(server: SocketAddr) -> Attack {
    let says = |bytes: &mut Vec<u8>, _| {
        bytes.resize(4097, b'l');
        bytes.push(b'\n');
    };
    Flood { says, ..FLOOD }.begin(server)
}

/// Twenty thousand packets of one byte a second.
pub(crate) fn single_bytes(server: SocketAddr) -> Attack {
    let flood = Flood { write_bytes: 1, bytes_per_second: 20_000, ..FLOOD };
    Flood { says: |bytes, _| bytes.extend(b"a short line\n"), ..flood }.begin(server)
}

/// The /64s of a /56, all of them speaking.
pub(crate) fn talk_in_site(server: SocketAddr) -> Attack {
    let from: fn(usize) -> IpAddr = |number| in_site(number as u16);
    Flood { connections: 4 * N, from, says: full_lines, ..FLOOD }.begin(server)
}
