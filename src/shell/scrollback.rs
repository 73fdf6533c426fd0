//! What was shown so far, as text, for `/save`.

use std::collections::VecDeque;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;

use crate::limits;
use crate::view::Row;

/// The latest rows, of [`SCROLLBACK_BYTES`](limits::SCROLLBACK_BYTES) at most.
#[derive(Debug, Default)]
pub struct Scrollback {
    rows: VecDeque<String>,
    bytes: usize,
}

impl Scrollback {
    /// Adds a row, and forgets the oldest ones where there are too many.
    pub fn add(&mut self, row: &Row) {
        let text = row.text();
        self.bytes += size(&text);
        self.rows.push_back(text);
        while self.bytes > limits::SCROLLBACK_BYTES {
            let Some(oldest) = self.rows.pop_front() else { return };
            self.bytes -= size(&oldest);
        }
    }

    /// Writes them to a file that there is not yet, for nobody else to read; returns how many.
    ///
    /// # Errors
    ///
    /// There is such a file, or it cannot be written.
    pub fn save(&self, file: &str) -> io::Result<usize> {
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
        let mut file = io::BufWriter::new(file);
        self.rows.iter().try_for_each(|row| writeln!(file, "{row}"))?;
        file.flush()?;
        Ok(self.rows.len())
    }
}

/// What a row takes, about: its text, and what the allocator and the list know of it.
const fn size(text: &str) -> usize {
    text.len() + 64
}
