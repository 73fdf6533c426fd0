//! Peers that speak another protocol.
//!
//! A web page can make a browser connect anywhere and send what it likes after a first line that it
//! does not choose; so the beginning of that line ends the connection before anything else is read.

use memchr::memmem;

use crate::room::facts::Error;

/// Returns the error for a peer whose first bytes speak another protocol. No nickname
/// begins with such bytes; white space before them is left out.
#[must_use]
pub fn foreign_protocol(first: &[u8]) -> Option<Error<'static>> {
    let first = first.trim_ascii_start();
    if is_tls(first) {
        Some(Error::Tls)
    } else if is_http(first) {
        Some(Error::Http)
    } else {
        None
    }
}

/// A TLS record of a handshake, as a ClientHello is (RFC 8446, section 5.1: type 22, major
/// version 3).
fn is_tls(first: &[u8]) -> bool {
    first.starts_with(&[22, 3])
}

/// An HTTP request line (RFC 9112, section 3: a method, a target and a version), or the beginning of
/// one whose method has letters only and whose target is a path, a URL or `*`, as a web page sends.
fn is_http(first: &[u8]) -> bool {
    let line = first.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let method = line.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let (method, target) = line.split_at(method);
    let begins = [&b" /"[..], b" *", b" http"].iter().any(|begin| target.starts_with(begin));
    !method.is_empty() && begins || memmem::find(line, b" HTTP/").is_some()
}
