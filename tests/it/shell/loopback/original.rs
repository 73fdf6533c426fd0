//! The original programs, which are not to be changed.

use super::doors::{OriginalClient, OriginalServer};
use super::people::{Client, Peer, Person, all_see};
use crate::programs::{Lines, Server};

#[test]
fn lines_of_the_original_client_that_tcp_glued_are_taken_apart() {
    let server = Server::start(&[]);
    let ann = Peer::joins(server.address, "Ann");
    let jacob = OriginalClient::starts(server.address, "Jacob");
    ann.sees("Jacob joined the chat!");
    jacob.has_joined_as("Jacob");

    jacob.pastes(&["one", "two", "three"]);
    for line in ["Jacob: one", "Jacob: two", "Jacob: three"] {
        all_see(&[&ann, &jacob], line);
    }
}

/// Longer than a page or two: however the server reads it, one send is one message.
#[test]
fn a_long_message_of_the_original_client_is_one_message() {
    let server = Server::start(&[]);
    let ann = Peer::joins(server.address, "Ann");
    let jacob = OriginalClient::starts(server.address, "Jacob");
    ann.sees("Jacob joined the chat!");
    for length in [1500, 1024 - "Jacob: ".len(), 4000] {
        let text = "x".repeat(length);
        jacob.says(&text);
        ann.sees(&format!("Jacob: {text}"));
    }
}

/// It dies of anything else, and shows an empty line for a final LF; the stand-in does both.
#[test]
fn the_original_client_is_sent_only_ascii_and_no_final_line_end() {
    let server = Server::start(&[]);
    let ann = Peer::joins(server.address, "Ann");
    let jacob = OriginalClient::starts(server.address, "Jacob");
    ann.sees("Jacob joined the chat!");
    jacob.has_joined_as("Jacob");

    ann.says("é😀");
    ann.sees("Ann: é😀");
    jacob.sees("Ann: ??");
    ann.says("/msg Jacob naïve");
    ann.sees("[you to Jacob] naïve");
    jacob.sees("[Ann to you] na?ve");
    jacob.says("still here");
    all_see(&[&ann, &jacob], "Jacob: still here");
}

#[test]
fn the_original_client_with_a_taken_nickname_is_given_another() {
    let server = Server::start(&[]);
    let ann = Peer::joins(server.address, "Ann");
    let other = OriginalClient::starts(server.address, "Ann");
    all_see(&[&ann, &other], "Ann2 joined the chat!");
    other.sees("Connected to the server!");
    other.sees("# you are Ann2 here");

    other.says("hi");
    all_see(&[&ann, &other], "Ann2: hi");
}

#[test]
fn our_client_holds_a_conversation_in_a_room_of_the_original_server() {
    let server = OriginalServer::start();
    let mut jacob = Client::starts(server.address, "Jacob", &["--legacy"]);
    server.reads.expect("Jacob");
    sees_glued(&jacob, "Jacob joined the chat!Connected to the server!");

    let meghana = OriginalClient::starts(server.address, "Meghana");
    server.reads.expect("Meghana");
    jacob.sees("Meghana joined the chat!");
    sees_glued(&meghana, "Meghana joined the chat!Connected to the server!");

    jacob.says("Hey guys");
    server.reads.expect("Jacob: Hey guys");
    all_see(&[&jacob, &meghana], "Jacob: Hey guys");
    meghana.says("Hey Jacob");
    server.reads.expect("Meghana: Hey Jacob");
    all_see(&[&jacob, &meghana], "Meghana: Hey Jacob");

    jacob.says("é😀");
    server.reads.expect("Jacob: ??");
    all_see(&[&jacob, &meghana], "Jacob: ??");
    let notice = "! the original server takes only ASCII: other characters were sent as ?";
    jacob.0.stderr.expect(notice);

    jacob.0.input_ends();
    meghana.sees("Jacob left the chat!");
    let jacob = jacob.0.ends();
    assert_eq!((jacob.code, jacob.stdout.len(), jacob.stderr.len()), (0, 0, 0), "{jacob}");
}

#[test]
fn lines_piped_to_the_original_server_are_read_one_by_one() {
    let server = OriginalServer::start();
    let jacob = Client::starts(server.address, "Jacob", &["--legacy"]);
    jacob.0.types("one\ntwo\nthree");
    let jacob = jacob.0.ends();
    assert_eq!((jacob.code, jacob.stderr.len()), (0, 0), "{jacob}");
    for read in ["Jacob", "Jacob: one", "Jacob: two", "Jacob: three"] {
        server.reads.expect(read);
    }
}

/// The original server ends nothing, so two sends in a row are one line on a screen, or two.
#[track_caller]
fn sees_glued(person: &dyn Person, text: &str) {
    let screen: &Lines = person.screen();
    let mut seen = String::new();
    while text.starts_with(&seen) && seen.len() < text.len() {
        seen.push_str(&screen.next().unwrap());
    }
    assert_eq!(seen, text);
}
