//! The end of someone's stay.

use chatroom::recording::replay::block::Block;
use chatroom::recording::replay::filter::Filter;
use chatroom::recording::replay::why::Why;
use chatroom::recording::transcript::Transcript;
use insta::assert_snapshot;

use super::{INCIDENT, from, played};

/// The explanation of the ends of this one's stays, or that there are none.
fn explained(whom: &str, text: &str) -> String {
    let mut filter = None;
    let wanted = [whom.parse().unwrap()];
    let end = played(text, |step, head, _| {
        filter.get_or_insert_with(|| Filter::new(&wanted, head)).step(step);
    });
    assert_eq!(end, Ok(()));
    let filter = filter.unwrap();
    let mut why = None;
    let mut reports = Vec::new();
    let end = played(text, |step, head, room| {
        let why = why.get_or_insert_with(|| Why::new(&filter, head));
        reports.extend(why.step(step, room));
    });
    assert_eq!(end, Ok(()));
    reports.extend(why.unwrap().end());
    let reports: Vec<_> = reports.iter().map(rows).collect();
    filter.missing().unwrap_or_else(|| reports.join("\n"))
}

fn rows(report: &Block) -> String {
    report.rows().iter().map(|row| row.text() + "\n").collect()
}

fn explained_each(whom: &[&str], text: &str) -> String {
    let each: Vec<_> = whom.iter().map(|whom| explained(whom, text)).collect();
    each.join("\n")
}

#[test]
fn each_end_has_a_rule_and_the_bytes() {
    let members = ["ann", "Anna", "bob", "cid", "Jacob", "dan", "eve", "#11"];
    assert_snapshot!(explained_each(&members, INCIDENT));
}

#[test]
fn connection_without_a_nickname_has_a_number() {
    assert_snapshot!(explained_each(&["#5", "#6", "#10", "#11", "#12", "zed"], INCIDENT));
}

/// The explanation of these ones' ends, after these events.
fn after(whom: &[&str], events: &str) -> String {
    let transcript: Transcript = events.parse().unwrap();
    explained_each(whom, &transcript.replay().to_string())
}

#[test]
fn a_member_that_is_heard_after_its_end_leaves_when_it_has_been_or_a_minute_later() {
    let events = r"
        rate=1 burst=1
        ann connects
        ann -> ann\none\ntwo
        +0.100s ann finishes
        +1.000s time passes
        +2.000s bob connects
        bob -> bob\none\ntwo\n
        +2.100s bob is gone
        +3.000s time passes
        +4.000s cid connects
        cid -> cid\n1\n2\n3\n4\n5\n6\n
        +4.100s cid is gone
        +64.100s time passes";
    assert_snapshot!(after(&["ann", "bob", "cid"], events));
}

#[test]
fn a_quit_is_found_however_it_came() {
    let events = r"
        rate=1 burst=1
        ann connects
        ann -> ann\n/qu
        ann -> it\nnever said\n
        bob connects
        bob -> bob\nhi\n/QUIT\n
        bob finishes
        eve connects
        eve -> eve\nhi\n/quit\n
        eve is gone
        +1.000s time passes
        Jacob connects
        Jacob -> Jacob
        +1.250s time passes
        Jacob -> Jacob: /quit bye
        dan connects
        dan -> dan\nan /quit is no /quit\n
        dan finishes";
    assert_snapshot!(after(&["ann", "bob", "eve", "Jacob", "dan"], events));
}

#[test]
fn refusal_of_a_connection_names_its_setting() {
    let events = r"
        max-members=3 max-per-address=1 handshake-timeout=1500
        #1 connects from 192.0.2.1:1
        #2 connects from 192.0.2.1:2
        #3 connects from 192.0.2.3:3
        #4 connects from 192.0.2.4:4
        #5 connects from 192.0.2.5:5
        #3 -> \x16\x03\x01
        #4 -> a:b\na:b\na:b\na:b\na:b\n
        #6 connects from 192.0.2.6:6
        #6 -> a:b\nnick
        +1.500s time passes
        #7 connects from 192.0.2.7:7
        #7 is lost
        #8 connects from 192.0.2.8:8
        #8 is too slow
        #9 connects from 192.0.2.9:9
        #9 is gone
        operator stops the server
        #10 connects from 192.0.2.10:10";
    let whom = ["#2", "#3", "#4", "#5", "#6", "#7", "#8", "#9", "#10"];
    assert_snapshot!(after(&whom, events));
}

#[test]
fn refusal_with_its_time_is_the_same_refusal() {
    let events = r"
        handshake-timeout=1500
        clock says 2026-11-27T09:30:00.000Z
        #1 connects from 192.0.2.1:1
        #1 -> /times\na:b\na:b\na:b\na:b\na:b\n
        #2 connects from 192.0.2.2:2
        #2 -> /times\na:b\nnick
        +1.500s time passes";
    assert_snapshot!(after(&["#1", "#2"], events));
}

#[test]
fn member_that_lost_its_nickname_to_its_token_is_replaced() {
    let events = r"
        ann connects
        ann -> ann\n/resume 2c6d0ef77fd59b7fe32a8a89580f1dc8ea9dac2339dbd7f4269cd81c0c8795fc\n
        +1.000s again connects
        again -> /resume a-token-of-ann-1\nann\n
        +2.000s again is lost";
    assert_snapshot!(after(&["ann"], events), @r"
        ann (#1 from 127.0.0.1:1001) was replaced by another connection at +1.000s
          came     connected at +0.000s, joined as ann at +0.000s
          rule     a nickname goes to the connection that shows its token
          bytes    until +0.000s: ann\n/resume 2c6d0ef77fd59b7fe32a8a89580f1dc8ea9dac2339dbd7f4269cd81c0c8795fc\n

        ann (#2 from 127.0.0.1:1002) was lost at +2.000s
          came     connected at +1.000s, joined as ann at +1.000s
          rule     a reset, or a peer that does not answer, ends a stay at once
          bytes    until +1.000s: /resume a-token-of-ann-1\nann\n
    ");
}

#[test]
fn member_that_gave_its_seat_to_a_newcomer_is_told_so() {
    let events = r"
        max-members=3
        #1 connects from 192.0.2.1:1
        #1 -> ann\n
        #2 connects from 192.0.2.1:2
        #2 -> bob\n
        #3 connects from 192.0.2.3:3
        #3 -> cid\n
        +9.000s #4 connects from 192.0.2.4:4";
    assert_snapshot!(after(&["bob"], events), @r"
        bob (#2 from 192.0.2.1:2) was dropped for a newcomer at +9.000s
          came     connected at +0.000s, joined as bob at +0.000s
          rule     max-members=3: in a full room the newest of the largest source gives way
          bytes    until +0.000s: bob\n
    ");
}

/// Its nickname is known, and so is the time when it was dropped.
#[test]
fn member_whose_leave_is_announced_late_has_left_when_it_was_dropped() {
    let mut events = String::from("backlog=8192\n");
    for id in 1..=200 {
        events += &format!("+{id}.000s #{id} connects from 127.0.0.1:1\n#{id} -> member{id}\\n\n");
    }
    (1..=200).for_each(|id| events += &format!("+300.000s #{id} is lost\n"));
    (1..=100)
        .for_each(|tick| events += &format!("+30{}.{:02}0s time passes\n", tick / 100, tick % 100));
    let report = after(&["#200"], &events);
    assert!(
        report.starts_with("member200 (#200 from 127.0.0.1:1) was lost at +300.000s\n"),
        "{report}"
    );
}

/// The recording ends before anybody is told.
#[test]
fn member_whose_leave_is_not_announced_is_not_still_here() {
    let mut events = String::from("backlog=8192\n");
    for id in 1..=200 {
        events += &format!("+{id}.000s #{id} connects from 127.0.0.1:1\n#{id} -> member{id}\\n\n");
    }
    (1..=200).for_each(|id| events += &format!("+300.000s #{id} is lost\n"));
    let report = after(&["#200"], &events);
    let headline = "member200 (#200 from 127.0.0.1:1) was lost at +300.000s\n";
    assert!(report.starts_with(headline), "{report}");
}

#[test]
fn one_that_floods_is_told_with_what_waited() {
    let read = "hello\\n".repeat(10_000);
    let reads = format!("ann -> {read}\n").repeat(5);
    let events = format!("rate=1\nann connects\nann -> ann\\n\n{reads}");
    assert_snapshot!(after(&["ann"], &events), @r"
        ann (#1 from 127.0.0.1:1001) was dropped for flooding at +0.000s
          came     connected at +0.000s, joined as ann at +0.000s
          rule     266242 bytes of one member may wait for their turn
          number   239880 waited, and 60000 more came at +0.000s
          bytes    until +0.000s: … o\nhello\nhello\nhello\nhello\nhello\nhello\nhello\nhello\nhello\nhello\nhello\nhello\nhello\nhello\nhello\nhello\nhello\nhello\nhello\nhello\nhello\nhello\nhello\nhello\nhello\nhello\nhello\nhello\nhello\nhello\nhello\nhello\nhello\n
    ");
}

#[test]
fn one_that_is_too_slow_is_behind_since_it_was_last_not() {
    let events = r"
        ann connects
        ann -> ann\n
        +1.000s ann is behind by 4096
        +2.000s ann is behind by 8192
        +3.000s ann is behind by 4096
        +4.000s ann is behind by 9000
        +5.000s ann is too slow
        bob connects
        bob -> bob\n
        bob is too slow";
    assert_snapshot!(after(&["ann", "bob"], events));
}

#[test]
fn member_of_many_nicknames_is_told_with_the_first_and_the_latest() {
    let renames: String = (0..30).map(|at| format!("ann -> /nick ann{at}\\n\n")).collect();
    let events = format!("rate=0\nann connects\nann -> ann\\n\n{renames}ann is lost");
    assert_snapshot!(after(&["ANN7"], &events), @r"
        ann29 (#1 from 127.0.0.1:1001) was lost at +0.000s
          came     connected at +0.000s, joined as ann at +0.000s
          rule     a reset, or a peer that does not answer, ends a stay at once
          bytes    until +0.000s: … k ann13\n/nick ann14\n/nick ann15\n/nick ann16\n/nick ann17\n/nick ann18\n/nick ann19\n/nick ann20\n/nick ann21\n/nick ann22\n/nick ann23\n/nick ann24\n/nick ann25\n/nick ann26\n/nick ann27\n/nick ann28\n/nick ann29\n
    ");
}

#[test]
fn member_who_stays_to_the_end_is_told_to_be_here() {
    let events = "ann connects\nann -> ann\\n\nbob connects\n+3.000s time passes";
    assert_snapshot!(after(&["ann", "#2", "bob"], events), @r"
        ann (#1 from 127.0.0.1:1001) was still here at +3.000s
          came     connected at +0.000s, joined as ann at +0.000s
          bytes    until +0.000s: ann\n

        #2 from 127.0.0.1:1002 was still here at +3.000s
          came     connected at +0.000s
          bytes    it sent nothing

        nobody is called bob in it; there are ann
    ");
}

#[test]
fn of_a_stay_that_began_before_the_recording_as_much_is_told_as_is_known() {
    let whom = ["anna", "bob", "cid", "Jacob", "#6", "ann"];
    let last_words = explained("eve", &from("+47.100s", INCIDENT));
    assert_snapshot!(explained_each(&whom, &from("+21.000s", INCIDENT)) + "\n" + &last_words);
}
