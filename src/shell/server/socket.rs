//! The server's calls on sockets that `std::net` does not have, each with its reason.

use std::io;
use std::mem::MaybeUninit;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use socket2::{Domain, Protocol, SockRef, Socket, Type};

/// Connections that wait to be accepted: a join storm; the kernel caps it at `somaxconn`, whose
/// default is the same (Linux 5.4 and later).
const PENDING: i32 = 4096;

/// A listening socket.
///
/// # Errors
///
/// Returns the operating system's error for the address.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    // A server that was restarted is not kept from its port by connections in TIME_WAIT.
    socket.set_reuse_address(true)?;
    if address.is_ipv6() && address.ip().is_unspecified() {
        // `[::]` means everyone, IPv4 too, whatever the system's default is.
        socket.set_only_v6(false)?;
    }
    socket.bind(&address.into())?;
    socket.listen(PENDING)?;
    Ok(socket.into())
}

/// Sends what the connection takes at once, though it is a blocking one whose reader waits in
/// `read`.
///
/// # Errors
///
/// [`io::ErrorKind::WouldBlock`] where it takes nothing now; anything else where it is over.
pub fn send_now(stream: &TcpStream, bytes: &[u8]) -> io::Result<usize> {
    SockRef::from(stream).send_with_flags(bytes, libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL)
}

/// Throws away some of what has come in, without waiting.
pub fn drain(stream: &TcpStream) {
    let mut thrown_away = [MaybeUninit::uninit(); 4096];
    // Fails where nothing has, or the connection is over.
    let _ = SockRef::from(stream).recv_with_flags(&mut thrown_away, libc::MSG_DONTWAIT);
}

/// Makes the close of this connection a reset: what is unsent is thrown away by the kernel too,
/// instead of being kept for a peer that does not take it.
pub fn reset_on_close(stream: &TcpStream) {
    // Fails only where there is nothing left to reset.
    let _ = SockRef::from(stream).set_linger(Some(Duration::ZERO));
}

/// Wakes the thread that accepts from this listener, for the last time: connections are refused
/// from now on.
pub fn stop_listening(listener: &TcpListener) {
    // Fails only where it no longer listens.
    let _ = SockRef::from(listener).shutdown(std::net::Shutdown::Both);
}
