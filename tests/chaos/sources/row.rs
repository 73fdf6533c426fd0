//! A row of the table: an attack, the figure that was measured and the figure that is required.

use std::fmt;

pub(crate) struct Row {
    pub(crate) act: &'static str,
    pub(crate) measured: String,
    pub(crate) required: String,
    /// Figures that explain the measured one.
    pub(crate) details: String,
    /// `None` where the machine does not allow the act, and `measured` says why.
    pub(crate) holds: Option<bool>,
}

impl Row {
    pub(crate) fn new(act: &'static str, measured: String, required: String, holds: bool) -> Self {
        Self { act, measured, required, details: String::new(), holds: Some(holds) }
    }

    pub(crate) fn left_out(act: &'static str, why: impl Into<String>) -> Self {
        Self {
            act,
            measured: why.into(),
            required: String::new(),
            details: String::new(),
            holds: None,
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let holds = match self.holds {
            Some(true) => "holds",
            Some(false) => "FAILS",
            None => "left out",
        };
        write!(f, "{:20}{holds:10}{}", self.act, self.measured)?;
        if !self.required.is_empty() {
            write!(f, "\n{:20}{:10}{}", "", "required", self.required)?;
        }
        if !self.details.is_empty() {
            write!(f, "\n{:20}{:10}({})", "", "", self.details)?;
        }
        Ok(())
    }
}

/// Bytes for a table.
pub(crate) fn kibibytes(bytes: u64) -> String {
    format!("{} KiB", bytes / 1024)
}
