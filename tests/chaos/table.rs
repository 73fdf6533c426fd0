//! The findings, as a table with a column for each act.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use crate::act::Report;
use crate::cast::Tally;
use crate::process::Holdings;
use crate::watch::mebibytes;

pub(crate) struct Table<'a>(pub(crate) &'a [(&'static str, Report)]);

impl Table<'_> {
    fn row(
        &self,
        f: &mut fmt::Formatter<'_>,
        what: &str,
        cell: impl Fn(&Report) -> String,
    ) -> fmt::Result {
        write!(f, "\n{what:34}")?;
        self.0.iter().try_for_each(|(_, report)| write!(f, "{:>18}", cell(report)))
    }
}

impl fmt::Display for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:34}", "")?;
        self.0.iter().try_for_each(|(act, _)| write!(f, "{act:>18}"))?;
        for kind in all_kinds(self.0).keys() {
            self.row(f, kind, |report| match report.tallies.get(kind) {
                Some(tally) => format!("{} + {}", tally.played, tally.cut_off),
                None => "-".into(),
            })?;
        }
        self.row(f, "hostile connections", |report| report.connections.to_string())?;
        self.row(f, "lines verified", |report| report.verified.to_string())?;
        self.row(f, "honest lines", |report| report.delays.len().to_string())?;
        self.row(f, "their delay, median", |report| time(report.delays[report.delays.len() / 2]))?;
        self.row(f, "their delay, worst", |report| time(report.delays[report.delays.len() - 1]))?;
        self.row(f, "found too slow", |report| report.too_slow.to_string())?;
        self.row(f, "memory, peak", |report| mebibytes(report.peak))?;
        self.row(f, "memory, bound", |report| mebibytes(report.bound))?;
        self.row(f, "memory, after", |report| mebibytes(report.resident))?;
        self.row(f, "descriptors/threads, before", |report| held(report.before))?;
        self.row(f, "descriptors/threads, most", |report| held(report.most))?;
        self.row(f, "descriptors/threads, after", |report| held(report.after))?;
        self.row(f, "given back within", |report| time(report.given_back))?;
        self.row(f, "processor time in a quiet second", |report| time(report.quiet))?;
        self.row(f, "log lines", |report| report.log_lines.to_string())?;
        self.row(f, "log lines, most in a second", |report| {
            report.log_lines_in_a_second.to_string()
        })?;
        self.row(f, "ended within", |report| time(report.end))?;
        f.write_str("\n(of each kind: those who came to their point + those who were cut off)")
    }
}

/// A kind that was not seen at all, so that the run cannot say anything of it.
pub(crate) fn asked_nothing(reports: &[(&'static str, Report)]) -> Option<String> {
    if let Some((kind, _)) = all_kinds(reports).into_iter().find(|(_, played)| *played == 0) {
        return Some(format!("nobody came to its point of those `{kind}`"));
    }
    let too_slow: usize = reports.iter().map(|(_, report)| report.too_slow).sum();
    (too_slow == 0).then(|| "nobody was found too slow, though some never read".into())
}

/// The number of times that each kind came to its point, in all acts together.
fn all_kinds(reports: &[(&'static str, Report)]) -> BTreeMap<&'static str, u64> {
    let mut kinds = BTreeMap::new();
    let tallies = reports.iter().flat_map(|(_, report)| &report.tallies);
    for (kind, Tally { played, .. }) in tallies {
        *kinds.entry(*kind).or_default() += played;
    }
    kinds
}

fn held(holdings: Holdings) -> String {
    format!("{}/{}", holdings.descriptors, holdings.threads)
}

fn time(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}
