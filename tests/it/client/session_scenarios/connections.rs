//! Connections that are lost, and how they are taken up again.

use super::played;

scenario! {
    a_lost_connection_is_taken_up_again r"
        stays ann
        connects
        server -> NICK
        server -> ann joined the chat!\nConnected to the server!\n
        server is lost
        +1.000s time passes
        connects
        server -> NICK
        server -> ann joined the chat!\nConnected to the server!\n
        typed hi\n
    "
    a_machine_that_slept_connects_again_before_it_is_told_that_the_connection_is_lost r"
        stays ann
        connects
        server -> NICK
        server -> ann joined the chat!\n
        machine sleeps 29
        machine sleeps 30
        connects
        server -> NICK
        server -> ann joined the chat!\n
    "
    a_machine_that_slept_waits_no_longer r"
        stays ann
        connects
        server -> NICK
        server -> ann joined the chat!\n
        server is lost
        machine sleeps 3600
        machine sleeps 3600
        cannot connect
    "
    whoever_does_not_come_back_sleeps_on r"
        nick ann
        connects
        server -> NICK
        server -> ann joined the chat!\n
        machine sleeps 3600
    " => r"
        nick ann
        connects
        server -> NICK
            sends ann\n
        server -> ann joined the chat!\n
            is ann
            shows ann joined the chat!
            reads on
        machine sleeps 3600
    "
    whoever_is_leaving_when_the_machine_sleeps_does_not_come_back r"
        stays ann
        connects
        server -> NICK
        server -> ann joined the chat!\n
        input ends
        machine sleeps 3600
        server ends
    "
    a_server_that_closes_is_come_back_to r"
        stays ann
        connects
        server -> NICK
        server -> ann joined the chat!\n
        server -> # the server is shutting down\n
        server ends
        +1.000s time passes
        cannot connect
    "
    waits_double_up_to_a_minute_and_begin_anew_once_it_is_here r"
        stays ann
        connects
        server -> NICK
        server -> ann joined the chat!\n
        server is lost
        waits it out
        cannot connect
        waits it out
        cannot connect
        waits it out
        cannot connect
        waits it out
        cannot connect
        waits it out
        cannot connect
        waits it out
        cannot connect
        waits it out
        cannot connect
        waits it out
        cannot connect
        waits it out
        connects
        server -> NICK
        server -> ann joined the chat!\n
        server is lost
        waits it out
    "
    another_seed_waits_otherwise r"
        seed 7
        stays ann
        connects
        server -> NICK
        server -> ann joined the chat!\n
        server is lost
        waits it out
        cannot connect
        waits it out
        cannot connect
        waits it out
    "
    the_prompt_counts_the_seconds r"
        stays ann
        connects
        server -> NICK
        server -> ann joined the chat!\n
        server is lost
        waits it out
        cannot connect
        waits it out
        cannot connect
        +4.500s time passes
        +5.000s time passes
        +6.000s time passes
        +9.000s time passes
    "
    enter_ends_a_wait_at_once r"
        stays ann
        connects
        server -> NICK
        enter
        server -> ann joined the chat!\n
        enter
        server is lost
        enter
        enter
        cannot connect
        enter
    "
    a_connection_that_is_lost_on_the_way_in_is_tried_again_and_told_once r"
        stays ann
        connects
        server -> NICK
        server -> ann joined the chat!\n
        server is lost
        enter
        connects
        server is lost
        enter
        connects
        server -> NICK
        server ends
    "
    ones_own_ghost_is_waited_for r"
        person
        stays ann
        connects
        server -> NICK
        server -> ann joined the chat!\n
        server is lost
        waits it out
        connects
        server -> NICK
        server -> ! the nickname ann is taken, choose another\nNICK
        waits it out
        connects
        server -> NICK
        server -> ! the nickname ann is taken, choose another\nNICK
        waits it out
        connects
        server -> NICK
        server -> ! the nickname ann is taken, choose another\nNICK
        waits it out
        connects
        server -> NICK
        server -> ! the nickname ann is taken, choose another\nNICK
        waits it out
        connects
        server -> NICK
        server -> ann joined the chat!\n
    "
    a_ghost_later_is_waited_for_anew r"
        stays ann
        connects
        server -> NICK
        server -> ann joined the chat!\n
        server is lost
        enter
        connects
        server -> NICK
        server -> ! the nickname ann is taken, choose another\nNICK
        enter
        connects
        server -> NICK
        server -> ann joined the chat!\n
        +60.000s server is lost
        enter
        connects
        server -> NICK
        server -> ! the nickname ann is taken, choose another\nNICK
    "
    whoever_took_the_name_in_the_meantime_is_no_ghost r"
        person
        stays ann
        connects
        server -> NICK
        server -> ann joined the chat!\n
        server is lost
        enter
        connects
        server -> NICK
        server -> ! the nickname ann is taken, choose another\nNICK
        +99.999s enter
        connects
        server -> NICK
        server -> ! the nickname ann is taken, choose another\nNICK
        +100.000s enter
        connects
        server -> NICK
        server -> ! the nickname ann is taken, choose another\nNICK
        connects
        server -> NICK
        typed ann\n
        server -> ! the nickname ann is taken, choose another\nNICK
        typed anna\n
        server -> anna joined the chat!\n
        server is lost
        enter
        connects
        server -> NICK
    "
    whoever_is_asked_for_another_name_may_have_the_old_one_on_the_next_connection r"
        person
        stays ann
        connects
        server -> NICK
        server -> ann joined the chat!\n
        server is lost
        enter
        connects
        server -> NICK
        server -> ! the nickname ann is reserved, choose another\nNICK
        connects
        server -> NICK
        server -> ! no nickname within 30 s\n
        server ends
        enter
        connects
        server -> NICK
        server -> ann joined the chat!\n
    "
    a_program_whose_name_is_taken_in_the_meantime_ends r"
        stays bot
        connects
        server -> NICK
        server -> bot joined the chat!\n
        server is lost
        enter
        connects
        server -> NICK
        server -> ! the nickname bot is taken, choose another\nNICK
        +100.000s enter
        connects
        server -> NICK
        server -> ! the nickname bot is taken, choose another\nNICK
        enter
    "
    a_room_that_is_full_is_tried_again_and_told_once r"
        stays ann
        connects
        server -> NICK
        server -> ann joined the chat!\n
        server is lost
        enter
        connects
        server -> ! the room is full, try later\n
        server ends
        enter
        connects
        server -> ! the room is full, try later\n
        server ends
        enter
        connects
        server -> NICK
        server -> ann joined the chat!\n
        server is lost
        enter
        connects
        server -> ! the room is full, try later\n
        server ends
    "
    a_room_that_is_full_at_first_is_the_end r"
        stays ann
        connects
        server -> ! the room is full, try later\n
        server ends
    " => r"
        stays ann
        connects
        server -> ! the room is full, try later\n
        server ends
            exits: refused: the room is full, try later
    "
    a_server_that_is_not_there_at_first_is_the_end r"
        stays ann
        cannot connect
        enter
    " => "
        stays ann
        cannot connect
            exits: failed: cannot connect to home: no route
        enter
    "
    a_server_that_is_lost_on_the_first_way_in_is_the_end r"
        stays ann
        connects
        server -> NICK
        server is lost
    " => r"
        stays ann
        connects
        server -> NICK
            sends ann\n
        server is lost
            exits: the server closed
    "
    a_nickname_that_is_taken_at_first_is_asked_for_again r"
        person
        stays ann
        connects
        server -> NICK
        server -> ! the nickname ann is taken, choose another\nNICK
        typed bob\n
        server -> bob joined the chat!\n
    "
    without_coming_back_the_end_is_the_end r"
        nick ann
        connects
        server -> NICK
        server -> ann joined the chat!\nbob: I ha
        server is lost
    "
    whoever_changes_the_name_comes_back_with_it r"
        stays ann
        connects
        server -> NICK
        server -> Ann joined the chat!\nbob joined the chat!\nAnn is now known as anna\nbob is now known as Ann\n
        server is lost
        enter
        connects
        server -> NICK
    "
    a_name_that_the_server_mended_is_ones_own r"
        stays ann
        connects
        server -> NICK
        server -> ann joined the chat!\nConnected to the server!\n# you are ann2 here\n# you are nobody here\n
        server is lost
        enter
        connects
        server -> NICK
    "
}
