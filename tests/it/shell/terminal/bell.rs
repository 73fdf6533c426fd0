//! Lines that ring, and lines that do not.

use super::tty::Tty;
use crate::loopback::people::{Peer, Person};
use crate::programs::Server;

/// These people hear a line of bob's, as it is shown.
fn hear(people: &[&Tty], line: &str) {
    for person in people {
        person.shows(line);
    }
}

/// The number of times that the bell of each has rung. It rings with the line that it rings for.
fn rung<const N: usize>(people: [&Tty; N]) -> [usize; N] {
    people.map(Tty::rung)
}

/// The bell rests once it has rung. So whatever is to be silent comes before what rings.
#[test]
fn bell_rings_for_ones_name_and_private_messages_but_never_for_oneself() {
    let server = Server::start(&["--history", "0"]);
    let joins = |name, flags: &[&str]| Tty::joins(server.address, name, flags);
    let dora = &joins("Dora", &[]);
    dora.types("I am Dora\r");
    dora.shows("Dora: I am Dora");
    let dick = &joins("Dick", &[]);
    let off = &joins("Olga", &["--bell", "off"]);
    let mention = &joins("Mia", &["--bell", "mention"]);
    let private = &joins("Paul", &["--bell", "private"]);
    let all = &joins("Alma", &["--bell", "all"]);
    let everyone = [dora, dick, off, mention, private, all];
    let bob = Peer::joins(server.address, "bob");
    all.types("I am Alma\r");
    hear(&everyone, "Alma: I am Alma");
    bob.says("/msg Mia psst");
    hear(&[mention], "[bob to you] psst");
    assert_eq!(rung(everyone), [0; 6]);
    bob.says("* Dora, olga, MIA and paul?");
    hear(&everyone, "bob: * Dora, olga, MIA and paul?");
    assert_eq!(rung(everyone), [1, 0, 0, 1, 0, 1]);
    for name in ["Dick", "Olga", "Paul"] {
        bob.says(&format!("/msg {name} psst"));
    }
    hear(&[dick, off, private], "[bob to you] psst");
    assert_eq!(rung([dora, dick, off, mention, private]), [1, 1, 0, 1, 1]);
}
