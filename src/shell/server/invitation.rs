//! Instructions for joining a server, or starting one: with the programs, or with `make run`.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use if_addrs::Interface;

use crate::shell::program::Start;

/// The most addresses that others are told: a machine with many containers has many.
const MOST_ADDRESSES: usize = 8;

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
        // A listener on all IPv6 addresses takes IPv4 too.
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

/// The address at which this machine reaches a listener of its own. A listener on all addresses
/// takes IPv4, which is shorter to type.
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
