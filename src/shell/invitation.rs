//! How a person joins a server, or starts one: with the programs, or with `make run`.

use std::collections::BTreeSet;
use std::env;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use if_addrs::Interface;

use crate::shell::client::DEFAULT_PORT;

/// The most addresses that others are told: a machine with many containers has many.
const MOST_ADDRESSES: usize = 8;

/// How a person starts the programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// By their names.
    Installed,
    /// With `make run`, from the source.
    Make,
}

impl Start {
    /// As this program was started: `make run` says so with the variable `CHATROOM_MAKE`.
    #[must_use]
    pub fn of_this_program() -> Self {
        if env::var_os("CHATROOM_MAKE").is_some() { Self::Make } else { Self::Installed }
    }

    /// The command that joins the server at this address.
    #[must_use]
    pub fn client(self, server: SocketAddr) -> String {
        match self {
            Self::Installed if server.is_ipv6() => format!("chatroom-client '{server}'"),
            Self::Installed => format!("chatroom-client {server}"),
            Self::Make => format!("make run BIN=client ARGS=\"{server}\""),
        }
    }

    /// The command that starts a server at this address.
    #[must_use]
    pub fn server(self, address: SocketAddr) -> String {
        let is_default = address == SocketAddr::from((Ipv4Addr::LOCALHOST, DEFAULT_PORT));
        match self {
            Self::Installed if is_default => "chatroom-server".into(),
            Self::Installed if address.is_ipv6() => format!("chatroom-server --listen '{address}'"),
            Self::Installed => format!("chatroom-server --listen {address}"),
            Self::Make if is_default => "make run".into(),
            Self::Make => format!("make run ARGS=\"--listen {address}\""),
        }
    }
}

/// The lines that tell how to join a server that listens on these addresses, on a machine that others
/// reach at `outside`.
#[must_use]
pub fn invitation(listening: &[SocketAddr], outside: &[IpAddr], start: Start) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(here) = listening.first().map(|address| from_here(*address)) {
        let (ip, port) = (here.ip(), here.port());
        lines.push(format!("Join with `{}`, or with `nc {ip} {port}`", start.client(here)));
    }
    let from_outside = |address: &SocketAddr| {
        let (own, port) = (address.ip(), address.port());
        // One on all IPv6 addresses takes IPv4 too.
        let takes = |ip: &IpAddr| own.is_unspecified() && (own.is_ipv6() || ip.is_ipv4());
        let reaches = |ip: &IpAddr| own == *ip || takes(ip);
        outside.iter().copied().filter(reaches).map(|ip| SocketAddr::new(ip, port)).collect()
    };
    let all: BTreeSet<SocketAddr> = listening.iter().flat_map::<Vec<_>, _>(from_outside).collect();
    let told = all.iter().take(MOST_ADDRESSES);
    lines.extend(told.map(|address| format!("Others can join at {address}")));
    if all.len() > MOST_ADDRESSES {
        lines.push(format!("This machine has {} more addresses", all.len() - MOST_ADDRESSES));
    }
    lines
}

/// The address at which this machine reaches a listener of its own. One on all addresses takes IPv4,
/// which is shorter to type.
fn from_here(listening: SocketAddr) -> SocketAddr {
    let all = listening.ip().is_unspecified();
    let ip = if all { Ipv4Addr::LOCALHOST.into() } else { listening.ip() };
    SocketAddr::new(ip, listening.port())
}

/// The addresses of this machine that others may reach: of interfaces that are up, and are neither
/// the loopback one nor only for the same link (RFC 3927, RFC 4291 2.5.6). None where the operating
/// system does not tell.
#[must_use]
pub fn outside_addresses() -> Vec<IpAddr> {
    let all = if_addrs::get_if_addrs().unwrap_or_default();
    let loopbacks: BTreeSet<_> =
        all.iter().filter(|interface| interface.is_loopback()).map(|it| it.name.clone()).collect();
    let is_outside = |interface: &Interface| {
        interface.is_oper_up() && !interface.is_link_local() && !loopbacks.contains(&interface.name)
    };
    all.iter().filter(|interface| is_outside(interface)).map(Interface::ip).collect()
}
