//! Pseudonyms for settings, states and events.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::mem;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use memchr::memmem;

use super::mix;
use super::words::Words;
use crate::limits;
use crate::recording::snapshot::{self, Gone, Snapshot, Standing};
use crate::recording::transcript::Head;
use crate::room::budgets::Mailbox;
use crate::room::budgets::source::{Prefix, Sender};
use crate::room::event::{Action, ClientId, Event, Millis};
use crate::room::facts::Name;
use crate::room::history::Entry;
use crate::room::log_limiter::{LogLimiter, Window};
use crate::room::nickname::Nickname;
use crate::room::peer::Handshake;
use crate::room::reservations::{Owner, Reservation};
use crate::room::roster::{Forms, Holder};
use crate::room::settings::Settings;
use crate::wire::frame::{self, Framing, Unframed};
use crate::wire::line::Line;
use crate::wire::sanitize::quoted;

/// The bytes between a nickname and a message of a peer that does not end its frames.
const PREFIX_END: &[u8] = b": ";

/// The most that is kept of an answer to `NICK`: more is none, or comes in the read that ends it.
const ANSWER_BYTES: usize = limits::FRAME_BYTES + limits::READ_BYTES;

/// The pseudonyms of one recording.
#[derive(Debug)]
pub(super) struct Pseudonyms {
    key: u64,
    peers: BTreeMap<ClientId, Peer>,
}

/// The place that a peer has reached in its text.
#[derive(Debug, Default)]
struct Peer {
    words: Words,
    /// The answer to `NICK`, as far as it has come; behind it, what its messages begin with.
    answer: Vec<u8>,
    framing: Option<Framing>,
    /// When the answer began.
    begun: Option<Millis>,
}

impl Pseudonyms {
    /// Pseudonyms that another key makes otherwise.
    pub(super) const fn new(key: u64) -> Self {
        Self { key, peers: BTreeMap::new() }
    }

    /// Returns the head of a recording with pseudonyms.
    ///
    /// # Errors
    ///
    /// Something in it has no pseudonym.
    pub(super) fn head(&mut self, head: &Head) -> Result<Head, String> {
        let Head { settings, snapshot } = head;
        let motd = words_of(self.key, Words::text(), &settings.motd);
        let snapshot = snapshot.as_ref().map(|snapshot| self.snapshot(snapshot)).transpose()?;
        Ok(Head::new(Settings { motd, ..settings.clone() }, snapshot))
    }

    fn snapshot(&mut self, snapshot: &Snapshot) -> Result<Snapshot, String> {
        // Without `..`: a field that is added may need a pseudonym.
        let Snapshot {
            now: _,
            closing: _,
            clock: _,
            topic,
            said: _,
            history,
            log,
            room: _,
            accounts,
            gone,
            reserved,
            peers,
        } = snapshot;
        // Other names look alike.
        let mut forms = Forms::default();
        let peers = peers.iter().map(|peer| self.peer(peer, &mut forms));
        let peers = peers.collect::<Result<_, String>>()?;
        let accounts = accounts.iter().map(|(prefix, account)| (self.prefix(*prefix), *account));
        let mut accounts: Vec<_> = accounts.collect();
        // In the order of the addresses, which are others now.
        accounts.sort_by_key(|(prefix, _)| *prefix);
        let gone = gone.iter().enumerate().map(|(at, Gone { nickname, reason, owner })| {
            let mut nickname = self.nickname(at as u64, nickname)?;
            forms.give(Holder::Kept(at as u64), &mut nickname);
            let reason = reason.clone().map(|words| words_of(self.key, Words::text(), &words));
            Ok(Gone { nickname, reason, owner: owner.map(|owner| self.owner(owner)) })
        });
        let gone = gone.collect::<Result<_, String>>()?;
        let reserved = reserved.iter().enumerate().map(|(at, (nickname, reservation))| {
            let owner = self.owner(reservation.owner);
            let nickname = self.nickname(at as u64, nickname)?;
            Ok((nickname, Reservation { owner, until: reservation.until }))
        });
        Ok(Snapshot {
            topic: words_of(self.key, Words::text(), topic),
            history: history.iter().map(|entry| self.entry(entry)).collect::<Result<_, _>>()?,
            log: self.log(log),
            accounts,
            gone,
            reserved: reserved.collect::<Result<_, String>>()?,
            peers,
            ..snapshot.clone()
        })
    }

    /// The log counts lines by where they come from.
    fn log(&self, log: &LogLimiter) -> LogLimiter {
        let LogLimiter { windows, advised } = log;
        let windows = windows.iter().map(|(topic, window)| {
            let sources =
                window.sources.iter().map(|(prefix, lines)| (self.prefix(*prefix), *lines));
            (*topic, Window { sources: sources.collect(), ..window.clone() })
        });
        LogLimiter { windows: windows.collect(), advised: *advised }
    }

    fn owner(&self, owner: Owner) -> Owner {
        Owner { address: self.ip(owner.address), hash: owner.hash }
    }

    /// Private messages count for whoever sent them.
    fn mailbox(&self, mailbox: &Mailbox) -> Mailbox {
        let senders = mailbox.senders.iter().map(|(sender, part)| match sender {
            Sender::Prefix(prefix) => (Sender::Prefix(self.prefix(*prefix)), *part),
            Sender::Connection(_) => (*sender, *part),
        });
        Mailbox { all: mailbox.all, senders: senders.collect() }
    }

    /// A message has a pseudonym as its author has said it, behind a nickname.
    fn entry(&self, entry: &Entry) -> Result<Entry, String> {
        let name = entry.name();
        let said =
            words_of(self.key, Words::default(), &format!("{}: {}", name.text, entry.text()));
        let Line::Said { nick, text } = Line::parse(&said) else {
            return Err(format!("{} has no pseudonym that is a message", quoted(&said)));
        };
        Ok(Entry::new(entry.kind(), Name { text: nick, ..name }, text, entry.time()))
    }

    fn peer(&mut self, peer: &snapshot::Peer, forms: &mut Forms) -> Result<snapshot::Peer, String> {
        // Without `..`: a field that is added may need a pseudonym.
        let snapshot::Peer {
            id,
            address,
            decoder,
            standing,
            mailbox,
            hearing: _,
            booking: _,
            place: _,
            served: _,
            unread_until: _,
            token: _,
            correspondent: _,
            timed: _,
            wake: _,
        } = peer;
        let frame::State { unframed, telnet, held, skipping } = decoder;
        let mut here = Peer::default();
        let mut pseudonym = Vec::with_capacity(held.len());
        here.words.push(self.key, held, &mut pseudonym);
        if *skipping {
            here.words = Words::text();
        }
        let (standing, framing) = match standing {
            Standing::Handshaking(Handshake { quiet_at, .. }) => {
                here.answer.clone_from(held);
                // It is looked at when it has been quiet for so long.
                here.begun = quiet_at.map(|at| at.since(limits::UNFRAMED_AFTER));
                (standing.clone(), None)
            }
            Standing::Member { nickname, bucket } => {
                let mut nickname = self.nickname(id.0, nickname)?;
                forms.give(Holder::Member(*id), &mut nickname);
                (Standing::Member { nickname, bucket: *bucket }, Some(peer.framing()))
            }
        };
        here.framing = framing;
        let unframed = unframed.as_ref().map(|Unframed { nickname, next }| {
            here.answer = [nickname, PREFIX_END].concat();
            let mut pseudonym = Vec::with_capacity(nickname.len());
            Words::default().push(self.key, nickname, &mut pseudonym);
            Unframed { nickname: pseudonym, next: *next }
        });
        self.peers.insert(*id, here);
        let (telnet, skipping) = (*telnet, *skipping);
        let decoder = frame::State { unframed, telnet, held: pseudonym, skipping };
        Ok(snapshot::Peer {
            address: self.address(*address),
            decoder,
            standing,
            mailbox: self.mailbox(mailbox),
            ..peer.clone()
        })
    }

    /// The pseudonym of a nickname; where that is none that the room allows, letters.
    fn nickname(&self, number: u64, nickname: &Nickname) -> Result<Nickname, String> {
        let pseudonym = words_of(self.key, Words::default(), nickname.as_str());
        let letters = || {
            let mut random = mix(self.key, number);
            let letters = (0..12).map(|_| {
                random = mix(self.key, random);
                char::from(b'a' + (random % 26) as u8)
            });
            Nickname::parse(&letters.collect::<String>())
        };
        let allowed = Nickname::parse(&pseudonym).or_else(|_| letters());
        allowed.map_err(|refused| refused.to_string())
    }

    /// Returns this event with pseudonyms.
    pub(super) fn event(&mut self, now: Millis, event: &Event<&[u8]>) -> Event<Vec<u8>> {
        match event {
            Event::Accepted(id, from) => {
                self.peers.entry(*id).or_default();
                Event::Accepted(*id, self.address(*from))
            }
            Event::BytesIn(id, data) => {
                // Nobody hears what comes from one that is gone.
                let mut gone = Peer::default();
                let peer = self.peers.get_mut(id).unwrap_or(&mut gone);
                Event::BytesIn(*id, peer.says(self.key, now, data))
            }
            Event::Closed(id, ending) => Event::Closed(*id, *ending),
            Event::Clock(time) => Event::Clock(*time),
            Event::Tick => Event::Tick,
            Event::Shutdown => Event::Shutdown,
        }
    }

    /// Returns true if this peer is known, and not gone.
    pub(super) fn knows(&self, id: ClientId) -> bool {
        self.peers.contains_key(&id)
    }

    /// Takes note of what the room does: how a peer ends its frames, and that it is gone.
    pub(super) fn note<B>(&mut self, action: &Action<B>) {
        match action {
            Action::Admit(id, rendering) => {
                if let Some(peer) = self.peers.get_mut(id) {
                    peer.admit(rendering.framing());
                }
            }
            Action::Drop(id) => _ = self.peers.remove(id),
            Action::Send(..)
            | Action::Broadcast(..)
            | Action::Pause(_)
            | Action::Resume(_)
            | Action::Log(..) => {}
        }
    }

    fn address(&self, address: SocketAddr) -> SocketAddr {
        let port = mix(self.key, u64::from(address.port())) as u16;
        SocketAddr::new(self.ip(address.ip()), port)
    }

    /// Loopback stays loopback, and an IPv6 /48, /56 and /64 one source each, since the room counts
    /// them so.
    fn ip(&self, ip: IpAddr) -> IpAddr {
        match ip.to_canonical() {
            ip if ip.is_loopback() => ip,
            // 240.0.0.0/4 is nobody's (RFC 1112, section 4).
            IpAddr::V4(ip) => {
                let mixed = mix(self.key, u64::from(ip.to_bits())) as u32;
                Ipv4Addr::from_bits(0xf000_0000 | mixed >> 4).into()
            }
            // Local addresses that nobody has (RFC 4193, section 3.1).
            IpAddr::V6(ip) => {
                let bits = ip.to_bits();
                let site = mix(self.key, (bits >> 80) as u64);
                let mut pseudonym = 0xfd << 40 | u128::from(site) & 0xff_ffff_ffff;
                // Each part depends on those before it, and no two of them become one.
                for (shift, width) in [(72, 8), (64, 8), (0, 64)] {
                    let key = mix(self.key, (bits >> (shift + width)) as u64);
                    let part = permuted(key, (bits >> shift) as u64, width);
                    pseudonym = pseudonym << width | u128::from(part);
                }
                Ipv6Addr::from_bits(pseudonym).into()
            }
        }
    }

    fn prefix(&self, prefix: Prefix) -> Prefix {
        Prefix::of_same_length(self.ip(prefix.address()), prefix)
    }
}

/// Maps the numbers of so many bits, from 2 to 64, to each other: each to another, as the key says.
const fn permuted(key: u64, number: u64, width: u32) -> u64 {
    let mask = u64::MAX >> (64 - width);
    let (mut permuted, mut round) = (number & mask, 0);
    while round < 3 {
        // An odd factor, a sum and a shifted exclusive or can each be undone.
        let key = mix(key, round);
        permuted = permuted.wrapping_mul(key | 1).wrapping_add(key >> 32) & mask;
        permuted ^= permuted >> (width / 2);
        round += 1;
    }
    permuted
}

/// Returns this text with pseudonyms.
fn words_of(key: u64, mut words: Words, text: &str) -> String {
    let mut pseudonym = Vec::with_capacity(text.len());
    words.push(key, text.as_bytes(), &mut pseudonym);
    String::from_utf8(pseudonym).unwrap_or_default() // Text stands for text.
}

impl Peer {
    /// Returns this read with pseudonyms.
    fn says(&mut self, key: u64, now: Millis, data: &[u8]) -> Vec<u8> {
        let begun = *self.begun.get_or_insert(now);
        let ended = memchr::memchr(b'\n', &self.answer).is_some();
        if self.framing.is_none() && !ended && now >= begun + limits::UNFRAMED_AFTER {
            // The room sees so before it hears this.
            self.admit(Framing::Unframed);
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
                let room = ANSWER_BYTES.saturating_sub(before).min(data.len());
                self.answer.extend_from_slice(data.get(..room).unwrap_or_default());
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

    fn admit(&mut self, framing: Framing) {
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
