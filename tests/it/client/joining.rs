//! The client until it is a member: the question, the nickname, its refusal.

use super::client_scenarios::played;

scenario! {
    a_known_nickname_is_sent_when_it_is_asked_for r"
        nick ann
        server -> NI
        server -> CK
        server -> ann joined the chat!\nConnected to the server!\n
    " => r"
        nick ann
        server -> NI
        server -> CK
            sends ann\n
        server -> ann joined the chat!\nConnected to the server!\n
            shows ann joined the chat!
            reads on
            shows Connected to the server!
    "
    a_person_is_asked_for_a_nickname r"
        person
        server -> NICK
        typed ann\n
        server -> ann joined the chat!\nConnected to the server!\n
    "
    a_person_is_asked_again_when_the_nickname_is_refused r"
        person
        nick ann
        server -> NICK
        server -> ! the nickname ann is taken, choose another\nNI
        server -> CK
        typed bob\n
        server -> bob joined the chat!\n
    "
    a_prompt_that_came_too_late_to_be_answered_is_not_shown r"
        person
        nick ann
        server -> NICK
        server -> ! the nickname ann is taken, choose another\nNICK! no nickname within 30 s\n
        server ends
    " => r"
        person
        nick ann
        server -> NICK
            sends ann\n
        server -> ! the nickname ann is taken, choose another\nNICK! no nickname within 30 s\n
        server ends
            exits: refused: the nickname ann is taken, choose another; no nickname within 30 s
    "
    times_are_asked_for_before_the_nickname_and_taken_from_the_lines r"
        person
        times
        nick ann
        server -> NICK
        server -> 2026-11-27T09:30:00.000Z ! the nickname ann is taken, choose another\nNICK
        typed bob\n
        server -> 2026-11-27T09:30:01.000Z # messages 1 to 1:\n2026-11-27T09:29:59.999Z ann: 2026-11-27T09:30:00.000Z ! no\n
        server -> 2026-11-27T09:30:01.001Z bob joined the chat!\nann: without\n2026-11-27T09:30:00Z ann: short\n
        server -> 2026-11-27T09:30:09.000Z # the server is shutting down\n2026-11-27T09:
        server ends
    "
    prompt_that_came_too_late_is_not_shown_with_times_either r"
        times
        nick ann
        server -> NICK
        server -> 2026-11-27T09:30:00.000Z ! the nickname ann is taken\nNICK2026-11-27T09:30:30.000Z ! no nickname\n
        server ends
    " => r"
        times
        nick ann
        server -> NICK
            sends /times\nann\n
        server -> 2026-11-27T09:30:00.000Z ! the nickname ann is taken\nNICK2026-11-27T09:30:30.000Z ! no nickname\n
        server ends
            exits: refused: the nickname ann is taken; no nickname
    "
    line_that_is_cut_off_is_shown_as_that r"
        nick ann
        server -> NICK
        server -> ann joined the chat!\nbob: I ha
        server is lost
    " => r"
        nick ann
        server -> NICK
            sends ann\n
        server -> ann joined the chat!\nbob: I ha
            shows ann joined the chat!
            reads on
        server is lost
            shows bob: I ha…
            exits: the server closed
    "
    welcome_that_is_cut_off_admits_nobody r"
        person
        server -> NICK
        typed ann\nhello\n
        server -> ann join
        server is lost
    "
    a_program_is_not_asked_again r"
        nick ann
        server -> NICK
        server -> ! the nickname ann is taken, choose another\nNICK
    " => r"
        nick ann
        server -> NICK
            sends ann\n
        server -> ! the nickname ann is taken, choose another\nNICK
            exits: refused: the nickname ann is taken, choose another
    "
    the_last_refusal_says_all_reasons r"
        nick ann
        server -> NICK
        server -> ! the nickname ann is taken, choose another\n! 5 nicknames were refused\n
        server ends
    " => r"
        nick ann
        server -> NICK
            sends ann\n
        server -> ! the nickname ann is taken, choose another\n! 5 nicknames were refused\n
        server ends
            exits: refused: the nickname ann is taken, choose another; 5 nicknames were refused
    "
    a_server_that_refuses_at_once_is_quoted r"
        nick ann
        server -> ! the room is full, try later\n
        server ends
    " => r"
        nick ann
        server -> ! the room is full, try later\n
        server ends
            exits: refused: the room is full, try later
    "
}
