//! The source of a connection: an address, and the networks that it is in.

use alloc::format;
use alloc::string::String;
use core::fmt;
use core::net::{IpAddr, Ipv6Addr};
use core::str::FromStr;

use crate::room::event::ClientId;
use crate::wire::sanitize::quoted;

/// Addresses that begin with the same bits: one IPv4 address, or an IPv6 /64, /56 or /48.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Prefix {
    bits: u128,
    length: u8,
}

/// An IPv4 address counts as an IPv6 address that maps it (RFC 4291, section 2.5.5.2).
const WHOLE: u8 = 128;

/// The prefixes of an IPv6 source, and how many times the budget of an address each has. A host
/// chooses the last 64 bits freely (RFC 4291, section 2.5.1); a home gets a /56 and a site a /48, as
/// a rule (RFC 6177).
pub(super) const NESTED: [(u8, u64); 3] = [(64, 1), (56, 4), (48, 8)];

impl Prefix {
    const fn of(bits: u128, length: u8) -> Self {
        let rest = match length {
            WHOLE => 0,
            _ => u128::MAX >> length,
        };
        Self { bits: bits & !rest, length }
    }

    /// Returns the narrowest prefix of an address: itself for IPv4, its /64 for IPv6.
    #[must_use]
    pub fn narrowest(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::of(address.to_ipv6_mapped().to_bits(), WHOLE),
            IpAddr::V6(address) => Self::of(address.to_bits(), 64),
        }
    }

    /// The first of its addresses.
    pub(crate) fn address(self) -> IpAddr {
        IpAddr::V6(Ipv6Addr::from_bits(self.bits)).to_canonical()
    }

    /// The prefix of this address that is as long as `other`.
    pub(crate) fn of_same_length(address: IpAddr, other: Self) -> Self {
        match address {
            IpAddr::V4(address) => Self::of(address.to_ipv6_mapped().to_bits(), WHOLE),
            IpAddr::V6(address) => Self::of(address.to_bits(), other.length),
        }
    }

    /// Returns how many times the budget of an address it has.
    pub(super) fn factor(self) -> u64 {
        let nested = NESTED.iter().find(|(length, _)| *length == self.length);
        nested.map_or(1, |(_, factor)| *factor)
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = Ipv6Addr::from_bits(self.bits);
        match self.length {
            WHOLE => write!(f, "{}", IpAddr::V6(address).to_canonical()),
            length => write!(f, "{address}/{length}"),
        }
    }
}

/// Reads what `Display` writes.
impl FromStr for Prefix {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let read = || {
            let Some((address, length)) = text.split_once('/') else {
                let IpAddr::V4(address) = text.parse().ok()? else { return None };
                return Some(Self::of(address.to_ipv6_mapped().to_bits(), WHOLE));
            };
            let (address, length) = (address.parse::<Ipv6Addr>().ok()?, length.parse().ok()?);
            let prefix = Self::of(address.to_bits(), length);
            let known = NESTED.iter().any(|(nested, _)| *nested == length);
            Some(prefix).filter(|prefix| known && prefix.bits == address.to_bits())
        };
        read().ok_or_else(|| format!("{} is no source, such as 192.0.2.7", quoted(text)))
    }
}

/// The source of a connection: its prefixes, the narrowest first. Loopback has none, since
/// everyone behind a tunnel or a proxy comes from there; it has no budget of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// The bits of its address, as IPv6: a number is copied at once, which an address of bytes is not (a
    /// tenth of the time of a message).
    bits: u128,
    kind: Kind,
}

/// The prefixes of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Loopback,
    V4,
    V6,
}

impl Source {
    /// Returns the source of this address. An IPv4 address inside IPv6 is that IPv4 address.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        let address = address.to_canonical();
        let (bits, kind) = match address {
            IpAddr::V4(address) => (address.to_ipv6_mapped().to_bits(), Kind::V4),
            IpAddr::V6(address) => (address.to_bits(), Kind::V6),
        };
        Self { bits, kind: if address.is_loopback() { Kind::Loopback } else { kind } }
    }

    /// The prefixes that it is in, the narrowest first.
    pub fn prefixes(self) -> impl DoubleEndedIterator<Item = Prefix> {
        let lengths: &[(u8, u64)] = match self.kind {
            Kind::Loopback => &[],
            Kind::V4 => &[(WHOLE, 1)],
            Kind::V6 => &NESTED,
        };
        lengths.iter().map(move |(length, _)| Prefix::of(self.bits, *length))
    }

    /// Returns true if it has budgets of its own.
    #[must_use]
    pub fn has_account(self) -> bool {
        self.kind != Kind::Loopback
    }

    /// Returns true if it is in this prefix.
    #[must_use]
    pub fn is_in(self, prefix: Prefix) -> bool {
        self.prefixes().any(|own| own == prefix)
    }

    /// Returns the sender of its private messages: the widest prefix, or this connection where it has none.
    #[must_use]
    pub fn sender(self, id: ClientId) -> Sender {
        self.prefixes().next_back().map_or(Sender::Connection(id), Sender::Prefix)
    }
}

/// The sender that a part of a budget counts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sender {
    /// All addresses of a prefix.
    Prefix(Prefix),
    /// A connection from loopback.
    Connection(ClientId),
}

impl fmt::Display for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Prefix(prefix) => write!(f, "{prefix}"),
            Self::Connection(id) => write!(f, "{id}"),
        }
    }
}

/// Reads what `Display` writes.
impl FromStr for Sender {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.starts_with('#') {
            true => text.parse().map(Self::Connection),
            false => text.parse().map(Self::Prefix),
        }
    }
}

/// The least prefix that is greater.
pub(super) const fn next_after(prefix: Prefix) -> Prefix {
    Prefix { length: prefix.length.saturating_add(1), ..prefix }
}
