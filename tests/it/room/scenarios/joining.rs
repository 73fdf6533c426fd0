//! From the connection to the first line.

use super::played;

scenario! {
    the_server_speaks_first_and_says_only_nick r"
        ann connects from 127.0.0.1:52994
    " => "
        chatroom transcript 1
        rate=10 burst=20 backlog=1048576 max-members=960 max-per-address=32 handshake-timeout=60000 memory=1073741824 history=20 motd=

        +0.000s ann connects from 127.0.0.1:52994
                log <- Connected with 127.0.0.1:52994 (#1)
                ann <- NICK
    "
    a_newcomer_is_announced_to_all_and_then_welcomed r"
        ann connects
        ann -> ann\n
        bob connects
        bob -> bob\n
    "
    a_newcomer_is_first_shown_the_latest_messages_as_they_were r"
        history=2
        ann connects
        ann -> ann\none\n
        ann -> /me dances\n
        ann -> /nick eve\n
        ann -> three\n
        bob connects
        bob -> bob\n
    "
    a_newcomer_is_shown_as_many_bytes_as_are_half_of_what_it_may_leave_unread r"
        backlog=32 history=10
        ann connects
        ann -> ann\na1\na2\n
        bob connects
        bob -> bob\n
        ann -> a3\na4\n
        cid connects
        cid -> cid\n
    "
    joins_and_leaves_are_not_history r"
        ann connects
        ann -> ann\n
        bob connects
        bob -> bob\n
        bob finishes
        cid connects
        cid -> cid\n
    "
    messages_are_numbered_even_when_none_are_kept r"
        history=0
        ann connects
        ann -> ann\nhi\n
        bob connects
        bob -> bob\n
    "
    the_message_of_the_day_comes_last_each_line_marked r"
        motd=Welcome\nBe \x1b[31mkind\n
        ann connects
        ann -> ann\n
    "
    a_silent_newcomer_is_dropped_when_its_time_is_over r"
        ann connects
        +29.999s time passes
        +30.000s time passes
        ann -> ann\n
    "
    refusals_do_not_buy_time r"
        handshake-timeout=2000
        ann connects
        +1.900s ann -> a b\n
        +2.000s time passes
    " => r"
        chatroom transcript 1
        rate=10 burst=20 backlog=1048576 max-members=960 max-per-address=32 handshake-timeout=2000 memory=1073741824 history=20 motd=

        +0.000s ann connects from 127.0.0.1:1001
                log <- Connected with 127.0.0.1:1001 (#1)
                ann <- NICK
        +1.900s ann -> a b\n
                ann <- ! a nickname may not hold ' ', use letters, digits and _ - .\nNICK
        +2.000s time passes
    "
    a_newcomer_hears_nothing_before_it_has_a_nickname r"
        ann connects
        bob connects
        ann -> ann\n
        ann -> hello\n
        bob -> bob\n
        ann -> hello again\n
    "
    message_behind_the_nickname_in_one_read_is_said_after_it r"
        ann connects
        ann -> ann\nhello\n/me waves\n
    "
    an_empty_line_is_no_answer r"
        ann connects
        ann -> \n\r\n\r\n
        ann -> ann\r\n
    "
    a_web_page_is_turned_away_at_its_first_line r"
        web connects
        web -> GET / HTTP/1.1\r\nHost: localhost\r\n\r\nann\nhello\n
    "
    a_web_page_is_turned_away_before_its_line_has_ended r"
        web connects
        web -> POST
        web -> \x20/upload
        web -> ?x=1 HTTP/1.1\r\n
    "
    anything_that_ends_in_a_version_of_http_is_a_web_page r"
        web connects
        web -> A-B / HTTP/1.1\r\nHost: x\r\n\r\nmallory\nhi all\n
        two connects
        two -> CONNECT localhost:80 HTTP/1.1\r\n
    "
    a_request_after_a_refusal_is_only_another_refusal r"
        ann connects
        ann -> a b\n
        ann -> GET /\n
        ann -> ann\n
    "
    no_time_at_all_is_over_at_once r"
        handshake-timeout=0
        ann connects
    " => r"
        chatroom transcript 1
        rate=10 burst=20 backlog=1048576 max-members=960 max-per-address=32 handshake-timeout=0 memory=1073741824 history=20 motd=

        +0.000s ann connects from 127.0.0.1:1001
                log <- Connected with 127.0.0.1:1001 (#1)
                ann <- NICK
                ann <- ! no nickname within 0 s, connect again and send one line with it\n
                ann is dropped
                log <- Disconnected from 127.0.0.1:1001 (#1): no nickname within 0 s, connect again and send one line with it
    "
    a_time_shorter_than_the_wait_for_a_line_end_comes_first r"
        handshake-timeout=200
        ann connects
        ann -> ann
        +0.200s time passes
        +0.250s time passes
    "
    a_tls_hello_is_turned_away r"
        tls connects
        tls -> \x16\x03\x01\x02\x00\x01\x00\x01\xfc
    "
    someone_who_leaves_before_choosing_is_not_announced r"
        ann connects
        ann -> ann\n
        bob connects
        bob finishes
        cid connects
        cid is lost
    "
    an_event_for_someone_who_is_gone_does_nothing r"
        ann connects
        ann -> ann\n
        ann is lost
        ann -> hello\n
        ann finishes
        ann is too slow
        #7 -> hello\n
    "
}
