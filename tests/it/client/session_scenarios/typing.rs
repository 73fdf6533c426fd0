//! Typed lines: in the room, out of it, and for the client itself.

use super::played;

scenario! {
    a_few_lines_are_sent_ahead_of_what_the_room_shows r"
        person
        nick ann
        connects
        server -> NICK
        server -> ann joined the chat!\n
        typed 1\n2\n3\n4\n5\n6\n7\n8\n9\n
        typed 10\n
        server -> bob: hi\n
        server -> ann: 1\n
        typed /who\n
        typed 11\n
        +1.000s time passes
        typed 12\n
        server is lost
    "
    nobody_ignores_oneself r"
        person
        nick ann
        connects
        server -> NICK
        server -> ann joined the chat!\n
        typed /ignore ANN\n
        server -> ann: hi\n
    "
    a_program_sends_as_fast_as_it_can r"
        nick ann
        connects
        server -> NICK
        server -> ann joined the chat!\n
        typed 1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n
    "
    in_a_pipe_what_looks_like_the_clients_own_command_is_for_the_room r"
        nick bot
        connects
        server -> NICK
        server -> bot joined the chat!\n
        typed /save /etc/passwd\n/ignore bob\n/help\n
        server -> # /quit [text] - leave, with some last words\nbob: hi\n
        input ends
        server ends
    "
    offline_typing_is_given_back_and_ends_the_wait r"
        person
        stays ann
        connects
        typed too early\n
        server -> NICK
        server -> ann joined the chat!\n
        server is lost
        typed hello\r\n
        typed  \n
        typed a\n/clear\nb\n/quit\nc
        input ends
    "
    offline_typing_on_the_way_in_is_given_back r"
        person
        stays ann
        connects
        server -> NICK
        server -> ann joined the chat!\n
        server is lost
        enter
        connects
        typed still too early\n
        server -> NICK
        server -> ann joined the chat!\n
        typed hello\n
    "
    line_of_a_program_waits_for_the_server r"
        stays bot
        connects
        server -> NICK
        server -> bot joined the chat!\n
        server is lost
        typed one\ntwo\n
        enter
        connects
        server -> NICK
        server -> bot joined the chat!\n
    "
    the_end_of_input_while_offline_leaves r"
        stays ann
        connects
        server -> NICK
        server -> ann joined the chat!\n
        server is lost
        input ends
    "
    the_end_of_input_on_the_way_back_leaves_when_it_is_there r"
        stays ann
        connects
        server -> NICK
        server -> ann joined the chat!\n
        server is lost
        enter
        connects
        input ends
        server -> NICK
        server -> ann joined the chat!\n
        server ends
    "
    the_end_of_input_waits_for_what_was_typed_before r"
        stays bot
        connects
        server -> NICK
        server -> bot joined the chat!\n
        server is lost
        typed last words
        input ends
        enter
        connects
        server -> NICK
        server -> bot joined the chat!\n
        server ends
    "
    quit_while_offline_leaves r"
        person
        stays ann
        connects
        server -> NICK
        server -> ann joined the chat!\n
        server is lost
        typed /quit bye\n
    "
    whoever_is_leaving_does_not_come_back r"
        stays ann
        connects
        server -> NICK
        server -> ann joined the chat!\n
        typed /quit\n
        server is lost
    "
    whoever_has_left_has_left r"
        stays ann
        connects
        server -> NICK
        server -> ann joined the chat!\n
        input ends
        server ends
        enter
        connects
        typed x\n
    "
    reconnect_connects_anew_and_says_the_rest_there r"
        person
        nick ann
        connects
        server -> NICK
        server -> ann joined the chat!\n
        typed one\n/reconnect\ntwo\n
        connects
        server -> NICK
        server -> # messages 1 to 1:\nann: one\nann joined the chat!\n
    "
    reconnect_ends_a_wait_and_begins_a_slow_way_in_anew r"
        person
        stays ann
        connects
        server -> NICK
        server -> ann joined the chat!\n
        server is lost
        typed /reconnect\n
        typed /reconnect\n
        connects
        typed /reconnect\n
        connects
        server -> NICK
        server -> ann joined the chat!\n
    "
    reconnect_on_the_first_way_in_changes_nothing r"
        person
        stays ann
        connects
        typed /reconnect\n
        server -> NICK
        server -> ann joined the chat!\n
    "
    whoever_is_ignored_is_not_shown_but_counted r"
        person
        stays ann
        connects
        server -> NICK
        server -> ann joined the chat!\n
        typed /ignore Bob\n/ignore bob\n/ignore b b\n
        server -> bob: hi\n* BOB waves\n[bob to you] psst\nbob left the chat!\n[you to bob] stop\neve: hi\n# bob set the topic: tea\n# eve set the topic: cake\n
        server is lost
        enter
        connects
        server -> NICK
        server -> # messages 1 to 4:\nbob: hi\n* BOB waves\neve: hi\nbob: four\nann joined the chat!\n
        typed /unignore BOB\n/unignore bob\n
        server -> bob: five\n
    "
    whoever_is_ignored_stays_so_under_another_name r"
        person
        stays ann
        connects
        server -> NICK
        server -> ann joined the chat!\n
        typed /ignore bob\n
        server -> eve is now known as carol\nbob is now known as eve\neve: hi\ncarol: hi\nbob: another one\n
        typed /unignore eve\n
        server -> eve: hi\n
    "
    the_clients_own_commands_are_its_own r"
        person
        stays ann
        connects
        server -> NICK
        server -> ann joined the chat!\n
        typed /clear\n/SAVE my talk.txt \n/set time off\n/save\n/set time\n/ignore \n/unignore\n
        typed //clear\n/clearly\n/foo\n//x\n clear\n/help\n
        server -> # /help - this list\n# /quit [text] - leave, with some last words\n
        server is lost
        typed /clear\n
    "
}
