//! What people saw, beside what they would have seen: a diff, and who would have fared otherwise.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write};

use similar::{Algorithm, ChangeTag, DiffOp, capture_diff_slices, group_diff_ops};

use super::seen::{End, Screen, Seen};
use crate::event::{ClientId, Millis};
use crate::sanitize;

/// How many lines that are the same stand before and after those that differ.
const CONTEXT: usize = 1;

/// How many people are named; the others are counted.
const NAMED: usize = 8;

/// What people saw in two rooms.
#[derive(Debug)]
pub struct Comparison {
    /// The other settings.
    changes: String,
    names: BTreeMap<ClientId, String>,
    recorded: Seen,
    instead: Seen,
}

/// What one person saw, in both.
struct Pair<'a> {
    id: ClientId,
    recorded: Option<&'a Screen>,
    instead: Option<&'a Screen>,
}

type Lines<'a> = &'a [(Millis, Rc<str>)];

impl Comparison {
    pub(super) const fn new(
        changes: String,
        names: BTreeMap<ClientId, String>,
        recorded: Seen,
        instead: Seen,
    ) -> Self {
        Self { changes, names, recorded, instead }
    }

    fn pairs(&self) -> impl Iterator<Item = Pair<'_>> {
        let ids: BTreeSet<_> = self.recorded.ids().chain(self.instead.ids()).collect();
        let pairs = ids.into_iter().map(|id| Pair {
            id,
            recorded: self.recorded.screen(id),
            instead: self.instead.screen(id),
        });
        pairs.filter(|pair| pair.recorded.is_some() || pair.instead.is_some())
    }

    fn name(&self, pair: &Pair<'_>) -> String {
        let nickname = |screen: Option<&Screen>| screen.and_then(|screen| screen.nickname.clone());
        match (self.names.get(&pair.id), nickname(pair.recorded).or(nickname(pair.instead))) {
            (Some(name), _) => name.clone(),
            (None, Some(nickname)) => format!("{nickname} ({})", pair.id),
            (None, None) => format!("{}", pair.id),
        }
    }
}

/// A unified diff of the screens that differ, with its time at the head of each hunk; whoever has the
/// same one is named with it. Then a line that says who fared otherwise.
impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let changes = sanitize::text(self.changes.as_bytes());
        let mut summary = Summary::default();
        let mut diffs: Vec<(String, Vec<String>)> = Vec::new();
        let mut known: BTreeMap<String, usize> = BTreeMap::new();
        for pair in self.pairs() {
            let name = self.name(&pair);
            let (hunks, moved) = hunks(lines(pair.recorded), lines(pair.instead))?;
            summary.add(&pair, &name, !hunks.is_empty(), moved);
            if hunks.is_empty() {
                continue;
            }
            let at = *known.entry(hunks.clone()).or_insert(diffs.len());
            match diffs.get_mut(at) {
                Some((_, names)) => names.push(name),
                None => diffs.push((hunks, [name].into())),
            }
        }
        for (hunks, names) in diffs {
            let names = listed(&names);
            write!(f, "--- {names}, as recorded\n+++ {names}, with {changes}\n{hunks}")?;
        }
        write!(f, "with {changes}: {summary}")
    }
}

fn lines<'a>(screen: Option<&'a Screen>) -> Lines<'a> {
    screen.map(|screen| &*screen.lines).unwrap_or_default()
}

/// What differs between these lines; and how many are the same, at another time.
fn hunks(recorded: Lines<'_>, instead: Lines<'_>) -> Result<(String, usize), fmt::Error> {
    let texts =
        |lines: Lines<'_>| lines.iter().map(|(_, text)| Rc::clone(text)).collect::<Vec<_>>();
    let (before, now) = (texts(recorded), texts(instead));
    let operations = capture_diff_slices(Algorithm::Myers, &before, &now);
    let moved = operations.iter().map(|operation| moved(operation, recorded, instead)).sum();
    let mut hunks = String::new();
    for group in group_diff_ops(operations, CONTEXT) {
        let changes = || group.iter().flat_map(|operation| operation.iter_changes(&before, &now));
        let at = changes().find_map(|change| match change.tag() {
            ChangeTag::Equal => None,
            ChangeTag::Delete => recorded.get(change.old_index()?),
            ChangeTag::Insert => instead.get(change.new_index()?),
        });
        let Some((at, _)) = at else { continue };
        writeln!(hunks, "@@ {at} @@")?;
        changes()
            .try_for_each(|change| writeln!(hunks, "{}{}", change.tag(), change.value_ref()))?;
    }
    Ok((hunks, moved))
}

/// How many lines are the same, at another time.
fn moved(operation: &DiffOp, recorded: Lines<'_>, instead: Lines<'_>) -> usize {
    let DiffOp::Equal { old_index, new_index, len } = *operation else { return 0 };
    let recorded = recorded.iter().skip(old_index).take(len);
    let pairs = recorded.zip(instead.iter().skip(new_index));
    pairs.filter(|((before, _), (now, _))| before != now).count()
}

/// Who fares otherwise.
#[derive(Default)]
struct Summary {
    people: usize,
    /// Who sees something else.
    affected: usize,
    /// Lines that come at another time.
    moved: usize,
    paused: Vec<String>,
    not_paused: Vec<String>,
    refused: Vec<String>,
    leave: Vec<String>,
    stay: Vec<String>,
}

impl Summary {
    fn add(&mut self, pair: &Pair<'_>, name: &str, affected: bool, moved: usize) {
        self.people += 1;
        self.affected += usize::from(affected);
        self.moved += moved;
        let (Some(recorded), Some(instead)) = (pair.recorded, pair.instead) else { return };
        match (recorded.paused, instead.paused) {
            (false, true) => self.paused.push(name.into()),
            (true, false) => self.not_paused.push(name.into()),
            (false, false) | (true, true) => {}
        }
        if recorded.end == instead.end {
            return;
        }
        match &instead.end {
            Some((_, End::Refused(why))) => self.refused.push(format!("{name} ({why})")),
            Some((at, End::Left(why))) if why.is_empty() => {
                self.leave.push(format!("{name} ({at})"));
            }
            Some((at, End::Left(why))) => self.leave.push(format!("{name} ({why}, {at})")),
            Some((_, End::Stopped)) | None => self.stay.push(name.into()),
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.affected, self.people) {
            (0, _) => f.write_str("everyone sees the same")?,
            (affected, people) => write!(f, "{affected} of {people} see something else")?,
        }
        match self.moved {
            0 => {}
            1 => f.write_str(", a line comes at another time")?,
            moved => write!(f, ", {moved} lines come at another time")?,
        }
        for (fate, names) in [
            ("paused", &self.paused),
            ("not paused", &self.not_paused),
            ("refused", &self.refused),
            ("leave", &self.leave),
            ("stay", &self.stay),
        ] {
            if !names.is_empty() {
                write!(f, "; {fate}: {}", listed(names))?;
            }
        }
        Ok(())
    }
}

/// The first of these, and how many more there are.
fn listed(names: &[String]) -> String {
    let more = names.len().saturating_sub(NAMED);
    let names = names.iter().take(NAMED).map(|name| &**name).collect::<Vec<_>>().join(", ");
    if more == 0 { names } else { format!("{names} and {more} more") }
}
