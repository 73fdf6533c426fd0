//! Every bound of the room in one place, each with its reason.
//!
//! [`Settings`](crate::Settings) holds the values that a flag can change, and takes its defaults from here.

use crate::room::event::Millis;

mod budgets;

pub use budgets::*;

/// The longest frame, in bytes before its LF. A screenful of text; what a pipe takes atomically
/// (`PIPE_BUF` on Linux); several times any line that people type.
pub const FRAME_BYTES: usize = 4096;

/// The most bytes that the room holds for one member whose frames wait for their turn. The shell
/// hands over at most [`READS_AHEAD`] reads past a pause, and one more when the peer is gone. So the sum is
/// an unfinished frame and the CR behind it, the read that led to the pause, the reads past it, and the
/// line end that the end of the stream stands for.
pub const HELD_BYTES: usize = FRAME_BYTES + READ_BYTES + READS_AHEAD * READ_BYTES + READ_BYTES + 2;

/// The most bytes that one read of the server takes. With lines of 4 KiB, reads of 16 KiB reach 0.85
/// of the deliveries of these; every connection that is sent much may have touched this much.
pub const READ_BYTES: usize = 64 * 1024;

/// The most reads of one connection that may wait for the room at once. A limit of one would cost a
/// wake-up per read; more would let one flood fill the channel in front of everyone else.
pub const READS_AHEAD: usize = 2;

/// The longest telnet subnegotiation that is skipped, in bytes. The longest that telnet clients
/// send (terminal type, environment) are well below; past it the bytes are text again, so that an
/// `IAC SB` without an end cannot swallow a conversation.
pub const SUBNEGOTIATION_BYTES: u16 = 512;

/// The most combining marks on one character of a text. Vietnamese has two, pointed Hebrew four; dozens
/// reach over the lines above and below.
pub const MARKS: usize = 8;

/// The longest nickname, in characters. Fits a column of a screen beside a message.
pub const NICKNAME_CHARS: usize = 32;

/// So many refused nicknames end a connection. A person mistypes twice; a guesser never stops.
pub const NICKNAME_REFUSALS: u32 = 5;

/// The time that an answer to `NICK` may stay without its LF before its sender is taken for one that
/// never ends its frames. A send of it without its nickname is a message after as
/// long. Longer than a network splits one write, shorter than a person waits.
pub const UNFRAMED_AFTER: Millis = Millis::new(250);

/// The same for an answer of one character, which may be the first of a person whose telnet sends each
/// key: most type the next one within that time.
pub const UNFRAMED_AFTER_A_KEY: Millis = Millis::new(2_000);

/// The most bytes of a `/who` line: some thousand names; the rest are counted. One request must
/// not cost a ten-thousandfold answer.
pub const WHO_BYTES: usize = 32 * 1024;

/// The most members that a newcomer is told by name: a line of a few hundred bytes, which a person reads.
pub const WELCOME_NAMES: usize = 50;

/// The most bytes of a message of the day, as it is shown with times. Everyone who joins is sent it.
pub const MOTD_BYTES: usize = 8 * 1024;

/// The longest topic, in bytes: a few lines of a narrow screen. It is sent to everyone who joins.
pub const TOPIC_BYTES: usize = 300;

/// The longest line that the client takes from a server, in bytes. Every line of our server fits:
/// a `/who`, or a message of which each byte became U+FFFD (three bytes).
pub const SERVER_LINE_BYTES: usize = 64 * 1024;

/// The quiet time after which the bytes of the original server are one frame (`--legacy`).
pub const LEGACY_QUIET: Millis = Millis::new(50);

/// The time between two frames of the client with `--legacy`: the original server takes one read
/// for one message, and whoever listens like our client takes a quiet time for the end of one.
pub const LEGACY_PACE: Millis = Millis::new(100);

/// The time that the client listens for its last lines to come back before it leaves the original
/// server, which says nothing when it has taken a line.
pub const LEGACY_FAREWELL: Millis = Millis::new(300);

/// The longest configuration file of the client, in bytes: many times one with every setting and
/// its comment. A longer one is some other file.
pub const CONFIG_BYTES: usize = 64 * 1024;

/// The most characters of an error about that file, which may quote any of it: some rows of a terminal.
pub const CONFIG_ERROR_CHARS: usize = 300;

/// The most bytes of shown lines that the client remembers, for `/save`: days of a busy room.
pub const SCROLLBACK_BYTES: usize = 4 * 1024 * 1024;

/// The most typed lines that the client remembers, for a person to find again.
pub const TYPED_LINES: usize = 1000;

/// The most pasted lines that the client sends without asking first: an address, not a file.
pub const PASTED_LINES: usize = 5;

/// The quiet time before a join or leave that is shown by itself: people come one
/// by one further apart than that, networks bring them back together.
pub const FOLD_QUIET: Millis = Millis::new(2_000);

/// The longest time that joins and leaves are counted before they are told.
pub const FOLD_MOST: Millis = Millis::new(10_000);

/// The rest of the client's bell once it has rung: a flood of mentions is not to be one of noise,
/// nor is a history that is full of them.
pub const BELL_PAUSE: Millis = Millis::new(1_000);

/// The client's wait before it connects again for the first time; then twice as long each
/// time. A network that hiccups is back by then.
pub const RECONNECT_FIRST: Millis = Millis::new(1_000);

/// The longest that the client waits before it connects again: a server that is back is found within
/// a minute, and one that stays away is not bothered more often.
pub const RECONNECT_MOST: Millis = Millis::new(60_000);

/// The sleep of a machine after which its client connects again, instead of waiting to be told
/// that the connection is lost: by then the server has given up a peer that takes nothing.
pub const SLEPT: Millis = Millis::new(30_000);

/// The time that the client takes the holder of its nickname for its own ghost. A room in which nobody
/// speaks notices by keep-alive, after 90 s; one that has something to send, within 30 s.
pub const GHOST: Millis = Millis::new(100_000);

/// The longest that the client waits for its own ghost at a time: a person is waiting too.
pub const GHOST_MOST: Millis = Millis::new(5_000);

/// The most nicknames that the client knows to be here, and takes from one `/who` line: what that names,
/// about. Each is compared with whoever is named.
pub const PRESENT_NAMES: usize = 1000;

/// The most people whom one can ignore. Each is compared with whoever speaks.
pub const IGNORED_NAMES: usize = 100;

/// The most lines that the client keeps to tell which of them were lost with a connection: more than
/// anyone types while a connection dies.
pub const UNHEARD_LINES: usize = 100;

/// Lines of a person that are sent ahead of what the room has shown of them: enough that a paste does
/// not wait for each round trip; what is behind them can still be called off.
pub const UNHEARD_AHEAD: usize = 10;

/// The time that a person's next lines wait for those before, if the room shows nothing of them: what is
/// refused never comes back.
pub const UNHEARD_WAIT: Millis = Millis::new(1_000);

/// Default time without a byte in which a nickname is to be chosen: a person reads the prompt, thinks
/// and types.
pub const HANDSHAKE_TIMEOUT: Millis = Millis::new(60_000);

/// A nickname may take so many times as long in all, for a peer that goes on sending: a byte a minute is
/// not to hold a seat for ever.
pub const HANDSHAKE_TIMES: u64 = 5;

/// Default messages a second, per member, after a burst: faster than anyone types or reads.
pub const RATE: u32 = 10;

/// Default messages that may come at once: a pasted paragraph.
pub const BURST: u32 = 20;

/// The highest rate that can be set, in messages a second: far more than any budget
/// lets through, and still 1,000 ns between two, which the bucket can count.
pub const MAX_RATE: u32 = 1_000_000;

/// Default unsent bytes per member before it counts as too slow: some minutes of a busy room.
pub const BACKLOG_BYTES: usize = 1024 * 1024;

/// Default connections from one address: a household or a classroom behind one router.
pub const CONNECTIONS_PER_ADDRESS: u32 = 32;

/// Default members where the open-file limit is not known: the usual soft limit less the reserve.
pub const MEMBERS: usize = 1024 - RESERVED_DESCRIPTORS;

/// Descriptors that members may not take: standard streams, listeners, signals, and connections
/// that are being refused.
pub const RESERVED_DESCRIPTORS: usize = 64;

/// The most dropped connections that are given time to take their last bytes, but at the end: past it
/// the first are closed at once. They are in the reserves of threads and descriptors.
pub const LINGERING: usize = 32;

/// Threads that members may not take: those of the server itself, and of other programs of its user.
pub const RESERVED_THREADS: usize = 64;

/// Memory that members may not take, in bytes: the program, the log of broadcasts, a batch.
pub const RESERVED_MEMORY: usize = 64 * 1024 * 1024;

/// Memory that is set aside for each connection, in bytes: what it holds when it has used its budgets
/// as most do, in the server and in the kernel's socket. All together are bounded besides, by
/// [`HELD_PART`].
pub const SEAT_MEMORY: usize = 128 * 1024;

/// Default chat lines that a newcomer is shown: a screen's worth.
pub const HISTORY_LINES: usize = 20;

/// The most bytes of history: a newcomer must be able to take it in one go, or a quarter of what
/// it may leave unread, if that is less.
pub const HISTORY_BYTES: usize = 256 * 1024;

/// The longest history that can be set. Of ordinary lines, it is within [`HISTORY_BYTES`].
pub const MAX_HISTORY_LINES: usize = 1000;

/// The time that a member who has closed its connection is still heard, at its rate: a pipe that was
/// quicker than its turn. Later what is left of it is a ghost that nobody can answer.
pub const LAST_WORDS: Millis = Millis::new(60_000);

/// The most bytes of text that one turn leads to, but for its last line or answer; whoever has more
/// to say goes on in the next one. Nothing else bounds what a read of requests is answered with where
/// there is no rate.
pub const OUTPUT_BUDGET: usize = 256 * 1024;

/// The most bytes of text that one event leads to, other than the server's end: what is due, up to a
/// turn and the turn that goes past it, and a turn of its own; each with its last answer, or what a
/// newcomer is shown.
pub const EVENT_BYTES: usize =
    3 * (OUTPUT_BUDGET + HISTORY_BYTES + 3 * MOTD_BYTES + WHO_BYTES + 4 * FRAME_BYTES);

/// The time between two turns of the same member, where nothing else is.
pub const TURN: Millis = Millis::new(1);

/// The most lines that are logged in a second about each of connections, members and private messages. More
/// than an operator reads; together no more than journald takes by default (10,000 in 30 s).
pub const LOG_LINES: u32 = 100;

/// The most lines of a kind that one source causes in a second: a class of 32 that comes in is seen to.
pub const LOG_LINES_PER_SOURCE: u32 = 40;

/// Of how many sources the lines of a second are counted, to name the one with most.
pub const LOG_SOURCES: usize = 1000;

/// The second in which lines are counted.
pub const LOG_WINDOW: Millis = Millis::new(1_000);

/// The time that a dropped connection may take its unsent bytes while the room goes on. Most have
/// nothing unsent; whoever takes nothing is not to hold a thread and a descriptor.
pub const PARTING: Millis = Millis::new(500);

/// The time that connections may take their last bytes when the server ends, so that the goodbye reaches
/// whoever reads, and the server does not wait for whoever does not.
pub const LAST_BYTES: Millis = Millis::new(2_000);

/// The time that a dropped connection that has taken them may take to close its side. On a local network
/// it does so at once; one that never does is not to hold a descriptor.
pub const LINGER: Millis = Millis::new(500);

/// The most bytes of a recording that may wait for the disk when more are added: seconds of a busy room, a
/// fraction of one at full load. The recording lacks what does not fit.
pub const RECORD_QUEUE_BYTES: usize = 8 * 1024 * 1024;

/// The fewest bytes at which a recording's file can be full, and that can be kept of the latest: half of
/// it is what one read may bring.
pub const LEAST_RECORD_BYTES: usize = 2 * READ_BYTES;

/// The most bytes at which a recording's file can be full, and that can be kept of the latest: more is
/// no help to whoever looks for something in it.
pub const MOST_RECORD_BYTES: usize = 1024 * 1024 * 1024;

/// Default bytes at which a recording's file is full: a day of a room of a hundred who talk, and a few
/// seconds to replay.
pub const RECORD_FILE_BYTES: usize = 64 * 1024 * 1024;

/// Default files that are kept of a recording, and of the latest of it: with
/// [`RECORD_FILE_BYTES`] a GiB, which the disk of a small machine can bear.
pub const RECORD_FILES: usize = 16;

/// The fewest files that can be kept: the one that is written, and a full one before it.
pub const LEAST_RECORD_FILES: usize = 2;

/// The most files that can be kept, which a directory can bear.
pub const MOST_RECORD_FILES: usize = 100_000;

/// The most names of existing files that are passed over for another.
pub const TAKEN_RECORD_FILES: usize = 100_000;

/// The time that the end of the server waits for a recording to be written: a disk that hangs delays
/// it no longer than a peer that takes nothing.
pub const LAST_RECORD: Millis = Millis::new(2_000);

/// The room is told the time of day again when the clock has moved by more than this against the time that
/// has passed: after a suspend, a step of NTP, or on a machine that boots without a clock. A drift of the
/// hardware, some seconds a day, is not told each minute.
pub const CLOCK_STEP: Millis = Millis::new(500);

/// The unsent bytes of a member from which on a recording tells each time that they have doubled: below,
/// it is not behind, but on its way.
pub const BEHIND_BYTES: usize = FRAME_BYTES;

/// The resident memory of an idle member: two pages of its reader's stack, and what the room
/// knows of it (measured with 10,000: 10.7 KiB).
pub const IDLE_MEMBER_BYTES: usize = 12 * 1024;

/// The most memory that the server is to take, in bytes, whatever its members do, where it may have
/// `memory`. For each: what an idle one costs, its reader's buffer and the reads that wait. For all: what
/// they hold and are unsent, which is bounded for each and for all; the log of each rendering, of which up
/// to `backlog` is needed, a batch, what is known of sources, and the program itself. Memory that grows by
/// doubling counts twice, and a front that is forgotten late twice again.
#[must_use]
pub const fn worst_case_bytes(members: usize, backlog: usize, memory: usize) -> usize {
    let reads = (1 + READS_AHEAD) * READ_BYTES;
    let each = members.saturating_mul(IDLE_MEMBER_BYTES + reads);
    let own = members.saturating_mul(2 * HELD_BYTES + 4 * backlog);
    let own = if own < memory / 4 { own } else { memory / 4 };
    let shared = 3 * 4 * backlog + 4 * HISTORY_BYTES + SOURCES_BYTES + PROGRAM_BYTES;
    each.saturating_add(own).saturating_add(shared)
}

/// The memory of all accounts of sources, and of all nicknames that are kept.
const SOURCES_BYTES: usize = SOURCES * 256 + RESERVATIONS * 1024;

/// The most memory that recording takes besides, in bytes: to a file, of the latest so many bytes, or
/// both. For a file: what waits for the disk, the event that goes past it and the one at hand, and
/// states of the room, one of them waiting. In memory: what is kept, in two parts that are as large as
/// the states they begin with, and a copy of it. Text grows by doubling, and counts twice.
#[must_use]
pub const fn recording_bytes(members: usize, file: bool, ring: Option<usize>) -> usize {
    let state = recorded_state_bytes(members);
    let written = match file {
        true => state
            .saturating_mul(3)
            .saturating_add(2 * RECORD_QUEUE_BYTES + 4 * RECORDED_EVENT_BYTES),
        false => 0,
    };
    let kept = match ring {
        Some(bytes) => {
            state.saturating_mul(10).saturating_add(3 * bytes + 6 * RECORDED_EVENT_BYTES)
        }
        None => 0,
    };
    written.saturating_add(kept)
}

/// The longest record of an event and what it leads to, where each byte is escaped.
const RECORDED_EVENT_BYTES: usize = 8 * 1024 * 1024;

/// Returns the bytes that a recorder knows of a room whose members hold all that they may.
const fn recorded_state_bytes(members: usize) -> usize {
    members.saturating_mul(HELD_BYTES + 1024).saturating_add(4 * HISTORY_BYTES)
}

/// The program, its channel, a batch and the event that goes past it.
const PROGRAM_BYTES: usize = 8 * 1024 * 1024;

// Two frames of ours are two frames for whoever waits for the quiet between them.
const _: () = assert!(LEGACY_QUIET.as_millis() < LEGACY_PACE.as_millis());
// A member's held bytes fit its backlog, and a client takes every line that a server sends.
const _: () = assert!(WHO_BYTES + FRAME_BYTES < SERVER_LINE_BYTES);
const _: () = assert!(3 * FRAME_BYTES + 4 * NICKNAME_CHARS + 64 < SERVER_LINE_BYTES);
const _: () = assert!(FRAME_BYTES < BACKLOG_BYTES);
const _: () = assert!(2 * EVENT_BYTES < PROGRAM_BYTES);
const _: () = assert!(4 * (READ_BYTES + EVENT_BYTES) < RECORDED_EVENT_BYTES);

/// The longest line of a recording that is read: the history that a newcomer is shown, each of its
/// bytes escaped.
pub const RECORDED_LINE_BYTES: usize = 4 * 1024 * 1024;

/// The most characters of what is wrong with a value of a snapshot, which may quote any of it: a row or two.
pub const SNAPSHOT_ERROR_CHARS: usize = 120;

/// The most bytes of a recorded line that a person is shown: some rows of a terminal. The recording
/// has the rest.
pub const SHOWN_BYTES: usize = 1000;

/// The most lines of one recorded read, or answer, that a person is shown: a paste, and no flood.
pub const SHOWN_LINES: usize = 20;

/// The most names that are told where there may be any number.
pub const NAMED: usize = 20;

/// The most connections of a recording that a search remembers: some megabytes.
pub const CONNECTIONS_FOUND: usize = 100_000;

/// The most bytes of a member's first words, and of its last, that explain how a stay ended: a line.
pub const QUOTED_BYTES: usize = 200;
