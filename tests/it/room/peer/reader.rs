//! A line's meaning, to someone who knows the protocol and nothing of the room.

use chatroom::room::nickname::Nickname;

/// The kind of a line, and the author that it claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Claim {
    Said(String),
    Acted(String),
    ToldYou(String),
    YouTold(String),
    Joined(String),
    Renamed(String, String),
    SetTopic(String),
    /// And why.
    Left(String, String),
    Connected,
    Information,
    Error,
}

impl Claim {
    /// The same where only ASCII is shown.
    pub(crate) fn in_ascii(self) -> Self {
        let ascii = |text: String| in_ascii(&text);
        match self {
            Self::Said(who) => Self::Said(ascii(who)),
            Self::Acted(who) => Self::Acted(ascii(who)),
            Self::ToldYou(who) => Self::ToldYou(ascii(who)),
            Self::YouTold(whom) => Self::YouTold(ascii(whom)),
            Self::Joined(who) => Self::Joined(ascii(who)),
            Self::Renamed(before, now) => Self::Renamed(ascii(before), ascii(now)),
            Self::SetTopic(who) => Self::SetTopic(ascii(who)),
            Self::Left(who, why) => Self::Left(ascii(who), ascii(why)),
            Self::Connected => Self::Connected,
            Self::Information => Self::Information,
            Self::Error => Self::Error,
        }
    }
}

/// Reads a line by its first characters; `None` where it is nothing that the protocol knows.
pub(crate) fn read(line: &str) -> Option<Claim> {
    if line == "Connected to the server!" {
        return Some(Claim::Connected);
    }
    if let Some(told) = line.strip_prefix("[you to ") {
        return Some(Claim::YouTold(told.split_once("] ")?.0.into()));
    }
    if let Some(told) = line.strip_prefix('[') {
        return Some(Claim::ToldYou(told.split_once(" to you] ")?.0.into()));
    }
    let (word, rest) = line.split_once(' ')?;
    match word {
        "#" => {
            let set = rest.split_once(" set the topic: ").filter(|(who, _)| !who.contains(' '));
            return Some(set.map_or(Claim::Information, |(who, _)| Claim::SetTopic(who.into())));
        }
        "!" => return Some(Claim::Error),
        "*" => return Some(Claim::Acted(rest.split_once(' ')?.0.into())),
        _ => {}
    }
    if let Some(who) = word.strip_suffix(':') {
        return Some(Claim::Said(who.into()));
    }
    if rest == "joined the chat!" {
        return Some(Claim::Joined(word.into()));
    }
    if let Some(now) = rest.strip_prefix("is now known as ") {
        return Some(Claim::Renamed(word.into(), now.into()));
    }
    let why = rest.strip_prefix("left the chat!")?;
    Some(Claim::Left(word.into(), why.into()))
}

/// Replaces every character that is not ASCII, for a peer that is shown only ASCII.
pub(crate) fn in_ascii(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect()
}

/// Panics where a reader could take this nickname for something else, or for someone else.
pub(crate) fn must_be_a_name_apart_from(name: &str, others: &[&str]) {
    assert!((1..=32).contains(&name.chars().count()), "{name:?} is of no good length");
    // Which characters are letters is a matter of the version of Unicode; these never are.
    let bare = name.chars().all(|c| matches!(c, '_' | '-' | '.'));
    assert!(!bare, "{name:?} has nothing to be called by");
    // Those that the protocol puts around a nickname, and letters that look like them.
    let mark = |c: char| c.is_whitespace() || ":*[]#!/ːˑǃǀ꞉ꓽᐟ⁎＊：！＃／".contains(c);
    assert!(!name.contains(mark), "{name:?} holds what stands around a nickname");
    let keys = Nickname::parse(name).expect("a nickname is one").keys();
    let look = look(name);
    for other in others.iter().chain(&["NICK", "server", "you"]) {
        assert_ne!(look, self::look(other), "{name:?} looks like {other:?}");
        let theirs = Nickname::parse(other).map(|name| name.keys()).unwrap_or_default();
        assert!(!keys.iter().any(|key| theirs.contains(key)), "{name:?} is {other:?}");
    }
}

/// The rough look of the letters of Ann, Bob and the server: in capitals, without case.
fn look(name: &str) -> String {
    let plain = |c: char| match c {
        'А' | 'Α' | 'Ꭺ' | 'ꓮ' => 'A',
        'В' | 'Β' | 'Ᏼ' | 'ꓐ' => 'B',
        'С' | 'Ϲ' | 'Ⅽ' | 'Ꮯ' | 'ꓚ' => 'C',
        'Е' | 'Ε' | 'Ꭼ' | 'ꓰ' => 'E',
        'І' | 'Ι' | 'Ӏ' | '1' | '|' => 'I',
        'К' | 'Κ' | 'K' | 'Ꮶ' | 'ꓗ' => 'K',
        'Ν' | 'ꓠ' => 'N',
        'О' | 'Ο' | 'ꓳ' | '0' | 'Օ' => 'O',
        'Ѕ' | 'Տ' | 'Ꮪ' | 'ꓢ' => 'S',
        'Υ' | 'Ү' | 'Ꭹ' | 'ꓬ' => 'Y',
        'Ц' | 'ꓴ' | 'Ս' => 'U',
        _ => c,
    };
    name.to_uppercase().chars().map(plain).collect()
}
