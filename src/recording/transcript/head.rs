//! The head of a recording.

use alloc::string::String;
use core::fmt;

use super::Writer;
use crate::recording::snapshot::Snapshot;
use crate::room::ServerCore;
use crate::room::event::Millis;
use crate::room::settings::Settings;

/// The version, the settings, and the state of the room if something has happened in it. Displays as
/// the head of a transcript.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The settings in force.
    pub settings: Settings,
    /// The state of the room, if something had happened in it.
    pub snapshot: Option<Snapshot>,
}

/// The bytes of the version and the settings, without the message of the day.
const FIRST_BYTES: usize = 200;

impl Head {
    /// The head for a room in which nothing has happened, or which is in this state.
    #[must_use]
    pub const fn new(settings: Settings, snapshot: Option<Snapshot>) -> Self {
        Self { settings, snapshot }
    }

    /// When the recording begins.
    #[must_use]
    pub fn begins(&self) -> Millis {
        self.snapshot.as_ref().map_or(Millis::ZERO, Snapshot::now)
    }

    /// The room that it tells of.
    ///
    /// # Errors
    ///
    /// Says what is wrong with the snapshot: no room can be in that state.
    pub fn room(&self) -> Result<ServerCore, String> {
        match &self.snapshot {
            Some(snapshot) => ServerCore::resume(self.settings.clone(), snapshot),
            None => Ok(ServerCore::new(self.settings.clone())),
        }
    }

    /// Returns its bytes, about.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let snapshot = self.snapshot.as_ref().map_or(0, Snapshot::bytes);
        FIRST_BYTES + self.settings.motd.len() + snapshot
    }
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Writer::default().head(f, &self.settings, self.snapshot.as_ref())
    }
}
