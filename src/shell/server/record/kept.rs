//! Files that this server has written, of which the oldest are removed.

use std::collections::VecDeque;
use std::fs::{self, File, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use crate::shell::program::reason;

/// Finished files, oldest first.
#[derive(Debug, Default)]
pub(super) struct KeptFiles(VecDeque<Finished>);

/// A file to which nothing more is written.
#[derive(Debug)]
struct Finished {
    path: PathBuf,
    /// `None` where that is not known.
    identity: Option<Identity>,
}

/// Tells a file from another that has its name by now: device, inode and length.
#[derive(Debug, PartialEq, Eq)]
struct Identity(u64, u64, u64);

impl Identity {
    fn of(metadata: &Metadata) -> Self {
        Self(metadata.dev(), metadata.ino(), metadata.len())
    }
}

impl KeptFiles {
    /// Adds the newest.
    pub(super) fn add(&mut self, path: PathBuf, file: &File) {
        let identity = file.metadata().ok().as_ref().map(Identity::of);
        self.0.push_back(Finished { path, identity });
    }

    /// Removes the oldest until there are so many. A file that is no longer as it was written is
    /// somebody else's, and stays.
    pub(super) fn shrink_to(&mut self, most: usize) {
        while self.0.len() > most {
            let Some(oldest) = self.0.pop_front() else { return };
            let path = oldest.path.display();
            match oldest.remove() {
                Ok(true) => log::debug!("removed {path}"),
                Ok(false) => {
                    log::warn!("{path} is not removed: it has changed since it was written")
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => log::warn!("cannot remove {path}: {}", reason(&error)),
            }
        }
    }
}

impl Finished {
    /// Removes it if it is still this file; returns true if it was.
    fn remove(&self) -> io::Result<bool> {
        let now = Identity::of(&fs::symlink_metadata(&self.path)?);
        let is_ours = self.identity.as_ref() == Some(&now);
        if is_ours {
            fs::remove_file(&self.path)?;
        }
        Ok(is_ours)
    }
}
