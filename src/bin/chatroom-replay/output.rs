//! Standard output, for whoever reads along.

use std::io::{self, BufWriter, StdoutLock, Write};

use chatroom::recording::replay::Stop;
use chatroom::recording::replay::block::Block;
use chatroom::shell::program;
use chatroom::view::{Row, wrap};

use crate::play::Over;

/// Standard output.
pub(crate) struct Output {
    out: BufWriter<StdoutLock<'static>>,
    /// The columns of the terminal; 0 where there is none.
    columns: u16,
    /// Something has been written.
    begun: bool,
}

impl Output {
    pub(crate) fn open() -> Self {
        Self { out: BufWriter::new(io::stdout().lock()), columns: program::columns(), begun: false }
    }

    /// Writes a line.
    pub(crate) fn line(&mut self, line: &str) -> io::Result<()> {
        self.begun = true;
        writeln!(self.out, "{line}")
    }

    /// Writes a row, as it is where there is no terminal.
    pub(crate) fn row(&mut self, row: &Row) -> io::Result<()> {
        wrap(row, self.columns).iter().try_for_each(|row| self.line(row.text().trim_end()))
    }

    /// Writes these, each after an empty line where something stands before it.
    pub(crate) fn blocks(&mut self, blocks: &[Block]) -> io::Result<()> {
        for block in blocks {
            if self.begun {
                self.line("")?;
            }
            block.rows().iter().try_for_each(|row| self.row(row))?;
        }
        Ok(())
    }

    /// Writes a note about all that stands above, behind an empty line, where there is one.
    pub(crate) fn note(&mut self, note: Option<String>) -> io::Result<()> {
        note.map_or(Ok(()), |note| self.line(&format!("\n{note}")))
    }

    /// Writes what is left. Where the recording ended so that its last lines are shown, they stand behind
    /// an empty one.
    pub(crate) fn end<T>(mut self, end: Result<T, Over>) -> Result<(), Over> {
        let differs = matches!(end, Err(Over::Stopped(Stop::Differs(_))));
        let apart = if differs && self.begun { self.line("") } else { Ok(()) };
        apart.and_then(|()| self.out.flush()).map_err(Over::Unwritten)?;
        end.map(drop)
    }
}
