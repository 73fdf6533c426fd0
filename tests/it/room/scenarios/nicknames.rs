//! Which nicknames are taken, refused or coerced.

use super::played;

scenario! {
    a_taken_name_is_refused_and_the_room_hears_nothing r"
        ann connects
        ann -> ann\n
        bob connects
        bob -> an
        bob -> n\n
        bob -> bob\n
    "
    names_that_differ_only_in_case_are_the_same r"
        ann connects
        ann -> Ann\n
        bob connects
        bob -> aNN\n
    "
    names_that_look_alike_are_the_same r"
        ian connects
        ian -> Ian\n
        bob connects
        bob -> lan\n
        bob -> \xd0\x86an\n
        bob -> IAN\n
        bob -> Ia\u{200d}n\n
        bob -> \u{399}an\n
    "
    names_that_look_alike_in_capitals_are_the_same r"
        nan connects
        nan -> NAN\n
        bob connects
        bob -> \u{39d}\u{391}\u{39d}\n
    "
    names_that_look_alike_in_capitals_only_are_the_same r"
        tom connects
        tom -> tom\n
        bob connects
        bob -> \u{422}\u{41e}\u{41c}\n
        bob -> T\u{41e}M\n
        jim connects
        jim -> Jim\n
        bob -> \u{408}\u{406}\u{41c}\n
    "
    letters_with_two_small_forms_or_none_are_the_same r"
        ann connects
        ann -> \u{3a3}\u{3b1}\u{3c3}\n
        bob connects
        bob -> \u{3c3}\u{3b1}\u{3c2}\n
        cid connects
        cid -> Gro\u{df}\n
        bob -> GROSS\n
    "
    a_name_with_several_looks_is_free_again_with_all_of_them r"
        ian connects
        ian -> Ian\n
        bob connects
        bob -> bob\n
        ian -> /nick eve\n
        bob -> /nick lan\n
        bob -> /nick bob\n
        ian -> /nick IAN\n
        ian finishes
        bob -> /nick lan\n
    "
    a_name_is_the_same_however_its_accents_are_written r"
        ann connects
        ann -> Zo\u{eb}\n
        bob connects
        bob -> Zoe\u{308}\n
    "
    the_words_of_the_protocol_are_reserved r"
        ann connects
        ann -> NICK\n
        ann -> Server\n
        ann -> y\u{3bf}u\n
        ann -> nick\n
    "
    forbidden_character_is_refused_with_its_reason r"
        ann connects
        ann -> an na\n
        ann -> ann:\n
        ann -> ___\n
        ann -> aaaaaaaaaabbbbbbbbbbccccccccccddd\n
    "
    nickname_that_shows_nothing_or_hides_something_is_refused r"
        ann connects
        ann -> ann\u{3164}\n
        ann -> ann\u{fe0f}\n
        ann -> a\u{20e0}\n
        ann -> 1\u{301}\n
    "
    nickname_that_looks_like_the_servers_marks_is_refused r"
        ann connects
        ann -> \u{1c3}\n
        ann -> ann\u{2d0}\n
    "
    names_of_all_scripts_are_welcome r"
        one connects
        one -> \u{645}\u{631}\u{64a}\u{645}\n
        two connects
        two -> \u{930}\u{93e}\u{92e}\u{903}\n
        six connects
        six -> \u{30e8}\u{30ce}_7.x-\n
        ten connects
        ten ->   aaaaaaaaaabbbbbbbbbbccccccccccdd  \n
    "
    name_of_digits_alone_is_refused r"
        ann connects
        ann -> 42\n
        ann -> 42nd\n
    "
    name_of_two_scripts_is_refused_with_its_reason r"
        ann connects
        ann -> \u{410}nn\n
        ann -> a1\u{5d0}\n
        ann -> \u{645}\u{664}4\n
        ann -> a\u{664}\n
    "
    name_with_blank_or_joining_characters_is_refused r"
        ann connects
        ann -> server\u{13441}restarts\n
        ann -> \u{16fe4}\n
        ann -> \u{1780}\u{17d2}\n
        bob connects
        bob -> bob\u{aaf6}\n
        bob -> \u{1000}\u{1039}2\n
        bob -> bob\u{2d7f}\n
    "
    pile_of_marks_on_one_letter_is_refused r"
        ann connects
        ann -> a\u{323}\u{302}\u{301}\n
        ann -> x\u{302}\u{302}\n
        ann -> \u{939}\u{301}\n
        ann -> a\u{323}\u{302}n\n
    "
    names_that_a_screen_shows_alike_are_the_same r"
        dan connects
        dan -> \u{5d0}1\n
        eve connects
        eve -> 1\u{5d0}\n
        eve -> \u{5d5}\u{5e1}\n
        bob connects
        bob -> ol\n
        bob -> bob\n
        bob -> /nick 1\u{5d0}\n
        dan finishes
        bob -> /nick 1\u{5d0}\n
    "
    taken_unframed_name_that_is_read_from_right_to_left_gets_a_number r"
        dan connects
        dan -> \u{5d3}\u{5d5}\u{5d3}\n
        dot connects
        dot -> 2\u{5d3}\u{5d5}\u{5d3}\n
        eve connects
        eve -> \u{5d3}\u{5d5}\u{5d3}
        +0.250s time passes
    "
    the_fifth_refusal_ends_it r"
        ann connects
        ann -> a b\na b\na b\na b\na b\nann\n
    "
    unframed_name_is_coerced_not_refused r"
        ann connects
        ann -> Ann Lee!
        +0.250s time passes
    "
    a_taken_unframed_name_gets_the_first_free_number r"
        ann connects
        ann -> Jacob\n
        bob connects
        bob -> jacob2\n
        cid connects
        cid -> Jacob
        +0.250s time passes
        cid -> Jacob: hi
    "
    a_reserved_unframed_name_gets_a_number r"
        ann connects
        ann -> Server
        +0.250s time passes
    "
    an_unframed_name_of_nothing_becomes_a_guest r"
        ann connects
        ann -> \x01?!\xff
        bob connects
        bob -> ***
        +0.250s time passes
    "
    a_long_unframed_name_is_cut_so_that_its_number_fits r"
        ann connects
        ann -> aaaaaaaaaabbbbbbbbbbccccccccccdd\n
        bob connects
        bob -> aaaaaaaaaabbbbbbbbbbccccccccccddeeee
        +0.250s time passes
    "
    a_name_is_free_again_when_its_owner_has_left r"
        ann connects
        ann -> ann\n
        ann is lost
        bob connects
        bob -> ann\n
    "
}

/// A long name is cut for its number, and then some numbers give the same name.
#[test]
fn of_many_who_cannot_be_asked_for_another_name_no_two_get_the_same() {
    use std::fmt::Write;
    for name in [
        "1".repeat(32),
        "x".repeat(31) + "l",
        "Jacob".into(),
        "ﷺ".repeat(32),
        "\u{5d0}".repeat(32),
        "\u{5d0}1".into(),
    ] {
        let mut script = String::from("max-members=2000 rate=0\n");
        for number in 1..=130 {
            write!(script, "p{number} connects\np{number} -> {name}\n").unwrap();
        }
        // The oracle sees to it that no two are called the same.
        let printed = played(&format!("{script}+0.250s time passes\n")).to_string();
        assert_eq!(printed.matches(" is admitted in ASCII\n").count(), 130, "{name}");
    }
}
