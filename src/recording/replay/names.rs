//! Names that are told together: so many of them, and that there are others.

use alloc::collections::BTreeSet;
use alloc::string::String;
use core::fmt;

use crate::limits;

/// A set of names, of which the first [`NAMED`](limits::NAMED) are kept. `Display` tells them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    names: BTreeSet<String>,
    more: bool,
}

impl Names {
    /// Adds one.
    pub fn add(&mut self, name: &str) {
        if self.names.contains(name) {
            return;
        }
        if self.names.len() < limits::NAMED {
            self.names.insert(name.into());
        } else {
            self.more = true;
        }
    }

    /// Returns true if there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, name) in self.names.iter().enumerate() {
            f.write_str(if at > 0 { ", " } else { "" })?;
            f.write_str(name)?;
        }
        f.write_str(if self.more { " and others" } else { "" })
    }
}
