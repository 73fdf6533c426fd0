//! Members that are behind, and for how long: everything comes, in its order, and once.

use chatroom::limits;

use super::people::{Client, Peer, Person, Sloth};
use crate::programs::Server;

/// A server that waits for whoever does not read, and shows nothing that was said before.
const PATIENT: [&str; 6] = ["--backlog", "1073741824", "--rate", "0", "--history", "0"];

/// The length of the lines that fill.
const LINE_BYTES: usize = 4000;

/// Ann, who says numbered lines and sees them all.
struct Speaker {
    peer: Peer,
    said: usize,
}

impl Speaker {
    fn joins(server: &Server) -> Self {
        Self { peer: Peer::joins(server.address, "Ann"), said: 0 }
    }

    /// Says about so many bytes of lines, and sees that they were said. Returns what everyone else
    /// was sent of them.
    #[track_caller]
    fn fills(&mut self, bytes: usize) -> String {
        let filler = "x".repeat(LINE_BYTES);
        let mut said = String::new();
        let lines: Vec<_> = (0..bytes / LINE_BYTES)
            .map(|_| {
                self.said += 1;
                format!("{} é {filler}", self.said)
            })
            .collect();
        for line in &lines {
            self.peer.says(line);
            said.push_str(&format!("Ann: {line}\n"));
        }
        for line in &lines {
            self.peer.sees(&format!("Ann: {line}"));
        }
        said
    }

    /// Says a line, and sees it. Returns what everyone else was sent.
    #[track_caller]
    fn says(&self, line: &str) -> String {
        let seen = format!("Ann: {line}");
        self.peer.says(line);
        self.peer.sees(&seen);
        format!("{seen}\n")
    }

    /// Says something to Bob alone. Returns what Bob was sent.
    #[track_caller]
    fn tells_bob(&self, text: &str) -> String {
        self.peer.says(&format!("/msg Bob {text}"));
        self.peer.sees(&format!("[you to Bob] {text}"));
        format!("[Ann to you] {text}\n")
    }
}

/// The first bytes that a patient server sends someone called Bob.
const WELCOME: &str = "NICKBob joined the chat!\nConnected to the server!\n";

/// The line behind that, where he ends his lines.
const HERE: &str = "# 2 here: Ann, Bob\n";

#[test]
fn a_member_that_reads_late_gets_everything_in_order_and_once() {
    let server = Server::start(&PATIENT);
    let mut ann = Speaker::joins(&server);
    let bob = Sloth::joins(server.address, "Bob");
    ann.peer.sees("Bob joined the chat!");
    let mut expected = WELCOME.to_owned() + HERE;

    // Bob reads some of it, so that what it has ends somewhere in a line; and then nothing.
    expected += &ann.fills(Sloth::BYTES_TO_FILL);
    let mut got = bob.reads(Sloth::BYTES_TO_FILL / 3);
    for number in 1..=10 {
        expected += &ann.fills(Sloth::BYTES_TO_FILL / 20);
        expected += &ann.tells_bob(&format!("for you alone, {number}"));
        expected += &ann.says(&format!("for all, {number}"));
    }
    // The room is quiet: nothing but time makes the server try again.
    got += &bob.reads(expected.len() - got.len());
    assert_same(&got, &expected);

    let last = ann.says("still here");
    assert_same(&bob.reads(last.len()), &last);
}

/// Whose program is the original one: its frames have no end, and its last LF is left out whenever
/// it has got all; what is not ASCII is `?`.
#[test]
fn an_unframed_member_that_is_always_behind_gets_everything_in_order_and_once() {
    let server = Server::start(&PATIENT);
    let mut ann = Speaker::joins(&server);
    let bob = Sloth::connects(server.address);
    bob.sends(b"Bob");
    ann.peer.sees("Bob joined the chat!");

    let before = ascii(&(WELCOME.to_owned() + &ann.fills(Sloth::BYTES_TO_FILL)));
    let (mut behind, mut got) = (String::new(), String::new());
    for number in 1..=40 {
        let said = ascii(&ann.fills(Sloth::BYTES_TO_FILL / 80));
        got += &bob.reads(said.len());
        behind += &said;
        behind += &ascii(&ann.tells_bob(&format!("à toi, {number}")));
    }
    behind.pop();

    // The kernel decides how many writes there were until Bob was behind: one LF less for each.
    let expected = joined(&before) + &joined(&behind);
    loop {
        let missing = expected.len() - joined(&got).len();
        if missing == 0 {
            break;
        }
        got += &bob.reads(missing);
    }
    drop(server);
    assert_eq!(bob.reads_to_the_end(), "");
    assert_same(&joined(&got), &expected);
    assert!(got.ends_with(&behind), "whoever has not got all gets every LF but the last");
}

/// As the original client gets it.
fn ascii(text: &str) -> String {
    text.replace(['à', 'é'], "?")
}

/// Without its line ends.
fn joined(lines: &str) -> String {
    lines.replace('\n', "")
}

/// These are the same; megabytes of others are not worth showing.
#[track_caller]
fn assert_same(got: &str, expected: &str) {
    if got != expected {
        let same = got.lines().zip(expected.lines()).take_while(|(a, b)| a == b).count();
        let [got, expected] = [got, expected].map(|text| {
            let line: String =
                text.lines().nth(same).unwrap_or_default().chars().take(60).collect();
            format!("{line:?} in {} bytes", text.len())
        });
        panic!("after {same} lines that are right, {got} for {expected}");
    }
}

#[test]
fn a_server_that_ends_sends_what_is_unsent_to_whoever_reads_now() {
    let mut server = Server::start(&PATIENT);
    let mut ann = Speaker::joins(&server);
    let bob = Sloth::joins(server.address, "Bob");
    ann.peer.sees("Bob joined the chat!");
    let mut expected = WELCOME.to_owned() + HERE + &ann.fills(Sloth::BYTES_TO_FILL);

    server.program.signal("TERM");
    ann.peer.sees("# the server is shutting down");
    expected += "# the server is shutting down\n";
    assert_same(&bob.reads_to_the_end(), &expected);
    drop(bob);
    ann.peer.sees_the_end();
    assert_eq!(server.program.exit_code(), 0);
}

#[test]
fn long_file_piped_into_the_client_is_said_to_its_end() {
    let server = Server::start(&PATIENT);
    let lines: Vec<_> = (1..=40_000).map(|number| number.to_string()).collect();
    is_piped(&server, &lines);
}

/// It comes far faster than the bot may speak, and is more than the room holds for anyone.
#[test]
fn long_file_of_someone_who_is_read_more_slowly_is_no_flood() {
    let server = Server::start(&["-v", "--burst", "10", "--rate", "100", "--history", "0"]);
    let filler = "x".repeat(LINE_BYTES);
    let lines: Vec<_> = (1..=3 * limits::HELD_BYTES / LINE_BYTES)
        .map(|number| format!("{number} {filler}"))
        .collect();
    is_piped(&server, &lines);
    let logged = std::iter::from_fn(|| server.program.stderr.next());
    let mut logged = logged.take_while(|line| !line.starts_with("bot left"));
    let slowly = "bot is paused: its own rate (#2, ";
    assert!(logged.any(|line| line.starts_with(slowly)), "the bot was never too fast");
}

/// A bot of which Ann hears pipes these lines into our client, and leaves.
#[track_caller]
fn is_piped(server: &Server, lines: &[String]) {
    let ann = Peer::joins(server.address, "Ann");
    let bot = Client::joins(server.address, "bot");
    ann.sees("bot joined the chat!");
    bot.0.types(&(lines.join("\n") + "\n"));
    let bot = bot.0.ends();
    assert_eq!((bot.code, bot.stderr.len()), (0, 0), "{}", bot.stderr.join("\n"));
    let said: Vec<_> = lines.iter().map(|line| format!("bot: {line}")).collect();
    assert!(bot.stdout == said, "{} lines came back", bot.stdout.len());
    for line in &said {
        ann.sees(line);
    }
    ann.sees("bot left the chat!");
}
