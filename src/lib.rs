//! A TCP chat room: a pure core that decides, and a thin blocking shell that moves bytes.
//!
//! A chat room is a pure function of what happened, and everything else is plumbing:
//!
//! ```text
//! events  ──►  ServerCore  ──►  actions
//! Accepted(id, address)         Send(id, bytes)
//! BytesIn(id, bytes)            Broadcast(rendering, bytes)
//! Closed(id, ending)            Admit(id, rendering)
//! Tick, Clock(time), Shutdown   Pause(id), Resume(id), Drop(id), Log(line)
//! ```
//!
//! [`ServerCore`] has no socket, no thread, no clock, no random number and no hash order: the same
//! events give the same actions, byte for byte. So every test is a [transcript](recording::transcript), and every
//! incident can be replayed. [`ClientCore`](client::ClientCore) is the same for the other end.
//!
//! ```
//! use chatroom::{Action, ClientId, Event, Millis, Rendering, ServerCore, Settings};
//!
//! let (ann, now) = (ClientId(1), Millis::ZERO);
//! let mut room = ServerCore::new(Settings::default());
//!
//! let actions: Vec<_> = room.handle(now, Event::Accepted(ann, ([127, 0, 0, 1], 1).into())).collect();
//! assert!(actions.contains(&Action::Send(ann, b"NICK")));
//!
//! let actions: Vec<_> = room.handle(now, Event::BytesIn(ann, b"ann\nhello\n")).collect();
//! assert!(actions.contains(&Action::Broadcast(Rendering::Native, b"ann joined the chat!\n")));
//! assert!(actions.contains(&Action::Broadcast(Rendering::Native, b"ann: hello\n")));
//! ```
//!
//! # The contract
//!
//! The shell's promises are at [`Event`], the core's at [`Action`]. In short:
//! [`handle`](ServerCore::handle) never fails and leaves nothing to drain; its actions are done in
//! order, before the next event; [`poll_timeout`](ServerCore::poll_timeout) says when to come back.
//! An id is never used twice, and an event for one that is gone does nothing.
//!
//! The actions of an event are borrowed from the core, which uses their memory again: a message
//! costs no allocation on its way through.
//!
//! # The map
//!
//! | folder | what it holds |
//! |---|---|
//! | [`room`] | [`ServerCore`]: admission, [commands](room::command), roster, nicknames, history, budgets; [events and actions](room::event); the [facts](room::facts) that it says |
//! | [`limits`] [`Settings`] | every bound with its reason; the values that an operator can change |
//! | [`wire`] | bytes to [frames](wire::frame); facts to [lines](wire::native), and [lines understood](mod@wire::line); [`sanitize`](wire::sanitize) between people |
//! | [`client`] | [`ClientCore`](client::ClientCore): one connection; [`Session`](client::Session): a person's stay over several |
//! | [`view`] | server lines to styled rows and JSON; completion |
//! | [`recording`] | [transcripts](recording::transcript) read and written, [replayed](recording::replay), [pseudonymised](recording::pseudonymise); [snapshots](Snapshot) of a room |
//! | `shell` (feature `std`) | sockets, threads, signals, terminals: everything that is not pure |
//!
//! # The shell
//!
//! ```text
//! listener thread ─┐                          ┌──────── room thread ────────┐
//! reader thread  ──┼─ one bounded channel ──► │ events ► ServerCore ► actions │
//! reader thread  ──┘                          │   log of broadcasts, cursors  │ ──► sockets
//!                                             └──────────────────────────────┘
//! ```
//!
//! The shell is blocking `std::net`: a thread per connection that only reads, and one room thread that
//! owns the core, appends each broadcast once to a log, and sends every member what it has not had,
//! without ever waiting for one.
//!
//! # The promises
//!
//! Nothing that a peer, the network or the machine does hurts the room. Each promise has tests that fail
//! without it, named here by their file in `tests/it`; the simulator, the fuzz targets and the chaos run ask
//! for all that they can see.
//!
//! 1. **One order for all.** Every member sees the same lines in the same order, each sender's own order
//!    kept, none lost or doubled between its joining and its end; who joins leaves once, whatever races.
//!    `room/properties`, `simulation`, `shell/loopback/laggards`
//! 2. **No peer costs the others anything**: not by never reading, by reading or sending a byte a second,
//!    by sending at line rate or no line ends, by a thousand connections, by a reset at any point, by
//!    closing before its nickname, by line ends, telnet negotiation, TLS or HTTP; nor does one source, with
//!    any number of connections. A peer that closes in order is heard out, or told why it is not.
//!    `room/theorem`, `room/scenarios/budgets`, `shell/loopback/strangers`, `shell/loopback/endings`, `make chaos`
//! 3. **Nobody can speak, look or sound like another member or like the server**, in any text that reaches
//!    a member, the log or the reader of a transcript; nor, from another address or where a token was set, take
//!    the nickname of someone whose connection was lost. `room/nickname`, `room/scenarios/nicknames`,
//!    `room/scenarios/framing`, `room/scenarios/text`, `room/scenarios/resuming`, `room/peer`
//! 4. **Everything is bounded and given back**: bytes, frames, backlog, history, threads, descriptors,
//!    lines of log, files of a recording; a connection's thread and descriptor are free within a second of its
//!    end. `room/scenarios/limits`, `shell/loopback/memory`, `shell/loopback/endings`, `make chaos`
//! 5. **The machine's faults are survived**: no descriptors, no threads, aborted connections, interrupted
//!    calls, a clock that jumps, standard streams that are closed or full, a disk that is full or hangs.
//!    `shell/loopback/machine`, `shell/loopback/shortage`, `shell/loopback/interruptions`,
//!    `shell/loopback/standard_streams`, `shell/loopback/disk`, `tidy`
//! 6. **A cascade ends.** Of a thousand who are dropped at once each leaves once, for all who remain.
//!    `room/scenarios/leaving`, `shell/loopback/cascade`
//! 7. **The end is bounded**, with stalled members, under load and with a second signal; whoever reads gets
//!    the goodbye. `shell/loopback/shutdown`, `shell/loopback/operator`
//!
//! # The tests
//!
//! - every rule is a scenario whose snapshot is the whole transcript (`tests/it/room/scenarios`);
//! - properties compare it with a reference model, and split, delay and mangle what comes in;
//! - a simulator plays the real cores of the server and its clients over a network and in time that are
//!   made up: late, split and lost bytes, stalls, resets, steps of the clock, a stop at any moment; 2000
//!   seeds are a part of `make test`, and 300,000 have passed at once (`make sim N=300000`). Sockets and
//!   threads are not in it; those are the loopback tests' and the chaos run's;
//! - `make mutants` breaks the pure modules line by line: of some 600 mutants of the room and of a client's
//!   connection all that survived have been answered, but two that only cost time or memory;
//! - four fuzz targets ask for the same promises (`make fuzz T=60`), one of them as someone who is shown
//!   what a hostile peer does, and has to know whose each line is, and one that reads recordings; the inputs
//!   that are kept of them are replayed by `make test`, and reach 98.7 % of the lines of the room's modules and
//!   of a client's connection (`make cover`);
//! - `make chaos T=30` sets hostile peers of every kind on the release server, beside honest ones that
//!   verify all that they see, and looks at it from outside; and attacks it as one source, from other
//!   addresses than loopback, in a network of its own (Linux only);
//! - `make flaky` runs the tests at a long path, with 1 and 16 threads, on a busy machine, and with small and
//!   large socket buffers, three times each;
//! - the programs are driven over loopback, with stand-ins that make the original programs' calls.
//!
//! # The costs
//!
//! The bare ceiling is a program with one thread that copies each message to everyone and does nothing
//! else: no checks, no limits, no nicknames to tell apart. Medians of five runs (three, of 10,000
//! members), each beside one of the ceiling, on a machine of two cores, over loopback, with `--rate 0`:
//!
//! | work | of the bare ceiling |
//! |---|---|
//! | 100 members at full speed | 1.04 of the deliveries, 0.84 of the processor time for each |
//! | 1,000 members at full speed | 0.98, 1.07 |
//! | 100 members, one message at a time from each sender | 0.86, 1.22 |
//! | 2 members, 256 messages at a time | 0.79, 1.78 |
//! | 100 members, 200 messages a second | 1.11 times the median delay, 1.10 times the 99th percentile |
//! | 10,000 members join as fast as they can | 1.22 times the time |
//! | 100 members, of whom 5 stop reading | the others' 99th percentile is 1.0 to 1.2 times what it was |
//! | lines of 16 bytes instead of 4,000 | 0.7 of the bytes a second |
//!
//! Recording what happens costs no more processor time for a delivery to 100 members at full speed than runs
//! differ by (0.9 to 1.0 of that without `--record`): medians of three, alternating.
//!
//! `make bench` measures the core, and fan-out beside a ceiling of its own in the same run.
//!
//! These figures have five causes: the room thread takes all that is waiting before it sends, so one send carries many
//! messages; those who have something of their own are served first; a broadcast is stored once,
//! however many listen; nothing is allocated for a message; the room thread looks only at members for whom
//! something waits.
//!
//! # The most memory
//!
//! An idle member costs some 10.7 KiB of resident memory: 8 KiB are the two pages of its reader's stack,
//! the rest is what the room, the log and the allocator know of it. The most that the server takes,
//! whatever its members do, is
//!
//! ```text
//! 35 MiB + 12 × backlog + members × (12 KiB + 192 KiB) + memory / 4
//! ```
//!
//! (the program, a batch, history, and what is known of sources; three logs; for each member what an idle one
//! costs, and reads; and for all together the lines that wait for their turn and what is unsent to one alone).
//! The memory is the machine's, or what a control group or a limit of the process leaves of it. The kernel holds
//! as much again as `net.ipv4.tcp_rmem` and `tcp_wmem` allow for each socket, 6 and 4 MiB by default, and at most
//! `net.ipv4.tcp_mem` pages for all. A stalled member that asks nothing, and to which nobody speaks in private,
//! adds nothing but its place in the log until it is dropped. [`limits::worst_case_bytes`] is this formula, and a
//! test holds the server to it. Recording takes at most
//!
//! ```text
//! 48 MiB + 3 × state                   with --record
//! 48 MiB + 10 × state + 3 × BYTES      with --record-ring BYTES
//! state = 1 MiB + members × (260 KiB + 1 KiB)
//! ```
//!
//! more, which is [`limits::recording_bytes`]: what waits for the disk, the largest events, copies, and what
//! the room knows of members who hold all that they may, as hardly any does.
//!
//! # Features
//!
//! `server` and `client` (both on by default) build the two programs and their halves of `shell`; `std`
//! alone builds the replay tool. Everything outside `shell` and the programs builds without `std`
//! (`cargo check --lib --no-default-features`); the compiler is the proof that it is pure.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub mod client;
pub mod recording;
pub mod room;
#[cfg(feature = "std")]
pub mod shell;
pub mod view;
pub mod wire;

pub use crate::recording::snapshot::Snapshot;
pub use crate::room::ServerCore;
pub use crate::room::actions::Actions;
pub use crate::room::event::{Action, ClientId, Ending, Event, Level, Millis};
pub use crate::room::limits;
pub use crate::room::settings::Settings;
pub use crate::wire::rendering::Rendering;
