//! A person who starts the programs in a terminal: how to join, and how to start a server.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use super::tty::{Tty, in_a_terminal};
use crate::programs::{self, Server};

#[test]
fn server_tells_a_person_how_to_join() {
    let mut command = programs::server();
    command.args(["--listen", "127.0.0.1:0"]);
    let mut server = Tty::starts(command, 100, 24);
    server.shows("Join with `chatroom-client 127.0.0.1:");
    let rows = server.rows();
    let address = Server::listening_on(&rows[0]);
    let nc = format!("nc 127.0.0.1 {}", address.port());
    assert_eq!(rows[1], format!("Join with `chatroom-client {address}`, or with `{nc}`"));
    assert_eq!(rows[2], "");
    let ann = Tty::joins(address, "ann", &[]);
    server.signal("HUP");
    ann.shows("the server is shutting down");
    assert_eq!(server.ends(), 0);
}

#[test]
fn client_without_a_server_ends_and_says_how_to_start_one() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address: SocketAddr = listener.local_addr().unwrap();
    drop(listener);
    for flags in [&[][..], &["--plain"]] {
        let mut command = in_a_terminal(programs::client());
        command.env("CHATROOM_MAKE", "1").arg(address.to_string()).args(flags);
        let mut client = Tty::starts(command, 160, 24);
        assert_eq!(client.ends(), 1);
        let rows = client.rows();
        let rows: Vec<_> = rows.iter().filter(|row| row.starts_with("chatroom-client")).collect();
        assert_eq!(
            rows,
            [&format!(
                "chatroom-client: cannot connect to {address}: connection refused; \
                 start a server with `make run ARGS=\"--listen {address}\"`"
            )]
        );
    }
}
