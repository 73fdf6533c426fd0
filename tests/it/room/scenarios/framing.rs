//! Where a message ends.

use chatroom::wire::frame::{Decoder, Frame};

use super::played;

scenario! {
    a_line_may_come_in_pieces r"
        ann connects
        ann -> an
        ann -> n\nhel
        ann -> lo
        ann -> \r
        ann -> \nand more\n
    "
    one_cr_before_the_line_end_is_dropped_and_no_more r"
        ann connects
        ann -> ann\r\n
        ann -> one\r\n
        ann -> two\r\r\n
    "
    an_answer_without_line_end_is_unframed_after_250_ms r"
        jacob connects
        +0.010s jacob -> Jacob
        +0.259s time passes
        +0.260s time passes
        +1.000s jacob -> Jacob: Hey guys
    "
    answer_in_pieces_is_typed_and_has_a_line_end r"
        jacob connects
        +0.010s jacob -> Ja
        +0.200s jacob -> cob
        +0.260s time passes
        +5.000s time passes
        +5.000s jacob -> \n
    "
    telnet_that_sends_each_key_joins_and_talks r"
        mia connects
        +0.100s mia -> M
        +1.900s mia -> i
        +2.200s time passes
        +4.500s mia -> a
        +4.600s mia -> \r\x00
        +5.000s mia -> h
        +8.000s mia -> i
        +8.100s mia -> \r
        +8.100s mia -> \x00
        +9.000s mia -> x\x7f
        +9.500s mia -> \r\x00
    "
    telnet_that_was_refused_may_think_as_long_as_it_likes r"
        jim connects
        jim -> jim\n
        tel connects
        +0.100s tel -> j
        +0.300s tel -> i
        +0.500s tel -> m
        +0.600s tel -> \r\x00
        +1.000s tel -> J
        +3.000s time passes
        +3.500s tel -> o\r\x00
    "
    first_key_alone_is_a_nickname_after_two_seconds r"
        mia connects
        mia -> M
        +0.250s time passes
        +1.999s time passes
        +2.000s time passes
        +3.000s mia -> i
        +3.100s mia -> a\r\x00
    "
    character_of_several_bytes_is_one_key r"
        zoe connects
        zoe -> \u{c9}
        +0.250s time passes
        +1.000s zoe -> va\r\n
        tel connects
        tel -> \xc3
        +1.250s time passes
        +1.300s tel -> \x89\xff\xf1
        +2.000s tel -> \xff\xf1
        +4.000s tel -> milie\r\n
    "
    cr_nul_ends_a_line_as_cr_lf_does r"
        tel connects
        tel -> te
        tel -> l\r\x00one\r\x00two\r\x00\r\x00\r\n
        tel -> th\x00ree\r
        tel -> \x00four\rfive\r\r\n
    "
    second_read_without_the_nickname_makes_lines_for_good r"
        ann connects
        ann -> ann
        +0.250s time passes
        +3.000s ann -> hel
        +5.000s ann -> lo\r\n
        +6.000s ann -> ann: hi
        +7.000s ann -> \n
    "
    later_read_without_the_nickname_is_said_when_it_has_been_quiet r"
        jacob connects
        jacob -> Jacob
        +0.250s time passes
        +1.000s jacob -> Jacob: one
        +2.000s jacob -> two
        +2.200s jacob -> three
        +2.449s time passes
        +2.450s time passes
        +3.000s jacob -> fo
        +3.100s jacob -> urJacob: five
        +4.000s jacob -> six
        +4.100s jacob finishes
    "
    later_read_with_a_line_end_makes_lines_for_good r"
        jacob connects
        jacob -> Jacob
        +0.250s time passes
        +1.000s jacob -> Jacob: one
        +2.000s jacob -> two
        +2.100s jacob -> three\n
        +2.300s time passes
        +2.400s time passes
        +3.000s jacob -> four
        +4.000s jacob -> \n
    "
    peer_that_was_refused_as_a_line_is_not_unframed_later r"
        ann connects
        ann -> a b\nann
        +0.250s time passes
        +9.000s ann -> \n
    "
    glued_messages_of_an_unframed_peer_are_taken_apart r"
        jacob connects
        jacob -> Jacob
        +0.250s time passes
        +1.000s jacob -> Jacob: oneJacob: twoJacob: Jacobine: three
    "
    a_first_message_glued_to_the_nickname_is_taken_apart r"
        jacob connects
        jacob -> JacobJacob: hello
        +0.250s time passes
    "
    a_first_message_sent_at_once_is_said_after_the_nickname r"
        jacob connects
        jacob -> Jacob
        +0.100s jacob -> Jacob: hello
        +0.250s time passes
    "
    message_of_an_unframed_peer_that_finishes_at_once_is_said r"
        bob connects
        bob -> bob\n
        jacob connects
        jacob -> Jacob
        jacob -> Jacob: hiJacob: bye
        jacob finishes
    "
    coerced_peer_still_begins_with_the_name_that_it_chose r"
        ann connects
        ann -> Jacob\n
        jacob connects
        jacob -> Jacob
        +0.250s time passes
        jacob -> Jacob: oneJacob: two
        jacob -> Jacob: /nick Jake
        jacob -> Jacob: three
    "
    name_that_stands_once_before_a_colon_is_coerced_with_what_follows r"
        jacob connects
        jacob -> Jacob: hi
        +0.250s time passes
        bob connects
        bob -> : hi
        +0.500s time passes
    "
    a_line_is_never_taken_apart r"
        ann connects
        ann -> annann: hi\n
        ann -> annann: hi
    " => r"
        chatroom transcript 1
        rate=10 burst=20 backlog=1048576 max-members=960 max-per-address=32 handshake-timeout=60000 memory=1073741824 history=20 motd=

        +0.000s ann connects from 127.0.0.1:1001
                log <- Connected with 127.0.0.1:1001 (#1)
                ann <- NICK
        +0.000s ann -> annann: hi\n
                ann <- ! a nickname may not hold ':', use letters, digits and _ - .\nNICK
        +0.000s ann -> annann: hi
    "
    an_unframed_frame_is_one_line_whatever_it_holds r"
        jacob connects
        jacob -> Jacob
        +0.250s time passes
        jacob -> Jacob: one\nann: two\r\nthree
    "
    a_slow_typist_is_line_framed_for_good r"
        ann connects
        ann -> ann
        +0.250s time passes
        +0.900s ann -> \n
        +2.000s ann -> hel
        +4.000s ann -> lo\n
    "
    telnet_negotiation_is_removed_and_never_answered r"
        tel connects
        tel -> \xff\xfd\x03\xff\xfb
        tel -> \x18te\xff\xfal\xff\xff\nx\xff
        tel -> \xf0l\r\n
        tel -> \xff\xf6hi\xff\xf9\r\n
    "
    bytes_that_are_not_utf8_become_replacement_characters r"
        ann connects
        ann -> ann\n
        ann -> caf\xe9 \xc3\n
        ann -> \xc3\xa9 \xf0\x9f\x98\x80\n
    "
    controls_that_move_a_cursor_or_ring_a_bell_are_removed r"
        ann connects
        ann -> ann\n
        ann -> \x1b[2Jhi\x07\x08\x7f\u{9b}31m\ttab\x00\n
        ann -> /me \u{202e}\u{2066}turns\u{2069}\n
        ann -> one\rtwo\x0bthree\x0cfour\u{85}five\u{2028}six\u{2029}seven\n
    "
    a_backslash_is_only_a_character r"
        ann connects
        ann -> ann\n
        ann -> C:\\new \\x41 \\\n
    "
    joiners_that_scripts_and_emoji_need_stay r"
        ann connects
        ann -> ann\n
        ann -> \u{1f469}\u{200d}\u{1f469}\u{200d}\u{1f466} \u{2764}\u{fe0f} \u{645}\u{6cc}\u{200c}\u{62e}\n
    "
    a_line_of_nothing_that_shows_is_ignored r"
        ann connects
        ann -> ann\n
        ann -> \x1b\x07\n   \n\t\n
    "
}

/// A line that long is no good to read in a snapshot.
#[test]
fn the_limit_is_4096_bytes_before_the_line_end() {
    let longest = "x".repeat(4096);
    let transcript = played(&format!(
        r"
        ann connects
        ann -> ann\n
        ann -> {longest}\n
        ann -> {longest}x\nnext\n
        ann -> {longest}
        ann -> x
        ann -> and so on
        ann -> to its end\nnext\n"
    ));
    insta::assert_snapshot!(transcript.to_string().replace(&longest, "[4096 bytes]"));
}

/// A line end of CR LF, or CR NUL, is none of these bytes.
#[test]
fn carriage_return_of_a_line_end_is_not_counted() {
    let longest = "x".repeat(4096);
    let transcript = played(&format!(
        r"
        ann connects
        ann -> ann\n
        ann -> {longest}\r\n
        ann -> {longest}
        ann -> \r
        ann -> \x00
        ann -> {longest}\rx
        ann -> yz\r
        ann -> \x00next\r\x00"
    ));
    insta::assert_snapshot!(transcript.to_string().replace(&longest, "[4096 bytes]"));
}

/// An `IAC SB` without its end cannot swallow a conversation.
#[test]
fn a_telnet_subnegotiation_without_its_end_is_given_up_after_512_bytes() {
    let (single, doubled) = ("x".repeat(512), r"\xffx".repeat(256));
    let transcript = played(&format!(
        r"
        ann connects
        ann -> ann\n
        ann -> \xff\xfa{single}one\n
        ann -> \xff\xfa{doubled}two\n"
    ));
    let printed = transcript.to_string().replace(&single, "[512 bytes]");
    insta::assert_snapshot!(printed.replace(&doubled, "[512 bytes]"));
}

/// A read holds only so much; what it cut is not two messages.
#[test]
fn an_unframed_message_that_a_full_read_cuts_is_one_message() {
    use chatroom::limits::READ_BYTES;
    for length in [1, 997, 3000, 4096, 5000] {
        let message = format!("Jacob: {}", "x".repeat(length));
        let messages = message.repeat(2 * READ_BYTES / message.len() + 2);
        let mut script =
            String::from("rate=0\njacob connects\njacob -> Jacob\n+0.250s time passes\n");
        let mut rest = &messages[..];
        while !rest.is_empty() {
            let (read, after) = rest.split_at(READ_BYTES.min(rest.len()));
            script.push_str(&format!("jacob -> {read}\n"));
            rest = after;
        }
        (1..200).for_each(|turn| script.push_str(&format!("+1.{turn:03}s time passes\n")));
        let printed = played(&script).to_string();
        let said = printed.matches(&format!("<= {message}\\n")).count();
        let refused = printed.matches("! message too long").count();
        let expected = 2 * READ_BYTES / message.len() + 2;
        assert_eq!((said, refused), if length > 4096 { (0, expected) } else { (expected, 0) });
        assert_eq!(printed.matches(" <= ").count(), 1 + said, "{length}");
    }
}

/// And it stays behind what waits for its turn.
#[test]
fn a_message_that_a_full_read_cuts_is_said_after_what_waits() {
    let others = "Jacob: one two threeJacob: ";
    let fill = "x".repeat(chatroom::limits::READ_BYTES - others.len() - "Jacob: the la".len());
    let transcript = played(&format!(
        r"
        burst=1 rate=10
        jacob connects
        jacob -> Jacob
        +0.250s time passes
        jacob -> Jacob: first
        jacob -> {others}{fill}Jacob: the la
        jacob -> st
        +0.350s time passes
        +0.450s time passes
        +0.550s time passes"
    ));
    insta::assert_snapshot!(transcript.to_string().replace(&fill, "[64 KiB]"));
}

#[test]
fn empty_and_skipped_lines_are_not_held_until_someone_asks_for_frames() {
    let mut decoder = Decoder::new(4);
    decoder.push(b"\r\n\nlonger");
    assert_eq!(decoder.held(), b"longer");
    assert_eq!(decoder.next_frame(), Some(Frame::TooLong));
    decoder.push(b" than that\n\r\nann\n");
    assert_eq!(decoder.held(), b"ann\n");
    decoder.push(b"\n");
    decoder.skip(3);
    assert_eq!(decoder.held(), b"");
}

#[test]
fn a_frame_is_taken_with_its_line_end() {
    let mut decoder = Decoder::new(4096);
    decoder.push(b"one\r\ntwo\n\nthr");
    for (frame, held) in [("one", "two\n\nthr"), ("two", "thr")] {
        assert_eq!(decoder.next_frame(), Some(Frame::Text(frame.as_bytes())));
        assert_eq!(decoder.held(), held.as_bytes());
    }
    assert_eq!(decoder.next_frame(), None);
    assert_eq!(decoder.held(), b"thr");
}

/// An answer that was too long is skipped up to its end, however long it is quiet in between, and
/// the next one is a line.
#[test]
fn answer_that_is_too_long_is_never_taken_for_an_unframed_one() {
    let long = "x".repeat(chatroom::limits::FRAME_BYTES + 1);
    let transcript = played(&format!(
        r"
        burst=1 rate=1
        ann connects
        ann -> {long}
        +0.250s time passes
        +5.000s ann -> \n\x00\n
        +9.000s ann -> ann\n
        +19.000s time passes"
    ));
    insta::assert_snapshot!(transcript.to_string().replace(&long, "[4097 bytes]"));
}

/// The room is fair by it, and spends the text.
#[test]
fn frame_that_is_not_utf_8_is_as_long_as_its_text() {
    let mut decoder = Decoder::new(chatroom::limits::FRAME_BYTES);
    decoder.push("grüß\n".as_bytes());
    assert_eq!(decoder.frame_length(), "grüß".len());
    assert!(decoder.next_frame().is_some());

    decoder.push(b"a\xfe\xfeb\n");
    assert_eq!(decoder.frame_length(), "a\u{fffd}\u{fffd}b".len());
}
