//! The forms of nicknames in ASCII, of which no two look alike.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;

use super::Holder;
use crate::room::nickname::{Nickname, ascii_look};

/// The forms of those who are here, and whose nickname is not ASCII: no other nickname holds a `?`.
#[derive(Debug, Default)]
pub(crate) struct Forms {
    /// The holder of the form that [looks](ascii_look) like this.
    taken: BTreeMap<String, Holder>,
    /// The numbers behind those forms, under the look of what stands before them; 1 is none. Thousands
    /// of one form are so passed over at once.
    numbers: BTreeMap<String, BTreeSet<u32>>,
}

impl Forms {
    /// Gives a nickname its form: with `?` alone if nobody here looks like that, or else with the
    /// first number from 2 that is free.
    pub(crate) fn give(&mut self, holder: Holder, nickname: &mut Nickname) {
        let Some(base) = base(nickname) else { return };
        let mut used = self.numbers.get(&base).into_iter().flatten().copied().peekable();
        let number = (1..=u32::MAX).find(|&number| {
            used.next_if_eq(&number).is_none() && !self.taken.contains_key(&look(&base, number))
        });
        nickname.set_number(number.filter(|&number| number > 1));
        self.hold(holder, nickname);
    }

    /// The form that this nickname has is its holder's from now on; whether it was nobody's.
    pub(crate) fn hold(&mut self, holder: Holder, nickname: &Nickname) -> bool {
        let Some(base) = base(nickname) else { return true };
        let number = nickname.number().unwrap_or(1);
        let before = self.taken.insert(look(&base, number), holder);
        self.numbers.entry(base).or_default().insert(number);
        before.is_none()
    }

    /// The form of this nickname is free, if it is this holder's.
    pub(crate) fn free(&mut self, holder: Holder, nickname: &Nickname) {
        let Some(base) = base(nickname) else { return };
        let number = nickname.number().unwrap_or(1);
        let look = look(&base, number);
        if self.taken.get(&look) != Some(&holder) {
            return;
        }
        self.taken.remove(&look);
        if let Some(numbers) = self.numbers.get_mut(&base) {
            numbers.remove(&number);
            if numbers.is_empty() {
                self.numbers.remove(&base);
            }
        }
    }

    /// Returns the holder of a form that looks like this, which itself is ASCII.
    pub(crate) fn find(&self, form: &str) -> Option<Holder> {
        let look = form.is_ascii().then(|| ascii_look(form))?;
        self.taken.get(&look).copied()
    }
}

/// Returns the look of a nickname's form before its number; `None` for a nickname that is its own form.
fn base(nickname: &Nickname) -> Option<String> {
    let name = nickname.as_str();
    (!name.is_ascii()).then(|| ascii_look(name))
}

/// With this number behind it, of which 1 is none.
fn look(base: &str, number: u32) -> String {
    let mut look = String::from(base);
    if number > 1 {
        look += &ascii_look(&alloc::format!("{number}"));
    }
    look
}
