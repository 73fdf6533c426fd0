//! Those who are sent ASCII only, and how everyone else looks to them.

use std::collections::BTreeSet;

use chatroom::ServerCore;
use chatroom::recording::transcript::{Entry, Transcript};
use chatroom::room::nickname::Nickname;

use super::played;
use crate::oracle;

scenario! {
    two_of_one_form_are_told_apart r"
        jose connects
        jose -> Jos\xc3\xa9\n
        jacob connects
        jacob -> Jacob
        +0.250s time passes
        josi connects
        josi -> Jos\xc3\xaf\n
        jose -> gr\xc3\xbc\xc3\x9fe, \xe2\x98\x83\n
        josi -> /me winkt\n
        josi -> /msg jacob \xc3\xa9\n
        jacob -> Jacob: hi
    "
    form_goes_with_its_nickname r"
        jose connects
        jose -> Jos\xc3\xa9\n
        jacob connects
        jacob -> Jacob
        +0.250s time passes
        josi connects
        josi -> JOS\xc3\x8f\n
        josi -> /nick Zo\xc3\xab\n
        josi -> /nick Jos\xc3\xa8\n
        jose -> /nick Jos\xc3\xaa\n
        jose -> /quit \xe2\x80\xa6\n
        ann connects
        ann -> Jos\xc3\xa9\n
        josi is lost
        bob connects
        bob -> Jos\xc3\xab\n
    "
    number_in_a_nickname_is_no_number_of_a_form r"
        jacob connects
        jacob -> Jacob
        +0.250s time passes
        ann connects
        ann -> \xc3\xa92\n
        bob connects
        bob -> \xc3\xa9\n
        cid connects
        cid -> \xc3\xab\n
        ann -> /quit\n
        dan connects
        dan -> \xc3\xaa\n
    "
    letters_that_look_alike_in_ascii_make_one_form r"
        jacob connects
        jacob -> Jacob
        +0.250s time passes
        ann connects
        ann -> \xc3\xa9l0m\n
        bob connects
        bob -> \xc3\xaaIOrn\n
    "
    people_of_other_scripts_are_both_here r"
        taro connects
        taro -> \xe5\xa4\xaa\xe9\x83\x8e\n
        jacob connects
        jacob -> Jacob
        +0.250s time passes
        minsu connects
        minsu -> \xeb\xaf\xbc\xec\x88\x98\n
        jacob -> Jacob: /who
        +1.000s jacob -> Jacob: /msg ??2 hi
        minsu -> /msg ?? and you\n
        minsu -> /msg \xe2\x98\x83? not the snowman\n
        +2.000s jacob -> Jacob: /msg ??3 nobody
        +3.000s jacob -> Jacob: /nick \xe5\xa4\xaa\xe9\x83\x8e
        +4.000s jacob -> Jacob: /nick \xe6\x9d\xb1\xe4\xba\xac
        +5.000s jacob -> Jacob: /nick \xe6\x9d\xb1\xe4\xba\xac
    "
    newcomer_in_ascii_is_shown_who_said_what_by_the_form_of_then r"
        jose connects
        jose -> Jos\xc3\xa9\n
        josi connects
        josi -> Jos\xc3\xaf\n
        jose -> one: \xc3\xa9\n
        josi -> two\n
        josi -> /me acts: three\n
        jose -> /quit\n
        josi -> /nick Jos\xc3\xaa\n
        josi -> four\n
        jacob connects
        jacob -> Jacob
        +0.250s time passes
        +1.000s ann connects
        ann -> ann\n
    "
    member_that_ends_its_lines_after_all_is_sent_all_characters r"
        jose connects
        jose -> Jos\xc3\xa9\n
        mia connects
        mia -> mia
        +0.250s time passes
        jose -> \xc3\xa9\n
        mia -> hello\n
        jose -> \xc3\xa8\n
        mia -> /who\n
    "
    unframed_member_is_told_the_number_of_its_own_form r"
        jose connects
        jose -> Jos\xc3\xa9\n
        josi connects
        josi -> Jos\xc3\xaf
        +0.250s time passes
        josi -> Jos\xc3\xaf: hi
    "
    nickname_that_was_kept_has_a_new_form r"
        jacob connects
        jacob -> Jacob
        +0.250s time passes
        jose connects from 192.0.2.1:1
        jose -> Jos\xc3\xa9\n
        jose is lost
        josi connects from 192.0.2.2:1
        josi -> Jos\xc3\xaf\n
        again connects from 192.0.2.1:2
        again -> Jos\xc3\xa9\n
    "
}

/// However many look alike, each newcomer gets a form of its own, and the number of one that has left is
/// given again.
#[test]
fn thousands_of_one_form_are_told_apart() {
    let mut looks = BTreeSet::new();
    let mut is_new = |name: Nickname| {
        let keys: BTreeSet<_> = name.keys().into_iter().collect();
        keys.is_disjoint(&looks) && {
            looks.extend(keys);
            true
        }
    };
    let letters = ('\u{4e00}'..).filter(|c| Nickname::parse(&c.to_string()).is_ok_and(&mut is_new));
    let mut script = String::from("rate=0 max-members=5000 max-per-address=5000\n");
    for (id, letter) in (1..=3000).zip(letters) {
        script += &format!("#{id} connects\n#{id} -> {letter}\\n\n");
    }
    script += "#1500 is lost\n#4000 connects\n#4000 -> \u{e9}\\n\n";
    let script: Transcript = script.parse().unwrap();
    let mut room = ServerCore::new(script.settings.clone());
    for entry in &script.entries {
        let Entry::Event(now, event) = entry else { continue };
        let _ = room.handle(*now, event.as_bytes());
    }
    let forms: Vec<_> = room.members().map(|(_, nickname)| oracle::form(nickname)).collect();
    assert_eq!(forms.len(), 3000);
    assert_eq!(
        (&*forms[0], &*forms[1], &*forms[2998], &*forms[2999]),
        ("?", "?2", "?3000", "?1500")
    );
}
