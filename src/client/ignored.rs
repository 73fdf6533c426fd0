//! People whose lines are not shown.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::limits;
use crate::room::nickname::{Keys, Nickname};
use crate::wire::line::Line;

/// The nicknames that are ignored, at most [`IGNORED_NAMES`](limits::IGNORED_NAMES). They are told
/// apart as the room does: whoever differs only in case, or looks the same, is the same.
#[derive(Debug, Default)]
pub(crate) struct Ignored(Vec<Keys>);

impl Ignored {
    /// Ignores this one from now on; what to tell of it.
    pub(crate) fn add(&mut self, nick: &str) -> String {
        let nickname = match Nickname::parse(nick) {
            Ok(nickname) => nickname,
            Err(refused) => return format!("{refused}"),
        };
        if self.find(nickname.as_str()).is_some() {
            return format!("{nickname} is ignored already");
        }
        if self.0.len() >= limits::IGNORED_NAMES {
            let most = limits::IGNORED_NAMES;
            return format!("{most} people are ignored, which is all there can be: /unignore one");
        }
        self.0.push(nickname.keys());
        format!("{nickname} is ignored: /unignore {nickname} to read them again")
    }

    /// Ignores this one no more; what to tell of it.
    pub(crate) fn remove(&mut self, nick: &str) -> String {
        match self.find(nick) {
            Some(at) => {
                self.0.remove(at);
                format!("{nick} is not ignored any more")
            }
            None => format!("{nick} is not ignored"),
        }
    }

    /// Returns true if this line is not to be read. An ignored person stays so under another name.
    pub(crate) fn hides(&mut self, line: &Line<&str>) -> bool {
        match *line {
            Line::Said { nick, .. }
            | Line::Acted { nick, .. }
            | Line::PrivateFrom { nick, .. }
            | Line::TopicSet { nick, .. } => self.find(nick).is_some(),
            Line::Renamed { before, now } => {
                let found = self.find(before).and_then(|at| self.0.get_mut(at));
                if let Some(keys) = found {
                    *keys = Nickname::coerce(now).keys();
                }
                false
            }
            Line::PrivateTo { .. }
            | Line::Joined { .. }
            | Line::Left { .. }
            | Line::Connected
            | Line::History { .. }
            | Line::Present { .. }
            | Line::Information(_)
            | Line::Refused(_)
            | Line::Other(_) => false,
        }
    }

    fn find(&self, nick: &str) -> Option<usize> {
        if self.0.is_empty() {
            return None; // Keys cost more than all else that is done with a line.
        }
        let own = Nickname::coerce(nick).keys();
        self.0.iter().position(|keys| keys.iter().any(|key| own.contains(key)))
    }
}
