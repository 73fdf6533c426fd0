//! The client of the original server, which ends no line.

use super::client_scenarios::played;

scenario! {
    original_server_is_not_asked_for_times r"
        times
        legacy
        nick ann
        server -> NICK
        server -> ann joined the chat!
        +0.050s time passes
    "
    the_quiet_that_ends_a_frame_begins_anew_with_each_read r"
        legacy
        nick Jacob
        server -> NICK
        server -> Jacob joined
        +0.040s server -> \x20the chat!
        +0.050s time passes
        +0.090s time passes
    "
    the_original_server_gets_frames_without_ends_and_is_given_time_to_tell_them_apart r"
        legacy
        nick Jacob
        server -> NICK
        server -> Jacob joined the chat!Connected to the server!
        +0.050s time passes
        typed one\ntwo\n
        +0.100s time passes
        +0.110s server -> Jacob: one
        +0.160s time passes
        +0.200s time passes
        +0.210s server -> Jacob: two
        +0.260s time passes
    "
    more_than_a_frame_from_the_original_server_does_not_wait_for_quiet r"
        legacy
        nick Jacob
        server -> NICK
        server -> Jacob joined the chat!
        +0.050s time passes
        +0.060s server -> LIMIT
        +0.110s time passes
        +0.120s server -> LIMITx
    "
    the_original_server_gets_ascii_only_and_the_typist_is_told r"
        legacy
        nick Zo\u{eb}
        server -> NICK
        server -> Zo? joined the chat!
        +0.050s time passes
        typed caf\u{e9} \u{1f600}\n
    "
    the_original_server_is_left_without_an_end_of_stream r"
        legacy
        nick Jacob
        server -> NICK
        server -> Jacob joined the chat!
        +0.050s time passes
        typed bye
        input ends
        +0.100s time passes
        +0.110s server -> Jacob: bye
        +0.400s time passes
    "
    text_after_leaving_the_original_server_is_not_shown r"
        legacy
        nick Jacob
        server -> NICK
        server -> Jacob joined the chat!
        +0.050s input ends
        +0.360s server -> Bob: late
        +0.500s time passes
    "
    quit_is_not_for_the_original_server r"
        legacy
        nick Jacob
        server -> NICK
        server -> Jacob joined the chat!
        +0.050s time passes
        typed /quit\n
        +0.350s time passes
    "
}
