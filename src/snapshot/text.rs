//! A snapshot to its text.

use core::fmt;

use super::{FIRST, Hearing, LAST, NEXT, Peer, Snapshot, Standing};
use crate::escape::Escaped;
use crate::frame::{Telnet, Unframed};
use crate::journal::Window;

impl fmt::Display for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FIRST}{}", self.now)?;
        if self.closing {
            writeln!(f, "{INDENT}the room is closing")?;
        }
        if self.said > 0 {
            writeln!(f, "{INDENT}lines said: {}", self.said)?;
        }
        for line in &self.history {
            writeln!(f, "{INDENT}said{}", Escaped(line.as_bytes()))?;
        }
        for (of, window) in self.journal.windows() {
            let Window { ends, lines } = window;
            if window != Window::default() {
                writeln!(f, "{INDENT}log lines about {of}: {lines}, until {ends}")?;
            }
        }
        self.peers.iter().try_for_each(|peer| write!(f, "{peer}"))?;
        writeln!(f, "{LAST}")
    }
}

/// What stands before each line between the first and the last.
const INDENT: &str = "        ";

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, address, decoder, standing, wake } = self;
        write!(f, "{INDENT}{id} from {address} is {standing}")?;
        match wake {
            Some(wake) => writeln!(f, ", wakes at {wake}")?,
            None => f.write_str("\n")?,
        }
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

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Choosing { deadline, refusals } => {
                write!(f, "choosing until {deadline}, refusals: {refusals}")
            }
            Self::Member { nickname, bucket, hearing } => {
                let nickname = Escaped(nickname.as_str().as_bytes());
                write!(f, "called{nickname}, full at {} us{hearing}", bucket.full_at())
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
