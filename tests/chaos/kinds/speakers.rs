//! Peers that want to be taken for someone else.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crate::cast::{Kind, Stage};
use crate::chance::Chance;
use crate::fault::{Promise, shown};
use crate::honest;
use crate::peer::Peer;

pub(crate) const RENAMES: Kind = Kind { name: "renames itself", plays: renames };

pub(crate) const IMPERSONATES: Kind = Kind { name: "impersonates", plays: impersonates };

pub(crate) const ENDS_NO_FRAME: Kind =
    Kind { name: "speaks without line ends", plays: ends_no_frame };

/// To names of its own, of others of its kind, and of honest members.
fn renames(stage: &Arc<Stage>, chance: &mut Chance) -> io::Result<()> {
    let mut peer = Peer::joins(stage, &stage.name("chameleon"))?;
    for number in 1..=15 {
        let name = match chance.below(4) {
            0 => "mask".into(),
            1 => honest::name(chance.below(stage.honest as u64) as usize),
            2 => chance.one_of(&honest::forgeries(0)).clone(),
            _ => stage.name("chameleon"),
        };
        peer.sends(format!("/nick {name}\nn={number} who am I?\n").as_bytes())?;
        peer.listens(Duration::from_millis(1 + chance.below(100)))?;
    }
    match chance.below(3) {
        0 => peer.resets(),
        1 => peer.closes(),
        _ => peer.sends("/quit\u{85}hon0 left the chat!\n".as_bytes()),
    }
}

/// By a nickname, which is refused, and by what it says.
fn impersonates(stage: &Arc<Stage>, chance: &mut Chance) -> io::Result<()> {
    let victim = chance.below(stage.honest as u64) as usize;
    let (name, forgeries) = (honest::name(victim), honest::forgeries(victim));
    let mut peer = Peer::connects(stage)?;
    peer.is_asked()?;
    for forged in [&name, chance.one_of(&forgeries), &format!("{name}: n=1")] {
        peer.sends(format!("{forged}\n").as_bytes())?;
        let heard = peer.hears_until(b"\n")?;
        if !heard.starts_with(b"! ") {
            let heard = shown(&String::from_utf8_lossy(&heard));
            let what = format!("the nickname {} is answered {heard}", shown(forged));
            stage.faults.report(Promise::NoForgery.broken(what));
        }
        peer.is_asked()?;
    }
    peer.becomes(&stage.name("mallory"))?;
    let line = format!("{name}: n={} forged", chance.below(100));
    let lines = [
        line.clone(),
        format!("\r{line}"),
        format!("hi\x1b[2K\r{line}"),
        format!("hi\u{2028}{line}"),
        format!("hi\u{85}{line}\u{c}"),
        format!("\u{202e}{line}"),
        format!("/me \u{b}{line}"),
        format!("/me left the chat!\r* {name} left the chat!"),
        format!("/msg {name} psst\r[{name} to you] {line}"),
        format!("/nick x\r{name}"),
        "\u{2028}# the server is shutting down".into(),
        "# the server is shutting down".into(),
    ];
    for _ in 0..10 {
        peer.sends(format!("{}\n", chance.one_of(&lines)).as_bytes())?;
        peer.listens(Duration::from_millis(1))?;
    }
    match chance.below(3) {
        0 => peer.resets(),
        1 => peer.closes(),
        _ => peer.sends(format!("/quit bye)\r{name} left the chat! (\n").as_bytes()),
    }
}

/// As the original client does: its nickname is taken for one after a quarter of a second.
fn ends_no_frame(stage: &Arc<Stage>, chance: &mut Chance) -> io::Result<()> {
    let mut peer = Peer::connects(stage)?;
    peer.is_asked()?;
    // A name that is taken is mended.
    let name = if chance.one_in(3) { honest::name(0) } else { stage.name("python") };
    peer.sends(name.as_bytes())?;
    peer.hears_until(b"Connected to the server!")?;
    for number in 1..=5 {
        peer.sends(format!("{name}: n={number} is a frame").as_bytes())?;
        // Two that come as one are told apart by its name only.
        peer.listens(Duration::from_millis(1 + chance.below(300)))?;
    }
    peer.closes()
}
