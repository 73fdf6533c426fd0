//! Which names are nicknames, over all of Unicode.

use std::collections::BTreeSet;

use chatroom::room::nickname::{Nickname, Refused};
use chatroom::room::roster::Roster;
use chatroom::{ClientId, limits};
use quickcheck_macros::quickcheck;
use unicode_normalization::is_nfc;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};
use unicode_security::GeneralSecurityProfile;
use unicode_width::UnicodeWidthStr;

use crate::oracle::{self, reference_look};

/// People have these, each in a script of its own, or in one that they share.
const HONEST: [&str; 66] = [
    "José",
    "Müller",
    "Анна",
    "太郎",
    "زينب",
    "דוד",
    "सुनीता",
    "สมชาย",
    "민수",
    "Nguyễn",
    "Σοφία",
    "x_1.y-2",
    "42nd",
    "Jacob2",
    "İsmail",
    "Łukasz",
    "Þór",
    "Ørsted",
    "Çağla",
    "Škoda",
    "Ọlá",
    "Олексій",
    "Ђорђе",
    "Ώρα",
    "ᾠδή",
    "Արամ",
    "გიორგი",
    "ገብረ",
    "தமிழ்ச்செல்வி",
    "সুব্রত",
    "কোঁকন",
    "రాజేష్",
    "ರಾಜೇಶ್",
    "മോഹൻ",
    "ගුණසේන",
    "ਗੁਰਪ੍ਰੀਤ",
    "ગુજરાત",
    "ଓଡ଼ିଆ",
    "कृष्ण",
    "विक्रम",
    "ज़िंदगी",
    "नेपाली_१",
    "น้ำฝน",
    "ก้อง",
    "ສົມສັກ",
    "ຄຳ",
    "ကျော်",
    "အင်္ဂ",
    "ស្រីស្ត្រី",
    "སྒྲོལ_མ",
    "さくら",
    "カトリーナ",
    "佐々木ひろし",
    "タロウ太郎",
    "サーバーー",
    "りんごー",
    "時々",
    "ใจๆ",
    "ʻIolani",
    "王小明",
    "Tom王",
    "김Tom",
    "משה",
    "مُحَمَّد",
    "فاطمه-۲",
    "דוד2",
];

/// Of these none is one.
const HOSTILE: [&str; 61] = [
    "\u{640}",
    "مح\u{640}مد",
    "\u{13441}",
    "\u{13442}",
    "a\u{13441}",
    "\u{13441}a",
    "server\u{13441}restarts",
    "\u{16fe4}",
    "a\u{16fe4}",
    "\u{13440}",
    "a\u{13440}",
    "\u{17d2}",
    "a\u{17d2}",
    "ស\u{17d2}",
    "ស\u{17d2}2",
    "ស\u{17d2}\u{17d2}រ",
    "ស\u{17d2}\u{17b6}",
    "ក\u{17d2}ក\u{17d2}ក\u{17d2}ក",
    "\u{1039}",
    "a\u{1039}",
    "က\u{1039}",
    "က\u{1039}_",
    "က\u{1039}ក",
    "\u{1a60}",
    "\u{1a20}\u{1a60}\u{1a20}",
    "\u{2d7f}",
    "\u{1107f}",
    "a\u{aaf6}",
    "\u{aaf6}",
    "42",
    "٤٢",
    "_",
    "a٤",
    "٤۴ع",
    "ع1٤",
    "e\u{302}\u{301}\u{303}",
    "ấ\u{302}",
    "x\u{302}\u{302}",
    "i\u{307}",
    "ı\u{307}",
    "j\u{307}",
    "а\u{5b0}",
    "a\u{5b0}",
    "ש\u{301}",
    "क\u{301}",
    "1\u{301}",
    "_\u{301}",
    "太\u{301}",
    "Аnna",
    "aאb",
    "a1א",
    "אaא",
    "ｱ",
    "Ａnn",
    "\u{115f}",
    "Boーb",
    "serverー",
    "server々",
    "ーサ",
    "太ー",
    "2々",
];

#[test]
fn honest_names_are_nicknames() {
    for name in HONEST {
        let nickname = Nickname::parse(name).unwrap_or_else(|why| panic!("{name}: {why}"));
        let again = Nickname::parse(nickname.as_str()).unwrap();
        assert_eq!(again, nickname, "{name}");
        assert_eq!(Nickname::coerce(name), nickname, "{name}");
    }
}

#[test]
fn names_that_hide_or_pile_up_something_are_refused() {
    let many = format!("a{}", (0x300..0x31f).filter_map(char::from_u32).collect::<String>());
    for name in HOSTILE.into_iter().chain([&*many]) {
        let parsed = Nickname::parse(name);
        assert!(parsed.is_err(), "{name:?} is {parsed:?}");
    }
}

/// Of the Thai vowel am only its two parts are characters of an identifier.
#[test]
fn thai_and_lao_am_are_two_characters() {
    let thai = Nickname::parse("น้ำ").unwrap();
    assert_eq!(thai.as_str(), "น\u{e4d}\u{e49}\u{e32}");
    assert_eq!(Nickname::parse("ນ້ຳ").unwrap().as_str(), "ນ\u{ecd}\u{ec9}\u{eb2}");
    let longest = "ำ".repeat(limits::NICKNAME_CHARS);
    assert_eq!(Nickname::parse(&format!("น{longest}")), Err(Refused::TooLong));
}

/// Each character alone, and at either end of a name.
#[test]
fn every_admitted_character_of_unicode_is_seen() {
    let mut admitted = 0;
    for c in ('\0'..=char::MAX).filter(|c| !c.is_whitespace()) {
        for name in [format!("{c}"), format!("a{c}"), format!("{c}a")] {
            let Ok(nickname) = Nickname::parse(&name) else { continue };
            admitted += 1;
            assert!(is_nfc(nickname.as_str()), "{name:?}");
            for c in nickname.as_str().chars() {
                assert!(is_seen(c), "{name:?} holds {c:?}");
            }
            assert!(nickname.as_str().width() > 0, "{name:?} takes no place");
        }
    }
    assert!(admitted > 90_000, "{admitted} are admitted");
}

/// Returns true for categories that an identifier may hold, and a person sees. No such category holds what is
/// private or not assigned; of what is ignorable by default, the categories hold the fillers.
fn is_seen(c: char) -> bool {
    use GeneralCategory::{
        DecimalNumber, LowercaseLetter, ModifierLetter, NonspacingMark, OtherLetter, SpacingMark,
        TitlecaseLetter, UppercaseLetter,
    };
    let blank = matches!(
        c,
        '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{17b4}' | '\u{17b5}'
    ) || matches!(
        c,
        '\u{13440}'..='\u{13442}' | '\u{16fe4}' | '\u{1107f}' | '\u{1039}' | '\u{17d2}'
    ) || matches!(c, '\u{34f}' | '\u{180b}'..='\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..);
    let category = matches!(
        c.general_category(),
        DecimalNumber
            | LowercaseLetter
            | ModifierLetter
            | NonspacingMark
            | OtherLetter
            | SpacingMark
            | TitlecaseLetter
            | UppercaseLetter
    );
    let punctuation = matches!(c, '_' | '-' | '.');
    GeneralSecurityProfile::identifier_allowed(c) && !blank && (category || punctuation)
}

/// In a line from left to right, or in one from right to left.
#[test]
fn names_that_a_screen_shows_alike_are_the_same() {
    let pairs = [
        ("א1", "1א"),
        ("דוד-", "-דוד"),
        ("ب1_2", "2_1ب"),
        ("1_a", "a_1"),
        ("a-", "-a"),
        ("וס", "ol"),
        ("דוד12", "12דוד"),
        ("Ian", "lan"),
        ("ТОМ", "tom"),
        ("मनोज", "मन\u{93e}\u{947}ज"),
        ("गौरव", "ग\u{93e}\u{948}रव"),
        ("ओम", "अ\u{94b}म"),
        ("મનોજ", "મન\u{abe}\u{ac7}જ"),
        ("ಔಷಧ", "ಒ\u{ccc}ಷಧ"),
        ("ආනන්ද", "අ\u{dcf}නන්ද"),
        ("กิ่ง", "ก\u{e48}\u{e34}ง"),
    ];
    for (one, other) in pairs {
        let [one, other] = [one, other].map(|name| Nickname::parse(name).unwrap().keys());
        assert!(one.iter().any(|key| other.contains(key)), "{one:?} and {other:?}");
    }
}

#[test]
fn names_that_a_screen_shows_differently_are_two() {
    let pairs = [
        ("דוד", "דוה"),
        ("א1ב", "ב1א"),
        ("א12", "א21"),
        ("שרה", "הרש"),
        ("ab", "ba"),
        ("a_1", "a-1"),
        ("א1-2", "א2-1"),
        ("太郎", "민수"),
        ("José", "Josï"),
        ("मनोज", "मनेज"),
        ("กิ่ง", "กิง"),
    ];
    for (one, other) in pairs {
        let [one, other] = [one, other].map(|name| Nickname::parse(name).unwrap().keys());
        assert!(!one.iter().any(|key| other.contains(key)), "{one:?} and {other:?}");
    }
}

/// A name is compared with all others at once, by a few keys.
#[test]
fn keys_are_few_and_short() {
    let longest =
        ["w_".repeat(16), "ﷺ".repeat(32), "1א".repeat(16), "ᾧ".repeat(32), "ñ".repeat(32)];
    for name in HONEST.into_iter().chain(longest.iter().map(|name| &**name)) {
        let keys = Nickname::coerce(name).keys();
        assert!(matches!(keys.len(), 3 | 6), "{name}: {keys:?}");
        assert!(keys.iter().all(|key| key.len() <= 1024), "{name}: {keys:?}");
    }
}

#[quickcheck]
fn coerced_name_is_a_nickname(name: Spelt) -> bool {
    is_nickname(&Nickname::coerce(&name.0))
}

#[test]
fn coerced_character_is_a_nickname() {
    for c in ('\0'..'\u{600}').chain(('\u{600}'..='\u{40000}').step_by(61)) {
        for name in [format!("{c}"), format!("a{c}"), format!("ស\u{17d2}{c}"), format!("က{c}က")]
        {
            assert!(is_nickname(&Nickname::coerce(&name)), "{name:?}");
        }
    }
}

fn is_nickname(coerced: &Nickname) -> bool {
    match Nickname::parse(coerced.as_str()) {
        Ok(parsed) => parsed == *coerced,
        Err(Refused::Reserved(name)) => name == coerced.as_str() && coerced.is_reserved(),
        Err(_) => false,
    }
}

/// For any name, the next person of that name gets another, which is a nickname too.
#[quickcheck]
fn first_free_number_makes_a_nickname_of_its_own(name: Spelt) {
    let mut roster = Roster::default();
    let mut taken = BTreeSet::new();
    for id in 1..=13 {
        let nickname = roster.first_free(Nickname::coerce(&name.0), |_| false);
        assert_eq!(Nickname::parse(nickname.as_str()).as_ref(), Ok(&nickname));
        for key in nickname.keys().into_iter().collect::<BTreeSet<_>>() {
            assert!(taken.insert(key.clone()), "{key} of {nickname} is taken");
        }
        roster.join(ClientId(id), nickname);
    }
}

/// Pieces of names, honest and hostile ones.
#[derive(Clone, Debug)]
struct Spelt(String);

impl quickcheck::Arbitrary for Spelt {
    fn arbitrary(g: &mut quickcheck::Gen) -> Self {
        let chunks: Vec<char> =
            HONEST.iter().chain(&HOSTILE).flat_map(|name| name.chars()).collect();
        let near = *g.choose(&chunks).unwrap();
        let chunk = |g: &mut quickcheck::Gen| match u8::arbitrary(g) % 8 {
            0 => *g.choose(&chunks).unwrap(),
            1 => char::arbitrary(g),
            2 => *g
                .choose(&['1', '2', '_', '-', 'a', '\u{e33}', '\u{17d2}', '\u{1039}', '٣'])
                .unwrap(),
            _ => char::from_u32(u32::from(near) & !0x3f | u32::from(u8::arbitrary(g) & 0x3f))
                .unwrap_or('x'),
        };
        let length = usize::arbitrary(g) % 40;
        Self((0..length).map(|_| chunk(g)).collect())
    }

    fn shrink(&self) -> Box<dyn Iterator<Item = Self>> {
        Box::new(self.0.shrink().map(Self))
    }
}

/// To those who see only ASCII, whatever the names are: one after the other, each comes, goes and comes
/// again.
#[quickcheck]
fn forms_in_ascii_are_told_apart_as_nicknames_are(names: Vec<Spelt>, stays: Vec<bool>) {
    let mut roster = Roster::default();
    for (id, (name, stays)) in (1..).zip(names.iter().zip(stays)) {
        let name = ascii_or_not(&name.0, id);
        let nickname = roster.first_free(Nickname::coerce(&name), |_| false);
        let seat = roster.join(ClientId(id), nickname);
        let nickname = roster.nickname(seat).unwrap().clone();
        let form = oracle::form(&nickname);
        assert!(form.is_ascii() && form.len() <= nickname.longest());
        if nickname.as_str().is_ascii() {
            assert_eq!(form, nickname.as_str(), "it is its own form");
        } else {
            assert_eq!(roster.find_form(&form.to_lowercase()), Some(ClientId(id)));
        }
        let forms = roster.nicknames().map(oracle::form);
        let looks: BTreeSet<_> = forms.map(|form| reference_look(&form)).collect();
        assert_eq!(looks.len(), roster.nicknames().len(), "{looks:?} of {form}");
        if !stays {
            let number = roster.leave(seat).unwrap();
            roster.release(number);
            assert_eq!(roster.find_form(&form), None);
        }
    }
}

/// Names that are mostly of few forms.
fn ascii_or_not(name: &str, id: u64) -> String {
    let name: String = name.chars().take(2).collect();
    match id % 3 {
        0 => name,
        1 => format!("{name}{}", id % 7),
        _ => format!("é{}", ["l", "I", "i2", "", "m", "rn", "2"][id as usize % 7]),
    }
}
