//! Peers that end: by a reset at any point of the conversation, before their nickname, after their
//! last line.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crate::cast::{Kind, Stage};
use crate::chance::Chance;
use crate::chronicle::HEARD;
use crate::fault::{Promise, shown};
use crate::peer::Peer;

pub(crate) const RESETS: Kind = Kind { name: "resets at any point", plays: resets };

pub(crate) const CLOSES_EARLY: Kind =
    Kind { name: "closes before its nickname", plays: closes_early };

pub(crate) const HALF_CLOSES: Kind =
    Kind { name: "half-closes after its last line", plays: half_closes };

pub(crate) const SAYS_MUCH_AND_CLOSES: Kind =
    Kind { name: "says much and closes both sides", plays: says_much_and_closes };

pub(crate) const COMES_AND_GOES: Kind =
    Kind { name: "joins and leaves at once", plays: comes_and_goes };

fn resets(stage: &Arc<Stage>, chance: &mut Chance) -> io::Result<()> {
    let point = chance.below(10);
    let mut peer =
        if chance.one_in(3) { Peer::connects_from_afar(stage)? } else { Peer::connects(stage)? };
    let name = stage.name("reset");
    if point >= 1 {
        peer.is_asked()?;
    }
    match point {
        0 | 1 => {}
        2 => peer.sends(&name.as_bytes()[..3])?,
        3 => peer.sends(format!("{name}\nand a line\n").as_bytes())?,
        _ => peer.becomes(&name)?,
    }
    match point {
        5 => peer.sends(b"half a li")?,
        // Amid what it is sent.
        6 => {
            peer.sends(format!("/help\n/who\n{}\n", "x".repeat(3000)).as_bytes())?;
            peer.takes(20)?;
        }
        // More than its rate: it is not read from when it is reset.
        7 => peer.sends("too much\n".repeat(60).as_bytes())?,
        8 => {
            peer.sends(b"its last line\n")?;
            peer.ends_its_side()?;
        }
        9 => peer.sends(b"/quit its last words\n")?,
        _ => {}
    }
    stage.stop.waits(Duration::from_millis(chance.below(20)));
    peer.resets()
}

fn closes_early(stage: &Arc<Stage>, chance: &mut Chance) -> io::Result<()> {
    let mut peer = Peer::connects(stage)?;
    match chance.below(4) {
        0 => return Ok(()),
        1 => peer.is_asked()?,
        // It has no line end; but the end of its side is one.
        2 => {
            peer.is_asked()?;
            peer.sends(stage.name("early").as_bytes())?;
        }
        _ => {
            peer.is_asked()?;
            peer.sends(b" \n")?;
            peer.is_asked()?;
        }
    }
    peer.closes()
}

/// Every line of it is heard by everyone, itself included.
fn half_closes(stage: &Arc<Stage>, chance: &mut Chance) -> io::Result<()> {
    let (name, mut peer) = (stage.name(HEARD), Peer::connects(stage)?);
    peer.is_asked()?;
    // Some say more than 20, which have to wait for their turn.
    let lines = 1 + chance.below(24);
    let mut said: String = (1..=lines).map(|number| format!("\nn={number} and out")).collect();
    if chance.one_in(2) {
        said.push('\n');
    }
    peer.sends(format!("{name}{said}").as_bytes())?;
    peer.ends_its_side()?;
    let heard = peer.hears_to_the_end().map(|heard| String::from_utf8_lossy(&heard).into_owned());
    let last = format!("{name}: n={lines} and out");
    match &heard {
        Ok(heard) if heard.lines().any(|line| line == last) => stage.chronicle.owes(name, lines),
        Ok(heard) => stage.faults.report(Promise::NoCost.broken(format!(
            "{name} ended its side in order, and did not get its last line {last}, but at last {}",
            shown(heard.lines().last().unwrap_or_default())
        ))),
        Err(error) => stage.faults.report(Promise::NoCost.broken(format!(
            "{name} ended its side in order after {lines} lines, and its stream did not: {error}"
        ))),
    }
    heard.map(drop)
}

/// More than its rate lets be heard at once, and more than the server reads ahead; at the end of the
/// act, too.
fn says_much_and_closes(stage: &Arc<Stage>, chance: &mut Chance) -> io::Result<()> {
    let mut peer = Peer::joins(stage, &stage.name("hasty"))?;
    peer.listens(Duration::from_millis(200 + chance.below(1500)))?;
    let line = format!("{}\n", "y".repeat(4000));
    peer.sends(line.repeat(60).as_bytes())?;
    peer.closes()
}

/// Few names, so that they are taken, and free again at once.
fn comes_and_goes(stage: &Arc<Stage>, chance: &mut Chance) -> io::Result<()> {
    let mut peer = Peer::connects(stage)?;
    peer.is_asked()?;
    let name = *chance.one_of(&["storm", "Storm", "gale", "squall"]);
    if chance.one_in(4) {
        peer.sends(format!("{name}\n/nick {}\n/nick gale\n", stage.name("wind")).as_bytes())?;
    } else {
        peer.sends(format!("{name}\n").as_bytes())?;
    }
    if chance.one_in(2) {
        return peer.resets();
    }
    let is_refused = peer.hears_until(b"\n")?.starts_with(b"!");
    match chance.below(3) {
        0 => return peer.closes(),
        1 if !is_refused => peer.sends(b"/quit\n")?,
        _ => peer.ends_its_side()?,
    }
    peer.hears_to_the_end().map(drop)
}
