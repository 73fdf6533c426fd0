//! A thousand connections at once.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crate::cast::{Kind, Stage};
use crate::chance::Chance;
use crate::peer::Peer;

pub(crate) const CROWDS: Kind = Kind { name: "opens a thousand connections", plays: crowds };

pub(crate) const MEMBERS: Kind = Kind { name: "opens and joins two dozen", plays: members };

const CROWD: usize = 1000;

/// Most of them are told that the room is full. They stay for a moment, and end as they like.
fn crowds(stage: &Arc<Stage>, chance: &mut Chance) -> io::Result<()> {
    let mut crowd = opens(stage, CROWD)?;
    stage.stop.waits(Duration::from_millis(chance.below(700)));
    while let Some(peer) = crowd.pop() {
        match chance.below(3) {
            0 => peer.resets()?,
            1 => drop(peer),
            _ => _ = peer.closes(),
        }
    }
    // The others want to play, too.
    stage.stop.waits(Duration::from_millis(1000 + chance.below(2000)));
    Ok(())
}

/// So many connections that say nothing.
pub(crate) fn opens(stage: &Arc<Stage>, count: usize) -> io::Result<Vec<Peer>> {
    (0..count).map(|_| Peer::connects(stage)).collect()
}

/// Long names that make a long answer to `/who`.
fn members(stage: &Arc<Stage>, chance: &mut Chance) -> io::Result<()> {
    let mut crowd = opens(stage, 25)?;
    for peer in &mut crowd {
        let name = stage.name("𝒻ollower");
        peer.sends(format!("{}{name}\n", "語".repeat(32 - name.chars().count())).as_bytes())?;
    }
    let count = crowd.len();
    for turn in 0..count * (5 + chance.below(10) as usize) {
        // Fails where the room was full. Nothing is read when it is over.
        let _ = crowd[turn % count].listens(Duration::from_millis(1));
    }
    Ok(())
}
