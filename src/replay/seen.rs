//! What each person's screen would hold: what the room sends, as our client shows it.
//!
//! Each takes at once what it is sent, answers `NICK` at once, and sees nothing more once it is gone. A
//! recording does not tell when a network delivered something, nor what program someone looked at.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::mem;

use crate::client::{ClientAction, ClientCore, ClientEvent, Exit, Options};
use crate::event::{Action, ClientId, Ending, Event, Millis};
use crate::frame::Framing;
use crate::line::Line;
use crate::message::{PROMPT, SHUTTING_DOWN};
use crate::sanitize;
use crate::snapshot::{Snapshot, Standing};

/// The screens of all who have connected.
#[derive(Debug, Default)]
pub struct Seen {
    /// Whose screen is kept, where not everyone's is.
    member: Option<String>,
    screens: BTreeMap<ClientId, Screen>,
    /// Those whom broadcasts reach.
    members: BTreeSet<ClientId>,
    /// Admitted, and not announced yet.
    joining: Option<ClientId>,
    /// A member that was dropped, and is not announced yet.
    leaving: Option<ClientId>,
    shutting_down: bool,
    /// The line that was shown last: most lines are shown to many.
    latest: Rc<str>,
    bytes: usize,
    most: usize,
}

/// What one of them saw.
#[derive(Debug)]
pub struct Screen {
    /// `None` once nothing more reaches it.
    client: Option<ClientCore>,
    /// `None` before admission.
    framing: Option<Framing>,
    /// The one that it joined with.
    pub nickname: Option<String>,
    /// Each line, and when it was shown.
    pub lines: Vec<(Millis, Rc<str>)>,
    /// Whether it has been paused.
    pub paused: bool,
    /// How it ended, and when; `None` for one that is still here.
    pub end: Option<(Millis, End)>,
}

/// How a stay ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// Announced as gone, for this reason or none; or gone before it had a nickname.
    Left(String),
    /// Turned away, for this reason.
    Refused(String),
    /// The server ended.
    Stopped,
}

impl Seen {
    /// Nobody's yet; of everyone, or only of whoever joins with the nickname `member`; at most so many bytes,
    /// of which a line costs some more than it has.
    #[must_use]
    pub fn new(member: Option<String>, most: usize) -> Self {
        Self { member, most, ..Self::default() }
    }

    /// These are here when it begins, and have seen what was before.
    pub fn resume(&mut self, snapshot: &Snapshot) {
        for peer in &snapshot.peers {
            let mut screen = Screen::new();
            screen.client_shows(snapshot.now, ClientEvent::BytesIn(PROMPT.as_bytes()));
            if let Standing::Member { nickname, .. } = &peer.standing {
                screen.client_shows(snapshot.now, ClientEvent::BytesIn(b"#\n"));
                screen.nickname = Some(nickname.as_str().into());
                screen.framing = Some(match peer.decoder.unframed {
                    Some(_) => Framing::Unframed,
                    None => Framing::Lines,
                });
                self.members.insert(peer.id);
            }
            self.bytes += mem::size_of::<Screen>();
            let other = self.member.is_some() && self.member != screen.nickname;
            self.screens.insert(peer.id, screen);
            if other && self.members.contains(&peer.id) {
                self.forget(peer.id);
            }
        }
    }

    /// Whose screens there are.
    pub fn ids(&self) -> impl Iterator<Item = ClientId> {
        self.screens.keys().copied()
    }

    /// The screen of this one, if it is to be looked at.
    #[must_use]
    pub fn screen(&self, id: ClientId) -> Option<&Screen> {
        let anyones = self.member.is_none();
        self.screens.get(&id).filter(|screen| anyones || screen.nickname.is_some())
    }

    /// Whether that is all that may be kept.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.bytes > self.most
    }

    /// This happens; its actions follow.
    pub fn event<B>(&mut self, event: &Event<B>) {
        match event {
            Event::Accepted(id, _) => {
                self.bytes += mem::size_of::<Screen>();
                self.screens.entry(*id).or_insert_with(Screen::new);
            }
            Event::Closed(id, Ending::Gone | Ending::Lost | Ending::TooSlow) => {
                self.members.remove(id);
                self.change(*id, |screen| screen.client = None);
            }
            Event::Closed(_, Ending::Finished)
            | Event::BytesIn(..)
            | Event::Tick
            | Event::Shutdown => {}
        }
    }

    /// This is done.
    pub fn action<B: AsRef<[u8]>>(&mut self, now: Millis, action: &Action<B>) {
        match action {
            Action::Send(id, data) => self.sent(*id, now, data.as_ref()),
            Action::Broadcast(data) => self.broadcast(now, data.as_ref()),
            Action::Admit(id, framing) => {
                self.joining = Some(*id);
                self.members.insert(*id);
                self.change(*id, |screen| screen.framing = Some(*framing));
            }
            Action::Upgrade(id) => {
                self.change(*id, |screen| screen.framing = Some(Framing::Lines));
            }
            Action::Pause(id) => self.change(*id, |screen| screen.paused = true),
            Action::Drop(id) => self.dropped(*id, now),
            Action::Resume(_) | Action::Log(_) => {}
        }
    }

    fn change(&mut self, id: ClientId, change: impl FnOnce(&mut Screen)) {
        if let Some(screen) = self.screens.get_mut(&id) {
            change(screen);
        }
    }

    fn broadcast(&mut self, now: Millis, data: &[u8]) {
        let line = String::from_utf8_lossy(data.trim_ascii_end());
        match Line::parse(&line) {
            Line::Joined { nick } => {
                if let Some(id) = self.joining.take() {
                    self.joined(id, nick);
                }
            }
            Line::Left { reason, .. } => {
                if let Some(id) = self.leaving.take() {
                    self.change(id, |screen| screen.end = Some((now, End::Left(reason.into()))));
                }
            }
            Line::Information(_) => self.shutting_down |= line == SHUTTING_DOWN,
            Line::Said { .. }
            | Line::Acted { .. }
            | Line::ToldBy { .. }
            | Line::Told { .. }
            | Line::Renamed { .. }
            | Line::Connected
            | Line::History { .. }
            | Line::Present { .. }
            | Line::Refused(_)
            | Line::Other(_) => {}
        }
        let members = mem::take(&mut self.members);
        members.iter().for_each(|&id| self.sent(id, now, data));
        self.members = members;
    }

    fn joined(&mut self, id: ClientId, nick: &str) {
        if self.member.as_ref().is_some_and(|member| member != nick) {
            self.forget(id);
        }
        self.change(id, |screen| screen.nickname = Some(nick.into()));
    }

    /// This one is not to be looked at.
    fn forget(&mut self, id: ClientId) {
        self.members.remove(&id);
        if self.screens.remove(&id).is_some() {
            self.bytes = self.bytes.saturating_sub(mem::size_of::<Screen>());
        }
    }

    fn dropped(&mut self, id: ClientId, now: Millis) {
        self.show(id, now, ClientEvent::Closed(Ending::Finished));
        self.members.remove(&id);
        let Some(screen) = self.screens.get_mut(&id) else { return };
        if self.member.is_some() && screen.nickname.is_none() {
            return self.forget(id);
        }
        screen.client = None;
        let refusal = screen.lines.last().and_then(|(_, line)| line.strip_prefix("! "));
        let end = match (screen.framing, refusal) {
            (_, _) if self.shutting_down => End::Stopped,
            (None, Some(reason)) => End::Refused(reason.into()),
            (None, None) => End::Left(String::new()),
            (Some(_), _) => {
                self.leaving = Some(id);
                End::Left(String::new())
            }
        };
        screen.end = Some((now, end));
    }

    fn sent(&mut self, id: ClientId, now: Millis, data: &[u8]) {
        let framing = self.screens.get(&id).and_then(|screen| screen.framing);
        if framing == Some(Framing::Unframed) {
            let mut ascii = Vec::new();
            sanitize::push_ascii(data, &mut ascii);
            self.show(id, now, ClientEvent::BytesIn(&ascii));
        } else {
            self.show(id, now, ClientEvent::BytesIn(data));
        }
    }

    /// Shows this person what its client makes of this.
    fn show(&mut self, id: ClientId, now: Millis, event: ClientEvent<'_>) {
        let Some(screen) = self.screens.get_mut(&id) else { return };
        if self.bytes > self.most {
            return;
        }
        for line in screen.client_shows(now, event) {
            self.bytes += mem::size_of::<(Millis, Rc<str>)>();
            if *self.latest != *line {
                self.bytes += line.len() + mem::size_of::<[usize; 2]>();
                self.latest = line.into();
            }
            screen.lines.push((now, Rc::clone(&self.latest)));
        }
    }
}

impl Screen {
    const fn new() -> Self {
        let options = Options { nickname: None, can_ask: true, legacy: false };
        Self {
            client: Some(ClientCore::new(options)),
            framing: None,
            nickname: None,
            lines: Vec::new(),
            paused: false,
            end: None,
        }
    }

    /// The lines that the client shows when this happens.
    fn client_shows(&mut self, now: Millis, event: ClientEvent<'_>) -> Vec<String> {
        let Some(client) = &mut self.client else { return Vec::new() };
        let mut actions = client.handle(now, event);
        if actions.contains(&ClientAction::Ask) {
            // Whatever the answer was, it is on its way, and the server's reply comes.
            actions.extend(client.handle(now, ClientEvent::Typed(b"?\n")));
        }
        let shown = |action| match action {
            ClientAction::Show(line) => Some(line),
            ClientAction::Tell(text) | ClientAction::Exit(Exit::Refused(text)) => {
                Some(["! ", &text].concat())
            }
            ClientAction::Send(_)
            | ClientAction::Ask
            | ClientAction::Read
            | ClientAction::Finish
            | ClientAction::Local(_)
            | ClientAction::Exit(Exit::Left | Exit::ServerClosed | Exit::Failed(_)) => None,
        };
        actions.into_iter().filter_map(shown).collect()
    }
}
