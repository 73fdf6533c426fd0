//! Telnet, taken out of what a peer sends: negotiation, and the line end of its own.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::{CR, LF};
use crate::limits;

const NUL: u8 = b'\0';

/// The place of the bytes in a telnet command (RFC 854 for commands, RFC 855 for subnegotiation).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Telnet {
    #[default]
    Text,
    /// After IAC.
    Command,
    /// After IAC WILL, WONT, DO or DONT: one byte follows.
    Option,
    /// After IAC SB, having skipped that many bytes.
    Sub(u16),
    /// The same, after an IAC inside it.
    SubCommand(u16),
}

impl Telnet {
    const IAC: u8 = 255;
    const WILL: u8 = 251;
    const DONT: u8 = 254;
    const SB: u8 = 250;
    const SE: u8 = 240;

    /// Returns true if it has skipped no more than it may, and what it must.
    pub(super) fn is_bounded(self) -> bool {
        match self {
            Self::Text | Self::Command | Self::Option => true,
            Self::Sub(skipped) => skipped <= limits::SUBNEGOTIATION_BYTES + 1,
            Self::SubCommand(skipped) => (1..=limits::SUBNEGOTIATION_BYTES).contains(&skipped),
        }
    }

    /// Appends `data` to `out` without negotiation. A doubled IAC is one byte 255, which no UTF-8
    /// text holds; CR NUL, the key Enter in character mode, is CR LF, also where `out` ends with the CR.
    pub(super) fn strip(&mut self, data: &[u8], out: &mut Vec<u8>) {
        let mut rest = data;
        while let Some((&byte, after)) = rest.split_first() {
            *self = match (*self, byte) {
                (Self::Text, _) => {
                    let end = memchr::memchr2(Self::IAC, NUL, rest);
                    let (text, special) = rest.split_at(end.unwrap_or(rest.len()));
                    out.extend_from_slice(text);
                    let Some((&special, after)) = special.split_first() else { return };
                    rest = after;
                    if special == Self::IAC {
                        *self = Self::Command;
                    } else {
                        out.push(if out.last() == Some(&CR) { LF } else { NUL });
                    }
                    continue;
                }
                (Self::Command, Self::IAC) => {
                    out.push(byte);
                    Self::Text
                }
                (Self::Command, Self::WILL..=Self::DONT) => Self::Option,
                (Self::Command, Self::SB) => Self::Sub(0),
                // No command of telnet is below SE: it is a byte of some other text, and so is this.
                (Self::Command, ..Self::SE) => {
                    out.push(Self::IAC);
                    *self = Self::Text;
                    continue;
                }
                (Self::Command | Self::Option, _) | (Self::SubCommand(_), Self::SE) => Self::Text,
                (Self::Sub(limits::SUBNEGOTIATION_BYTES..), _) => {
                    *self = Self::Text;
                    continue;
                }
                (Self::Sub(skipped), Self::IAC) => Self::SubCommand(skipped + 1),
                (Self::Sub(skipped) | Self::SubCommand(skipped), _) => Self::Sub(skipped + 1),
            };
            rest = after;
        }
    }
}
