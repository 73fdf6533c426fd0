//! Recordings of a room: written, read, replayed, and written again with pseudonyms.
//!
//! A transcript is a text file that can be replayed:
//!
//! ```text
//! +0.000s ann connects from 127.0.0.1:1001
//!         log <- Connected with 127.0.0.1:1001 (#1)
//!         ann <- NICK
//! +1.500s ann -> ann\n
//!         log <- Nickname of the client is ann! (#1, 127.0.0.1:1001)
//!         ann is admitted with lines
//!         ann <= ann joined the chat!\n
//!         ann <- Connected to the server!\n
//!         ann <- # 1 here: ann\n
//! ```
//!
//! `<=` is what everyone is sent, and `<~` the same for those who are sent ASCII.
//!
//! # The files of a server
//!
//! - No file is overwritten: where there is a `room.chat`, the server does not start.
//! - A file that is longer than `--record-max`, and holds at least as much of events as of the state that it
//!   begins with, is followed by `room.chat.1`, `room.chat.2` and so on; numbers that are taken are skipped.
//!   While no other file can begin, one goes on to twice its length.
//! - The server removes only what it has written itself since it started, and what is still as it was written: a
//!   file of an earlier start, or one that took its place, stays. `--record-keep` counts apart those that
//!   SIGUSR1 writes.
//! - Bytes that do not fit the queue for the disk stand as `gap of 4096 bytes`, where a replay stops. Only a server
//!   that is killed, or whose disk hangs at its end, may leave an event behind that is cut off.
//! - A ring keeps at least half of its bytes, and never more than all of them but for two events, with the state
//!   that each half begins with.
//!
//! # From an incident to its test
//!
//! ```text
//! kill -USR1 "$(pidof chatroom-server)"     # it has just happened: it is in chatroom-4711-1.chat now
//! chatroom-replay chatroom-4711-1.chat --why cid                   # which rule, which number, which bytes
//! make minimise FILE=chatroom-4711-1.chat NAME=cid_is_too_slow KEEPING='cid left the chat! (too slow)'
//! make test                                 # it is a test: mend the room, make snap, commit both
//! ```
//!
//! `make minimise FILE=incident.chat` makes a test of a recording that differs: the fewest events, the shortest
//! reads and the shortest waits after which the room still does what it does now. Of a recording that replays as
//! it was, `KEEPING='ann left the chat! (too slow)'` says which line must still be sent or logged. The test is
//! `tests/it/recording/recordings/incident.chat`, or another with `NAME=…`; `make test` replays every file
//! there, so that a recording copied there is a test as well, and `make snap` accepts what the room does after a
//! change that was meant.

pub mod pseudonymise;
pub mod recorder;
pub mod replay;
pub mod snapshot;
pub mod transcript;
