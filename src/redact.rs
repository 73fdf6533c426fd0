//! Stand-ins for what people said, so that a recording can be given away.
//!
//! Letters stand for letters and digits for digits, in as many bytes, and everything else for itself: so
//! frames, limits and what is said about them are the same. One word has one stand-in for as long as
//! the [`Redaction`] lasts, wherever it is said and in whatever case: so a nickname is free, taken or
//! spoken to as it was. A word that goes on in the next read goes on as it would in one, since each
//! letter depends on those before it alone.
//!
//! What stays as it is: the names of the room's commands, and as much of another as they begin with;
//! `nick`, `server`, `you` and `http`, likewise, since they decide what is done; the first two digits of
//! what may be a nickname that begins with a letter, since the room itself numbers those; marks, symbols,
//! and letters that have none of their kind beside them.
//!
//! It hides what was said from whoever reads it, not from whoever breaks ciphers: how long words are,
//! and which of them are the same, can still be seen. Names that only look alike ([`Nickname`]) do not
//! look so any more: where the room refused one for that, its stand-in joins, until the room drops it.
//!
//! [`Nickname`]: crate::nickname::Nickname

mod command;

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::mem;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use memchr::memmem;
use unicode_properties::UnicodeGeneralCategory;

use self::command::Command;
use crate::event::{Action, ClientId, Event, Millis};
use crate::frame::{self, Framing};
use crate::limits;
use crate::nickname;
use crate::sanitize;
use crate::settings::Settings;

/// Words that the room knows.
const KEPT: [&str; 4] = ["nick", "server", "you", "http"];

/// How many digits behind letters stay: as many as the room gives out to a hundred people of one name.
const KEPT_DIGITS: u32 = 2;

/// What stands between a nickname and a message of a peer that does not end its frames.
const PREFIX_END: &[u8] = b": ";

/// The stand-ins of one recording.
#[derive(Debug)]
pub struct Redaction {
    key: u64,
    peers: BTreeMap<ClientId, Peer>,
}

/// How far a peer has come in what it says.
#[derive(Debug, Default)]
struct Peer {
    words: Words,
    /// The answer to `NICK`, as far as it has come; behind it, what its messages begin with.
    answer: Vec<u8>,
    framing: Option<Framing>,
    /// When the answer began.
    begun: Option<Millis>,
}

/// Where in a frame, and in a word, a text is.
#[derive(Clone, Copy, Debug, Default)]
struct Words {
    at: At,
    word: Word,
    /// How many digits it has.
    digits: u32,
    /// How much of a command's name there is.
    command: Command,
    /// Of the letters and digits of the word so far.
    hash: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum At {
    /// Where a frame begins.
    #[default]
    Start,
    /// In its first word, which may be a nickname.
    First,
    /// Behind that and a colon.
    Colon,
    /// Behind that and a space: a message may begin.
    Message,
    /// Behind a slash there.
    Slash,
    /// In the name of a command.
    Command,
    /// Behind that of one that takes a nickname, or in that.
    Nickname,
    Text,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Word {
    /// Between two words.
    #[default]
    None,
    Letters,
    Digits,
}

impl Redaction {
    /// Stand-ins that another key makes otherwise.
    #[must_use]
    pub const fn new(key: u64) -> Self {
        Self { key, peers: BTreeMap::new() }
    }

    /// The settings, with a stand-in for the message of the day.
    #[must_use]
    pub fn settings(&self, settings: &Settings) -> Settings {
        let mut words = Words { at: At::Text, ..Words::default() };
        let mut motd = Vec::new();
        words.push(self.key, settings.motd.as_bytes(), &mut motd);
        let motd = String::from_utf8(motd).unwrap_or_default(); // Text stands for text.
        Settings { motd, ..settings.clone() }
    }

    /// What stands for this event.
    pub fn event(&mut self, now: Millis, event: &Event<&[u8]>) -> Event<Vec<u8>> {
        match event {
            Event::Accepted(id, from) => {
                self.peers.insert(*id, Peer::default());
                Event::Accepted(*id, self.address(*from))
            }
            Event::BytesIn(id, data) => {
                // Nobody hears what comes from one that is gone.
                let mut gone = Peer::default();
                let peer = self.peers.get_mut(id).unwrap_or(&mut gone);
                Event::BytesIn(*id, peer.says(self.key, now, data))
            }
            Event::Closed(id, ending) => Event::Closed(*id, *ending),
            Event::Tick => Event::Tick,
            Event::Shutdown => Event::Shutdown,
        }
    }

    /// Whether this peer is known, and not gone.
    #[must_use]
    pub fn knows(&self, id: ClientId) -> bool {
        self.peers.contains_key(&id)
    }

    /// Takes note of what the room does about it: how a peer ends its frames, and that it is gone.
    pub fn note<B>(&mut self, action: &Action<B>) {
        match action {
            Action::Admit(id, framing) => {
                if let Some(peer) = self.peers.get_mut(id) {
                    peer.is_admitted(*framing);
                }
            }
            Action::Upgrade(id) => {
                if let Some(peer) = self.peers.get_mut(id) {
                    peer.framing = Some(Framing::Lines);
                }
            }
            Action::Drop(id) => _ = self.peers.remove(id),
            Action::Send(..)
            | Action::Broadcast(_)
            | Action::Pause(_)
            | Action::Resume(_)
            | Action::Log(_) => {}
        }
    }

    /// Loopback stays loopback, and an IPv6 /64 one source, since the room counts them so.
    fn address(&self, address: SocketAddr) -> SocketAddr {
        let ip = match address.ip().to_canonical() {
            ip if ip.is_loopback() => ip,
            // 240.0.0.0/4 is nobody's (RFC 1112, section 4).
            IpAddr::V4(ip) => {
                let mixed = mix(self.key, u64::from(ip.to_bits())) as u32;
                Ipv4Addr::from_bits(0xf000_0000 | mixed >> 4).into()
            }
            // Local addresses that nobody has (RFC 4193, section 3.1).
            IpAddr::V6(ip) => {
                let [network, host] = [ip.to_bits() >> 64, ip.to_bits()].map(|half| half as u64);
                let network = 0xfd << 56 | mix(self.key, network) >> 8;
                let host = mix(self.key ^ network, host);
                Ipv6Addr::from_bits(u128::from(network) << 64 | u128::from(host)).into()
            }
        };
        let port = mix(self.key, u64::from(address.port())) as u16;
        SocketAddr::new(ip, port)
    }
}

impl Peer {
    /// What stands for this read.
    fn says(&mut self, key: u64, now: Millis, data: &[u8]) -> Vec<u8> {
        let begun = *self.begun.get_or_insert(now);
        let ended = memchr::memchr(b'\n', &self.answer).is_some();
        if self.framing.is_none() && !ended && now >= begun + limits::UNFRAMED_AFTER {
            // The room sees so before it hears this.
            self.is_admitted(Framing::Unframed);
        }
        let mut out = Vec::with_capacity(data.len());
        let mut begin = 0;
        for end in self.frames(data) {
            self.words.push(key, data.get(begin..end).unwrap_or_default(), &mut out);
            self.words = Words::default();
            begin = end;
        }
        self.words.push(key, data.get(begin..).unwrap_or_default(), &mut out);
        out
    }

    /// Where in this read frames begin that no line end tells.
    fn frames(&mut self, data: &[u8]) -> Vec<usize> {
        match self.framing {
            Some(Framing::Lines) => Vec::new(),
            Some(Framing::Unframed) => {
                let prefixes = memmem::find_iter(data, &self.answer);
                core::iter::once(0).chain(prefixes).collect()
            }
            None => {
                let before = self.answer.len();
                if before <= limits::FRAME_BYTES {
                    self.answer.extend_from_slice(data);
                }
                // A nickname, and a message that begins with it.
                let name = frame::nickname_length(&self.answer);
                if name >= self.answer.len() || name < before {
                    return Vec::new();
                }
                let (name, messages) = self.answer.split_at(name);
                let begin = name.len() - before;
                let prefix = [name, PREFIX_END].concat();
                memmem::find_iter(messages, &prefix).map(|at| begin + at).collect()
            }
        }
    }

    fn is_admitted(&mut self, framing: Framing) {
        if self.framing.replace(framing) == Some(framing) {
            return;
        }
        let mut answer = mem::take(&mut self.answer);
        if framing == Framing::Unframed {
            answer.truncate(frame::nickname_length(&answer));
            answer.extend_from_slice(PREFIX_END);
            self.answer = answer;
        }
    }
}

impl Words {
    /// Appends what stands for these bytes.
    fn push(&mut self, key: u64, data: &[u8], out: &mut Vec<u8>) {
        for chunk in data.utf8_chunks() {
            let mut text = chunk.valid();
            while let Some(c) = text.chars().next() {
                let kept = if self.word == Word::None { kept(text) } else { 0 };
                let (word, rest) =
                    text.split_at_checked(kept.max(c.len_utf8())).unwrap_or((text, ""));
                if kept > 0 {
                    out.extend_from_slice(word.as_bytes());
                    word.chars().for_each(|c| self.pass(key, c));
                } else {
                    let stands = self.stand_in(key, c);
                    out.extend_from_slice(stands.encode_utf8(&mut [0; 4]).as_bytes());
                    self.pass(key, c);
                }
                text = rest;
            }
            out.extend_from_slice(chunk.invalid());
        }
    }

    /// What stands for this character here.
    fn stand_in(&self, key: u64, c: char) -> char {
        let random = mix(key, self.hash);
        match (self.at, c) {
            (At::Slash | At::Command, c) if self.command.with(c).is_some() => c,
            (At::Slash | At::Command, 'a'..='z') => self.no_command(rotated(c, 'a', 26, random)),
            (At::Start | At::First | At::Nickname, '0'..='9')
                if self.word == Word::Letters && self.digits < KEPT_DIGITS =>
            {
                c
            }
            (_, 'a'..='z') => rotated(c, 'a', 26, random),
            (_, 'A'..='Z') => rotated(c, 'A', 26, random),
            (_, '0'..='9') => rotated(c, '0', 10, random),
            (_, c) if c.is_alphabetic() && !c.is_ascii() => neighbour(c, random),
            (_, c) => c,
        }
    }

    /// This letter, or the next with which no command begins so.
    fn no_command(&self, c: char) -> char {
        let after = ('a'..='z').cycle().skip_while(|other| *other != c).take(26);
        after.into_iter().find(|c| self.command.with(*c).is_none()).unwrap_or(c)
    }

    /// Goes on behind this character.
    fn pass(&mut self, key: u64, c: char) {
        // The room leaves it out.
        if c != '\n' && sanitize::shown(c).is_none() {
            return;
        }
        self.at = match (self.at, c) {
            (_, '\n') => At::Start,
            (At::Start | At::Message, '/') => At::Slash,
            (At::Command, c) if c.is_whitespace() && self.command.takes_a_nickname() => {
                At::Nickname
            }
            (At::Slash | At::Command, c) => match self.command.with(c) {
                Some(command) => {
                    self.command = command;
                    At::Command
                }
                None => At::Text,
            },
            (At::Nickname, c) if self.word == Word::None && c.is_whitespace() => At::Nickname,
            (At::Nickname, c) if is_of_a_word(c) || matches!(c, '_' | '-' | '.') => At::Nickname,
            (At::First, ':') => At::Colon,
            (At::Colon, ' ') => At::Message,
            (At::Start | At::First, c) if is_of_a_word(c) || matches!(c, '_' | '-' | '.') => {
                At::First
            }
            (At::Start | At::First | At::Colon | At::Message | At::Nickname | At::Text, _) => {
                At::Text
            }
        };
        if self.at != At::Command {
            self.command = Command::default();
        }
        if !is_of_a_word(c) {
            self.word = Word::None;
            self.hash = 0;
            self.digits = 0;
            return;
        }
        if self.word == Word::None {
            self.word = if c.is_numeric() { Word::Digits } else { Word::Letters };
        }
        self.digits += u32::from(c.is_ascii_digit());
        self.hash = c.to_lowercase().fold(self.hash, |hash, c| mix(key ^ hash, u64::from(c) + 1));
    }
}

/// Marks are of the letter that they stand behind.
fn is_of_a_word(c: char) -> bool {
    use unicode_properties::GeneralCategoryGroup;
    c.is_alphanumeric() || c.general_category_group() == GeneralCategoryGroup::Mark
}

/// How many bytes of this text are a word that the room knows.
fn kept(text: &str) -> usize {
    let end = text.find(|c| !is_of_a_word(c)).unwrap_or(text.len());
    let word = text.get(..end).unwrap_or_default();
    if KEPT.iter().any(|kept| kept.eq_ignore_ascii_case(word)) { end } else { 0 }
}

/// One of so many characters from `first` on: another for each `c`.
fn rotated(c: char, first: char, count: u32, random: u64) -> char {
    let from = u32::from(c) - u32::from(first);
    let to = (from + 1 + (random % u64::from(count - 1)) as u32) % count;
    char::from_u32(u32::from(first) + to).unwrap_or(c)
}

/// A character of the same kind, of those that differ in the last byte of UTF-8 alone: another for each.
fn neighbour(c: char, random: u64) -> char {
    let first = u32::from(c) & !0x3f;
    let all = (first..=first | 0x3f).filter_map(char::from_u32);
    let alike = |other: &char| {
        other.general_category() == c.general_category()
            && nickname::tells_apart(*other) == nickname::tells_apart(c)
    };
    let alike: Vec<_> = all.filter(alike).collect();
    let before = alike.iter().position(|other| *other == c).unwrap_or(0);
    let after = before + 1 + random as usize % alike.len().saturating_sub(1).max(1);
    alike.iter().cycle().nth(after).copied().unwrap_or(c)
}

/// A mix of two numbers (the finaliser of SplitMix64).
const fn mix(a: u64, b: u64) -> u64 {
    let mut mixed = a.rotate_left(32) ^ b.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}
