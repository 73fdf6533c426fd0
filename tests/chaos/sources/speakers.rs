//! Attacks by what one source says: quit texts, full lines, private messages, telnet.

use std::thread;
use std::time::Duration;

use crate::fault::Fault;
use crate::sources::address;
use crate::sources::attack::read;
use crate::sources::circle::median;
use crate::sources::flood::Flood;
use crate::sources::floods::{self, FLOOD, N, full_lines};
use crate::sources::newcomer::Echo;
use crate::sources::row::{Row, kibibytes};
use crate::sources::trial::{Trial, allowed};

/// Sixteen and eight Mbit/s, in bytes.
const SIXTEEN_MEGABITS: u64 = 2_000_000;
const EIGHT_MEGABITS: u64 = 1_000_000;

pub(crate) fn quit_texts(name: &'static str, time: Duration) -> Result<Row, Fault> {
    let readers: Vec<_> = (1..=10).map(|number| format!("hon{number}")).collect();
    let trial = Trial::new(name).with_readers(&readers, SIXTEEN_MEGABITS);
    Ok(trial.play(time, floods::quit_texts)?.row())
}

pub(crate) fn talk(name: &'static str, time: Duration) -> Result<Row, Fault> {
    let flood = Flood { says: full_lines, ..FLOOD };
    let seen = Trial::new(name).play(time, |server| flood.begin(server))?;
    Ok(seen.row())
}

/// Each byte that is no UTF-8 becomes three.
pub(crate) fn private(name: &'static str, time: Duration) -> Result<Row, Fault> {
    let says = |bytes: &mut Vec<u8>, _| {
        bytes.extend_from_slice(b"/msg Jacob ");
        bytes.resize(bytes.len() + 1300, 0xff); // Each becomes three bytes.
        bytes.push(b'\n');
    };
    let trial = Trial::new(name).with_readers(&["Jacob".into()], EIGHT_MEGABITS);
    let flood = Flood { says, ..FLOOD };
    let seen = trial.play(time, |server| flood.begin(server))?;
    let refused = read(&seen.counts.refusals);
    let lines = seen.circle.members[1].hostile.private_lines;
    let measured = format!("Jacob was sent {lines} lines, senders `! ` {refused} times");
    let required = "senders are told `! `".into();
    Ok(seen.row_with(measured, required, lines > 0 && refused > 0))
}

/// `IAC NOP` on eight connections, as fast as a processor sends it; and what a line takes meanwhile.
pub(crate) fn telnet(name: &'static str, time: Duration) -> Result<Row, Fault> {
    /// A line may take this many times what it takes in calm, and this long in any case.
    const TIMES: u32 = 5;
    const FLOOR: Duration = Duration::from_millis(5);
    /// Bytes that eight connections put into the kernel's buffers while those still grow.
    const BUFFERS: u64 = 8 * 1024 * 1024;
    let says = |bytes: &mut Vec<u8>, _| bytes.extend(b"\xff\xf1".repeat(64 * 1024));
    let flood = Flood { connections: 8, says, bytes_per_second: 500 * 1024 * 1024, ..FLOOD };
    let (mut calm, mut sent_at_half) = (vec![], 0);
    let mut echo = None;
    let seen = Trial::new(name).play(time, |server| {
        let mut speaker = Echo::join(address::honest(100), server).ok();
        calm = speaker.as_mut().map(|speaker| speaker.measure(time / 4)).unwrap_or_default();
        let attack = flood.begin(server);
        let counts = attack.counts.clone();
        echo = Some(thread::spawn(move || {
            let delays = speaker.map(|mut speaker| speaker.measure(time / 2)).unwrap_or_default();
            (delays, read(&counts.sent))
        }));
        attack
    })?;
    let mut flooded = vec![];
    if let Some(Ok((delays, sent))) = echo.map(thread::JoinHandle::join) {
        (flooded, sent_at_half) = (delays, sent);
    }
    let second_half = read(&seen.counts.sent) - sent_at_half;
    let (calm, flooded) = (median(&calm), median(&flooded));
    let most = (calm * TIMES).max(FLOOR);
    let taken = BUFFERS + allowed(8 * 1024 * N as u64, seen.time / 2);
    let measured = format!(
        "a line takes {flooded:.1?}, in calm {calm:.1?}; {} taken in the second half",
        kibibytes(second_half)
    );
    let required = format!("a line takes at most {most:.1?}; {} are taken", kibibytes(taken));
    let holds = !flooded.is_zero() && flooded <= most && second_half <= taken;
    Ok(seen.row_with(measured, required, holds))
}
