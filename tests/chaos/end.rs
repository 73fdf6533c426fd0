//! The end of an act: the server is told to end while some take nothing.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::cast::Stage;
use crate::fault::{Fault, Faults, Promise};
use crate::honest::Circle;
use crate::peer::{OVERDUE, Peer};
use crate::watch::Watch;

/// The longest time that the end takes though some are stalled: two seconds, and the delay of a
/// busy machine.
const END: Duration = Duration::from_millis(2500 + 1500);

impl Watch {
    /// The server ends in time and in order, and whoever reads gets the goodbye; how long it took.
    pub(crate) fn ends(
        &mut self,
        circle: &Circle,
        stage: &Arc<Stage>,
        faults: &Faults,
    ) -> Result<Duration, Fault> {
        let chronicle = Arc::clone(&stage.chronicle);
        let stage = Stage::new(stage.address, self.act, chronicle, faults.clone());
        let _stalled = self.stalls(&stage)?;
        let since = Instant::now();
        self.server.terminate()?;
        let status = loop {
            if let Some(status) = self.server.ended()? {
                break status;
            }
            if since.elapsed() > END {
                let what = format!("the server still runs {END:?} after SIGTERM");
                return Err(Promise::Shutdown.broken(what));
            }
            self.a_moment_passes()?;
        };
        let time = since.elapsed();
        if !status.success() {
            let what = format!("the server ended after SIGTERM with {status}");
            return Err(Promise::Shutdown.broken(what));
        }
        while !circle.was_told() {
            if since.elapsed() > END {
                return Err(Promise::Shutdown.broken("somebody who reads got no goodbye"));
            }
            self.a_moment_passes()?;
        }
        Ok(time)
    }

    /// Members who take nothing, while others say more than the kernel keeps for them and less than
    /// they may leave unread; and some who have no nickname.
    fn stalls(&mut self, stage: &Arc<Stage>) -> Result<Vec<Peer>, Fault> {
        let mut stalled = vec![Peer::connects(stage)?, Peer::connects(stage)?];
        let mut names = vec![];
        for _ in 0..3 {
            let (name, mut peer) = (stage.name("stalled"), Peer::connects_from_afar(stage)?);
            peer.sends(format!("{name}\n").as_bytes())?;
            stalled.push(peer);
            names.push(name);
        }
        let are_in = || names.iter().all(|name| stage.chronicle.saw(name));
        let are_in = self.waits_for(OVERDUE, &mut { are_in })?;
        are_in.ok_or_else(|| Promise::Run.broken("nobody can join before the end"))?;
        let mut speaker = Peer::joins(stage, &stage.name("last"))?;
        speaker.fills(self.act.backlog)?;
        stalled.push(speaker);
        Ok(stalled)
    }
}
