//! A text file, line by line, however long it is.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use crate::limits;

/// The lines of a file, none longer than [`RECORDED_LINE_BYTES`](limits::RECORDED_LINE_BYTES).
#[derive(Debug)]
pub struct Lines {
    file: BufReader<File>,
    line: Vec<u8>,
}

impl Lines {
    /// Opens this file.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    pub fn open(file: &Path) -> io::Result<Self> {
        Ok(Self { file: BufReader::new(File::open(file)?), line: Vec::new() })
    }

    /// The next line, with its end; `None` behind the last.
    ///
    /// # Errors
    ///
    /// It cannot be read, is too long, is cut off, or is no text (UTF-8).
    pub fn read(&mut self) -> io::Result<Option<&str>> {
        self.line.clear();
        let most = limits::RECORDED_LINE_BYTES as u64;
        (&mut self.file).take(most).read_until(b'\n', &mut self.line)?;
        if self.line.is_empty() {
            return Ok(None);
        }
        if self.line.len() == limits::RECORDED_LINE_BYTES && !self.line.ends_with(b"\n") {
            return Err(io::Error::other("a line is longer than any of a recording"));
        }
        let line = str::from_utf8(&self.line).map_err(|_| io::Error::other("it is not UTF-8"))?;
        if !line.ends_with('\n') {
            return Err(io::Error::other("its last line has no end: a part of it is missing"));
        }
        Ok(Some(line))
    }
}
