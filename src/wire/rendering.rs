//! The forms in which the room writes what it says.

use core::fmt::{self, Write};

use crate::wire::frame::Framing;

/// The form of a line for some of the members. A broadcast is rendered once for each rendering that
/// has members, never once for each of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rendering {
    /// As it was said, in UTF-8.
    #[default]
    Native,
    /// For the original client, which dies of anything but ASCII: `?` for each other character, and
    /// nicknames in a form of which nobody else here has one that looks alike.
    Ascii,
}

/// Only the original client ends no line.
impl From<Framing> for Rendering {
    fn from(framing: Framing) -> Self {
        match framing {
            Framing::Lines => Self::Native,
            Framing::Unframed => Self::Ascii,
        }
    }
}

/// Writes on with a `?` for each character outside ASCII.
pub(crate) struct AsciiWriter<'a>(pub(crate) &'a mut dyn Write);

impl Write for AsciiWriter<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if text.is_ascii() {
            return self.0.write_str(text);
        }
        text.chars().try_for_each(|c| self.0.write_char(if c.is_ascii() { c } else { '?' }))
    }
}
