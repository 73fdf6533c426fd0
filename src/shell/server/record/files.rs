//! The files of a recording: new ones, which nobody else can read, and which only ever hold whole
//! events.

use std::ffi::OsString;
use std::fmt::Display;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::mem;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::kept::KeptFiles;
use super::{TOO_SLOW, Trouble};
use crate::limits;
use crate::recording::recorder::Chunk;
use crate::recording::transcript::Head;
use crate::recording::transcript::Writer;
use crate::shell::program::reason;

/// The files that a recording is written to. A gap stands for what cannot be written, in front of what
/// follows.
#[derive(Debug)]
pub(super) struct Files {
    trouble: Arc<Trouble>,
    file: File,
    path: PathBuf,
    /// Bytes of the file, all of whole events.
    length: u64,
    /// It may hold some of what could not all be written.
    torn: bool,
    /// Bytes of events that are missing behind that.
    missing: u64,
    /// The number of the next file.
    number: u64,
    /// No next file could begin, which has been said: this one goes on, to twice its length.
    stuck: bool,
    /// The length at which it is full even so.
    most: u64,
    /// The length at which a file is full, but for what its head takes.
    usual: u64,
    /// Those before it.
    kept: KeptFiles,
    /// The most files that are kept, with it.
    keep: usize,
}

impl Files {
    /// Begins the first one with this head. Each is full at about `usual` bytes, and of this recording
    /// `keep` files are kept, at least 2.
    ///
    /// # Errors
    ///
    /// There is such a file, or it cannot be created or written.
    pub(super) fn create(
        trouble: Arc<Trouble>,
        head: &Head,
        usual: usize,
        keep: usize,
    ) -> io::Result<Self> {
        let path = trouble.file.clone();
        let (file, length) = create(&path, head)?;
        let (torn, missing, number, stuck) = (false, 0, 1, false);
        let (usual, kept) = (usual as u64, KeptFiles::default());
        let most = most(usual, length);
        Ok(Self {
            trouble,
            file,
            path,
            length,
            torn,
            missing,
            number,
            stuck,
            most,
            usual,
            kept,
            keep,
        })
    }

    /// Does what comes next.
    pub(super) fn put(&mut self, chunk: Chunk) {
        match chunk {
            Chunk::Head(head) => self.begin_next(&head),
            Chunk::Gap(bytes) => {
                self.trouble.is_felt(TOO_SLOW);
                self.missing = self.missing.saturating_add(bytes);
            }
            Chunk::Events(events) => self.append(&events),
        }
    }

    /// Nothing more comes.
    pub(super) fn end(&mut self) {
        if self.missing > 0 {
            // The log says it in any case.
            let _ = self.try_append("").or_else(|_| self.cut());
            self.trouble.lasts();
        }
    }

    /// Begins the next file, and removes the oldest before that, which may free the space that it takes;
    /// where that is not possible, this one goes on.
    fn begin_next(&mut self, head: &Head) {
        if self.missing > 0 {
            self.append("");
        }
        // With this one and the next.
        self.kept.shrink_to(self.keep.saturating_sub(2));
        let name = &self.trouble.file;
        let next = create_numbered(&mut self.number, |number| numbered(name, ".", number), head);
        match next {
            Ok((path, file, length)) => {
                if self.missing > 0 {
                    self.trouble.is_over(self.missing);
                }
                let path = mem::replace(&mut self.path, path);
                let before = mem::replace(&mut self.file, file);
                self.kept.add(path, &before);
                (self.length, self.most) = (length, most(self.usual, length));
                (self.torn, self.missing, self.stuck) = (false, 0, false);
            }
            Err(error) => {
                if !mem::replace(&mut self.stuck, true) {
                    let (reason, path) = (reason(&error), self.path.display());
                    log::warn!("cannot begin another file: {reason}; {path} goes on");
                }
            }
        }
    }

    fn append(&mut self, events: &str) {
        let missing = self.missing;
        if self.stuck && self.length >= self.most {
            self.missing = missing.saturating_add(events.len() as u64);
            self.trouble.is_felt(NO_OTHER_FILE);
            return;
        }
        if let Err(error) = self.try_append(events) {
            self.missing = self.missing.saturating_add(events.len() as u64);
            self.trouble.is_felt(reason(&error));
            // If that fails too, it is tried again before the next ones.
            let _ = self.cut();
        } else if missing > 0 {
            self.trouble.is_over(missing);
        }
    }

    fn try_append(&mut self, events: &str) -> io::Result<()> {
        self.cut()?;
        let mut gap = String::new();
        if self.missing > 0 {
            let _ = Writer::gap(&mut gap, self.missing); // A string takes all.
        }
        self.torn = true;
        self.file.write_all(gap.as_bytes())?;
        self.file.write_all(events.as_bytes())?;
        self.torn = false;
        self.length += (gap.len() + events.len()) as u64;
        self.missing = 0;
        Ok(())
    }

    /// Cuts off what is not whole.
    fn cut(&mut self) -> io::Result<()> {
        if self.torn {
            self.file.set_len(self.length)?;
            self.torn = false;
        }
        Ok(())
    }
}

/// The reason why events are left out.
const NO_OTHER_FILE: &str = "the file is full, and no other can begin";

/// The most bytes of a file that goes on for want of another: twice those at which the next one begins,
/// where the head takes at most half.
fn most(usual: u64, head: u64) -> u64 {
    2 * usual.max(2 * head)
}

/// A file that there is not yet, for nobody else to read, with this text, and its length; or none.
fn create(path: &Path, text: impl Display) -> io::Result<(File, u64)> {
    let file = OpenOptions::new().append(true).create_new(true).mode(0o600).open(path)?;
    let mut writer = BufWriter::new(&file);
    let written = write!(writer, "{text}").and_then(|()| writer.flush());
    // A chunk that could not be written is not tried again.
    let _ = writer.into_parts();
    let length = written.and_then(|()| Ok(file.metadata()?.len()));
    if length.is_err() {
        // It is ours, and what is in it is of no use.
        let _ = fs::remove_file(path);
    }
    length.map(|length| (file, length))
}

/// The first of these files, from this number on, that there is not yet, likewise.
pub(super) fn create_numbered(
    number: &mut u64,
    name: impl Fn(u64) -> PathBuf,
    text: impl Display,
) -> io::Result<(PathBuf, File, u64)> {
    for _ in 0..limits::TAKEN_RECORD_FILES {
        let path = name(*number);
        match create(&path, &text) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => *number += 1,
            created => {
                *number += u64::from(created.is_ok());
                return created.map(|(file, length)| (path, file, length));
            }
        }
    }
    let taken = limits::TAKEN_RECORD_FILES;
    Err(io::Error::other(format!("{taken} files have the next names already")))
}

/// A file beside this one, whose name ends with a number.
pub(super) fn numbered(file: &Path, infix: &str, number: u64) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(format!("{infix}{number}"));
    name.into()
}
