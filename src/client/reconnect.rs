//! A [`Session`](super::Session)'s means to begin the core anew, and to see how far it is.

use alloc::string::String;
use core::mem;

use super::{ClientCore, Options, State};
use crate::wire::frame::Decoder;

impl ClientCore {
    /// A client in a session, in which a person has the client's own commands.
    pub(super) const fn in_session(options: Options) -> Self {
        let mut core = Self::new(options);
        core.commands = core.options.can_ask;
        core
    }

    /// The same person on a new connection. Typed lines that were not sent wait for it; a
    /// nickname that is known is the only one that will do.
    pub(super) fn reconnect(&mut self, nickname: Option<String>) {
        let options = Options { nickname, ..self.options.clone() };
        *self = Self {
            insists: options.nickname.is_some(),
            typed: mem::replace(&mut self.typed, Decoder::new(0)),
            input_ended: self.input_ended,
            reading: self.reading,
            ..Self::in_session(options)
        };
    }

    /// The nickname that was asked for last.
    pub(super) fn nickname(&self) -> Option<&str> {
        self.options.nickname.as_deref()
    }

    /// Returns true if it has been admitted, and not seen the end.
    pub(super) fn is_in_the_room(&self) -> bool {
        matches!(self.state, State::Joined | State::Leaving)
    }

    pub(super) fn is_leaving(&self) -> bool {
        self.state == State::Leaving
    }

    pub(super) fn is_asking(&self) -> bool {
        self.state == State::Asking
    }

    /// Returns true if anything waits that was typed.
    pub(super) fn has_unsent(&mut self) -> bool {
        !self.typed.is_empty()
    }
}
