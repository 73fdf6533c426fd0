//! Who is here: which nicknames are taken, by whom, in joining order.

use alloc::collections::BTreeMap;
use alloc::string::String;

use crate::event::ClientId;
use crate::nickname::{Digits, Nickname, Refused};

/// A member's place in joining order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seat(u64);

/// The members. Each has one nickname, and no two have nicknames that share a key.
#[derive(Debug, Default)]
pub struct Roster {
    seats: BTreeMap<Seat, (ClientId, Nickname)>,
    /// Under each of its [keys](Nickname::keys), who has the nickname.
    taken: BTreeMap<String, ClientId>,
    next: u64,
}

impl Roster {
    /// Who is called this, or something that looks the same.
    #[must_use]
    pub fn find(&self, nickname: &Nickname) -> Option<ClientId> {
        self.holders(nickname).next()
    }

    /// Whether `id` may be called this.
    ///
    /// # Errors
    ///
    /// [`Refused::Taken`] where someone else is.
    pub fn check(&self, id: ClientId, nickname: Nickname) -> Result<Nickname, Refused> {
        if self.holders(&nickname).any(|holder| holder != id) {
            return Err(Refused::Taken(nickname.as_str().into()));
        }
        Ok(nickname)
    }

    /// The first of `Name`, `Name2`, `Name3`, … that is free and not reserved.
    #[must_use]
    pub fn first_free(&self, nickname: Nickname) -> Nickname {
        if !nickname.is_reserved() && self.find(&nickname).is_none() {
            return nickname;
        }
        // There are more numbers than members. What stands before them looks the same for as many as
        // have one length, and is looked at once: each that is taken would cost as much as a newcomer.
        let (mut length, mut base) = (1, nickname.cut_for(1).numbered_keys());
        let mut number = 2;
        loop {
            let digits = Digits::of(number);
            if digits.len() != length {
                length = digits.len();
                base = nickname.cut_for(length).numbered_keys();
            }
            if !base.with(&digits).iter().any(|key| self.taken.contains_key(key)) {
                let name = nickname.numbered(&digits);
                if self.find(&name).is_none() {
                    return name;
                }
            }
            number += 1;
        }
    }

    /// Gives the last seat to `id`. The nickname has been [checked](Self::check).
    pub fn join(&mut self, id: ClientId, nickname: Nickname) -> Seat {
        let seat = Seat(self.next);
        self.next += 1;
        self.take(id, &nickname);
        self.seats.insert(seat, (id, nickname));
        seat
    }

    /// Frees the seat, and its nickname, which is returned.
    pub fn leave(&mut self, seat: Seat) -> Option<Nickname> {
        let (_, nickname) = self.seats.remove(&seat)?;
        self.free(&nickname);
        Some(nickname)
    }

    /// The member on this seat is called this from now on. The nickname has been
    /// [checked](Self::check). Returns the one it had.
    pub fn rename(&mut self, seat: Seat, nickname: Nickname) -> Option<Nickname> {
        let (id, before) = self.seats.remove(&seat)?;
        self.free(&before);
        self.take(id, &nickname);
        self.seats.insert(seat, (id, nickname));
        Some(before)
    }

    /// What the member on this seat is called.
    #[must_use]
    pub fn nickname(&self, seat: Seat) -> Option<&Nickname> {
        self.seats.get(&seat).map(|(_, nickname)| nickname)
    }

    /// All nicknames, in joining order.
    pub fn nicknames(&self) -> impl ExactSizeIterator<Item = &Nickname> {
        self.seats.values().map(|(_, nickname)| nickname)
    }

    /// All members and their nicknames, in joining order.
    pub(crate) fn members(&self) -> impl Iterator<Item = (ClientId, &Nickname)> {
        self.seats.values().map(|(id, nickname)| (*id, nickname))
    }

    /// Who has the keys of this nickname; several people, where it looks like one as written and
    /// like the other in small letters.
    fn holders(&self, nickname: &Nickname) -> impl Iterator<Item = ClientId> {
        nickname.keys().into_iter().filter_map(|key| self.taken.get(&key).copied())
    }

    fn take(&mut self, id: ClientId, nickname: &Nickname) {
        self.taken.extend(nickname.keys().into_iter().map(|key| (key, id)));
    }

    fn free(&mut self, nickname: &Nickname) {
        for key in nickname.keys() {
            self.taken.remove(&key);
        }
    }
}
