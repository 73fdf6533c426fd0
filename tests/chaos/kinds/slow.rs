//! Peers that take their time, or do not take anything at all.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crate::cast::{Kind, Stage};
use crate::chance::Chance;
use crate::peer::Peer;

pub(crate) const NEVER_READS: Kind = Kind { name: "never reads", plays: never_reads };

pub(crate) const READS_SLOWLY: Kind = Kind { name: "reads one byte a second", plays: reads_slowly };

pub(crate) const SENDS_SLOWLY: Kind = Kind { name: "sends one byte a second", plays: sends_slowly };

pub(crate) const ACKNOWLEDGES_NOTHING: Kind =
    Kind { name: "acknowledges nothing", plays: acknowledges_nothing };

pub(crate) const CLOSES_BEHIND: Kind =
    Kind { name: "acknowledges nothing and closes", plays: closes_behind };

const SECOND: Duration = Duration::from_secs(1);

fn never_reads(stage: &Arc<Stage>, chance: &mut Chance) -> io::Result<()> {
    let mut peer = Peer::connects_from_afar(stage)?;
    peer.sends(format!("{}\n", stage.name("sloth")).as_bytes())?;
    stage.stop.waits(SECOND * (1 + chance.below(8)) as u32);
    // Something is unread: it is reset.
    if chance.one_in(2) { Ok(()) } else { peer.resets() }
}

fn reads_slowly(stage: &Arc<Stage>, chance: &mut Chance) -> io::Result<()> {
    let mut peer = Peer::connects_from_afar(stage)?;
    peer.sends(format!("{}\n", stage.name("snail")).as_bytes())?;
    for _ in 0..2 + chance.below(8) {
        peer.takes(1)?;
        if stage.stop.waits(SECOND) {
            break;
        }
    }
    Ok(())
}

/// A nickname, or a message.
fn sends_slowly(stage: &Arc<Stage>, chance: &mut Chance) -> io::Result<()> {
    let (name, mut peer) = (stage.name("typist"), Peer::connects(stage)?);
    peer.is_asked()?;
    let text = if chance.one_in(2) {
        format!("{name}\nso slow\n")
    } else {
        peer.becomes(&name)?;
        "slow\nn=1 and slower\n".into()
    };
    for byte in text.bytes() {
        // Without a nickname, it gives way in a full room: it has been slow until then.
        if peer.sends(&[byte]).and_then(|()| peer.listens(SECOND)).is_err() {
            return Ok(());
        }
        if stage.stop.is_over() {
            break;
        }
    }
    peer.closes()
}

fn acknowledges_nothing(stage: &Arc<Stage>, chance: &mut Chance) -> io::Result<()> {
    let mut peer = Peer::connects_from_afar(stage)?;
    peer.is_asked()?;
    peer.becomes(&stage.name("deaf"))?;
    peer.is_deaf()?;
    if chance.one_in(3) {
        peer.sends(b"/quit\n")?;
    }
    stage.stop.waits(SECOND * (1 + chance.below(4)) as u32);
    // In order: it throws away what came before it is anything to be read.
    if chance.one_in(2) { Ok(()) } else { peer.resets() }
}

/// It ends its side in order, and half of what it may leave unread is unsent to it.
fn closes_behind(stage: &Arc<Stage>, chance: &mut Chance) -> io::Result<()> {
    let mut deaf = Peer::connects_from_afar(stage)?;
    deaf.is_asked()?;
    deaf.becomes(&stage.name("deaf"))?;
    let mut speaker = Peer::joins(stage, &stage.name("aloud"))?;
    speaker.fills(stage.backlog)?;
    deaf.is_deaf()?;
    speaker.listens(Duration::from_millis(500 + chance.below(500)))?;
    speaker.closes()?;
    deaf.closes()
}
