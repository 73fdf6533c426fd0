//! `/times`: the time of day in front of each line.

use super::played;

scenario! {
    member_who_asks_for_times_gets_them_in_history_and_live r"
        history=20 motd=welcome\nto\x20all
        clock says 2026-11-27T09:30:00.000Z
        ann connects
        ann -> ann\n
        ann -> one\n
        +61.250s ann -> /me waves\n
        +62.000s bob connects
        bob -> /times\n
        bob -> bob\n
        +63.001s ann -> two\n
        bob -> /msg ann hi\n
        bob -> /nope\n
        bob -> /help\n
        +64.000s bob finishes
        +65.000s ann -> three\n
    "
    refusals_have_times_and_the_prompt_has_none r"
        clock says 2026-11-27T23:59:59.999Z
        +0.001s bob connects
        bob -> /times\r\n
        bob -> 12\n
        bob -> /times \n
        bob -> /nick\n
        bob -> bob\n
    "
    clock_that_steps_changes_what_follows_and_nothing_before r"
        clock says 1970-01-01T00:00:07.000Z
        ann connects
        ann -> /times\n
        ann -> ann\n
        +1.000s ann -> in the old days\n
        +2.000s clock says 2026-11-27T09:30:00.500Z
        +2.250s ann -> now\n
        +3.000s clock says 2026-11-27T09:29:00.000Z
        ann -> back\n
        bob connects
        bob -> /times\n
        bob -> bob\n
    "
    room_that_was_told_no_time_says_the_first_of_all r"
        ann connects
        ann -> /times\n
        ann -> ann\n
        +5.000s ann -> when?\n
    "
    each_member_hears_its_own_rendering r"
        clock says 9999-12-30T21:59:59.000Z
        ann connects
        ann -> ann\n
        jacob connects
        jacob -> Jacob
        +0.250s time passes
        bob connects
        bob -> /times\n
        bob -> bob\n
        ann -> gr\xc3\xbc\xc3\x9fe\n
        +10.000s jacob -> Jacob: at the end of time
        jacob -> hi\n
        bob -> /quit bye\n
    "
    member_may_ask_for_times_at_any_time r"
        clock says 2026-11-27T09:30:00.000Z
        ann connects
        ann -> ann\n
        bob connects
        bob -> bob\n
        ann -> /times\n
        bob -> hi ann\n
        ann -> /times\n
        +0.500s ann -> hi bob\n
        bob -> /TIMES\n
        ann -> and again\n
    "
    lost_member_is_back_with_the_times_that_it_asks_for r"
        clock says 2026-11-27T09:30:00.000Z
        ann connects from 192.0.2.1:1
        ann -> ann\n/resume 9f9f5111f7b27a781f1f1ddde5ebc2dd2b796bfc7365c9c28b548e564176929f\n
        ann -> still here?\n
        again connects from 192.0.2.1:2
        again -> /times\n/resume 0123456789abcdef\nann\n
        +1.000s ann is lost
        +2.000s more connects from 192.0.2.1:3
        more -> /times\nann\n
    "
}
