//! One conversation of people who come through different doors.

use super::doors::OriginalClient;
use super::people::{Client, Peer, Person, all_see};
use crate::programs::Server;

#[test]
fn three_people_with_three_programs_hold_one_conversation() {
    let server = Server::start(&[]);
    let jacob = Client::joins(server.address, "Jacob");

    let kaushik = Peer::connects(server.address);
    kaushik.says("Kaushik");
    all_see(&[&jacob, &kaushik], "Kaushik joined the chat!");
    kaushik.sees("Connected to the server!");
    kaushik.sees("# 2 here: Jacob, Kaushik");

    let meghana = OriginalClient::starts(server.address, "Meghana");
    all_see(&[&jacob, &kaushik, &meghana], "Meghana joined the chat!");
    meghana.sees("Connected to the server!");

    let everyone: [(&str, &dyn Person); 3] =
        [("Jacob", &jacob), ("Kaushik", &kaushik), ("Meghana", &meghana)];
    let [jacob_, kaushik_, meghana_] = everyone;
    for ((nickname, person), line) in [
        (jacob_, "Hey guys"),
        (kaushik_, "Hey Jacob"),
        (meghana_, "Hey guys! How's it going?"),
        (jacob_, "Ok I need to go now. Bye!"),
        (kaushik_, "Bye guys!"),
        (meghana_, "Bye everyone!"),
        (kaushik_, "Bye"),
    ] {
        person.says(line);
        all_see(&everyone.map(|(_, person)| person), &format!("{nickname}: {line}"));
    }

    meghana.closes();
    all_see(&[&jacob, &kaushik], "Meghana left the chat!");
}

#[test]
fn a_newcomer_sees_what_was_said_before_whatever_the_program() {
    let server = Server::start(&["--history", "2"]);
    let ann = Peer::joins(server.address, "Ann");
    for line in ["one", "two", "three"] {
        ann.says(line);
        ann.sees(&format!("Ann: {line}"));
    }

    let history = ["# messages 2 to 3:", "Ann: two", "Ann: three", "Bob joined the chat!"];
    let bob = Client::starts(server.address, "Bob", &[]);
    history.iter().for_each(|line| bob.sees(line));
    drop(bob);
    ann.screen().until("Bob left the chat!");

    let bob = OriginalClient::starts(server.address, "Bob");
    history.iter().for_each(|line| bob.sees(line));
}
