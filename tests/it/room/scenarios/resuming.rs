//! Nicknames of those whose connection was lost: for whom they are kept, and how they are taken back.
//!
//! The token is `a-token-of-ann-1`; the member sets its SHA-256.

use super::played;

scenario! {
    nickname_of_a_lost_connection_is_kept_for_its_address r"
        ann connects from 192.0.2.1:1
        ann -> ann\n
        ann is lost
        bob connects from 192.0.2.2:1
        bob -> Ann\n
        again connects from 192.0.2.1:2
        again -> ann\n
    "
    nickname_is_free_after_two_minutes r"
        ann connects from 192.0.2.1:1
        ann -> ann\n
        ann is lost
        +119.000s bob connects from 192.0.2.2:1
        bob -> ann\n
        +120.000s bob -> ann\n
    "
    nickname_of_one_who_left_is_free_at_once r"
        ann connects from 192.0.2.1:1
        ann -> ann\n/quit\n
        bob connects from 192.0.2.2:1
        bob -> ann\n
        bob finishes
        cid connects from 192.0.2.3:1
        cid -> ann\n
        cid is gone
        dan connects from 192.0.2.4:1
        dan -> ann\n
    "
    nickname_of_one_who_was_too_slow_is_kept r"
        ann connects from 192.0.2.1:1
        ann -> ann\n
        ann is too slow
        bob connects from 192.0.2.2:1
        bob -> ann\n
    "
    only_the_token_opens_a_nickname_that_has_one r"
        ann connects from 192.0.2.1:1
        ann -> ann\n/resume 2c6d0ef77fd59b7fe32a8a89580f1dc8ea9dac2339dbd7f4269cd81c0c8795fc\n
        ann is lost
        bob connects from 192.0.2.1:2
        bob -> ann\n
        bob -> /resume another-token-999\n
        bob -> ann\n
    "
    token_must_be_one_and_is_spent_once r"
        ann connects
        ann -> /resume tok\u{e9}n\n
        ann -> /resume a-token-of-ann-1\n
        ann -> /resume a-token-of-ann-2\n
        ann -> ann\n
        ann -> /resume not-a-hash\n
        ann -> /resume\n
        ann -> /help\n
    "
    nickname_that_comes_late_behind_a_token_is_no_unframed_one r"
        ann connects
        ann -> /resume a-token-of-ann-1\n
        ann -> Jos
        +0.300s ann -> \xc3\xa9\n
    "
    member_takes_a_kept_nickname_of_its_address_by_nick r"
        ann connects from 192.0.2.1:1
        ann -> ann\n
        ann is lost
        bob connects from 192.0.2.1:2
        bob -> bob\n/nick ann\n
    "
    unframed_peer_of_the_same_address_has_its_nickname_again r"
        jacob connects from 192.0.2.1:1
        jacob -> Jacob
        +0.250s time passes
        jacob is lost
        again connects from 192.0.2.1:2
        again -> Jacob
        other connects from 192.0.2.2:1
        other -> Jacob
        +0.500s time passes
    "
    without_a_token_a_ghost_keeps_its_nickname_from_its_own_address r"
        ann connects from 192.0.2.1:1
        ann -> ann\n
        again connects from 192.0.2.1:2
        again -> ann\n
    "
    token_takes_a_nickname_back_from_a_ghost_and_nobody_else_hears_of_it r"
        ann connects from 192.0.2.1:1
        ann -> ann\n/resume 2c6d0ef77fd59b7fe32a8a89580f1dc8ea9dac2339dbd7f4269cd81c0c8795fc\nhello\n
        bob connects from 192.0.2.2:1
        bob -> bob\n
        again connects from 192.0.2.9:1
        again -> /resume a-token-of-ann-1\n
        again -> ANN\n
        bob -> /msg ann are you back?\n
        ann -> from the ghost\n
        ann is lost
        again is lost
        third connects from 192.0.2.9:2
        third -> /resume a-token-of-ann-1\nann\n
    "
    token_opens_a_nickname_that_is_kept_from_any_address r"
        ann connects from 192.0.2.1:1
        ann -> ann\n/resume 2c6d0ef77fd59b7fe32a8a89580f1dc8ea9dac2339dbd7f4269cd81c0c8795fc\n
        ann is lost
        again connects from 192.0.2.9:1
        again -> /resume a-token-of-ann-1\nann\n
    "
    neighbour_cannot_push_out_a_nickname_that_a_token_opens r"
        max-per-address=1
        ann connects from 192.0.2.1:1
        ann -> ann\n/resume 2c6d0ef77fd59b7fe32a8a89580f1dc8ea9dac2339dbd7f4269cd81c0c8795fc\n
        ann is lost
        +4.000s bob connects from 192.0.2.1:2
        bob -> bob\n
        bob is lost
        +8.000s cid connects from 192.0.2.1:3
        cid -> ann\n
        cid -> /resume a-token-of-ann-1\n
        cid -> ann\n
    "
    source_keeps_as_many_nicknames_as_it_may_have_connections r"
        max-per-address=2
        a connects from 192.0.2.1:1
        a -> a\n
        b connects from 192.0.2.1:2
        b -> b\n
        a is lost
        b is lost
        +1.000s c connects from 192.0.2.1:3
        c -> c\n
        c is lost
        dan connects from 192.0.2.2:1
        dan -> b\n
        dan -> c\n
        dan -> a\n
    "
}
