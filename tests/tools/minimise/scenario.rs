//! A test: some events, and what the room does about them now.

use std::collections::{BTreeMap, BTreeSet};

use chatroom::recording::transcript::{Reader, Writer};
use chatroom::wire::line::Line;
use chatroom::{Action, ClientId, Event};

use super::SCENARIO_BYTES;
use super::incident::Incident;
use super::outcome::Outcome;
use super::search::leads_to;

/// This incident as a transcript; `None` if that is longer than [`SCENARIO_BYTES`]. If the room is
/// empty at first, and it leads to this outcome all the same, its peers are numbered as they come, or named
/// after their nicknames.
pub(crate) fn written(incident: &Incident, outcome: &Outcome) -> Option<String> {
    if incident.head.snapshot.is_some() {
        return text(incident, BTreeMap::new());
    }
    let numbers = numbers(incident);
    let number = |id: ClientId| numbers.get(&id).copied().unwrap_or(id);
    let events = incident.events.iter().map(|(now, event)| match event.peer() {
        Some(id) => (*now, with_peer(event.clone(), number(id))),
        None => (*now, event.clone()),
    });
    let renumbered = Incident { head: incident.head.clone(), events: events.collect() };
    if leads_to(&renumbered, &outcome.renumbered(&numbers)) {
        let names = names(&renumbered);
        text(&renumbered, names)
    } else {
        text(incident, BTreeMap::new())
    }
}

/// The numbers of peers in the order in which they connect; those who never do come last.
fn numbers(incident: &Incident) -> BTreeMap<ClientId, ClientId> {
    let mut numbers = BTreeMap::new();
    let connect = |event: &&Event<_>| matches!(event, Event::Accepted(..));
    let events = || incident.events.iter().map(|(_, event)| event);
    for id in events().filter(connect).chain(events()).filter_map(Event::peer) {
        let next = ClientId(numbers.len() as u64 + 1);
        numbers.entry(id).or_insert(next);
    }
    numbers
}

/// The nicknames with which peers join, where they can be names in a transcript.
fn names(incident: &Incident) -> BTreeMap<ClientId, String> {
    let Ok(mut core) = incident.head.room() else { return BTreeMap::new() };
    let (mut names, mut taken) = (BTreeMap::new(), BTreeSet::new());
    let (mut connected, mut odd) = (BTreeSet::new(), BTreeSet::new());
    let mut joining = None;
    for (now, event) in &incident.events {
        for action in core.handle(*now, event.as_bytes()) {
            match action {
                Action::Admit(id, _) => joining = Some(id),
                Action::Broadcast(_, text) => {
                    let line = String::from_utf8_lossy(text.trim_ascii_end());
                    let Line::Joined { nick } = Line::parse(&line) else { continue };
                    let free = is_name(nick) && taken.insert(String::from(nick));
                    names.extend(joining.take().filter(|_| free).map(|id| (id, nick.into())));
                }
                Action::Send(..)
                | Action::Pause(_)
                | Action::Resume(_)
                | Action::Drop(_)
                | Action::Log(..) => {}
            }
        }
        // A name connects once, and does nothing before.
        let is_first = event.peer().is_some_and(|id| connected.insert(id));
        if is_first != matches!(event, Event::Accepted(..)) {
            odd.extend(event.peer());
        }
    }
    names.retain(|id, _| !odd.contains(id));
    names
}

fn text(incident: &Incident, names: BTreeMap<ClientId, String>) -> Option<String> {
    let mut core = incident.head.room().ok()?;
    let mut writer = Writer::new(names);
    let mut text = String::new();
    // A string takes all.
    let _ = writer.head(&mut text, &incident.head.settings, incident.head.snapshot.as_ref());
    for (now, event) in &incident.events {
        let _ = writer.event(&mut text, *now, event);
        for action in core.handle(*now, event.as_bytes()) {
            let _ = writer.action(&mut text, &action);
        }
        if text.len() > SCENARIO_BYTES {
            return None;
        }
    }
    Some(text)
}

/// The same event, of this peer instead.
fn with_peer<B>(event: Event<B>, peer: ClientId) -> Event<B> {
    match event {
        Event::Accepted(_, address) => Event::Accepted(peer, address),
        Event::BytesIn(_, data) => Event::BytesIn(peer, data),
        Event::Closed(_, ending) => Event::Closed(peer, ending),
        Event::Clock(time) => Event::Clock(time),
        Event::Tick => Event::Tick,
        Event::Shutdown => Event::Shutdown,
    }
}

/// Returns true if a transcript can call a peer so.
fn is_name(nickname: &str) -> bool {
    let line = format!("{nickname} connects");
    Reader::default().line(&line).is_ok_and(|entry| entry.is_some())
}
