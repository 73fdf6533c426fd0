//! Peers that speak another protocol: each is told what this is, and closed.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crate::cast::{Kind, Stage};
use crate::chance::Chance;
use crate::fault::{Promise, shown};
use crate::peer::Peer;

pub(crate) const TLS: Kind = Kind { name: "TLS hello", plays: tls };

pub(crate) const HTTP: Kind = Kind { name: "HTTP request", plays: http };

pub(crate) const UPLOADS: Kind = Kind { name: "HTTP upload at line rate", plays: uploads };

fn tls(stage: &Arc<Stage>, _: &mut Chance) -> io::Result<()> {
    is_turned_away(stage, &[0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03])
}

fn http(stage: &Arc<Stage>, chance: &mut Chance) -> io::Result<()> {
    let forged = "hon0\nhi all\n";
    let requests = [
        format!("POST / HTTP/1.1\r\nHost: localhost\r\n\r\n{forged}"),
        format!("GET /{forged} HTTP/1.1\r\n\r\n"),
        format!("OPTIONS * HTTP/1.0\r\n\r\n{forged}"),
    ];
    is_turned_away(stage, chance.one_of(&requests).as_bytes())
}

/// It sends on though it was told; the server is about to close it.
fn uploads(stage: &Arc<Stage>, _: &mut Chance) -> io::Result<()> {
    let mut peer = Peer::connects(stage)?;
    peer.is_asked()?;
    peer.sends(b"POST / HTTP/1.1\r\n\r\n")?;
    peer.hears_until(b"! this is a chat room")?;
    // Fails when it is reset.
    let _ = peer.floods(Duration::from_secs(1), |bytes| bytes.resize(64 * 1024, b'z'));
    Ok(())
}

/// It does not close its side; the server is to be done with it all the same.
fn is_turned_away(stage: &Arc<Stage>, request: &[u8]) -> io::Result<()> {
    let mut peer = Peer::connects(stage)?;
    peer.is_asked()?;
    // Fails where it is turned away before it has sent all.
    let sent = peer.sends(request);
    match peer.hears_to_the_end() {
        Ok(heard) if heard.starts_with(b"! this is a chat room") => Ok(()),
        Ok(heard) => {
            let heard = shown(&String::from_utf8_lossy(&heard));
            let what = format!("{} is answered {heard}", shown(&String::from_utf8_lossy(request)));
            stage.faults.report(Promise::NoForgery.broken(what));
            Ok(())
        }
        Err(error) if error.kind() == io::ErrorKind::TimedOut => {
            let what = format!("{} is not closed", shown(&String::from_utf8_lossy(request)));
            stage.faults.report(Promise::GivenBack.broken(what));
            Ok(())
        }
        // It sent on until it was reset.
        Err(error) => sent.and(Err(error)),
    }
}
