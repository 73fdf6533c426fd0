//! Peers that send as fast as they can.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crate::cast::{Kind, Stage};
use crate::chance::Chance;
use crate::peer::Peer;

pub(crate) const TALKS: Kind = Kind { name: "sends at line rate", plays: talks };

pub(crate) const NEVER_ENDS_A_LINE: Kind =
    Kind { name: "never ends a line", plays: never_ends_a_line };

pub(crate) const LINE_ENDS: Kind = Kind { name: "LF flood", plays: line_ends };

pub(crate) const NEGOTIATES: Kind = Kind { name: "IAC flood", plays: negotiates };

pub(crate) const SPAMS: Kind = Kind { name: "/who and /msg flood", plays: spams };

pub(crate) const ASKS: Kind = Kind { name: "/who flood", plays: asks };

fn some_time(chance: &mut Chance) -> Duration {
    Duration::from_millis(300 + chance.below(2500))
}

/// Numbered lines that the honest members count.
fn talks(stage: &Arc<Stage>, chance: &mut Chance) -> io::Result<()> {
    let mut peer = Peer::joins(stage, &stage.name("talker"))?;
    let text = "x".repeat(chance.below(4000) as usize);
    let mut number = 0;
    peer.floods(some_time(chance), |bytes| {
        for _ in 0..16 {
            number += 1;
            bytes.extend_from_slice(format!("n={number} {text}\n").as_bytes());
        }
    })?;
    peer.resets()
}

/// Before its nickname, when it is taken for one that ends no frame, or after.
fn never_ends_a_line(stage: &Arc<Stage>, chance: &mut Chance) -> io::Result<()> {
    let mut peer = if chance.one_in(2) {
        Peer::joins(stage, &stage.name("endless"))?
    } else {
        let mut peer = Peer::connects(stage)?;
        peer.is_asked()?;
        peer
    };
    peer.floods(some_time(chance), |bytes| bytes.resize(64 * 1024, b'x'))?;
    if chance.one_in(2) { peer.resets() } else { peer.closes() }
}

fn line_ends(stage: &Arc<Stage>, chance: &mut Chance) -> io::Result<()> {
    let mut peer = if chance.one_in(2) {
        Peer::joins(stage, &stage.name("empty"))?
    } else {
        Peer::connects(stage)?
    };
    let ends = *chance.one_of(&[&b"\n"[..], b"\r\n", b" \n"]);
    peer.floods(some_time(chance), |bytes| bytes.extend(ends.repeat(16 * 1024)))?;
    peer.resets()
}

/// Commands, subnegotiations, and one that never ends.
fn negotiates(stage: &Arc<Stage>, chance: &mut Chance) -> io::Result<()> {
    let mut peer = if chance.one_in(2) {
        Peer::joins(stage, &stage.name("telnet"))?
    } else {
        Peer::connects(stage)?
    };
    let said = *chance.one_of(&[
        &b"\xff\xfb\x1f"[..],
        b"\xff\xf1",
        b"\xff\xfa\x1f\x00\x50\x00\x18\xff\xf0",
        b"\xff\xff",
        b"\xff\xfa",
    ]);
    peer.floods(some_time(chance), |bytes| bytes.extend(said.repeat(8 * 1024)))?;
    peer.resets()
}

/// Requests, and private lines to an honest member, to itself and to nobody.
fn spams(stage: &Arc<Stage>, chance: &mut Chance) -> io::Result<()> {
    let name = stage.name("spam");
    let mut peer = Peer::joins(stage, &name)?;
    let honest = chance.below(stage.honest as u64);
    let requests = [
        "/who\n".into(),
        "/help\n".into(),
        format!("/msg hon{honest} psst\u{1b}[2J {}\n", "x".repeat(200)),
        format!("/msg {name} {}\n", "y".repeat(2000)),
        "/msg nobody psst\n".into(),
        "/shout\n".into(),
        "/msg\n".into(),
    ];
    peer.floods(some_time(chance), |bytes| {
        bytes.extend_from_slice(chance.one_of(&requests).as_bytes());
    })?;
    peer.resets()
}

/// Small requests with large answers, which it may or may not read.
fn asks(stage: &Arc<Stage>, chance: &mut Chance) -> io::Result<()> {
    let mut peer = Peer::joins(stage, &stage.name("asks"))?;
    if chance.one_in(2) {
        peer.sends(&b"/who\n".repeat(64 * 1024))?;
    } else {
        peer.floods(some_time(chance), |bytes| bytes.extend(b"/who\n".repeat(13 * 1024)))?;
    }
    peer.resets()
}
