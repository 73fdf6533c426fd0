//! A conversation side by side: a column for each member, with the time in front.
//!
//! Whoever joins takes the column that it had before, or a new one while one fits, or that of someone
//! who has left; or none, until it leaves. Then the names stand above the columns again. What befalls the operator, and whoever
//! has no nickname yet, takes the whole width.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::{TIME, Told};
use crate::event::ClientId;
use crate::replay::names::Names;
use crate::view::caseless::same;
use crate::view::width::padded;
use crate::view::{Row, Style, wrap};

/// The fewest columns of a screen that a member's words can be read in.
const NARROWEST: usize = 24;

/// What stands between the time and the first column, and between two.
const GAP: usize = 2;

/// Columns of a conversation.
#[derive(Debug)]
pub struct Columns {
    /// How wide the screen is, without its last column.
    screen: usize,
    /// How wide a column is, with the gap behind it.
    each: usize,
    most: usize,
    columns: Vec<Column>,
    /// How often someone has left.
    leaves: u64,
    /// Who is here and had no column when it was first told of.
    without: BTreeSet<ClientId>,
    left_out: Names,
}

#[derive(Debug, PartialEq, Eq)]
struct Column {
    name: String,
    holder: Holder,
}

/// Whose column it is.
#[derive(Debug, PartialEq, Eq)]
enum Holder {
    Here(ClientId),
    /// Whoever had it has left, after so many others.
    Left(u64),
}

impl Columns {
    /// As many of `members` columns as fit a screen of this width; at least one.
    #[must_use]
    pub fn new(screen: u16, members: usize) -> Self {
        // The last column stays empty, so that no terminal goes on to the next row by itself.
        let screen = usize::from(screen).max(TIME + GAP + NARROWEST + 1) - 1;
        let room = screen - TIME;
        let most = members.clamp(1, room / (GAP + NARROWEST));
        Self {
            screen,
            each: room / most,
            most,
            columns: Vec::new(),
            leaves: 0,
            without: BTreeSet::new(),
            left_out: Names::default(),
        }
    }

    /// The lines of the screen that tell this.
    #[must_use]
    pub fn lines(&mut self, told: &Told) -> Vec<String> {
        let Some(id) = told.id.filter(|_| told.is_member) else { return self.across(told) };
        let mut lines = Vec::new();
        let Some(at) = self.column(id, &told.who, &mut lines) else {
            self.left_out.add(&told.who);
            match told.is_last {
                true => _ = self.without.remove(&id),
                false => _ = self.without.insert(id),
            }
            return lines;
        };
        let mut time = told.now.to_string();
        for row in in_columns(&told.what, self.each - GAP) {
            lines.push(padded(&format!("{time:>TIME$}"), self.begin(at)) + &row);
            time.clear();
        }
        if let Some(column) = self.columns.get_mut(at).filter(|_| told.is_last) {
            column.holder = Holder::Left(self.leaves);
            self.leaves += 1;
        }
        lines
    }

    /// Those who had no column, if there are any.
    #[must_use]
    pub fn left_out(&self) -> Option<&Names> {
        Some(&self.left_out).filter(|names| !names.is_empty())
    }

    fn across(&self, told: &Told) -> Vec<String> {
        let mut time = told.now.to_string();
        let rows = in_columns(&format!("{}  {}", told.who, told.what), self.screen - self.begin(0));
        let line = |row: String| {
            let line = padded(&format!("{time:>TIME$}"), self.begin(0)) + &row;
            time.clear();
            line
        };
        rows.into_iter().map(line).collect()
    }

    /// Where a column begins.
    const fn begin(&self, at: usize) -> usize {
        TIME + GAP + at * self.each
    }

    /// Which column is that of this one, who is called so. The names go above them where they have
    /// changed.
    fn column(&mut self, id: ClientId, name: &str, lines: &mut Vec<String>) -> Option<usize> {
        let own = Column { name: name.into(), holder: Holder::Here(id) };
        let at = match self.columns.iter().position(|column| column.holder == own.holder) {
            Some(at) => at,
            None if self.without.contains(&id) => return None,
            None => self.free(name)?,
        };
        let column = self.columns.get_mut(at)?;
        if *column != own {
            *column = own;
            lines.extend([String::new(), self.names()]);
        }
        Some(at)
    }

    /// A column for someone who is called so.
    fn free(&mut self, name: &str) -> Option<usize> {
        let left = |column: &Column| match column.holder {
            Holder::Here(_) => None,
            Holder::Left(order) => Some(order),
        };
        let own = |column: &Column| left(column).is_some() && same(&column.name, name);
        if let Some(own) = self.columns.iter().position(own) {
            return Some(own);
        }
        if self.columns.len() < self.most {
            self.columns.push(Column { name: String::new(), holder: Holder::Left(0) });
            return Some(self.columns.len() - 1);
        }
        let free = self.columns.iter().enumerate().filter_map(|(at, it)| Some((left(it)?, at)));
        free.min().map(|(_, at)| at)
    }

    /// The names of those who are here, above their columns.
    fn names(&self) -> String {
        let mut line = String::new();
        for (at, column) in self.columns.iter().enumerate() {
            if let Holder::Here(_) = column.holder {
                let name = in_columns(&column.name, self.each - GAP);
                line = padded(&line, self.begin(at)) + name.first().map_or("", |name| name);
            }
        }
        line
    }
}

/// Text as rows of so many columns.
fn in_columns(text: &str, columns: usize) -> Vec<String> {
    // One more, which the wrapping leaves empty.
    let columns = u16::try_from(columns + 1).unwrap_or(u16::MAX);
    let rows = wrap(&Row::default().with(Style::Plain, text), columns);
    rows.iter().map(|row| row.text().trim_end().into()).collect()
}
