//! How a file of a recording begins.

use core::fmt;

use crate::settings::Settings;
use crate::transcript::Writer;

/// The version, the settings, and the state of the room if something has happened in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    settings: Settings,
}

impl Head {
    /// That of a room in which nothing has happened.
    #[must_use]
    pub const fn first(settings: Settings) -> Self {
        Self { settings }
    }

    /// How long it is, about.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.settings.motd.len() + 200
    }
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Writer::default().head(f, &self.settings)
    }
}
