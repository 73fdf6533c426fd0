//! The room, slowly and obviously: line-framed people with plain names, no limits, no time.

use std::collections::BTreeMap;

/// The people here, in joining order, and the contents of each screen. The number is the peer's.
#[derive(Default)]
pub(crate) struct ReferenceModel {
    unread: BTreeMap<u64, String>,
    refused: BTreeMap<u64, u32>,
    members: Vec<(u64, String)>,
    said: Vec<String>,
    topic: String,
    /// The sender of each one's last private message.
    told_by: BTreeMap<u64, u64>,
    pub(crate) screens: BTreeMap<u64, String>,
}

impl ReferenceModel {
    pub(crate) fn connects(&mut self, id: u64) {
        self.unread.insert(id, String::new());
        self.show(id, "NICK");
    }

    pub(crate) fn sends(&mut self, id: u64, bytes: &str) {
        let Some(unread) = self.unread.get_mut(&id) else { return };
        unread.push_str(bytes);
        while let Some((line, rest)) =
            self.unread.get(&id).and_then(|unread| unread.split_once('\n'))
        {
            let (line, rest) = (line.to_owned(), rest.to_owned());
            self.unread.insert(id, rest);
            match self.name(id) {
                None if !line.is_empty() => self.answers(id, &line),
                Some(name) if !line.trim().is_empty() => self.speaks(id, &name, &line),
                _ => {}
            }
        }
    }

    pub(crate) fn leaves(&mut self, id: u64, why: &str) {
        if let Some(rest) = self.unread.get(&id).filter(|rest| why.is_empty() && !rest.is_empty()) {
            let _ = rest;
            self.sends(id, "\n");
        }
        self.goes(id, why);
    }

    fn goes(&mut self, id: u64, why: &str) {
        self.unread.remove(&id);
        if let Some(name) = self.name(id) {
            self.members.retain(|(member, _)| *member != id);
            self.tell_all(&format!("{name} left the chat!{why}\n"));
        }
    }

    fn name(&self, id: u64) -> Option<String> {
        self.members.iter().find(|(member, _)| *member == id).map(|(_, name)| name.clone())
    }

    fn called(&self, name: &str) -> Option<u64> {
        let same = |(_, other): &&(u64, String)| other.eq_ignore_ascii_case(name);
        self.members.iter().find(same).map(|(id, _)| *id)
    }

    fn show(&mut self, id: u64, text: &str) {
        self.screens.entry(id).or_default().push_str(text);
    }

    fn tell_all(&mut self, line: &str) {
        self.members.clone().iter().for_each(|(id, _)| self.show(*id, line));
    }

    fn answers(&mut self, id: u64, name: &str) {
        let bad = name.chars().find(|c| !c.is_ascii_alphabetic());
        if bad.is_none() && self.called(name).is_none() {
            self.members.push((id, name.to_owned()));
            if !self.said.is_empty() {
                let first = self.said.len().saturating_sub(20);
                let shown = self.said[first..].concat();
                let head = format!("# messages {} to {}:\n", first + 1, self.said.len());
                self.show(id, &(head + &shown));
            }
            self.tell_all(&format!("{name} joined the chat!\n"));
            self.show(id, "Connected to the server!\n");
            match self.members.len() {
                51.. => {
                    let count = self.members.len();
                    let ask = "(type /who for names, /help for commands)";
                    self.show(id, &format!("# {count} here {ask}\n"));
                }
                _ => self.tells_who_is_here(id),
            }
            if !self.topic.is_empty() {
                self.show(id, &format!("# topic: {}\n", self.topic));
            }
            return;
        }
        self.show(
            id,
            &match bad {
                None => format!("! the nickname {name} is taken, choose another\n"),
                Some(c) => {
                    format!("! a nickname may not hold '{c}', use letters, digits and _ - .\n")
                }
            },
        );
        *self.refused.entry(id).or_default() += 1;
        if self.refused[&id] < 5 {
            return self.show(id, "NICK");
        }
        self.show(id, "! 5 nicknames were refused, connect again to go on\n");
        self.goes(id, "");
    }

    fn says(&mut self, line: String) {
        self.tell_all(&line);
        self.said.push(line);
    }

    fn tells_who_is_here(&mut self, id: u64) {
        let names: Vec<_> = self.members.iter().map(|(_, name)| &**name).collect();
        self.show(id, &format!("# {} here: {}\n", names.len(), names.join(", ")));
    }

    fn tells(&mut self, id: u64, them: u64, text: &str) {
        let (me, name) = (self.name(id).unwrap(), self.name(them).unwrap());
        self.told_by.insert(them, id);
        self.show(them, &format!("[{me} to you] {text}\n"));
        self.show(id, &format!("[you to {name}] {text}\n"));
    }

    fn speaks(&mut self, id: u64, me: &str, line: &str) {
        let text = line.strip_prefix(&format!("{me}: ")).unwrap_or(line);
        match text.split_once(' ').unwrap_or((text, "")) {
            ("/me", text) => self.says(format!("* {me} {text}\n")),
            ("/who", _) => self.tells_who_is_here(id),
            ("/quit", "") => self.goes(id, ""),
            ("/quit", words) => self.goes(id, &format!(" (quit: {words})")),
            ("/msg", words) => {
                let (name, text) = words.split_once(' ').unwrap();
                let Some(them) = self.called(name) else {
                    return self.show(id, &format!("! no one here is called {name}\n"));
                };
                self.tells(id, them, text);
            }
            ("/reply", text) => {
                match self.told_by.get(&id).filter(|them| self.name(**them).is_some()) {
                    Some(them) => self.tells(id, *them, text),
                    None => self.show(id, "! no one here has sent you a private message\n"),
                }
            }
            ("/topic", "") if self.topic.is_empty() => {
                self.show(id, "# no topic is set, /topic <text> sets one\n");
            }
            ("/topic", "") => self.show(id, &format!("# topic: {}\n", self.topic)),
            ("/topic", text) => {
                self.topic = text.into();
                self.tell_all(&format!("# {me} set the topic: {text}\n"));
            }
            ("/nick", new) => match self.called(new) {
                Some(other) if other != id => {
                    self.show(id, &format!("! the nickname {new} is taken, choose another\n"));
                }
                _ if new == me => self.show(id, &format!("! you are already called {me}\n")),
                _ => {
                    self.members
                        .iter_mut()
                        .filter(|(it, _)| *it == id)
                        .for_each(|it| it.1 = new.into());
                    self.tell_all(&format!("{me} is now known as {new}\n"));
                }
            },
            _ if text.starts_with("//") => self.says(format!("{me}: {}\n", &text[1..])),
            (command, _) if text.starts_with('/') => {
                self.show(
                    id,
                    &format!("! unknown command {command}, try /help; /{command} says it\n"),
                );
            }
            _ => self.says(format!("{me}: {text}\n")),
        }
    }
}
