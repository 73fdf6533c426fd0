//! A room to which the same happens in other words.

use alloc::string::String;
use alloc::vec::Vec;

use super::pseudonyms::Pseudonyms;
use crate::recording::transcript::Head;
use crate::room::ServerCore;
use crate::room::event::{Action, ClientId, Ending, Event, Millis};

/// With how many keys a state of a room is tried: by accident, two pseudonyms can look alike.
const KEYS: u64 = 16;

/// A room, and the pseudonyms of what is said in it.
#[derive(Debug)]
pub(super) struct ShadowRoom {
    pseudonyms: Pseudonyms,
    room: ServerCore,
}

impl ShadowRoom {
    /// Begins as a recording does; returns its head with pseudonyms, and the room.
    ///
    /// # Errors
    ///
    /// Why no room can be in the state that stands for the one at the head.
    pub(super) fn begin(key: u64, head: &Head) -> Result<(Head, Self), String> {
        let mut reason = String::new();
        for key in (0..KEYS).map(|more| key.wrapping_add(more)) {
            let mut pseudonyms = Pseudonyms::new(key);
            let begun = pseudonyms.head(head).and_then(|head| head.room().map(|room| (head, room)));
            match begun {
                Ok((head, room)) => return Ok((head, Self { pseudonyms, room })),
                Err(why) => reason = why,
            }
        }
        Err(reason)
    }

    /// Returns this event with pseudonyms.
    pub(super) fn pseudonym(&mut self, now: Millis, event: &Event<&[u8]>) -> Event<Vec<u8>> {
        self.pseudonyms.event(now, event)
    }

    /// This happens, in other words already; tells each action of the room.
    pub(super) fn happens(
        &mut self,
        now: Millis,
        event: &Event<Vec<u8>>,
        mut tell: impl FnMut(&Action<&[u8]>),
    ) {
        for action in self.room.handle(now, event.as_bytes()) {
            self.pseudonyms.note(&action);
            tell(&action);
        }
    }

    /// The event by which a peer goes here that the recorded room has dropped; `None` if it is gone. Its
    /// nickname was refused there, and its pseudonym was not here.
    pub(super) fn lose(&self, id: ClientId) -> Option<Event<Vec<u8>>> {
        self.pseudonyms.knows(id).then_some(Event::Closed(id, Ending::Lost))
    }
}
