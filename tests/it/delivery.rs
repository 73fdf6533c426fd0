//! The delivery alone, over real sockets, where one batch decides.

use std::io::{self, Read};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::Arc;

use chatroom::shell::server::delivery::Delivery;
use chatroom::shell::server::reader::Link;
use chatroom::{Action, ClientId, Ending, Millis, Settings, limits};

/// A connection, both ends of it.
fn pair() -> (TcpStream, Arc<Link>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let peer = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    (peer, Link::new(listener.accept().unwrap().0))
}

#[test]
fn crowd_that_is_dropped_in_one_batch_gets_its_last_words() {
    let mut delivery = Delivery::new(&Settings::default());
    let mut peers = Vec::new();
    for id in (0..2 * limits::LINGERING as u64).map(ClientId) {
        let (peer, link) = pair();
        delivery.accepted(id, link);
        peer.shutdown(Shutdown::Write).unwrap();
        assert_eq!(delivery.read_ended(id, Ending::Finished), Ending::Finished);
        delivery.obey(Millis::ZERO, &Action::Send(id, b"last words\n"));
        delivery.obey(Millis::ZERO, &Action::Drop(id));
        peers.push(peer);
    }

    let ended = delivery.flush(Millis::ZERO);

    assert_eq!(ended, []);
    for mut peer in peers {
        assert_eq!(heard(&mut peer).unwrap(), "last words\n");
    }
}

#[test]
fn crowd_that_is_refused_ends_nobody_elses_goodbye() {
    let mut delivery = Delivery::new(&Settings::default());
    let (mut peer, link) = pair();
    let leaver = ClientId(0);
    delivery.accepted(leaver, link);
    delivery.obey(Millis::ZERO, &Action::Send(leaver, b"last words\n"));
    delivery.obey(Millis::ZERO, &Action::Drop(leaver));
    for id in (1..=2 * limits::LINGERING as u64).map(ClientId) {
        let (_, link) = pair();
        delivery.accepted(id, link);
        delivery.obey(Millis::ZERO, &Action::Drop(id));
        assert!(delivery.is_served(Millis::ZERO, id).is_none());
    }

    let ended = delivery.flush(Millis::ZERO);

    assert_eq!(ended, []);
    assert_eq!(delivery.poll_timeout(), Some(limits::LINGER), "the leaver may close its side");
    assert_eq!(heard(&mut peer).unwrap(), "last words\n");
}

/// All that a peer is sent until its stream ends in order.
fn heard(peer: &mut TcpStream) -> io::Result<String> {
    let mut heard = String::new();
    peer.read_to_string(&mut heard).map(|_| heard)
}
