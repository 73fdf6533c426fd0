//! The forms in which the room writes what it says.

use core::fmt::{self, Write};

use crate::room::wall_time::WallTime;
use crate::wire::frame::Framing;

/// The form of a line for some of the members. A broadcast is rendered once for each rendering that
/// has members, never once for each of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rendering {
    /// As it was said, in UTF-8.
    #[default]
    Native,
    /// The same behind its [time](WallTime) and a space, for a peer that has asked for `/times`.
    NativeTimed,
    /// For the original client, which dies of anything but ASCII: `?` for each other character, and
    /// nicknames in a form of which nobody else here has one that looks alike.
    Ascii,
}

impl Rendering {
    /// All renderings, the native one first.
    pub const ALL: [Self; 3] = [Self::Native, Self::NativeTimed, Self::Ascii];

    /// The rendering for a peer with this framing, which has asked for times or has not. Only the original
    /// client ends no line.
    #[must_use]
    pub const fn of(framing: Framing, timed: bool) -> Self {
        match framing {
            Framing::Lines if timed => Self::NativeTimed,
            Framing::Lines => Self::Native,
            Framing::Unframed => Self::Ascii,
        }
    }

    /// The framing of a peer that is sent this.
    #[must_use]
    pub const fn framing(self) -> Framing {
        match self {
            Self::Native | Self::NativeTimed => Framing::Lines,
            Self::Ascii => Framing::Unframed,
        }
    }
}

/// Writes lines in a rendering.
#[derive(Debug)]
pub struct LineWriter<'a, W> {
    out: &'a mut W,
    rendering: Rendering,
    time: WallTime,
    /// The next character begins a line.
    begins: bool,
}

impl<'a, W: Write> LineWriter<'a, W> {
    /// A writer at the beginning of a line, of this time.
    #[must_use]
    pub const fn new(out: &'a mut W, rendering: Rendering, time: WallTime) -> Self {
        Self { out, rendering, time, begins: true }
    }

    /// Its rendering.
    #[must_use]
    pub const fn rendering(&self) -> Rendering {
        self.rendering
    }

    /// The lines that follow are of this time.
    pub const fn set_time(&mut self, time: WallTime) {
        self.time = time;
    }

    /// Writes text that has no time in any rendering.
    ///
    /// # Errors
    ///
    /// Those of the writer behind this one.
    pub fn write_untimed(&mut self, text: &str) -> fmt::Result {
        self.out.write_str(text)
    }

    fn write_timed(&mut self, text: &str) -> fmt::Result {
        for line in text.split_inclusive('\n') {
            if self.begins {
                write!(self.out, "{} ", self.time)?;
            }
            self.out.write_str(line)?;
            self.begins = line.ends_with('\n');
        }
        Ok(())
    }
}

impl<W: Write> Write for LineWriter<'_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        match self.rendering {
            Rendering::Native => self.out.write_str(text),
            Rendering::NativeTimed => self.write_timed(text),
            Rendering::Ascii if text.is_ascii() => self.out.write_str(text),
            Rendering::Ascii => {
                let ascii = |c: char| if c.is_ascii() { c } else { '?' };
                text.chars().try_for_each(|c| self.out.write_char(ascii(c)))
            }
        }
    }
}
