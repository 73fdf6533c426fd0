//! Stand-ins for the original Python programs: the same calls on their sockets, and no others.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex};
use std::thread;

use super::people::Person;
use crate::programs::Lines;

/// The bytes that both programs read at once.
const READ_BYTES: usize = 1024;

/// One `recv(1024).decode('ascii')`; `None` where Python would have raised an exception, or where
/// the connection has ended, which the original reads as an endless row of empty messages.
fn receive(mut stream: &TcpStream) -> Option<String> {
    let mut buffer = [0; READ_BYTES];
    let count = stream.read(&mut buffer).ok().filter(|&count| count > 0)?;
    let text = str::from_utf8(&buffer[..count]).ok()?;
    text.is_ascii().then(|| text.into())
}

/// The original client: a `NICK` that comes alone is answered, all else is printed; a line that is
/// typed is one send, without an end.
pub(super) struct OriginalClient {
    nickname: String,
    stream: TcpStream,
    screen: Lines,
}

impl OriginalClient {
    pub(super) fn starts(address: SocketAddr, nickname: &str) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        let (answer, mut socket) = (nickname.to_string(), stream.try_clone().unwrap());
        let screen = Lines::told(move |print| {
            while let Some(text) = receive(&socket) {
                if text == "NICK" {
                    socket.write_all(answer.as_bytes()).unwrap();
                } else {
                    // As `print` does it: a text that ends with LF leaves an empty line behind it.
                    text.split('\n').for_each(|line| drop(print.send(line.into())));
                }
            }
        });
        Self { nickname: nickname.into(), stream, screen }
    }

    /// A block of lines, whose sends TCP glues together.
    pub(super) fn pastes(&self, lines: &[&str]) {
        let frames: Vec<_> =
            lines.iter().map(|line| format!("{}: {line}", self.nickname)).collect();
        (&self.stream).write_all(frames.concat().as_bytes()).unwrap();
    }

    /// Its window is closed.
    pub(super) fn closes(&self) {
        self.stream.shutdown(Shutdown::Both).unwrap();
    }
}

impl Person for OriginalClient {
    fn says(&self, line: &str) {
        self.pastes(&[line]);
    }

    fn screen(&self) -> &Lines {
        &self.screen
    }

    fn is_line_framed(&self) -> bool {
        false
    }
}

/// The original server: whatever one read brings goes to everyone as it is.
pub(super) struct OriginalServer {
    pub(super) address: SocketAddr,
    /// The text of each of its reads, nicknames too.
    pub(super) reads: Lines,
}

type Members = Arc<Mutex<Vec<TcpStream>>>;

impl OriginalServer {
    pub(super) fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let reads = Lines::told(move |read| {
            let members = Members::default();
            loop {
                let (mut stream, _) = listener.accept().unwrap();
                stream.write_all(b"NICK").unwrap();
                let nickname = receive(&stream).unwrap();
                let _ = read.send(nickname.clone());
                members.lock().unwrap().push(stream.try_clone().unwrap());
                broadcast(&members, &format!("{nickname} joined the chat!"));
                stream.write_all(b"Connected to the server!").unwrap();
                let (members, read) = (Arc::clone(&members), read.clone());
                thread::spawn(move || serve(&stream, &nickname, &members, &read));
            }
        });
        Self { address, reads }
    }
}

fn serve(stream: &TcpStream, nickname: &str, members: &Members, read: &Sender<String>) {
    while let Some(text) = receive(stream) {
        let _ = read.send(text.clone());
        broadcast(members, &text);
    }
    let gone = stream.peer_addr().ok();
    members.lock().unwrap().retain(|member| member.peer_addr().ok() != gone);
    broadcast(members, &format!("{nickname} left the chat!"));
}

fn broadcast(members: &Members, text: &str) {
    for mut member in members.lock().unwrap().iter() {
        // Fails where the member is gone, of which its own thread tells.
        let _ = member.write_all(text.as_bytes());
    }
}
