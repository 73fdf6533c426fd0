//! When there are colours.

use std::env;
use std::io::{self, IsTerminal};

use crate::view::options::choice;

choice! {
    /// When there are colours.
    Color {
        /// Where a terminal shows them and nobody minds.
        #[default]
        Auto = "auto",
        /// Always, even with `NO_COLOR`, which a program's own settings go before (no-color.org).
        Always = "always",
        /// Never.
        Never = "never",
    }
}

impl Color {
    /// Returns true if there are colours here.
    #[must_use]
    pub const fn shows(self, here: Surroundings) -> bool {
        match self {
            Self::Auto => here.terminal && !here.dumb && !here.no_color,
            Self::Always => true,
            Self::Never => false,
        }
    }
}

/// The properties of the output that decide on colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Surroundings {
    /// It is a terminal.
    pub terminal: bool,
    /// By its `TERM`, it may move no cursor and have no colours.
    pub dumb: bool,
    /// `NO_COLOR` is set, and not empty.
    pub no_color: bool,
}

impl Surroundings {
    /// Those of standard output.
    #[must_use]
    pub fn of_standard_output() -> Self {
        Self {
            terminal: io::stdout().is_terminal(),
            dumb: is_dumb(env::var("TERM").as_deref().unwrap_or_default()),
            no_color: env::var_os("NO_COLOR").is_some_and(|no_color| !no_color.is_empty()),
        }
    }
}

/// Returns true if a terminal of this kind, or of none that is known, moves no cursor; or not for the line
/// editor, which knows three such by their names (rustyline's `UNSUPPORTED_TERM`).
fn is_dumb(term: &str) -> bool {
    ["", "dumb", "cons25", "emacs"].iter().any(|dumb| dumb.eq_ignore_ascii_case(term))
}
