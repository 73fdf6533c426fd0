//! A snapshot to its text.

use alloc::string::ToString;
use core::fmt;

use super::{FIRST, Gone, Hearing, LAST, NEXT, Peer, Room, Snapshot, Standing};
use crate::room::budgets::{Booking, Bucket, Mailbox};
use crate::room::event::Millis;
use crate::room::facts::Name;
use crate::room::history::Entry;
use crate::room::log_limiter::Window;
use crate::room::nickname::Nickname;
use crate::room::reservations::Reservation;
use crate::room::wall_time::WallTime;
use crate::wire::escape::Escaped;
use crate::wire::frame::{Telnet, Unframed};
use crate::wire::native::Render;
use crate::wire::rendering::Rendering;

impl fmt::Display for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FIRST}{}", self.now)?;
        if self.closing {
            writeln!(f, "{INDENT}the room is closing")?;
        }
        if let Some((at, clock)) = self.clock {
            writeln!(f, "{INDENT}the clock was {clock} at {at}")?;
        }
        if !self.topic.is_empty() {
            writeln!(f, "{INDENT}the topic is{}", Escaped(self.topic.as_bytes()))?;
        }
        if self.said > 0 {
            writeln!(f, "{INDENT}lines said: {}", self.said)?;
        }
        self.history.iter().try_for_each(|entry| message(f, entry))?;
        for (topic, Window { ends, logged, left_out, sources }) in &self.log.windows {
            let of = topic.name();
            writeln!(
                f,
                "{INDENT}log lines about {of}: {logged}, left out: {left_out}, until {ends}"
            )?;
            for (source, lines) in sources {
                writeln!(f, "{INDENT}log lines about {of} from {source}: {lines}")?;
            }
        }
        if self.log.advised {
            writeln!(f, "{INDENT}the log has advised")?;
        }
        let Room { bucket, served, tickets, next_to_give_way } = &self.room;
        if (*bucket, *served, *tickets) != (Bucket::default(), 0, 0) {
            let nanos = bucket.full_at();
            writeln!(f, "{INDENT}room has used {nanos}, served {served}, tickets {tickets}")?;
        }
        if *next_to_give_way > Millis::ZERO {
            writeln!(f, "{INDENT}a member gives way from {next_to_give_way}")?;
        }
        for (prefix, account) in &self.accounts {
            let [connecting, output, shown, input] = account.buckets().map(Bucket::full_at);
            writeln!(
                f,
                "{INDENT}source {prefix} has used connecting {connecting}, output {output}, \
                 shown {shown}, input {input}, served {}",
                account.served
            )?;
        }
        for Gone { nickname, reason, owner } in &self.gone {
            write!(f, "{INDENT}gone{}", escaped(nickname))?;
            if nickname.number().is_some() {
                write!(f, ", shown as {}", Name::from(nickname).in_ascii())?;
            }
            write!(f, ", cause{}", Escaped(reason.to_string().as_bytes()))?;
            match owner {
                Some(owner) => writeln!(f, ", for {owner}")?,
                None => f.write_str("\n")?,
            }
        }
        for (nickname, Reservation { owner, until }) in &self.reserved {
            writeln!(f, "{INDENT}kept{} until {until} for {owner}", escaped(nickname))?;
        }
        self.peers.iter().try_for_each(|peer| write!(f, "{peer}"))?;
        writeln!(f, "{LAST}")
    }
}

/// The indent of each line between the first and the last.
const INDENT: &str = "        ";

/// The lines about one message.
fn message(f: &mut fmt::Formatter<'_>, entry: &Entry) -> fmt::Result {
    let said = entry.shown(Rendering::Native, WallTime::UNKNOWN).to_string();
    writeln!(f, "{INDENT}said{}", Escaped(said.as_bytes()))?;
    let name = entry.name();
    if name.number.is_some() {
        writeln!(f, "{INDENT}shown as {}", name.in_ascii())?;
    }
    if entry.time() != WallTime::UNKNOWN {
        writeln!(f, "{INDENT}at {}", entry.time())?;
    }
    Ok(())
}

fn escaped(nickname: &Nickname) -> Escaped<'_> {
    Escaped(nickname.as_str().as_bytes())
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, address, decoder, standing, hearing, wake, .. } = self;
        write!(f, "{INDENT}{id} from {address} is {standing}{hearing}")?;
        match wake {
            Some(wake) => writeln!(f, ", wakes at {wake}")?,
            None => f.write_str("\n")?,
        }
        if let Standing::Member { nickname, .. } = standing
            && nickname.number().is_some()
        {
            writeln!(f, "{INDENT}{id} is shown as {}", Name::from(nickname).in_ascii())?;
        }
        self.budgets(f)?;
        if let Some(Unframed { nickname, next }) = &decoder.unframed {
            let next = NEXT.iter().find(|(same, _)| same == next).map_or("", |(_, told)| told);
            let nickname = Escaped(nickname);
            writeln!(f, "{INDENT}{id} is unframed{next} and begins with{nickname}")?;
        }
        if decoder.telnet != Telnet::Text {
            writeln!(f, "{INDENT}{id} is amid a telnet {}", decoder.telnet)?;
        }
        if decoder.skipping {
            writeln!(f, "{INDENT}{id} skips the rest of its line")?;
        }
        if !decoder.held.is_empty() {
            writeln!(f, "{INDENT}{id} holds{}", Escaped(&decoder.held))?;
        }
        Ok(())
    }
}

impl Peer {
    /// The lines about its budgets, its token, and its last private message.
    fn budgets(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            id,
            booking,
            place,
            served,
            unread_until,
            token,
            mailbox,
            timed,
            correspondent,
            ..
        } = self;
        if let Some(Booking { due, cost }) = booking {
            writeln!(f, "{INDENT}{id} is booked at {due} for {cost}")?;
        }
        if let Some((start, ticket)) = place {
            writeln!(f, "{INDENT}{id} waits from {start} as {ticket}")?;
        }
        if *served > 0 {
            writeln!(f, "{INDENT}{id} was served up to {served}")?;
        }
        if let Some(until) = unread_until {
            writeln!(f, "{INDENT}{id} is not read before {until}")?;
        }
        if let Some(hash) = token {
            writeln!(f, "{INDENT}{id} has the token {hash}")?;
        }
        if *timed {
            writeln!(f, "{INDENT}{id} is sent times")?;
        }
        if let Some(correspondent) = correspondent {
            writeln!(f, "{INDENT}{id} would reply to {correspondent}")?;
        }
        if *mailbox != Mailbox::default() {
            write!(f, "{INDENT}{id} was told {}", mailbox.all.full_at())?;
            for (sender, part) in &mailbox.senders {
                write!(f, ", by {sender} {}", part.full_at())?;
            }
            f.write_str("\n")?;
        }
        Ok(())
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Handshaking {
                since,
                deadline,
                quiet_at,
                refusals,
                bucket,
                ends_lines,
                unframed,
            } => {
                write!(f, "choosing since {since} until {deadline}, refusals: {refusals}")?;
                if let Some(quiet_at) = quiet_at {
                    write!(f, ", quiet at {quiet_at}")?;
                }
                if *bucket != Bucket::default() {
                    write!(f, ", full at {}", bucket.full_at())?;
                }
                f.write_str(if *ends_lines { ", ends lines" } else { "" })?;
                f.write_str(if *unframed { ", unframed" } else { "" })
            }
            Self::Member { nickname, bucket } => {
                write!(f, "called{}, full at {}", escaped(nickname), bucket.full_at())
            }
        }
    }
}

impl fmt::Display for Hearing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open => Ok(()),
            Self::Paused => f.write_str(", paused"),
            Self::Finished => f.write_str(", finished"),
            Self::Gone(until) => write!(f, ", heard until {until}"),
        }
    }
}

impl fmt::Display for Telnet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text => Ok(()),
            Self::Command => f.write_str("command"),
            Self::Option => f.write_str("option"),
            Self::Sub(skipped) => write!(f, "subnegotiation of {skipped}"),
            Self::SubCommand(skipped) => write!(f, "command in a subnegotiation of {skipped}"),
        }
    }
}
