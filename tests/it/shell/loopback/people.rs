//! People in the room, whatever they joined with. All have the same verbs.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use socket2::{Domain, SockRef, Socket, Type};

use crate::programs::{self, Lines, OVERDUE, Program};

/// Someone who says lines and sees lines.
pub(crate) trait Person {
    /// Says a line, as this person's program would.
    fn says(&self, line: &str);

    /// The lines that this person sees.
    fn screen(&self) -> &Lines;

    /// The next line that this person sees is this one.
    #[track_caller]
    fn sees(&self, line: &str) {
        self.screen().expect(line);
    }

    /// This person sees that it is over.
    #[track_caller]
    fn sees_the_end(&self) {
        self.screen().expect_end();
    }

    /// Returns true unless this person's program is the original one.
    fn is_line_framed(&self) -> bool {
        true
    }

    /// The first lines that a newcomer sees.
    #[track_caller]
    fn has_joined_as(&self, nickname: &str) {
        self.sees(&format!("{nickname} joined the chat!"));
        self.sees("Connected to the server!");
        if self.is_line_framed() {
            let line = self.screen().next().unwrap_or_default();
            assert!(line.starts_with("# ") && line.contains(" here"), "who is here, not {line:?}");
        }
    }
}

/// Each of these people sees this line next.
#[track_caller]
pub(crate) fn all_see(people: &[&dyn Person], line: &str) {
    for person in people {
        person.sees(line);
    }
}

/// Someone with `nc`: lines in, lines out, and every byte at hand.
pub(crate) struct Peer {
    stream: TcpStream,
    screen: Lines,
}

impl Peer {
    /// Connects, and waits for the prompt.
    #[track_caller]
    pub(crate) fn connects(address: SocketAddr) -> Self {
        Self::is_prompted(TcpStream::connect(address).unwrap())
    }

    /// Connects over an Ethernet, as it were, and joins with this nickname.
    #[track_caller]
    pub(crate) fn joins_from_afar(address: SocketAddr, nickname: &str) -> Self {
        let peer = Self::is_prompted(connects_narrowly(address, None));
        peer.says(nickname);
        peer.has_joined_as(nickname);
        peer
    }

    /// Has connected so; waits for the prompt.
    #[track_caller]
    pub(crate) fn is_prompted(stream: TcpStream) -> Self {
        Self::is_prompted_or_refused(stream).expect("a prompt")
    }

    /// Likewise; `None` where the server says anything else.
    #[track_caller]
    fn is_prompted_or_refused(mut stream: TcpStream) -> Option<Self> {
        stream.set_read_timeout(Some(OVERDUE)).unwrap();
        let mut prompt = [0; 4];
        stream.read_exact(&mut prompt).unwrap();
        stream.set_read_timeout(None).unwrap();
        (&prompt == b"NICK").then(|| Self::on(stream))
    }

    /// Connects again and again until there is a seat, and takes this nickname: whoever leaves has one
    /// until the server has let go of the connection.
    #[track_caller]
    pub(crate) fn joins_when_there_is_a_seat(address: SocketAddr, nickname: &str) -> Self {
        let peer = programs::wait_for("a seat", || {
            Self::is_prompted_or_refused(TcpStream::connect(address).unwrap())
        });
        peer.says(nickname);
        peer.has_joined_as(nickname);
        peer
    }

    /// Connects, and leaves it to the test what the server says first.
    pub(crate) fn calls(address: SocketAddr) -> Self {
        Self::on(TcpStream::connect(address).unwrap())
    }

    fn on(stream: TcpStream) -> Self {
        stream.set_write_timeout(Some(OVERDUE)).unwrap();
        let screen = Lines::of(stream.try_clone().unwrap());
        Self { stream, screen }
    }

    /// Connects and takes this nickname.
    #[track_caller]
    pub(crate) fn joins(address: SocketAddr, nickname: &str) -> Self {
        let peer = Self::connects(address);
        peer.says(nickname);
        peer.has_joined_as(nickname);
        peer
    }

    /// Sends these bytes.
    pub(crate) fn sends(&self, bytes: &[u8]) {
        (&self.stream).write_all(bytes).unwrap();
    }

    /// Says no more, and still listens.
    pub(crate) fn ends_its_side(&self) {
        self.stream.shutdown(Shutdown::Write).unwrap();
    }

    /// Where it connects from.
    pub(crate) fn address(&self) -> SocketAddr {
        self.stream.local_addr().unwrap()
    }
}

impl Person for Peer {
    fn says(&self, line: &str) {
        self.sends(format!("{line}\n").as_bytes());
    }

    fn screen(&self) -> &Lines {
        &self.screen
    }
}

/// Dropped, it closes its connection, though its screen reads on.
impl Drop for Peer {
    fn drop(&mut self) {
        // Fails where the server has closed it.
        let _ = self.stream.shutdown(Shutdown::Both);
    }
}

/// Someone who reads nothing at all, not even the prompt, until it is asked to. The kernel's buffers
/// fill up.
pub(crate) struct Sloth(TcpStream);

impl Sloth {
    /// The bytes that its kernel receives for it. Without a bound of its own it may be 32 MiB on
    /// Linux.
    const RECEIVED_BYTES: usize = 64 * 1024;

    /// More than both kernels take for it, whatever their bounds are: the server's takes some tens of
    /// the small packets of an Ethernet beyond what fits in `RECEIVED_BYTES`.
    pub(crate) const BYTES_TO_FILL: usize = 2 * 1024 * 1024;

    /// Connects, and says nothing yet.
    pub(crate) fn connects(address: SocketAddr) -> Self {
        let stream = connects_narrowly(address, Some(Self::RECEIVED_BYTES));
        stream.set_read_timeout(Some(OVERDUE)).unwrap();
        stream.set_write_timeout(Some(OVERDUE)).unwrap();
        Self(stream)
    }

    /// Connects and asks for this nickname.
    pub(crate) fn joins(address: SocketAddr, nickname: &str) -> Self {
        let sloth = Self::connects(address);
        sloth.sends(format!("{nickname}\n").as_bytes());
        sloth
    }

    /// Sends these bytes.
    pub(crate) fn sends(&self, bytes: &[u8]) {
        (&self.0).write_all(bytes).unwrap();
    }

    /// Reads so many bytes after all, which come, and are whole characters.
    #[track_caller]
    pub(crate) fn reads(&self, count: usize) -> String {
        let mut bytes = vec![0; count];
        (&self.0).read_exact(&mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    /// Reads all that still comes, until the stream ends in order.
    #[track_caller]
    pub(crate) fn reads_to_the_end(&self) -> String {
        let mut text = String::new();
        (&self.0).read_to_string(&mut text).unwrap();
        text
    }

    /// Is lost: its connection is reset.
    pub(crate) fn vanishes(self) {
        vanishes(self.0);
    }
}

/// Someone who joins and never reads, for whom neither side's kernel takes much: so that many of them
/// cost the machine little.
pub(crate) fn stalls(address: SocketAddr, nickname: &str) -> TcpStream {
    let mut stream = connects_narrowly(address, Some(4096));
    writeln!(stream, "{nickname}").unwrap();
    stream
}

/// Connects with the small packets of an Ethernet, for which the server's kernel takes far less at
/// once than for those of loopback; its own receives at most so many bytes.
fn connects_narrowly(address: SocketAddr, received_bytes: Option<usize>) -> TcpStream {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None).unwrap();
    if let Some(bytes) = received_bytes {
        socket.set_recv_buffer_size(bytes).unwrap();
    }
    socket.set_tcp_mss(1460).unwrap();
    socket.connect(&address.into()).unwrap();
    socket.into()
}

/// This connection is reset.
pub(crate) fn vanishes(stream: TcpStream) {
    SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
}

/// Someone with our client, its input and output being pipes.
pub(crate) struct Client(pub(super) Program);

impl Client {
    /// Starts one that asks for this nickname.
    pub(crate) fn starts(address: SocketAddr, nickname: &str, flags: &[&str]) -> Self {
        let mut command = programs::client();
        command.args(["--nick", nickname, &address.to_string()]).args(flags);
        Self(Program::start(command))
    }

    /// Starts one, and waits until it is in the room.
    #[track_caller]
    pub(crate) fn joins(address: SocketAddr, nickname: &str) -> Self {
        let client = Self::starts(address, nickname, &[]);
        client.has_joined_as(nickname);
        client
    }
}

impl Person for Client {
    fn says(&self, line: &str) {
        self.0.types(&format!("{line}\n"));
    }

    fn screen(&self) -> &Lines {
        &self.0.stdout
    }
}
