//! A panic of what is being tried, told in one line instead of ending the program.

use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::Once;

use crate::wire::sanitize;

thread_local! {
    /// Something is being tried.
    static TRYING: Cell<bool> = const { Cell::new(false) };
    static REASON: RefCell<String> = const { RefCell::new(String::new()) };
}

static PREPARED: Once = Once::new();

/// Does this. Nothing that it has changed may be used after a panic.
///
/// # Errors
///
/// Returns the message and the place of a panic, in one line that is safe to show.
pub fn catch_panic<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    PREPARED.call_once(|| {
        let others = panic::take_hook();
        panic::set_hook(Box::new(move |panic| match TRYING.get() {
            true => _ = REASON.replace(reason(panic)),
            false => others(panic),
        }));
    });
    TRYING.set(true);
    let done = panic::catch_unwind(AssertUnwindSafe(work));
    TRYING.set(false);
    done.map_err(|_| REASON.take())
}

fn reason(panic: &PanicHookInfo<'_>) -> String {
    let message = panic.payload_as_str().unwrap_or("for no reason");
    let place = panic.location().map(|place| format!(" ({place})")).unwrap_or_default();
    sanitize::text(format!("{message}{place}").as_bytes())
}
