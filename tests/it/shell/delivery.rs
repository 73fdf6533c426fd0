//! The delivery alone, over real sockets, where one batch decides.

use std::io::{self, Read};
use std::net::{IpAddr, Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::Arc;

use chatroom::shell::server::delivery::Delivery;
use chatroom::shell::server::log::{Logs, Outbox};
use chatroom::shell::server::reader::Link;
use chatroom::{Action, ClientId, Ending, Millis, Rendering, Settings, limits};
use socket2::SockRef;

const FROM: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

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
        delivery.accepted(id, FROM, link);
        peer.shutdown(Shutdown::Write).unwrap();
        assert_eq!(delivery.read_ended(id, Ending::Finished), Ending::Finished);
        delivery.apply(Millis::ZERO, &Action::Send(id, b"last words\n"));
        delivery.apply(Millis::ZERO, &Action::Drop(id));
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
    delivery.accepted(leaver, FROM, link);
    delivery.apply(Millis::ZERO, &Action::Send(leaver, b"last words\n"));
    delivery.apply(Millis::ZERO, &Action::Drop(leaver));
    for id in (1..=2 * limits::LINGERING as u64).map(ClientId) {
        let (_, link) = pair();
        delivery.accepted(id, FROM, link);
        delivery.apply(Millis::ZERO, &Action::Drop(id));
        assert!(delivery.is_served(Millis::ZERO, id).is_none());
    }

    let ended = delivery.flush(Millis::ZERO);

    assert_eq!(ended, []);
    assert_eq!(delivery.poll_timeout(), Some(limits::LINGER), "the leaver may close its side");
    assert_eq!(heard(&mut peer).unwrap(), "last words\n");
}

#[test]
fn source_whose_many_connections_take_nothing_ends_one_of_its_own() {
    const HOSTILE: u64 = 8;
    const MIB: usize = 1024 * 1024;
    let memory = limits::HELD_PART * 6 * MIB;
    let mut delivery = Delivery::new(&Settings { memory, ..Settings::default() });
    let mut peers = Vec::new();
    let honest = ClientId(0);
    for id in (0..=HOSTILE).map(ClientId) {
        let (peer, link) = pair();
        let from = if id == honest { IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2)) } else { FROM };
        // Nobody reads, and the kernel takes little: buffers whose size was set do not grow (socket(7)).
        SockRef::from(&link.stream).set_send_buffer_size(4096).unwrap();
        SockRef::from(&peer).set_recv_buffer_size(4096).unwrap();
        delivery.accepted(id, from, link);
        peers.push(peer);
    }
    // Each of the others holds less than this one, and all of them more.
    for (id, bytes) in (0..=HOSTILE).map(|id| (ClientId(id), if id == 0 { 4 * MIB } else { MIB })) {
        delivery.apply(Millis::ZERO, &Action::Send(id, &vec![b'x'; bytes]));
    }

    let ended = delivery.flush(Millis::new(1));

    assert!(matches!(ended[..], [(id, Ending::TooSlow)] if id != honest), "{ended:?}");
}

#[test]
fn line_of_one_that_becomes_line_framed_does_not_stand_in_another() {
    let (mut logs, mut outbox, mut sent) = (Logs::default(), Outbox::default(), Vec::new());
    let mut flush = |outbox: &mut Outbox, logs: &Logs| {
        let all = outbox.flush(logs, |bytes| {
            sent.extend_from_slice(bytes);
            Ok(bytes.len())
        });
        assert!(all.unwrap());
    };
    outbox.admit(&logs, Rendering::Ascii);
    logs.append(Rendering::Ascii, b"Ann: hi\n");
    flush(&mut outbox, &logs);
    outbox.push(&logs, b"[Bob to you] psst\n");
    outbox.admit(&logs, Rendering::Native);
    logs.append(Rendering::Native, b"Jo: hello\n");
    flush(&mut outbox, &logs);

    assert_eq!(String::from_utf8(sent).unwrap(), "Ann: hi\n[Bob to you] psst\nJo: hello\n");
}

/// All that a peer is sent until its stream ends in order.
fn heard(peer: &mut TcpStream) -> io::Result<String> {
    let mut heard = String::new();
    peer.read_to_string(&mut heard).map(|_| heard)
}
