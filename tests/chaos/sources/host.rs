//! The server of an act.

use std::net::{IpAddr, SocketAddr};
use std::sync::mpsc::Receiver;
use std::time::Duration;

use crate::fault::{Fault, Faults, Promise};
use crate::process::Process;
use crate::server::{Launch, Server};

pub(crate) struct Host {
    server: Server,
    reports: Receiver<Fault>,
    faults: Faults,
}

impl Host {
    pub(crate) fn start(launch: &Launch) -> Result<Self, Fault> {
        let (faults, reports) = Faults::new();
        Ok(Self { server: Server::start(launch, &faults)?, reports, faults })
    }

    /// Its address for peers that reach its machine at this one.
    pub(crate) fn at(&self, address: IpAddr) -> SocketAddr {
        SocketAddr::new(address, self.server.address.port())
    }

    pub(crate) fn process(&self) -> Process {
        self.server.process
    }

    /// It runs still, and no thread of it panicked.
    pub(crate) fn check(&mut self) -> Result<(), Fault> {
        if let Some(status) = self.server.ended()? {
            return Err(Promise::NoCost.broken(format!("the server ended by itself, {status}")));
        }
        self.reports.try_recv().map_or(Ok(()), Err)
    }

    /// Ends it, and starts another in its place; meanwhile this is done again and again.
    pub(crate) fn restart(
        &mut self,
        limit: Duration,
        mut meanwhile: impl FnMut(),
    ) -> Result<(), Fault> {
        self.server.terminate()?;
        let since = std::time::Instant::now();
        while self.server.ended()?.is_none() {
            if since.elapsed() > limit {
                return Err(Promise::Shutdown.broken("the server does not end"));
            }
            meanwhile();
        }
        self.server = Server::start(&Launch::new(self.server.address, &[]), &self.faults)?;
        Ok(())
    }
}
