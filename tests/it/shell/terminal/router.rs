//! A network between a client and its server that can lose a connection at one end only.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crate::loopback::people;

/// A router. Connections to its address go on to the server.
pub(crate) struct Router {
    pub(crate) address: SocketAddr,
    lost: Arc<Lost>,
}

#[derive(Default)]
struct Lost {
    forgets: AtomicBool,
    ghosts: Mutex<Vec<TcpStream>>,
}

impl Router {
    /// Starts a router in front of this server.
    pub(crate) fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let lost = Arc::new(Lost::default());
        let told = Arc::clone(&lost);
        thread::spawn(move || {
            for client in listener.incoming() {
                let (server, told) = (TcpStream::connect(server).unwrap(), Arc::clone(&told));
                thread::spawn(move || routes(client.unwrap(), server, &told));
            }
        });
        Self { address, lost }
    }

    /// Forgets the connection on which something is sent next, as if it were started anew: what the
    /// client sends is lost and answered with a reset. The server hears nothing, and still holds it.
    pub(crate) fn forgets(&self) {
        self.lost.forgets.store(true, Ordering::SeqCst);
    }

    /// The server hears at last that what was forgotten is over.
    pub(crate) fn ends_the_ghost(&self) {
        let ghost = self.lost.ghosts.lock().unwrap().pop().expect("something that was forgotten");
        ghost.shutdown(Shutdown::Both).unwrap();
    }
}

/// Takes what either side sends to the other, until one ends or the client is forgotten.
fn routes(mut client: TcpStream, mut server: TcpStream, lost: &Lost) {
    let back = Arc::new(Mutex::new(Some(client.try_clone().unwrap())));
    let (from, to) = (server.try_clone().unwrap(), Arc::clone(&back));
    thread::spawn(move || routes_back(from, &to));
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = client.read(&mut buffer) {
        if lost.forgets.swap(false, Ordering::SeqCst) {
            drop(back.lock().unwrap().take());
            lost.ghosts.lock().unwrap().push(server);
            return people::vanishes(client);
        }
        let _ = server.write_all(&buffer[..count]); // Fails where the server has left.
    }
    let _ = server.shutdown(Shutdown::Both);
}

/// Takes what the server sends to the client, and nowhere once that is forgotten.
fn routes_back(mut server: TcpStream, client: &Mutex<Option<TcpStream>>) {
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = server.read(&mut buffer) {
        if let Some(client) = &mut *client.lock().unwrap_or_else(PoisonError::into_inner) {
            let _ = client.write_all(&buffer[..count]); // Fails where the client has left.
        }
    }
    if let Some(client) = &*client.lock().unwrap_or_else(PoisonError::into_inner) {
        let _ = client.shutdown(Shutdown::Both);
    }
}
