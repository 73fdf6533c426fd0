//! Socket options, asked of the operating system.

use std::net::{Ipv4Addr, Ipv6Addr, TcpListener, TcpStream};
use std::time::Duration;

use chatroom::shell::net;
use chatroom::shell::server::socket::listen;
use socket2::SockRef;

#[test]
fn a_line_is_sent_at_once_and_a_dead_peer_is_noticed() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let told = SockRef::from(&stream);
    assert!(!told.tcp_nodelay().unwrap() && !told.keepalive().unwrap());

    net::tune(&stream).unwrap();
    assert!(told.tcp_nodelay().unwrap());
    assert!(told.keepalive().unwrap());
    assert_eq!(told.tcp_keepalive_time().unwrap(), Duration::from_secs(60));
    assert_eq!(told.tcp_keepalive_interval().unwrap(), Duration::from_secs(10));
    assert_eq!(told.tcp_keepalive_retries().unwrap(), 3);
    #[cfg(target_os = "linux")]
    assert_eq!(told.tcp_user_timeout().unwrap(), Some(Duration::from_secs(30)));
}

#[test]
fn a_listeners_address_can_be_used_again_at_once() {
    let listener = listen((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    assert!(SockRef::from(&listener).reuse_address().unwrap());
}

#[test]
#[expect(clippy::print_stderr, reason = "it says that a test was skipped")]
fn the_ipv6_wildcard_is_for_everyone() {
    if TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_err() {
        eprintln!("skipped: this machine has no IPv6 loopback");
        return;
    }
    let everyone = listen((Ipv6Addr::UNSPECIFIED, 0).into()).unwrap();
    assert!(!SockRef::from(&everyone).only_v6().unwrap());
}
