//! The roster: the members in joining order, and the nicknames that are taken.

mod forms;

use alloc::collections::BTreeMap;
use alloc::string::String;

pub(crate) use self::forms::Forms;
use crate::room::event::ClientId;
use crate::room::nickname::{Digits, Nickname, Refused};

/// A member's place in joining order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MemberId(u64);

/// The holder of a nickname.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    /// A member.
    Member(ClientId),
    /// Nobody who is here: it is kept, under this number.
    Kept(u64),
}

/// The members, and the nicknames that are kept for someone who is not here. No two nicknames share a
/// key.
#[derive(Debug, Default)]
pub struct Roster {
    seated: BTreeMap<MemberId, (ClientId, Nickname)>,
    kept: BTreeMap<u64, Nickname>,
    /// Under each of its [keys](Nickname::keys), who has the nickname.
    taken: BTreeMap<String, Holder>,
    /// Members, and those who are gone and not announced as that yet.
    forms: Forms,
    next: u64,
}

impl Roster {
    /// The member that is called this, or something that looks the same.
    #[must_use]
    pub fn find(&self, nickname: &Nickname) -> Option<ClientId> {
        self.holders(nickname).find_map(|holder| match holder {
            Holder::Member(id) => Some(id),
            Holder::Kept(_) => None,
        })
    }

    /// The member that those who are sent ASCII know by a form that looks like this.
    #[must_use]
    pub fn find_form(&self, form: &str) -> Option<ClientId> {
        match self.forms.find(form)? {
            Holder::Member(id) => Some(id),
            Holder::Kept(_) => None,
        }
    }

    /// Returns true if `id` may be called this, if it may also have what `opens` says of its holders.
    ///
    /// # Errors
    ///
    /// [`Refused::Taken`] where someone else is, or [`Refused::LooksLike`].
    pub fn check(
        &self,
        id: ClientId,
        nickname: Nickname,
        opens: impl Fn(Holder) -> bool,
    ) -> Result<Nickname, Refused> {
        let own = |holder: &Holder| *holder == Holder::Member(id) || opens(*holder);
        let Some(other) = self.holders(&nickname).find(|holder| !own(holder)) else {
            return Ok(nickname);
        };
        let name = nickname.as_str();
        let lower = name.to_lowercase();
        let look_alike = self.name_of(other).filter(|other| other.as_str().to_lowercase() != lower);
        Err(match look_alike {
            Some(other) => Refused::LooksLike(name.into(), other.as_str().into()),
            None => Refused::Taken(name.into()),
        })
    }

    fn name_of(&self, holder: Holder) -> Option<&Nickname> {
        match holder {
            Holder::Member(id) => {
                let member = self.seated.values().find(|(member, _)| *member == id);
                member.map(|(_, nickname)| nickname)
            }
            Holder::Kept(number) => self.kept.get(&number),
        }
    }

    /// The first of `Name`, `Name2`, `Name3`, … that is not reserved, and free but for what `opens`.
    #[must_use]
    pub fn first_free(&self, nickname: Nickname, opens: impl Fn(Holder) -> bool) -> Nickname {
        if !nickname.is_reserved() && self.holders(&nickname).all(opens) {
            return nickname;
        }
        // There are more numbers than members. The name before them looks the same for all numbers
        // of one length, and is looked at once: each that is taken would cost as much as a newcomer.
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
                if self.holders(&name).next().is_none() {
                    return name;
                }
            }
            number += 1;
        }
    }

    /// Makes `id` the newest member, and gives its nickname a form. The nickname has been
    /// [checked](Self::check).
    pub fn join(&mut self, id: ClientId, mut nickname: Nickname) -> MemberId {
        self.forms.give(Holder::Member(id), &mut nickname);
        self.sit(id, nickname)
    }

    /// The same for one whose nickname has its form; `None` where someone else here has that.
    pub(crate) fn resume(&mut self, id: ClientId, nickname: Nickname) -> Option<MemberId> {
        self.forms.hold(Holder::Member(id), &nickname).then(|| self.sit(id, nickname))
    }

    fn sit(&mut self, id: ClientId, nickname: Nickname) -> MemberId {
        let member = MemberId(self.next());
        self.take(Holder::Member(id), &nickname);
        self.seated.insert(member, (id, nickname));
        member
    }

    /// Gives the place of a member to another connection of the same person.
    pub fn replace(&mut self, member: MemberId, id: ClientId) -> Option<&Nickname> {
        let (_, nickname) = self.seated.remove(&member)?;
        self.take(Holder::Member(id), &nickname);
        self.forms.hold(Holder::Member(id), &nickname);
        let (_, nickname) = self.seated.entry(member).or_insert((id, nickname));
        Some(nickname)
    }

    /// Keeps a nickname that nobody has, under the number that is returned; no number comes twice.
    pub fn keep(&mut self, nickname: Nickname) -> u64 {
        let number = self.next();
        self.take(Holder::Kept(number), &nickname);
        self.kept.insert(number, nickname);
        number
    }

    /// The same with its form; `None` where someone else here has that.
    pub(crate) fn keep_form(&mut self, nickname: Nickname) -> Option<u64> {
        let number = self.keep(nickname);
        self.forms.hold(Holder::Kept(number), self.kept.get(&number)?).then_some(number)
    }

    /// Returns true if a nickname is kept for someone who is not here.
    #[must_use]
    pub fn keeps_any(&self) -> bool {
        !self.kept.is_empty()
    }

    /// The nickname that is kept under this number.
    #[must_use]
    pub fn kept(&self, number: u64) -> Option<&Nickname> {
        self.kept.get(&number)
    }

    /// Frees the nickname that is kept under this number, and its form if that is.
    pub fn release(&mut self, number: u64) {
        self.release_form(number);
        if let Some(nickname) = self.kept.remove(&number) {
            for key in nickname.keys() {
                self.taken.remove(&key);
            }
        }
    }

    /// Frees the form of the nickname that is kept under this number, but not the nickname.
    pub fn release_form(&mut self, number: u64) {
        if let Some(nickname) = self.kept.get_mut(&number) {
            self.forms.free(Holder::Kept(number), nickname);
            nickname.set_number(None);
        }
    }

    /// Removes a member; its nickname and form are kept under the number that is returned.
    pub fn leave(&mut self, member: MemberId) -> Option<u64> {
        let (_, nickname) = self.seated.remove(&member)?;
        let number = self.keep(nickname);
        self.forms.hold(Holder::Kept(number), self.kept.get(&number)?);
        Some(number)
    }

    /// Renames a member. The nickname has been
    /// [checked](Self::check). Returns the one it had.
    pub fn rename(&mut self, member: MemberId, mut nickname: Nickname) -> Option<Nickname> {
        let (id, before) = self.seated.remove(&member)?;
        let me = Holder::Member(id);
        for key in before.keys() {
            self.taken.remove(&key);
        }
        self.forms.free(me, &before);
        self.forms.give(me, &mut nickname);
        self.take(me, &nickname);
        self.seated.insert(member, (id, nickname));
        Some(before)
    }

    /// Returns the connection of a member, if it is here.
    #[must_use]
    pub fn connection(&self, member: MemberId) -> Option<ClientId> {
        self.seated.get(&member).map(|(id, _)| *id)
    }

    /// Returns the nickname of a member.
    #[must_use]
    pub fn nickname(&self, member: MemberId) -> Option<&Nickname> {
        self.seated.get(&member).map(|(_, nickname)| nickname)
    }

    /// All nicknames, in joining order.
    pub fn nicknames(&self) -> impl ExactSizeIterator<Item = &Nickname> {
        self.seated.values().map(|(_, nickname)| nickname)
    }

    /// All members and their nicknames, in joining order.
    pub(crate) fn members(&self) -> impl Iterator<Item = (ClientId, &Nickname)> {
        self.seated.values().map(|(id, nickname)| (*id, nickname))
    }

    /// Returns the holders of this nickname's keys: several, where it looks like one as written and
    /// like the other in small letters.
    pub fn holders(&self, nickname: &Nickname) -> impl Iterator<Item = Holder> {
        nickname.keys().into_iter().filter_map(|key| self.taken.get(&key).copied())
    }

    fn take(&mut self, holder: Holder, nickname: &Nickname) {
        self.taken.extend(nickname.keys().into_iter().map(|key| (key, holder)));
    }

    const fn next(&mut self) -> u64 {
        let next = self.next;
        self.next += 1;
        next
    }
}
