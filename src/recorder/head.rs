//! How a file of a recording begins.

use core::fmt;

use crate::settings::Settings;
use crate::snapshot::Snapshot;
use crate::transcript::Writer;

/// The version, the settings, and the state of the room if something has happened in it. Displays as
/// the head of a transcript.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    settings: Settings,
    snapshot: Option<Snapshot>,
}

/// What the version and the settings take, but for the message of the day.
const FIRST_BYTES: usize = 200;

impl Head {
    /// That of a room in which nothing has happened, or which is in this state.
    #[must_use]
    pub const fn new(settings: Settings, snapshot: Option<Snapshot>) -> Self {
        Self { settings, snapshot }
    }

    /// How long it is, about.
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
