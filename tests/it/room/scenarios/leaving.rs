//! The end, for one or for all.

use super::played;

scenario! {
    everyone_who_remains_hears_that_someone_left r"
        ann connects
        ann -> ann\n
        bob connects
        bob -> bob\n
        ann finishes
    "
    a_lost_connection_is_said_to_be r"
        ann connects
        ann -> ann\n
        bob connects
        bob -> bob\n
        ann is lost
    "
    a_member_that_does_not_read_is_said_to_be_too_slow r"
        ann connects
        ann -> ann\n
        bob connects
        bob -> bob\n
        ann is too slow
    "
    a_last_line_without_its_end_counts_when_its_sender_finishes r"
        ann connects
        ann -> ann\n
        ann -> bye
        ann finishes
    "
    a_last_line_without_its_end_does_not_count_after_a_reset r"
        ann connects
        ann -> ann\n
        ann -> bye
        ann is lost
    "
    a_nickname_may_be_the_last_line r"
        ann connects
        ann -> ann
        ann finishes
    "
    paused_member_that_finishes_is_heard_to_the_end r"
        burst=1 rate=10
        ann connects
        ann -> ann\none\ntwo\nthree
        +0.010s ann finishes
        +0.100s time passes
        +0.200s time passes
    "
    member_that_finishes_with_more_than_its_turn_is_heard_to_the_end r"
        burst=1 rate=10
        ann connects
        ann -> ann\none\ntwo
        ann finishes
        +0.100s time passes
    "
    paused_member_that_is_gone_is_heard_for_a_minute_at_most r"
        burst=1 rate=1
        ann connects
        ann -> ann\none\ntwo\nthree\nfour
        +0.500s ann is gone
        bob connects
        +1.000s time passes
        +60.499s time passes
        +60.500s time passes
    "
    member_that_finishes_and_is_gone_later_is_heard_for_a_minute_more r"
        burst=1 rate=1
        ann connects
        ann -> ann\none\ntwo\nthree\n
        ann finishes
        +70.000s ann is gone
        +71.000s time passes
    "
    member_that_is_gone_with_nothing_left_to_say_leaves_plainly r"
        ann connects
        ann -> ann\nhi
        ann is gone
        bob connects
        bob is gone
    "
    paused_member_that_is_lost_leaves_at_once r"
        burst=1 rate=10
        bob connects
        bob -> bob\n
        ann connects
        ann -> ann\none\ntwo\n
        ann is lost
        +0.100s time passes
    "
    a_last_unframed_frame_is_said r"
        jacob connects
        jacob -> Jacob
        +0.250s time passes
        jacob -> Jacob: bye
        jacob finishes
    "
    a_server_that_is_stopped_says_so_and_closes_every_connection r"
        ann connects
        ann -> ann\n
        bob connects
        operator stops the server
        cid connects
        ann -> hello\n
        ann finishes
        operator stops the server
    "
    a_stop_while_someone_is_paused_leaves_no_one_behind r"
        burst=1 rate=10
        ann connects
        ann -> ann\none\ntwo\n
        operator stops the server
        +0.100s time passes
    "
}

/// All at once, as far as the room sees; each is announced to those who are still there.
#[test]
fn when_a_thousand_are_dropped_each_is_announced_once_to_those_who_remain() {
    use std::fmt::Write;
    let mut script = String::from("rate=0 max-members=2000\nann connects\nann -> ann\\n\n");
    for number in 1..=1000 {
        write!(script, "m{number} connects\nm{number} -> m{number}\\n\n").unwrap();
    }
    for number in 1..=1000 {
        writeln!(script, "m{number} is too slow").unwrap();
    }
    let printed = played(&format!("{script}ann -> /who\\n\n")).to_string();
    let left: Vec<_> = printed
        .lines()
        .filter(|line| line.contains("<= m") && line.contains(" left the chat!"))
        .collect();
    assert_eq!(left.len(), 1000);
    for (number, line) in (1..).zip(&left) {
        let (to, told) = line.trim().split_once(" <= ").unwrap();
        assert_eq!(told, format!(r"m{number} left the chat! (too slow)\n"));
        assert!(matches!(to, "everyone" | "ann") || to.starts_with("ann "), "{to} are told");
    }
    assert_eq!(printed.lines().last().unwrap().trim(), r"ann <- # 1 here: ann\n");
}
