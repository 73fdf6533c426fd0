//! Text for the rows above the line that is being typed, on its way to the line editor.
//!
//! While it edits, the editor prints what it is handed, one text at a time, and repaints the line. A
//! text that is handed over while it does not would be printed there and then, amid whatever else is
//! done to the screen. So there is a gate: it opens when the editor paints its prompt, and is closed
//! before the editor stops; a text is handed over only in between, and order is kept.

use std::collections::VecDeque;
use std::mem;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Bytes that wait to be printed, before whoever has more must wait: some screens full. A flood is
/// so held back at its source.
const WAITING_BYTES: usize = 256 * 1024;

/// The longest wait of the gate for a text that is being handed over. That takes microseconds, or until
/// the editor goes on; then it has been seen that the gate was open, and waiting is of no use.
const HANDING_OVER: Duration = Duration::from_millis(50);

/// The longest wait for the last texts. The editor takes none while a person searches what was typed
/// before, or is shown a long list.
const DRAINING: Duration = Duration::from_secs(1);

/// A line that shows as nothing: up, and down again.
const NOTHING: &str = "\x1b[A\n";

/// The queue and its gate.
#[derive(Debug, Default)]
pub struct Screen {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<String>,
    bytes: usize,
    /// The editor takes texts.
    open: bool,
    /// A text is being handed over.
    handing_over: bool,
    /// Nothing is printed any more.
    ended: bool,
}

impl Screen {
    /// Adds a text, whole lines, to what is to be printed; waits while too much is.
    pub fn print(&self, text: String) {
        let mut state = self.state();
        while state.bytes > WAITING_BYTES && !state.ended {
            state = self.wait(state);
        }
        state.bytes += text.len();
        state.waiting.push_back(text);
        self.changed.notify_all();
    }

    /// The editor has painted its prompt, and takes texts.
    pub fn open(&self) {
        self.state().open = true;
        self.changed.notify_all();
    }

    /// The editor is about to stop: nothing is handed over from here on.
    pub fn close(&self) {
        let mut state = self.state();
        state.open = false;
        let handing_over = |state: &mut State| state.handing_over;
        let waited = self.changed.wait_timeout_while(state, HANDING_OVER, handing_over);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    /// All that waits, when the editor will not take it any more.
    pub fn end(&self) -> String {
        let mut state = self.state();
        state.ended = true;
        state.bytes = 0;
        self.changed.notify_all();
        mem::take(&mut state.waiting).into_iter().collect()
    }

    /// Waits until all has been printed, or until the editor has been busy with something else for
    /// long.
    pub fn drain(&self) {
        self.wait_for_hand_over();
        // It is taken only when what was before it has been printed.
        self.print(NOTHING.into());
        self.wait_for_hand_over();
    }

    fn wait_for_hand_over(&self) {
        let goes_on =
            |state: &mut State| !state.ended && (state.handing_over || !state.waiting.is_empty());
        let waited = self.changed.wait_timeout_while(self.state(), DRAINING, goes_on);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    /// Hands over what waits, as it comes, until the end.
    pub fn hand_over(&self, mut take: impl FnMut(String)) {
        loop {
            let mut state = self.state();
            while !state.ended && (!state.open || state.waiting.is_empty()) {
                state = self.wait(state);
            }
            if state.ended {
                return;
            }
            let text = mem::take(&mut state.waiting).into_iter().collect();
            state.bytes = 0;
            state.handing_over = true;
            drop(state);
            take(text);
            self.state().handing_over = false;
            self.changed.notify_all();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that holds it leaves it half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
    }
}
