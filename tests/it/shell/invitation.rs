//! A server says that it can be joined, and a client that a server can be started.

use std::net::{IpAddr, SocketAddr};

use chatroom::shell::program::Start;
use chatroom::shell::server::invitation::{invitation, outside_addresses};
use insta::assert_snapshot;

/// The invitation of a server that listens there, on a machine with these addresses for others.
fn said(listening: &[&str], outside: &[&str], start: Start) -> String {
    let listening: Vec<SocketAddr> = listening.iter().map(|it| it.parse().unwrap()).collect();
    let outside: Vec<IpAddr> = outside.iter().map(|it| it.parse().unwrap()).collect();
    invitation(&listening, &outside, start).join("\n")
}

const OUTSIDE: [&str; 3] = ["192.0.2.7", "198.51.100.7", "2001:db8::7"];

#[test]
fn loopback_server_is_for_this_machine() {
    assert_snapshot!(said(&["127.0.0.1:55555"], &OUTSIDE, Start::Installed), @"Join with `chatroom-client 127.0.0.1:55555`, or with `nc 127.0.0.1 55555`");
    assert_snapshot!(said(&["[::1]:4000"], &OUTSIDE, Start::Installed), @"Join with `chatroom-client '[::1]:4000'`, or with `nc ::1 4000`");
    assert_snapshot!(said(&["127.0.0.1:55555"], &[], Start::Make), @r#"Join with `make run BIN=client ARGS="127.0.0.1:55555"`, or with `nc 127.0.0.1 55555`"#);
}

#[test]
fn server_on_all_addresses_tells_those_that_others_can_use() {
    assert_snapshot!(said(&["0.0.0.0:55555"], &OUTSIDE, Start::Installed), @r"
    Join with `chatroom-client 127.0.0.1:55555`, or with `nc 127.0.0.1 55555`
    Others can join at 192.0.2.7:55555
    Others can join at 198.51.100.7:55555
    ");
    assert_snapshot!(said(&["[::]:55555"], &OUTSIDE, Start::Installed), @r"
    Join with `chatroom-client 127.0.0.1:55555`, or with `nc 127.0.0.1 55555`
    Others can join at 192.0.2.7:55555
    Others can join at 198.51.100.7:55555
    Others can join at [2001:db8::7]:55555
    ");
}

#[test]
fn server_on_one_address_tells_that_one() {
    assert_snapshot!(said(&["192.0.2.7:80", "[2001:db8::7]:80"], &OUTSIDE, Start::Installed), @r"
    Join with `chatroom-client 192.0.2.7:80`, or with `nc 192.0.2.7 80`
    Others can join at 192.0.2.7:80
    Others can join at [2001:db8::7]:80
    ");
}

#[test]
fn each_address_is_told_once_and_not_too_many() {
    let many: Vec<_> = (1..=11).map(|number| format!("192.0.2.{number}")).collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    let said = said(&["0.0.0.0:1", "[::]:1"], &many, Start::Installed);
    let lines: Vec<_> = said.lines().collect();
    assert_eq!(lines.len(), 1 + 8 + 1);
    assert_eq!(lines[9], "This machine has 3 more addresses");
}

#[test]
fn server_is_started_where_the_client_looked() {
    let command = |start: Start, address: &str| start.server(address.parse().unwrap());
    assert_eq!(command(Start::Installed, "127.0.0.1:55555"), "chatroom-server");
    assert_eq!(command(Start::Make, "127.0.0.1:55555"), "make run");
    assert_eq!(command(Start::Make, "[::1]:4000"), "make run ARGS=\"--listen [::1]:4000\"");
    assert_eq!(command(Start::Installed, "[::1]:4000"), "chatroom-server --listen '[::1]:4000'");
}

#[test]
fn no_address_for_others_is_loopback() {
    assert!(outside_addresses().iter().all(|address| !address.is_loopback()));
}
