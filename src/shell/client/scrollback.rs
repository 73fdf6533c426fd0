//! The rows shown so far: for `/save`, and to be shown again on a screen of another size.

use std::collections::VecDeque;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::limits;
use crate::view::Row;

/// The latest rows, of [`SCROLLBACK_BYTES`](limits::SCROLLBACK_BYTES) at most.
#[derive(Debug, Default)]
pub struct Scrollback {
    rows: VecDeque<Row>,
    bytes: usize,
    /// The number of them that have been added since the screen was cleared.
    since_clear: usize,
}

impl Scrollback {
    /// Adds a row, and forgets the oldest ones where there are too many.
    pub fn add(&mut self, row: Row) {
        self.bytes += size(&row);
        self.rows.push_back(row);
        self.since_clear += 1;
        while self.bytes > limits::SCROLLBACK_BYTES {
            let Some(oldest) = self.rows.pop_front() else { return };
            self.bytes -= size(&oldest);
        }
    }

    /// The screen has been cleared.
    pub const fn is_cleared(&mut self) {
        self.since_clear = 0;
    }

    /// The latest of them since the screen was cleared, as many as this.
    pub fn latest(&self, count: usize) -> impl Iterator<Item = &Row> {
        self.rows.range(self.rows.len().saturating_sub(count.min(self.since_clear))..)
    }

    /// Writes them to a file that there is not yet, for nobody else to read; returns how many.
    ///
    /// # Errors
    ///
    /// There is such a file, or it cannot be written.
    pub fn save(&self, file: &Path) -> io::Result<usize> {
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
        let mut file = io::BufWriter::new(file);
        self.rows.iter().try_for_each(|row| writeln!(file, "{}", row.text()))?;
        file.flush()?;
        Ok(self.rows.len())
    }
}

/// Returns the bytes that a row takes, about: its texts, and what the allocator and the lists know of them.
fn size(row: &Row) -> usize {
    row.spans().iter().map(|span| span.text().len() + 64).sum::<usize>() + 64
}
