//! Faults: a promise that is broken, and by what.

use std::fmt;
use std::io;
use std::sync::mpsc::{self, Receiver, Sender};

/// A promise of the guide (`src/lib.rs`), by its number there.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Promise {
    /// Every member sees the same broadcasts in the same order.
    OneOrder,
    /// No peer costs others anything.
    NoCost,
    /// Nobody can speak or look like another member or like the server.
    NoForgery,
    /// Every resource is bounded and given back.
    GivenBack,
    /// The machine's faults are survived.
    Machine,
    /// The end is bounded, and whoever reads gets the goodbye.
    Shutdown,
    /// None: the run itself went wrong, or asked nothing.
    Run,
}

/// A promise that was broken, and by what, in one line.
#[derive(Debug)]
pub(crate) struct Fault {
    promise: Promise,
    what: String,
}

impl Promise {
    /// This promise is broken by that.
    pub(crate) fn broken(self, what: impl Into<String>) -> Fault {
        Fault { promise: self, what: what.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.promise {
            Promise::OneOrder => "promise 1 (one order for all) is broken: ",
            Promise::NoCost => "promise 2 (no peer costs others anything) is broken: ",
            Promise::NoForgery => "promise 3 (nobody can sound like another) is broken: ",
            Promise::GivenBack => "promise 4 (all is bounded and given back) is broken: ",
            Promise::Machine => "promise 5 (the machine's faults are survived) is broken: ",
            Promise::Shutdown => "promise 7 (the end is bounded) is broken: ",
            Promise::Run => "the run went wrong: ",
        })?;
        f.write_str(&self.what)
    }
}

/// A refusal by the operating system of the run itself breaks no promise of the server.
impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Promise::Run.broken(error.to_string())
    }
}

/// Where everyone reports the faults that they find.
#[derive(Clone)]
pub(crate) struct Faults(Sender<Fault>);

impl Faults {
    /// Where to report, and where reports arrive.
    pub(crate) fn new() -> (Self, Receiver<Fault>) {
        let (sender, receiver) = mpsc::channel();
        (Self(sender), receiver)
    }

    pub(crate) fn report(&self, fault: Fault) {
        // Fails when the act is over, by a fault that came first.
        let _ = self.0.send(fault);
    }
}

/// A line as it can be shown in one: escaped, and cut where it is long.
pub(crate) fn shown(line: &str) -> String {
    const SHOWN_CHARS: usize = 80;
    let end = if line.chars().count() > SHOWN_CHARS { "…" } else { "" };
    let begin: String = line.chars().take(SHOWN_CHARS).collect();
    format!("`{}{end}`", begin.escape_debug())
}
