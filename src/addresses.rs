//! How many connections come from where.

use alloc::collections::BTreeMap;
use alloc::collections::btree_map::Entry;
use core::net::{IpAddr, Ipv6Addr};

/// Counts connections per address. An IPv6 /64 is one address, since a host chooses the rest
/// freely (RFC 4291, section 2.5.1); an IPv4 address inside IPv6 is that IPv4 address; loopback is
/// not counted, since everyone behind a proxy or a tunnel comes from there.
#[derive(Debug, Default)]
pub struct Addresses {
    connections: BTreeMap<IpAddr, u32>,
}

impl Addresses {
    /// Counts one more connection; `false`, and not counted, where `limit` are there already.
    #[must_use]
    pub fn admit(&mut self, address: IpAddr, limit: u32) -> bool {
        let Some(source) = source(address) else { return true };
        let count = self.connections.entry(source).or_default();
        let admitted = *count < limit;
        if admitted {
            *count += 1;
        }
        admitted
    }

    /// One admitted connection is gone.
    pub fn release(&mut self, address: IpAddr) {
        let Some(source) = source(address) else { return };
        if let Entry::Occupied(mut count) = self.connections.entry(source) {
            *count.get_mut() = count.get().saturating_sub(1);
            if *count.get() == 0 {
                count.remove();
            }
        }
    }
}

/// What is counted as one source; `None` for loopback.
fn source(address: IpAddr) -> Option<IpAddr> {
    let source = match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
        v4 @ IpAddr::V4(_) => v4,
    };
    Some(source).filter(|_| !address.to_canonical().is_loopback())
}
