//! Messages of members, and their recipients.

use super::played;

scenario! {
    three_people_hold_the_conversation r"
        jacob connects
        jacob -> Jacob
        +0.250s time passes
        +1.000s kaushik connects
        +2.000s kaushik -> Kaushik\n
        +3.000s meghana connects
        +4.000s meghana -> Meghana\r\n
        +5.000s jacob -> Jacob: Hey guys
        +6.000s kaushik -> Hey Jacob\n
        +7.000s meghana -> Hey guys! How's it going?\r\n
        +8.000s jacob -> Jacob: Ok I need to go now. Bye!
        +9.000s kaushik -> Bye guys!\n
        +10.000s meghana -> Bye everyone!\r\n
        +11.000s kaushik -> Bye\n
        +12.000s meghana finishes
    "
    ones_own_name_in_front_is_taken_away_once r"
        ann connects
        ann -> ann\n
        ann -> ann: hello\n
        ann -> ann: ann: hello\n
        ann -> Ann: hello\n
        ann -> bob: hello\n
        ann -> ann:hello\n
    "
    a_message_may_look_like_anything_and_is_still_its_senders r"
        ann connects
        ann -> ann\n
        ann -> * bob dances\n
        ann -> # 1 here: bob\n
        ann -> ! you are banned\n
        ann -> bob left the chat!\n
        ann -> [bob to you] psst\n
    "
    white_space_in_a_message_is_kept r"
        ann connects
        ann -> ann\n
        ann ->     indented\tby four\n
    "
    an_unframed_member_takes_part_like_anyone r"
        jacob connects
        jacob -> Jacob
        +0.250s time passes
        ann connects
        ann -> ann\n
        jacob -> Jacob: /me waves
        jacob -> Jacob: /msg ann hi
        ann -> /msg jacob hello\n
        jacob -> Jacob: //shrug
        jacob -> Jacob: /quit
    "
}
