//! What members say to each other.

use super::{ServerCore, State};
use crate::event::ClientId;
use crate::message::{Command, Error, Farewell, Notice, Record};
use crate::nickname::Nickname;
use crate::roster::Seat;
use crate::sanitize;

impl ServerCore {
    /// A message or a command of a member.
    pub(super) fn obey(&mut self, id: ClientId, seat: Seat, text: &str) {
        let Some(me) = self.roster.nickname(seat) else { return };
        let own = text.strip_prefix(me.as_str()).and_then(|rest| rest.strip_prefix(": "));
        let text = own.unwrap_or(text);
        match sanitize::first_visible(text) {
            None => return,
            // A person meant a command, perhaps with a password in it.
            Some('/' | '\u{ff0f}') if !text.starts_with('/') => {
                return self.actions.send(id, Notice::Error(Error::BlankBeforeSlash));
            }
            Some(_) => {}
        }
        match Command::parse(text) {
            Command::Say(text) => {
                let line = self.actions.broadcast(Notice::Said(me, text));
                self.history.add(line);
            }
            Command::Act(text) => {
                let line = self.actions.broadcast(Notice::Acted(me, text));
                self.history.add(line);
            }
            Command::Tell { to, text } => self.tell(id, seat, to, text),
            Command::Rename(new) => self.rename(id, seat, new),
            Command::Who => self.actions.send(id, Notice::Present(&self.roster)),
            Command::Help => self.actions.send(id, Notice::Help),
            Command::Quit(text) => self.leave(id, Farewell::Quit(text)),
            Command::Unknown(name) => {
                self.actions.send(id, Notice::Error(Error::UnknownCommand(name)));
            }
            Command::Incomplete(syntax) => {
                self.actions.send(id, Notice::Error(Error::Incomplete(syntax)));
            }
        }
    }

    fn tell(&mut self, id: ClientId, seat: Seat, to: &str, text: &str) {
        let found = Nickname::parse(to).ok().and_then(|nickname| self.roster.find(&nickname));
        let them = found.and_then(|them| match self.peers.get(&them)?.state {
            State::Member { seat, .. } => Some((them, self.roster.nickname(seat)?)),
            State::Choosing { .. } => None,
        });
        let Some(((them, name), me)) = them.zip(self.roster.nickname(seat)) else {
            return self.actions.send(id, Notice::Error(Error::NoOneCalled(to)));
        };
        self.actions.send(them, Notice::ToldBy(me, text));
        self.actions.send(id, Notice::Told(name, text));
    }

    fn rename(&mut self, id: ClientId, seat: Seat, new: &str) {
        let new = match Nickname::parse(new).and_then(|new| self.roster.check(id, new)) {
            Ok(new) => new,
            Err(refused) => {
                return self.actions.send(id, Notice::Error(Error::Nickname(&refused)));
            }
        };
        if self.roster.nickname(seat) == Some(&new) {
            return self.actions.send(id, Notice::Error(Error::SameNickname(&new)));
        }
        if let Some(before) = self.roster.rename(seat, new.clone()) {
            self.journal.log(self.now, Record::Renamed(&before, &new), &mut self.actions);
            self.actions.broadcast(Notice::Renamed(&before, &new));
        }
    }
}
