//! A connection that is not an honest one, and what can be done with it.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use chatroom::shell::server::socket;
use memchr::memmem;
use socket2::{Domain, SockFilter, SockRef, Socket, Type};

use crate::cast::Stage;

/// The time after which a blocked peer looks whether it is over.
const BEAT: Duration = Duration::from_millis(50);

/// The longest that an answer may take that the server owes at once.
pub(crate) const OVERDUE: Duration = Duration::from_secs(10);

pub(crate) struct Peer {
    stream: TcpStream,
    stage: Arc<Stage>,
    /// The bytes read and not looked at yet.
    heard: Vec<u8>,
}

impl Peer {
    pub(crate) fn connects(stage: &Arc<Stage>) -> io::Result<Self> {
        Self::on(Socket::new(Domain::IPV4, Type::STREAM, None)?, stage)
    }

    /// Connects with little room for what it is sent, over an Ethernet, as it were, for whose small
    /// packets the server's kernel takes far less at once than for those of loopback.
    pub(crate) fn connects_from_afar(stage: &Arc<Stage>) -> io::Result<Self> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        socket.set_recv_buffer_size(4096)?;
        socket.set_tcp_mss(1460)?;
        Self::on(socket, stage)
    }

    fn on(socket: Socket, stage: &Arc<Stage>) -> io::Result<Self> {
        socket.connect_timeout(&stage.address.into(), OVERDUE)?;
        socket.set_read_timeout(Some(BEAT))?;
        socket.set_write_timeout(Some(BEAT))?;
        stage.connections.fetch_add(1, Ordering::Relaxed);
        Ok(Self { stream: socket.into(), stage: Arc::clone(stage), heard: Vec::new() })
    }

    /// Connects, is asked for a nickname, gives this one and is welcomed.
    pub(crate) fn joins(stage: &Arc<Stage>, nickname: &str) -> io::Result<Self> {
        let mut peer = Self::connects(stage)?;
        peer.is_asked()?;
        peer.becomes(nickname)?;
        Ok(peer)
    }

    /// Is asked for a nickname; an error where the room is full.
    pub(crate) fn is_asked(&mut self) -> io::Result<()> {
        self.hears_until(b"NICK").map(drop)
    }

    /// Gives this nickname, and is welcomed.
    pub(crate) fn becomes(&mut self, nickname: &str) -> io::Result<()> {
        self.sends(format!("{nickname}\n").as_bytes())?;
        self.hears_until(b"Connected to the server!\n").map(drop)
    }

    /// Sends all of this, unless it is over before, or nothing is taken for too long.
    pub(crate) fn sends(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        let since = Instant::now();
        while !bytes.is_empty() {
            match self.stream.write(bytes) {
                Ok(sent) => bytes = &bytes[sent..],
                Err(error) if is_blocked(&error) => self.goes_on(since)?,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Says more than the kernel keeps for one who is far away and takes nothing, by half of what a
    /// member may leave unread, and hears all of it.
    pub(crate) fn fills(&mut self, backlog: usize) -> io::Result<()> {
        /// The bytes that the kernel keeps (measured with Linux 6.18).
        const KEPT_BYTES: usize = 73 * 1024;
        let line = format!("{}\n", "z".repeat(4000));
        let lines = (KEPT_BYTES + backlog / 2) / line.len();
        self.sends(line.repeat(lines).as_bytes())?;
        self.sends(b"its last line\n")?;
        self.hears_until(b"its last line\n").map(drop)
    }

    /// Sends at line rate what this gives, for so long, and reads what comes.
    pub(crate) fn floods(
        &mut self,
        time: Duration,
        mut more: impl FnMut(&mut Vec<u8>),
    ) -> io::Result<()> {
        let until = Instant::now() + time;
        self.stream.set_read_timeout(Some(Duration::from_millis(1)))?;
        let (mut bytes, mut sent) = (Vec::new(), 0);
        while Instant::now() < until && !self.stage.stop.is_over() {
            if sent == bytes.len() {
                bytes.clear();
                more(&mut bytes);
                sent = 0;
            }
            match socket::send_now(&self.stream, &bytes[sent..]) {
                Ok(count) => sent += count,
                Err(error) if is_blocked(&error) => {}
                Err(error) => return Err(error),
            }
            self.hears()?;
            self.heard.clear();
        }
        self.stream.set_read_timeout(Some(BEAT))
    }

    /// Reads until this has come, and returns what came before it; an error where it is over before,
    /// or it does not come for too long.
    pub(crate) fn hears_until(&mut self, end: &[u8]) -> io::Result<Vec<u8>> {
        let since = Instant::now();
        loop {
            if let Some(at) = memmem::find(&self.heard, end) {
                let rest = self.heard.split_off(at + end.len());
                self.heard.truncate(at);
                return Ok(std::mem::replace(&mut self.heard, rest));
            }
            if self.hears()? == Some(0) {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            self.goes_on(since)?;
        }
    }

    /// Neither is it over, nor is what began then overdue.
    fn goes_on(&self, since: Instant) -> io::Result<()> {
        if self.stage.stop.is_over() {
            return Err(ErrorKind::Interrupted.into());
        }
        if since.elapsed() > OVERDUE {
            return Err(ErrorKind::TimedOut.into());
        }
        Ok(())
    }

    /// Reads to the end of the stream, over or not, and returns all of it; an error where it does not
    /// end in order, or not in time.
    pub(crate) fn hears_to_the_end(&mut self) -> io::Result<Vec<u8>> {
        let since = Instant::now();
        while self.hears()? != Some(0) {
            if since.elapsed() > OVERDUE {
                return Err(ErrorKind::TimedOut.into());
            }
        }
        Ok(std::mem::take(&mut self.heard))
    }

    /// Reads all that comes for so long, unless it is over before.
    pub(crate) fn listens(&mut self, time: Duration) -> io::Result<()> {
        let since = Instant::now();
        while since.elapsed() < time && !self.stage.stop.is_over() {
            if self.hears()? == Some(0) {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            self.heard.clear();
        }
        Ok(())
    }

    /// Reads this many bytes at the most, and forgets them.
    pub(crate) fn takes(&mut self, bytes: usize) -> io::Result<()> {
        match self.stream.read(&mut vec![0; bytes]) {
            Ok(0) => Err(ErrorKind::UnexpectedEof.into()),
            Ok(_) => Ok(()),
            Err(error) if is_blocked(&error) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The length of one read; `None` where nothing comes for a moment.
    fn hears(&mut self) -> io::Result<Option<usize>> {
        let mut buffer = [0; 32 * 1024];
        match self.stream.read(&mut buffer) {
            Ok(count) => {
                self.heard.extend_from_slice(&buffer[..count]);
                Ok(Some(count))
            }
            Err(error) if is_blocked(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Says no more, and still listens.
    pub(crate) fn ends_its_side(&self) -> io::Result<()> {
        self.stream.shutdown(Shutdown::Write)
    }

    /// Acknowledges nothing from now on: the kernel throws away whatever comes for it.
    pub(crate) fn is_deaf(&self) -> io::Result<()> {
        /// Return the first so many bytes of the packet: none (bpf(4), `BPF_RET`).
        const NOTHING: SockFilter = SockFilter::new(6, 0, 0, 0);
        SockRef::from(&self.stream).attach_filter(&[NOTHING])
    }

    /// Is lost: its connection is reset.
    pub(crate) fn resets(self) -> io::Result<()> {
        SockRef::from(&self.stream).set_linger(Some(Duration::ZERO))
    }

    /// Closes both sides in order: with something unread, it would be reset.
    pub(crate) fn closes(mut self) -> io::Result<()> {
        self.stream.set_nonblocking(true)?;
        while self.hears()?.is_some_and(|count| count > 0) {}
        Ok(())
    }
}

fn is_blocked(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted)
}
