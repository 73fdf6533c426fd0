//! The address of a room, as a person types it: `chat://192.0.2.7:55555`, or without the scheme.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use crate::shell::program::DEFAULT_PORT;
use crate::wire::sanitize::quoted;

/// The scheme of the native protocol, which stands for no scheme.
const CHAT: &str = "chat";

/// Reads the address of a listener: an IP address, where the port may be left out.
///
/// # Errors
///
/// Says what would make sense.
pub fn listener(text: &str) -> Result<SocketAddr, String> {
    let authority = authority(text)?;
    let ip = ipv6(authority).map(IpAddr::V6).or_else(|| authority.parse().ok());
    let address = ip.map(|ip| SocketAddr::new(ip, DEFAULT_PORT)).or_else(|| authority.parse().ok());
    address.ok_or_else(|| "give an IP address and a port, such as 0.0.0.0:55555 or [::]:0".into())
}

/// Reads the address of a server: a host, which may be a name, and a port, which may be left out. Returns
/// both.
///
/// # Errors
///
/// Says what would make sense.
pub fn server(text: &str) -> Result<String, String> {
    let authority = authority(text)?;
    if let Some(ip) = ipv6(authority) {
        return Ok(format!("[{ip}]:{DEFAULT_PORT}"));
    }
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) => (host, port.parse::<u16>().ok()),
        None => (authority, Some(DEFAULT_PORT)),
    };
    let port = port.filter(|_| !host.is_empty());
    let port = port.ok_or("give a host and a port, such as localhost:55555 or [::1]:55555")?;
    Ok(format!("{host}:{port}"))
}

/// Returns the host and the port behind the scheme (RFC 3986, section 3.2); the empty path is `/` too.
fn authority(text: &str) -> Result<&str, String> {
    match text.split_once("://") {
        None => Ok(text),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case(CHAT) => {
            Ok(rest.strip_suffix('/').unwrap_or(rest))
        }
        Some((scheme, _)) => {
            Err(format!("unknown scheme {}; expected one of: {CHAT}", quoted(scheme)))
        }
    }
}

/// Reads an IPv6 address without a port, in brackets or not.
fn ipv6(authority: &str) -> Option<Ipv6Addr> {
    let bare = authority.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    bare.unwrap_or(authority).parse().ok()
}
