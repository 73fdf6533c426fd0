//! Lines that begin with a slash.

use super::played;

scenario! {
    help_lists_the_commands r"
        ann connects
        ann -> ann\n
        ann -> /help\n
        ann -> /HELP me\n
    "
    answer_to_who_is_in_joining_order r"
        ann connects
        bob connects
        bob -> bob\n
        ann -> zoe\n
        ann -> /who\n
        bob -> /nick abe\n
        ann -> /who\n
    "
    me_is_an_action_to_all r"
        ann connects
        ann -> ann\n
        bob connects
        bob -> bob\n
        ann -> /me waves  at bob\n
        ann -> /me\n
        ann -> /me  \n
    "
    a_private_message_is_for_the_two r"
        ann connects
        ann -> ann\n
        bob connects
        bob -> bob\n
        cid connects
        cid -> cid\n
        ann -> /msg Bob psst\n
        ann -> /msg  cid  two  spaces\n
        ann -> /msg ann myself\n
        dan connects
        dan -> dan\n
    "
    a_private_message_to_no_one_is_told_to_its_sender_only r"
        ann connects
        ann -> ann\n
        bob connects
        ann -> /msg bob hello\n
        ann -> /msg a:b hello\n
        ann -> /msg bob\n
        ann -> /msg\n
    "
    reply_answers_the_last_who_wrote_in_private_by_whatever_name r"
        ann connects
        ann -> ann\n
        bob connects
        bob -> bob\n
        cid connects
        cid -> cid\n
        bob -> /reply to nobody\n
        ann -> /msg bob psst\n
        cid -> /msg bob hey\n
        cid -> /nick zoe\n
        bob -> /reply hey you\n
        bob -> /reply \n
        cid -> /quit\n
        dan connects
        dan -> zoe\n
        bob -> /reply not for a stranger\n
    "
    topic_is_set_for_all_and_shown_to_newcomers r"
        motd=be kind
        ann connects
        ann -> ann\n
        ann -> /topic\n
        ann -> /topic  tea, not coffee \n
        ann -> /topic\n
        bob connects
        bob -> bob\n
        bob -> /topic \xe2\x80\xae! /quit\n
        bob -> /topic \xc2\xad\n
    "
    nick_renames_for_all r"
        ann connects
        ann -> ann\n
        bob connects
        bob -> bob\n
        ann -> /nick eve\n
        ann -> eve: hello\n
        ann -> ann: hello\n
        cid connects
        cid -> ann\n
    "
    nick_may_change_the_case_of_ones_own_name r"
        ann connects
        ann -> ann\n
        ann -> /nick Ann\n
        ann -> /nick Ann\n
    "
    a_refused_nick_changes_nothing_and_is_told_to_one r"
        ann connects
        ann -> ann\n
        bob connects
        bob -> bob\n
        ann -> /nick BOB\n
        ann -> /nick you\n
        ann -> /nick a b\n
        ann -> /nick\n
        ann -> still ann\n
    "
    quit_leaves_with_and_without_last_words r"
        ann connects
        ann -> ann\n
        bob connects
        bob -> bob\n
        cid connects
        cid -> cid\n
        bob -> /quit\nnever said\n
        ann -> /quit so long, and thanks\n
    "
    an_unknown_command_is_told_what_to_try r"
        ann connects
        ann -> ann\n
        ann -> /foo bar\n
        ann -> /\n
        ann -> / help\n
    "
    two_slashes_say_one r"
        ann connects
        ann -> ann\n
        ann -> //help\n
        ann -> ///\n
    "
}
