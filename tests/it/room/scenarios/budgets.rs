//! The output that a source, and the whole room, make others receive.

use super::played;

scenario! {
    unframed_message_that_waits_with_its_nickname_is_said_as_it_was r"
        backlog=4096
        ann connects
        ann -> ann\n1\n2\n3\n
        jacob connects
        jacob -> Jacob
        jacob -> Jacob: hi there
        jacob finishes
        +1.000s time passes
        +2.000s time passes
    "
    unframed_message_without_a_prefix_that_waits_too_is_not_lost r"
        backlog=4096
        ann connects
        ann -> ann\n1\n2\n3\n
        jacob connects
        jacob -> JacobJacob: hi
        jacob -> there
        jacob finishes
        +1.000s time passes
        +2.000s time passes
    "
    source_past_its_burst_waits_and_loses_nothing r"
        max-per-address=1
        ann connects from 192.0.2.1:1
        ann -> ann\n1\n2\n3\n4\n5\n6\n7\n8\n9\n
        +0.500s time passes
        +1.000s time passes
    "
    budget_outlives_its_connection r"
        max-per-address=1
        ann connects from 192.0.2.1:1
        ann -> ann\n1\n2\n3\n4\n5\n6\n/quit\n
        bob connects from 192.0.2.1:2
        bob -> bob\nhello\n
        +3.000s time passes
        +3.500s time passes
    "
    members_of_one_source_are_served_in_the_order_of_their_lines r"
        max-per-address=2
        ann connects from 192.0.2.1:1
        ann -> ann\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n
        bob connects from 192.0.2.1:2
        bob -> bob\n1\n2\n3\n4\n
        ann -> 11\n12\n13\n
        bob -> 5\n6\n
        +0.500s time passes
        +0.700s time passes
        +1.000s time passes
        +1.300s time passes
    "
    source_of_another_is_not_held_up r"
        max-per-address=1
        ann connects from 192.0.2.1:1
        ann -> ann\n1\n2\n3\n4\n5\n6\n7\n8\n9\n
        bob connects from 192.0.2.2:1
        bob -> bob\nhello\n
    "
    loopback_has_no_budget_of_its_own r"
        max-per-address=1
        ann connects from 127.0.0.1:1
        ann -> ann\n1\n2\n3\n4\n5\n6\n7\n8\n9\n
    "
    no_rate_is_no_budget r"
        rate=0 max-per-address=1
        ann connects from 192.0.2.1:1
        ann -> ann\n1\n2\n3\n4\n5\n6\n7\n8\n9\n
        bob connects from 192.0.2.2:1
        cid connects from 192.0.2.2:2
    "
    source_that_uses_most_waits_for_the_room r"
        backlog=8192
        ann connects from 192.0.2.1:1
        ann -> ann\n
        bob connects from 192.0.2.2:1
        bob -> bob\n
        +1.000s ann -> 1\n2\n3\n4\n5\n6\n7\n8\nnine, which is longer than what bob says\n10\n
        bob -> hello\n
        +1.003s time passes
        +1.006s time passes
        +1.050s time passes
    "
    private_messages_past_a_quarter_of_what_fits_are_refused r"
        backlog=40960
        ann connects from 192.0.2.1:1
        ann -> ann\n
        bob connects from 192.0.2.2:1
        bob -> bob\n/msg ann 1\n/msg ann 2\n/msg ann 3\n
        cid connects from 192.0.2.3:1
        cid -> cid\n/msg ann hello\n
        +0.500s bob -> /msg ann 4\n
    "
    new_connections_past_twice_the_limit_are_refused_for_a_while r"
        max-per-address=1
        ann connects from 192.0.2.1:1
        ann is lost
        bob connects from 192.0.2.1:2
        bob is lost
        cid connects from 192.0.2.1:3
        +1.000s dan connects from 192.0.2.1:4
    "
    ipv6_site_has_nested_limits r"
        max-per-address=1
        a1 connects from [2001:db8:0:1::1]:1
        a2 connects from [2001:db8:0:1::2]:1
        b connects from [2001:db8:0:2::1]:1
        c connects from [2001:db8:0:3::1]:1
        d connects from [2001:db8:0:4::1]:1
        e connects from [2001:db8:0:5::1]:1
        f connects from [2001:db8:0:100::1]:1
        g connects from [2001:db8:0:200::1]:1
        h connects from [2001:db8:0:300::1]:1
        i connects from [2001:db8:0:400::1]:1
        j connects from [2001:db8:0:500::1]:1
        k connects from [2001:db8:1::1]:1
    "
    blank_answers_have_a_rate_as_messages_do r"
        burst=2 rate=1
        ann connects
        ann -> \x20\n\x20\n\x20\nann\n
        +1.000s time passes
        +2.000s time passes
    "
    booking_of_one_who_goes_is_given_back r"
        max-per-address=1
        ann connects from 192.0.2.1:1
        ann -> ann\n1\n2\n3\n4\n5\n6\n7\n/quit\n
        bob connects from 192.0.2.1:2
        bob -> bob\n
        bob is lost
        +2.000s cid connects from 192.0.2.1:3
        cid -> cid\n
        +4.000s time passes
    "
    unframed_answer_that_waits_and_then_ends_its_line_is_a_line r"
        max-per-address=1
        ann connects from 192.0.2.1:1
        ann -> ann\n1\n2\n3\n4\n5\n6\n7\n
        ann is lost
        bob connects from 192.0.2.1:2
        bob -> bob
        +0.250s time passes
        +0.300s bob -> \nhello\n
        +4.000s time passes
        +9.000s time passes
    "
    newcomer_to_a_full_room_has_time_to_choose r"
        max-members=2
        ann connects from 192.0.2.1:1
        ann -> ann\n
        bob connects from 192.0.2.2:1
        cid connects from 192.0.2.3:1
        +4.900s dan connects from 192.0.2.4:1
        +5.000s eve connects from 192.0.2.5:1
    "
    leaves_wait_where_the_room_owes_much_and_keep_the_nickname r"
        backlog=4096
        ann connects
        ann -> ann\n
        bob connects
        bob -> bob\n
        cid connects
        cid -> cid\n
        +1.000s ann -> 1\n2\n3\na message that is long enough to take a room with a backlog that is as small as this one is so far below nothing that those who leave now are announced only when it owes its members less than a sixteenth of that again, for a member that is slow has to take all of it: the messages that were allowed, the history, private messages and those who leave\n
        bob is lost
        cid finishes
        dan connects
        dan -> cid\n
        +2.000s time passes
        +2.000s dan -> cid\n
    "
    slow_newcomer_has_a_minute_after_each_byte_and_five_in_all r"
        ann connects
        ann -> a
        +1.000s ann -> n
        +60.000s ann -> n
        +119.000s ann -> a
        +178.000s ann -> b
        +237.000s ann -> e
        +296.000s ann -> l
        +300.000s time passes
        bob connects
        +360.000s time passes
    "
}

/// A source that floods is read at its rate, and the log says why.
#[test]
fn bytes_past_a_sources_budget_are_read_later() {
    let flood = r"\xff\xf1".repeat(32 * 1024);
    let transcript = played(&format!(
        r"max-per-address=1
        ann connects from 192.0.2.1:1
        ann -> ann\n
        ann -> {flood}
        ann -> {flood}
        +1.000s ann -> {flood}
        ann is lost
        +3.000s bob connects from 192.0.2.1:2
        +9.000s time passes
        +30.000s time passes"
    ));
    insta::assert_snapshot!(transcript.to_string().replace(&flood, "[64 KiB]"));
}

/// Answers are refused to a source that was shown too much; a later join is not.
#[test]
fn answers_past_a_sources_budget_are_refused_and_history_is_left_out() {
    let line = "x".repeat(4000);
    let mut script = String::from("max-per-address=1 history=20 max-members=2000\n");
    script += "ann connects\nann -> ann\\n\n";
    for _ in 0..20 {
        script += &format!("ann -> {line}\\n\n");
    }
    script += "+9.000s bob connects from 192.0.2.1:1\nbob -> bob\\n/help\\n/help\\n/help\\n/help\\n/who\\n\n";
    let printed = played(&script).to_string().replace(&line, "[4000 bytes]");
    let shown: Vec<_> =
        printed.lines().map(str::trim).skip_while(|line| !line.contains("bob")).collect();
    insta::assert_snapshot!(shown.join("\n"));
}

/// A peer without a nickname gives way first, then the newest of a source with too many seats.
#[test]
fn full_room_makes_a_seat_for_others() {
    let mut script = String::from("max-members=9\n");
    for seat in 1..=7 {
        script += &format!("m{seat} connects from 192.0.2.1:{seat}\nm{seat} -> m{seat}\\n\n");
    }
    script += r"
        idle1 connects from 192.0.2.2:1
        idle2 connects from 192.0.2.2:2
        ann connects from 192.0.2.3:1
        ann -> ann\n
        +1.000s bob connects from 192.0.2.4:1
        bob -> bob\n
        +2.000s cid connects from 192.0.2.5:1
        cid -> cid\n
        dan connects from 192.0.2.6:1
        +3.000s m8 connects from 192.0.2.1:8
        eve connects from 192.0.2.7:1
    ";
    let printed = played(&script).to_string();
    let from = printed.find("idle1 connects").unwrap();
    insta::assert_snapshot!(&printed[from..]);
}

/// Of those without a nickname, one of the source with most connections gives way, whoever came first.
#[test]
fn newcomer_of_the_largest_source_gives_way_first() {
    let printed = played(
        r"
        max-members=5
        idle1 connects from 192.0.2.1:1
        idle2 connects from 192.0.2.1:2
        idle3 connects from 192.0.2.2:1
        idle4 connects from 192.0.2.2:2
        idle5 connects from 192.0.2.2:3
        ann connects from 192.0.2.3:1",
    )
    .to_string();
    let from = printed.find("ann connects").unwrap();
    insta::assert_snapshot!(&printed[from..], @r"
    ann connects from 192.0.2.3:1
            log <- Connected with 192.0.2.3:1 (#6)
            idle3 <- ! the room is full, try later\n
            idle3 is dropped
            log <- Disconnected from 192.0.2.2:1 (#3): the room is full, try later
            ann <- NICK
    ");
}

/// A source may have an eighth of the seats: with one more its newest member gives way.
#[test]
fn share_of_a_source_is_an_eighth_of_the_seats() {
    let gives_way = |of_one: usize| {
        let mut script = String::from("max-members=16\n");
        for seat in 1..=16 {
            let address = if seat <= of_one { 1 } else { seat };
            script +=
                &format!("m{seat} connects from 192.0.2.{address}:{seat}\nm{seat} -> m{seat}\\n\n");
        }
        script += "+9.000s ann connects from 192.0.2.100:1\n";
        played(&script).to_string().contains(&format!("m{of_one} is dropped"))
    };
    assert!(gives_way(3) && !gives_way(2));
}

/// The one who holds most is not read from, then dropped, where all hold too much.
#[test]
fn memory_past_its_part_is_given_back_by_the_one_who_holds_most() {
    let lines = r"x\n".repeat(20_000);
    let few = r"x\n".repeat(1_000);
    let printed = played(&format!(
        r"memory=270000 rate=1 burst=1
        ann connects
        ann -> ann\n{few}
        bob connects
        bob -> bob\n{lines}
        cid connects
        cid -> cid\n{lines}"
    ))
    .to_string();
    insta::assert_snapshot!(
        printed.replace(&lines, "[40,000 bytes]").replace(&few, "[2,000 bytes]")
    );
}

/// A source is counted as what it is, and hides nobody who came in from elsewhere.
#[test]
fn log_tells_of_others_while_one_source_scans() {
    let mut script = String::from("max-per-address=60\n");
    for number in 1..=60 {
        script += &format!("s{number} connects from 192.0.2.9:{number}\n");
    }
    script += "ann connects from 192.0.2.1:1\nann -> ann\\n\n+1.000s time passes";
    let printed = played(&script).to_string();
    let log: Vec<_> =
        printed.lines().filter_map(|line| line.trim().strip_prefix("log <- ")).collect();
    assert_eq!(log.len(), 43, "{log:#?}");
    insta::assert_snapshot!(log[39..].join("\n"), @"
        Connected with 192.0.2.9:40 (#40)
        Connected with 192.0.2.1:1 (#61)
        Nickname of the client is ann! (#61, 192.0.2.1:1)
        20 more lines about connections were left out; most lines, 60, came from 192.0.2.9
    ");
}
