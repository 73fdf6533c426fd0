//! The most actions and bytes that one peer may lead to, however it sends.

use chatroom::{Action, limits};

/// The actions and bytes that Mallory may lead to, derived from her bytes, and those that she has led to.
#[derive(Default)]
pub(crate) struct Allowance {
    actions: usize,
    bytes: usize,
    used_actions: usize,
    used_bytes: usize,
}

impl Allowance {
    /// Her greeting, her admission or refusal, the topic, and her end.
    pub(crate) fn grows_by_a_connection(&mut self) {
        self.actions += 16;
        self.bytes += 1024 + limits::TOPIC_BYTES;
    }

    /// A read holds at most so many frames as ends of lines and of prefixes, and one more. Each leads
    /// to at most three lines (the rename, its log, and itself in ASCII) with two nicknames of four-byte
    /// characters each; or to two (the ends of a private message) in which each of its bytes stands as
    /// U+FFFD; and to a pause and what ends it.
    pub(crate) fn grows_by_a_read(&mut self, read: &[u8]) {
        let ends = read.iter().filter(|byte| matches!(byte, b'\n' | b'\r' | b':')).count();
        let names = 3 * 2 * 4 * limits::NICKNAME_CHARS;
        self.actions += 5 * (1 + ends);
        self.bytes += (1 + ends) * (names + 150) + 2 * 3 * read.len();
    }

    pub(crate) fn is_used_for(&mut self, action: &Action<Vec<u8>>, history: usize) {
        self.used_actions += 1;
        self.used_bytes += match action {
            Action::Send(_, text) | Action::Broadcast(_, text) | Action::Log(_, text) => text.len(),
            Action::Admit(..) => {
                self.bytes += history; // Which is not hers alone.
                0
            }
            Action::Pause(_) | Action::Resume(_) | Action::Drop(_) => 0,
        };
    }

    pub(crate) fn must_have_been_enough(&self) {
        let Self { actions, bytes, used_actions, used_bytes } = self;
        assert!(used_actions <= actions, "{used_actions} actions are more than {actions}");
        assert!(used_bytes <= bytes, "{used_bytes} bytes are more than {bytes}");
    }
}
