//! A decoder's state, out and in again.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::{Decoder, Framing, LF, PREFIX_END, Telnet};

/// The state of a [`Decoder`], from which the rest of what it has follows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct State {
    /// `None` where frames are lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) unframed: Option<Unframed>,
    pub(crate) telnet: Telnet,
    /// Bytes without telnet negotiation that have not been taken.
    #[serde(with = "crate::wire::escape")]
    pub(crate) held: Vec<u8>,
    /// Inside a frame that was reported as too long.
    pub(crate) skipping: bool,
}

/// The facts about a peer that does not end its frames.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Unframed {
    /// Each of its messages begins with this and `: `, as it was first sent.
    #[serde(with = "crate::wire::escape")]
    pub(crate) nickname: Vec<u8>,
    pub(crate) next: Next,
}

/// The role of the next read of a peer that does not end its frames.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Next {
    /// It tells whether the peer ends its frames after all.
    Decides,
    /// It begins a message.
    #[default]
    Begins,
    /// It goes on with a message of which the last read was full.
    GoesOn,
    /// It may go on with what came without the prefix.
    MayGoOn,
}

impl Decoder {
    /// Returns the state of this.
    pub(crate) fn state(&self) -> State {
        let unframed = || Unframed {
            nickname: self.prefix.strip_suffix(PREFIX_END).unwrap_or_default().into(),
            next: self.next,
        };
        State {
            unframed: (self.framing == Framing::Unframed).then(unframed),
            telnet: self.telnet,
            held: self.held().into(),
            skipping: self.skipping,
        }
    }

    /// A parser of lines of at most `limit` bytes that goes on where another one was.
    ///
    /// # Errors
    ///
    /// Says why no parser could be there, as what a peer does.
    pub(crate) fn resume(limit: usize, state: &State) -> Result<Self, &'static str> {
        if !state.telnet.is_bounded() {
            return Err("is further inside a telnet subnegotiation than it can be");
        }
        let mut decoder = Self {
            telnet: state.telnet,
            buffer: state.held.clone(),
            skipping: state.skipping,
            ..Self::new(limit)
        };
        if let Some(Unframed { nickname, next }) = &state.unframed {
            if nickname.is_empty() || nickname.len() > limit || nickname.contains(&LF) {
                return Err("begins its messages with what is no answer to NICK");
            }
            decoder.framing = Framing::Unframed;
            decoder.prefix = [nickname, PREFIX_END].concat();
            decoder.next = *next;
        }
        decoder.settle();
        if decoder.held() != state.held {
            return Err("holds what it would have skipped");
        }
        Ok(decoder)
    }
}
