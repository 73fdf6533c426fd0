//! Conversation between members: messages, actions, private messages, renames.

use super::{Peer, ServerCore, State};
use crate::limits;
use crate::room::budgets;
use crate::room::command::Command;
use crate::room::event::ClientId;
use crate::room::facts::{Error, LeaveReason, Reply, RoomEvent};
use crate::room::history::Kind;
use crate::room::log_record::Record;
use crate::room::nickname::Nickname;
use crate::room::reservations::TokenHash;
use crate::room::roster::MemberId;
use crate::wire::sanitize;

impl ServerCore {
    /// A message or a command of a member.
    pub(super) fn execute_message(&mut self, id: ClientId, member: MemberId, text: &str) {
        let Some(me) = self.roster.nickname(member) else { return };
        let own = text.strip_prefix(me.as_str()).and_then(|rest| rest.strip_prefix(": "));
        let text = own.unwrap_or(text);
        if sanitize::first_visible(text).is_none() {
            return;
        }
        // A person meant a command, perhaps with a password in it.
        if !text.starts_with('/')
            && matches!(sanitize::first_surely_visible(text), Some('/' | '\u{ff0f}'))
        {
            return self.answer(id, Reply::Error(Error::BlankBeforeSlash));
        }
        match Command::parse(text) {
            command @ (Command::Say(text) | Command::Act(text)) => {
                let (said, kind) = if matches!(command, Command::Act(_)) {
                    (RoomEvent::Acted(me.into(), text), Kind::Acted)
                } else {
                    (RoomEvent::Said(me.into(), text), Kind::Said)
                };
                let bytes = self.actions.broadcast(Some(id), said, self.audience);
                self.history.add(kind, me.into(), text, self.wall_time());
                self.charge_broadcast(bytes, budgets::fact_cost(bytes));
            }
            Command::Tell { to, text } => match self.addressee(to) {
                Some(them) => self.tell(id, member, them, text),
                None => self.answer(id, Reply::Error(Error::NoOneCalled(to))),
            },
            Command::Reply(text) => match self.correspondent(id) {
                Some(them) => self.tell(id, member, them, text),
                None => self.answer(id, Reply::Error(Error::NoOneToReplyTo)),
            },
            Command::Rename(new) => self.rename(id, member, new),
            Command::Who | Command::Help | Command::Topic("") if !self.may_be_shown(id) => {
                self.answer(id, Reply::Error(Error::TooManyAnswers));
            }
            Command::Who => {
                let names = Reply::Names(&self.roster);
                let bytes = self.actions.send(id, names, self.rendering(id));
                self.shown(id, bytes);
            }
            Command::Topic("") => {
                let bytes = self.actions.send(id, Reply::Topic(&self.topic), self.rendering(id));
                self.shown(id, bytes);
            }
            Command::Topic(text) if text.len() > limits::TOPIC_BYTES => {
                self.answer(id, Reply::Error(Error::TopicTooLong));
            }
            Command::Topic(text) => {
                self.topic = text.into();
                let set = RoomEvent::Topic(me.into(), text);
                let bytes = self.actions.broadcast(Some(id), set, self.audience);
                self.charge_broadcast(bytes, budgets::fact_cost(bytes));
            }
            Command::Help => self.answer(id, Reply::Help),
            Command::Resume(hash) => self.set_hash(id, hash),
            Command::Times => self.ask_for_times(id),
            Command::Quit(text) => self.leave(id, LeaveReason::Quit(text)),
            Command::Unknown(name) => self.answer(id, Reply::Error(Error::UnknownCommand(name))),
            Command::Incomplete(syntax) => {
                self.answer(id, Reply::Error(Error::Incomplete(syntax)));
            }
        }
    }

    /// From now on whoever knows the token with this hash can take this member's nickname back.
    fn set_hash(&mut self, id: ClientId, text: &str) {
        let Some(set) = TokenHash::parse(text) else {
            return self.answer(id, Reply::Error(Error::NoHash));
        };
        if let Some(peer) = self.peers.get_mut(&id) {
            peer.token = Some(set);
        }
    }

    /// The member that is called this, to those who see every character or ASCII only.
    fn addressee(&self, name: &str) -> Option<ClientId> {
        match Nickname::parse(name) {
            Ok(nickname) => self.roster.find(&nickname),
            Err(_) => self.roster.find_form(name),
        }
    }

    /// The member that sent this one its last private message, if it is here.
    pub(super) fn correspondent(&self, id: ClientId) -> Option<ClientId> {
        match self.peers.get(&id)?.state {
            State::Member { correspondent, .. } => self.roster.connection(correspondent?),
            State::Handshaking(_) => None,
        }
    }

    /// Sends a private message to another member.
    fn tell(&mut self, id: ClientId, member: MemberId, them: ClientId, text: &str) {
        let Some(source) = self.peers.get(&id).map(|peer| peer.source) else { return };
        let Some(me) = self.roster.nickname(member) else { return };
        let Some(Peer {
            state: State::Member { member: theirs, mailbox, correspondent, .. }, ..
        }) = self.peers.get_mut(&them)
        else {
            return;
        };
        let Some(name) = self.roster.nickname(*theirs) else { return };
        let cost = budgets::fact_cost(me.longest() + text.len() + "[ to you] \n".len());
        if !mailbox.take(self.now, source.sender(id), cost, &self.settings) {
            let (me, name) = (me.clone(), name.clone());
            self.log_of(id, Record::PrivateFlood(&me));
            return self.answer(id, Reply::Error(Error::TooMuchUnread((&name).into())));
        }
        *correspondent = Some(member);
        let (mine, theirs) = (self.rendering(id), self.rendering(them));
        self.actions.send(them, Reply::PrivateFrom(id, me.into(), text), theirs);
        let bytes = self.actions.send(id, Reply::PrivateTo(them, name.into(), text), mine);
        self.sources.show(self.now, source, bytes, &self.settings);
        self.spent += cost;
    }

    fn rename(&mut self, id: ClientId, member: MemberId, new: &str) {
        let new = match Nickname::parse(new)
            .and_then(|new| self.roster.check(id, new, |holder| self.opens(id, holder)))
        {
            Ok(new) => new,
            Err(refused) => return self.answer(id, Reply::Error(Error::Nickname(&refused))),
        };
        let me = self.roster.nickname(member).filter(|me| me.as_str() == new.as_str());
        if let Some(me) = me.cloned() {
            return self.answer(id, Reply::Error(Error::SameNickname((&me).into())));
        }
        self.release_own(id, &new);
        if let Some(before) = self.roster.rename(member, new.clone()) {
            self.log_of(id, Record::Renamed(&before, &new));
            let Some(now) = self.roster.nickname(member) else { return };
            let renamed = RoomEvent::Renamed((&before).into(), now.into());
            let bytes = self.actions.broadcast(Some(id), renamed, self.audience);
            self.charge_broadcast(bytes, limits::RENAME_COST);
        }
    }

    /// Returns true unless this peer's source has been shown too much lately.
    pub(super) fn may_be_shown(&self, id: ClientId) -> bool {
        let source = self.peers.get(&id).map(|peer| peer.source);
        source.is_some_and(|source| self.sources.may_be_shown(self.now, source, &self.settings) > 0)
    }
}
