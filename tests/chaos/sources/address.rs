//! Addresses of the run's own network, and connections from them.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

use socket2::{Domain, Socket, Type};

/// The address that attacks.
pub(crate) const HOSTILE: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 66, 6, 6));

/// The server's addresses.
pub(crate) const SERVER_V4: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1));
pub(crate) const SERVER_V6: IpAddr =
    IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0xffff, 0, 0, 0, 0, 1));

/// The default of Linux for `net.ipv4.tcp_rmem` (tcp(7)): honest readers keep it, so that no automatic
/// tuning of a large machine reads ahead for them. The kernel doubles what it is asked for (socket(7)).
const RECEIVE_BUFFER: usize = 131_072 / 2;

/// Longer than a connection takes that the kernel had to ask for three times.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// An honest address, `10.1.x.y`, for each number.
pub(crate) fn honest(number: usize) -> IpAddr {
    Ipv4Addr::new(10, 1, (number / 250) as u8, (number % 250) as u8 + 1).into()
}

/// An address of the /64 of this number: the numbers up to 255 share a /56, all of them a /48.
pub(crate) fn in_site(subnet: u16) -> IpAddr {
    Ipv6Addr::new(0x2001, 0xdb8, 0, subnet, 0, 0, 0, 1).into()
}

/// An honest address in an IPv6 site of its own.
pub(crate) fn elsewhere(number: usize) -> IpAddr {
    Ipv6Addr::new(0x2001, 0xdb8, 0x100 + number as u16, 0, 0, 0, 0, 1).into()
}

/// Connects from this address.
pub(crate) fn connect(from: IpAddr, to: SocketAddr) -> io::Result<TcpStream> {
    let socket = bound(from)?;
    socket.connect_timeout(&to.into(), CONNECT_TIMEOUT)?;
    Ok(socket.into())
}

/// Connects from this address with an ordinary receive buffer.
pub(crate) fn connect_honestly(from: IpAddr, to: SocketAddr) -> io::Result<TcpStream> {
    let socket = bound(from)?;
    socket.set_recv_buffer_size(RECEIVE_BUFFER)?;
    socket.connect_timeout(&to.into(), CONNECT_TIMEOUT)?;
    Ok(socket.into())
}

/// Answers if the network has IPv6.
pub(crate) fn has_ipv6() -> bool {
    bound(SERVER_V6).is_ok()
}

fn bound(from: IpAddr) -> io::Result<Socket> {
    let address = SocketAddr::new(from, 0);
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    if from.is_ipv6() {
        // A whole prefix is local by its route; no interface has each address of it.
        socket.set_freebind_v6(true)?;
    }
    // Ports in TIME_WAIT may be used again, or an attack would run out of them.
    socket.set_reuse_address(true)?;
    socket.set_tcp_nodelay(true)?;
    socket.bind(&address.into())?;
    Ok(socket)
}
