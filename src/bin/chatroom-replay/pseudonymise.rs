//! `--pseudonymise`: the recording in other words.

use std::hash::{BuildHasher, RandomState};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use chatroom::recording::pseudonymise::Pseudonymiser;
use chatroom::shell::catch_panic::catch_panic;
use chatroom::shell::lines::Lines;

use crate::play::{Over, panic_at};

pub(crate) fn run(path: &Path) -> Result<(), Over> {
    let mut lines = Lines::open(path).map_err(Over::Unread)?;
    let mut out = BufWriter::new(io::stdout().lock());
    let end = print(&mut lines, &mut out);
    out.flush().map_err(Over::Unwritten)?;
    end
}

/// Prints as much of it as can be used.
fn print(lines: &mut Lines, out: &mut impl Write) -> Result<(), Over> {
    // A key that nobody knows: the standard library takes it from the system.
    let mut pseudonymiser = Pseudonymiser::new(RandomState::new().hash_one(()));
    let mut text = String::new();
    let mut number = 0;
    while let Some(line) = lines.read().map_err(Over::Unread)? {
        number += 1;
        let written = catch_panic(|| pseudonymiser.line(line, &mut text));
        out.write_all(text.as_bytes()).map_err(Over::Unwritten)?;
        text.clear();
        written.map_err(|reason| panic_at(number, line, &reason))?.map_err(Over::Stopped)?;
    }
    let end = pseudonymiser.end(&mut text).map_err(Over::Stopped);
    out.write_all(text.as_bytes()).map_err(Over::Unwritten)?;
    end
}
