//! Lines that are typed for the session itself, or while there is no room to hear them.

use alloc::format;

use super::{Link, Session};
use crate::client::command::Local;
use crate::client::{ClientEvent, Exit, SessionAction};
use crate::room::command::Command;
use crate::view::caseless::same;

impl Session {
    pub(super) fn execute(&mut self, local: Local) {
        match local {
            Local::Ignore(nick) if self.presence.me().is_some_and(|me| same(me, &nick)) => {
                self.tell(format!("{nick} is you, and you would not see what you say"));
            }
            Local::Ignore(nick) => {
                let told = self.ignored.add(&nick);
                self.tell(told);
            }
            Local::Unignore(nick) => {
                let told = self.ignored.remove(&nick);
                self.tell(told);
            }
            // The first way in has nothing to come back to.
            Local::Reconnect if self.here || (self.returning && self.link == Link::Connected) => {
                self.reconnect();
            }
            Local::Reconnect => self.at_once(),
            Local::Incomplete { name, arguments } => {
                self.tell(format!("/{name} needs more words: /{name}{arguments}"));
            }
            Local::Clear | Local::Save(_) | Local::Options | Local::Set { .. } => {
                self.actions.push(SessionAction::Local(local));
            }
        }
    }

    /// A person's lines, while the room cannot hear them.
    pub(super) fn typed_in_vain(&mut self, typed: &str) {
        for line in typed.lines() {
            if let Some(local) = Local::parse(line) {
                self.execute(local);
            } else if matches!(Command::parse(line), Command::Quit(_)) {
                return self.leave();
            } else {
                if !line.trim().is_empty() {
                    self.actions.push(SessionAction::Keep(line.into()));
                }
                self.at_once();
            }
        }
    }

    /// The person leaves, while there is no connection.
    pub(super) fn leave(&mut self) {
        if self.core.has_unsent() {
            self.tell("leaving once all that was typed has been sent".into());
            self.drive(ClientEvent::InputEnded);
        } else {
            self.exit(Exit::Left);
        }
    }
}
