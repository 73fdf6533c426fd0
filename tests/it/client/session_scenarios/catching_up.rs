//! Messages said, and not heard, while one was away.

use super::played;

scenario! {
    messages_keep_their_times_and_are_known_again_by_their_text r"
        stays ann
        times
        connects
        server -> NICK
        server -> 2026-11-27T09:30:00.000Z # messages 1 to 1:\n2026-11-27T09:29:00.000Z bob: one\n
        server -> 2026-11-27T09:30:00.000Z ann joined the chat!\n2026-11-27T09:30:01.000Z bob: two\n
        server is lost
        enter
        connects
        server -> NICK
        server -> 2026-11-27T09:31:00.000Z # messages 1 to 3:\n2026-11-27T09:29:00.000Z bob: one\n2026-11-27T09:30:01.000Z bob: two\n2026-11-27T09:30:30.000Z bob: three\n
        server -> 2026-11-27T09:31:00.000Z ann joined the chat!\n
    "
    messages_missed_are_shown_once_and_those_seen_are_not_repeated r"
        stays ann
        connects
        server -> NICK
        server -> # messages 7 to 8:\nbob: seven\n* bob does eight\n
        server -> ann joined the chat!\nbob: nine\n
        server is lost
        enter
        connects
        server -> NICK
        server -> # messages 7 to 11:\nbob: seven\n* bob does eight\nbob: nine\nbob: ten\nbob: eleven\n
        server -> ann joined the chat!\nbob: twelve\n
        server is lost
        enter
        connects
        server -> NICK
        server -> # messages 8 to 12:\n* bob does eight\nbob: nine\nbob: ten\nbob: eleven\nbob: twelve\n
        server -> ann joined the chat!\nbob: thirteen\n
    "
    a_gap_is_told r"
        stays ann
        connects
        server -> NICK
        server -> ann joined the chat!\nbob: one\n
        server is lost
        enter
        connects
        server -> NICK
        server -> # messages 3 to 4:\nbob: three\nbob: four\n
        server -> ann joined the chat!\n
        server is lost
        enter
        connects
        server -> NICK
        server -> # messages 8 to 8:\nbob: eight\n
        server -> ann joined the chat!\n
    "
    a_line_that_was_cut_off_is_told_again r"
        stays ann
        connects
        server -> NICK
        server -> ann joined the chat!\nbob: one\nbob: I ha
        server is lost
        enter
        connects
        server -> NICK
        server -> # messages 1 to 2:\nbob: one\nbob: I have it\nann joined the chat!\n
    "
    history_that_was_cut_off_goes_on_there r"
        stays ann
        connects
        server -> NICK
        server -> ann joined the chat!\nbob: one\n
        server is lost
        enter
        connects
        server -> NICK
        server -> # messages 1 to 4:\nbob: one\nbob: two\nbob:
        server is lost
        enter
        connects
        server -> NICK
        server -> # messages 1 to 4:\nbob: one\nbob: two\nbob: three\nbob: four\nann joined the chat!\n
    "
    a_server_that_was_started_again_numbers_anew_and_all_is_shown r"
        stays ann
        connects
        server -> NICK
        server -> # messages 7 to 8:\nbob: seven\nbob: eight\nann joined the chat!\n
        server is lost
        enter
        connects
        server -> NICK
        server -> # messages 2 to 3:\nbob: two\nbob: three\nann joined the chat!\n
    "
    a_new_room_in_which_the_same_was_said_first_is_a_new_room r"
        stays ann
        connects
        server -> NICK
        server -> ann joined the chat!\nbob: hi\nbob: one\n
        server is lost
        enter
        connects
        server -> NICK
        server -> # messages 1 to 3:\nbob: hi\nbob: two\nbob: three\nann joined the chat!\n
    "
    the_head_is_shown_at_once_to_a_newcomer_and_later_with_what_is_new r"
        stays ann
        connects
        server -> NICK
        server -> # messages 1 to 1:\n
        server -> bob: one\nann joined the chat!\n
        server is lost
        enter
        connects
        server -> NICK
        server -> # messages 1 to 2:\n
        server -> bob: one\n
        server -> bob: two\n
    "
    lines_that_a_new_room_no_longer_holds_are_counted_too r"
        stays ann
        connects
        server -> NICK
        server -> # messages 3 to 5:\nbob: three\nbob: four\nbob: five\nann joined the chat!\n
        server is lost
        enter
        connects
        server -> NICK
        server -> # messages 3 to 6:\nbob: three\nbob: 4\nbob: 5\nbob: 6\nann joined the chat!\n
        server is lost
        enter
        connects
        server -> NICK
        server -> # messages 5 to 7:\nbob: 5\nbob: 6\nbob: 7\nann joined the chat!\n
    "
    an_empty_room_is_a_new_one r"
        stays ann
        connects
        server -> NICK
        server -> ann joined the chat!\nbob: hi\n
        server is lost
        enter
        connects
        server -> NICK
        server -> ann joined the chat!\nbob: hi\n
        server is lost
        enter
        connects
        server -> NICK
        server -> # messages 1 to 2:\nbob: hi\nbob: two\nann joined the chat!\n
    "
    a_head_anywhere_else_is_only_text r"
        stays ann
        connects
        server -> NICK
        server -> ann joined the chat!\n# messages 1 to 2:\nbob: hi\n
        server is lost
        enter
        connects
        server -> NICK
        server -> # messages 3 to 2:\n# messages 1 to 1:\nann joined the chat!\n
    "
    a_history_that_is_shorter_than_its_head_says_ends_with_the_first_other_line r"
        stays ann
        connects
        server -> NICK
        server -> # messages 1 to 9:\nbob: one\nann joined the chat!\nbob: two\n
        server is lost
        enter
        connects
        server -> NICK
        server -> # messages 1 to 3:\nbob: one\nbob: two\nbob: three\nann joined the chat!\n
    "
    numbers_that_are_too_large_do_no_harm r"
        stays ann
        connects
        server -> NICK
        server -> # messages 18446744073709551615 to 18446744073709551615:\nbob: last\nbob: and on\n
        server is lost
        enter
        connects
        server -> NICK
        server -> # messages 0 to 18446744073709551615:\nbob: nought\nbob: one\nann joined the chat!\n
    "
    unheard_lines_are_told_when_the_server_is_back r"
        stays ann
        connects
        server -> NICK
        server -> ann joined the chat!\n
        typed one\ntwo\n/who\n/me waves\n/msg bob psst\nann: prefixed\nlost\n/me is lost\n/msg bob lost\n/foo\n
        server -> ann: one\nann: two\n* ann waves\n[you to bob] psst\nann: prefixed\n
        server is lost
        enter
        connects
        server -> NICK
        server -> # messages 4 to 5:\nann: prefixed\nann: lost\nann joined the chat!\nConnected to the server!\n
        server is lost
        enter
        connects
        server -> NICK
        server -> # messages 4 to 5:\nann: prefixed\nann: lost\nann joined the chat!\n
    "
    line_of_another_is_not_taken_for_ones_own r"
        stays ann
        connects
        server -> NICK
        server -> ann joined the chat!\n
        typed hi\n/me waves\n
        server -> bob: hi\n* bob waves\nann: other\n* ann laughs\n[you to bob] hi\n
        server is lost
        enter
        connects
        server -> NICK
        server -> ann joined the chat!\n
    "
    the_original_server_has_no_numbers_and_all_is_shown r"
        legacy
        stays Jacob
        connects
        server -> NICK
        server -> Jacob joined the chat!Connected to the server!
        +0.050s time passes
        typed one\ntwo\n
        +0.060s server -> Jacob: one
        +0.090s server ends
        +1.090s time passes
        connects
        server -> NICK
        server -> Jacob joined the chat!
        +1.140s time passes
        +1.200s time passes
        +1.210s server -> Jacob: one
        +1.260s time passes
        +1.300s time passes
        +1.310s server is lost
        +1.310s enter
        connects
        server -> NICK
        server -> Jacob joined the chat!
        +1.360s time passes
    "
}
