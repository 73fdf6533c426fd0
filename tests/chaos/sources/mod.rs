//! Attacks by one source beside honest members from other addresses, and honest crowds; all in a
//! network of the run's own. Each act has a server of its own and gives a row of the table.

mod address;
mod answers;
mod attack;
mod churn;
mod circle;
mod crowds;
mod flood;
mod floods;
mod host;
mod knocks;
mod member;
mod namespace;
mod newcomer;
mod row;
mod speakers;
mod threads;
mod trial;
mod visits;

use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use crate::choice::Choice;
use crate::fault::{Fault, Promise};
use crate::sources::attack::Attack;
use crate::sources::knocks::{few_descriptors, few_threads, site_48, site_56};
use crate::sources::row::Row;
use crate::sources::trial::Trial;

pub(crate) use namespace::is_inside;

/// The name of all these acts.
pub(crate) const GROUP: &str = "sources";

/// An act and its name.
struct Act {
    name: &'static str,
    kind: Play,
}

type PlayFn = fn(&'static str, Duration) -> Result<Row, Fault>;

enum Play {
    /// Something is asked of it besides the theorem, or it is a crowd.
    Own(PlayFn),
    /// It takes longer than all others, and next to no processor: it is played beside them.
    Aside(PlayFn),
    /// The theorem is asked of it.
    Theorem(fn(SocketAddr) -> Attack),
    /// The same, over IPv6, of a source that has so many times the budget of an address.
    TheoremV6(u64, fn(SocketAddr) -> Attack),
}

const fn own(name: &'static str, play: PlayFn) -> Act {
    Act { name, kind: Play::Own(play) }
}

const fn theorem(name: &'static str, attack: fn(SocketAddr) -> Attack) -> Act {
    Act { name, kind: Play::Theorem(attack) }
}

const fn theorem_v6(name: &'static str, addresses: u64, attack: fn(SocketAddr) -> Attack) -> Act {
    Act { name, kind: Play::TheoremV6(addresses, attack) }
}

const ACTS: &[Act] = &[
    Act { name: "paste", kind: Play::Aside(crowds::paste) },
    own("quit-texts", speakers::quit_texts),
    own("talk", speakers::talk),
    theorem("fresh-bursts", floods::fresh_bursts),
    own("private", speakers::private),
    own("history", answers::history),
    own("who-in-crowd", answers::who),
    own("knocks", few_descriptors),
    own("knocks-few-threads", few_threads),
    own("site-56", site_56),
    own("site-48", site_48),
    own("telnet", speakers::telnet),
    theorem("renames", floods::renames),
    theorem("joins", floods::joins),
    theorem("who", floods::who),
    theorem("help", floods::help),
    theorem("errors", floods::errors),
    theorem("private-to-many", floods::private_to_many),
    theorem("half-open", floods::half_open),
    theorem("empty-lines", floods::empty_lines),
    theorem("invalid-utf8", floods::invalid_utf8),
    theorem("too-long-lines", floods::too_long_lines),
    theorem("single-bytes", floods::single_bytes),
    theorem_v6("talk-site-56", 4, floods::talk_in_site),
    theorem_v6("joins-site-48", 8, floods::joins),
    theorem_v6("bursts-site-48", 8, floods::fresh_bursts),
    theorem_v6("quits-site-48", 8, floods::quit_texts),
    own("class", crowds::class),
    own("conference", crowds::conference),
    own("restart", crowds::restart),
];

/// The names of all acts.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    ACTS.iter().map(|act| act.name)
}

/// Plays the chosen acts in a network of the run's own, in another process. Where the kernel allows
/// none, says so, and that is all.
pub(crate) fn enter() -> Result<(), String> {
    match namespace::enter() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("the acts of one source ended with {status}")),
        Err(why) => {
            println!("chaos: no network namespace, the acts of one source are LEFT OUT: {why}");
            Ok(())
        }
    }
}

/// Plays the chosen acts, each for so long.
pub(crate) fn play(choice: &Choice, time: Duration) -> Result<(), String> {
    let chosen = |act: &&Act| choice.has(GROUP, act.name);
    println!("\nsources: {time:?} an act, from {} and others", address::HOSTILE);
    println!("{:20}{:10}measured, required, (details)", "act", "");
    let (mut played, mut failed) = (0, vec![]);
    let mut tell = |name: &'static str, row: Result<Row, Fault>| {
        let row = row.unwrap_or_else(|fault| Row {
            act: name,
            measured: fault.to_string(),
            required: String::new(),
            details: String::new(),
            holds: Some(false),
        });
        println!("{row}");
        played += 1;
        failed.extend((row.holds == Some(false)).then_some(name));
    };
    let is_aside = |act: &&Act| matches!(act.kind, Play::Aside(_));
    let (asides, acts): (Vec<_>, Vec<_>) = ACTS.iter().filter(chosen).partition(is_aside);
    let asides: Vec<_> =
        asides.into_iter().map(|act| (act.name, thread::spawn(move || act.play(time)))).collect();
    for act in acts {
        tell(act.name, act.play(time));
    }
    for (name, aside) in asides {
        let mistake = |_| Err(Promise::Run.broken("this program made a mistake"));
        tell(name, aside.join().unwrap_or_else(mistake));
    }
    if failed.is_empty() {
        println!("sources: all {played} acts hold or were left out");
        return Ok(());
    }
    Err(format!("{} of {played} acts of one source fail: {}", failed.len(), failed.join(", ")))
}

impl Act {
    fn play(&self, time: Duration) -> Result<Row, Fault> {
        match self.kind {
            Play::Own(play) | Play::Aside(play) => play(self.name, time),
            Play::Theorem(attack) => Ok(Trial::new(self.name).play(time, attack)?.row()),
            Play::TheoremV6(addresses, attack) if address::has_ipv6() => {
                Ok(Trial::new(self.name).over_ipv6(addresses).play(time, attack)?.row())
            }
            Play::TheoremV6(..) => Ok(Row::left_out(self.name, "this machine has no IPv6")),
        }
    }
}
