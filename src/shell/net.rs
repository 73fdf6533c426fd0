//! Socket options of both ends, each with its reason.

use std::io;
use std::net::TcpStream;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};

/// Prepares a connection, accepted or made.
///
/// # Errors
///
/// The operating system's; most often, the connection was reset meanwhile.
pub fn tune(stream: &TcpStream) -> io::Result<()> {
    let socket = SockRef::from(stream);
    // A line is sent when it is said, not when the one before has been acknowledged (RFC 896).
    socket.set_tcp_nodelay(true)?;
    // A peer that is gone without a word is noticed within a minute and a half.
    let keepalive = TcpKeepalive::new()
        .with_time(Duration::from_secs(60))
        .with_interval(Duration::from_secs(10))
        .with_retries(3);
    socket.set_tcp_keepalive(&keepalive)?;
    // A peer that no longer acknowledges what it is sent, sooner (RFC 5482); Linux counts a peer that
    // acknowledges and takes nothing, with a full buffer, too.
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(Duration::from_secs(30)))?;
    Ok(())
}
