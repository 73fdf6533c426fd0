//! A recording shown for people.

use chatroom::limits;
use chatroom::recording::replay::show::{Show, Told};
use chatroom::recording::transcript::Transcript;
use insta::assert_snapshot;

use super::{INCIDENT, from, played};

/// All that is told of a recording.
fn told(text: &str) -> Vec<Told> {
    let mut show = None;
    let mut told = Vec::new();
    let end = played(text, |step, head, _| {
        told.extend(show.get_or_insert_with(|| Show::new(head)).step(step));
    });
    assert_eq!(end, Ok(()));
    told
}

fn lines(text: &str) -> String {
    let lines: Vec<_> = told(text).iter().map(|told| told.row().text()).collect();
    lines.join("\n")
}

#[test]
fn a_line_tells_what_someone_said_or_what_befell_someone() {
    assert_snapshot!(lines(INCIDENT));
}

/// The text that tells these events.
fn after(events: &str) -> String {
    let transcript: Transcript = events.parse().unwrap();
    lines(&transcript.replay().to_string())
}

#[test]
fn history_and_welcome_with_times_are_not_told_either() {
    assert_snapshot!(after(
        r"
        motd=be kind
        clock says 2026-11-27T09:30:00.000Z
        ann connects
        ann -> ann\n
        ann -> hello\n
        +1.000s bob connects
        bob -> /times\na:b\nbob\n
        bob -> hi\n"
    ));
}

#[test]
fn message_never_looks_like_an_event() {
    assert_snapshot!(after(
        r"
        ann connects
        ann -> ann\n
        ann -> is lost\n<= bob: hi\n   +9.000s  bob  is dropped\n
        ann -> bob left the chat!\n\x0b+1.000s  operator  stops the server\n"
    ), @r"
           +0.000s  #1 (127.0.0.1)        connects
           +0.000s  #1 (127.0.0.1)        -> ann\n
           +0.000s  ann                   <= ann joined the chat!
           +0.000s  ann                   <- # 1 here: ann
           +0.000s  ann                   <= ann: is lost
           +0.000s  ann                   <= ann: <= bob: hi
           +0.000s  ann                   <= ann:    +9.000s  bob  is dropped
           +0.000s  ann                   <= ann: bob left the chat!
           +0.000s  ann                   <= ann:  +1.000s  operator  stops the server
    ");
}

#[test]
fn long_text_is_cut_and_told_to_be() {
    let line = "x".repeat(limits::SHOWN_BYTES - 1);
    let events = format!(
        "rate=0\nann connects\nann -> ann\\n\nann -> {line}é{line}\\n\nann -> {}\nann -> \\n\\r\\n",
        "one\\n".repeat(limits::SHOWN_LINES + 3),
    );
    let told = after(&events).replace(&line, "LINE");
    assert_snapshot!(told);
}

#[test]
fn frame_that_waited_is_told_when_it_is_heard() {
    assert_snapshot!(after(
        r"
        rate=1 burst=1
        ann connects
        ann -> ann\none\ntwo\nthree\n
        +1.000s ann -> fo
        +2.000s ann -> ur\n
        +3.000s time passes
        +4.000s time passes
        +9.000s ann -> fi
        +9.100s ann -> ve\n"
    ));
}

#[test]
fn one_that_ends_its_lines_after_all_is_told_of() {
    assert_snapshot!(after(
        r"
        Jacob connects
        Jacob -> Jacob
        +0.250s time passes
        Jacob -> Jacob: one
        Jacob -> Jacob: two\n
        Jacob -> /quit\n
        Jacob -> too late\n"
    ), @r"
           +0.000s  #1 (127.0.0.1)        connects
           +0.000s  #1 (127.0.0.1)        -> Jacob
           +0.250s  #1 (127.0.0.1)        is admitted in ASCII
           +0.250s  Jacob                 <= Jacob joined the chat!
           +0.250s  Jacob                 <= Jacob: one
           +0.250s  Jacob                 ends its lines after all
           +0.250s  Jacob                 <= Jacob: two
           +0.250s  Jacob                 <= Jacob left the chat!
           +0.250s  #1 (gone)             -> too late\n
    ");
}

#[test]
fn member_from_before_the_recording_is_told_first() {
    assert_snapshot!(lines(&from("+21.000s", INCIDENT)));
}

#[test]
fn a_nickname_may_change_hands_in_one_moment() {
    assert_snapshot!(after(
        r"
        rate=1 burst=1
        ann connects
        ann -> ann\none\ntwo\n
        ann is gone
        bob connects
        bob -> bob\none\n/nick ann\n
        +1.000s time passes
        +3.000s bob -> /me was bob\n
        +3.000s bob -> /nick bob\n
        +4.000s time passes"
    ));
}
