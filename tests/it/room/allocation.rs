//! A message costs no allocation on its way: from the bytes of a read to what every member is sent.

use chatroom::client::presence::Presence;
use chatroom::shell::server::log::{Logs, Outbox};
use chatroom::wire::frame::Decoder;
use chatroom::wire::line::Line;
use chatroom::{Action, ClientId, Event, Millis, Rendering, ServerCore, Settings, limits};

const MEMBERS: u64 = 50;

/// A room without a rate, and what its members are sent.
struct Room {
    core: ServerCore,
    logs: Logs,
    outboxes: Vec<Outbox>,
    delivered: usize,
}

impl Room {
    fn full() -> Self {
        let core = ServerCore::new(Settings { rate: 0, ..Settings::default() });
        let mut room = Self { core, logs: Logs::default(), outboxes: Vec::new(), delivered: 0 };
        for id in 1..=MEMBERS {
            let mut outbox = Outbox::default();
            outbox.admit(&room.logs, Rendering::Native);
            room.outboxes.push(outbox);
            let id = ClientId(id);
            room.hears(Event::Accepted(id, ([127, 0, 0, 1], 1).into()));
            room.hears(Event::BytesIn(id, format!("member{}\n", id.0).as_bytes()));
        }
        room
    }

    /// Does with an event all that the shell does, but for the kernel.
    fn hears(&mut self, event: Event<&[u8]>) {
        for action in self.core.handle(Millis::ZERO, event) {
            if let Action::Broadcast(rendering, line) = action {
                self.logs.append(rendering, line);
            }
        }
        for outbox in &mut self.outboxes {
            let send = |bytes: &[u8]| {
                self.delivered += bytes.iter().filter(|&&byte| byte == b'\n').count();
                Ok(bytes.len())
            };
            assert!(outbox.flush(&self.logs, send).unwrap());
        }
        self.logs.keep(0);
    }
}

/// Allocations that these reads of one member lead to, once the room has seen as many like them.
fn allocations(read: &[u8], messages: usize) -> u64 {
    let mut room = Room::full();
    let speaker = ClientId(7);
    let speak = |room: &mut Room| {
        for _ in 0..100 {
            room.hears(Event::BytesIn(speaker, read));
        }
    };
    speak(&mut room);
    room.delivered = 0;
    let allocated = allocation_counter::measure(|| speak(&mut room));
    assert_eq!(room.delivered, 100 * messages * MEMBERS as usize, "everyone got every message");
    allocated.count_total
}

#[test]
fn a_message_costs_no_allocation() {
    assert_eq!(allocations(b"hello, everyone\n", 1), 0);
}

#[test]
fn many_messages_in_one_read_cost_no_allocation() {
    assert_eq!(allocations("hello, everyone\n".repeat(64).as_bytes(), 64), 0);
}

#[test]
fn a_message_that_is_not_ascii_costs_no_allocation() {
    assert_eq!(allocations("grüß \u{1b}Gott, 😀\n".as_bytes(), 1), 0);
}

/// Nor is everyone else who is here compared with whoever goes on speaking.
#[test]
fn a_client_learns_nothing_anew_from_whoever_goes_on_speaking() {
    let mut presence = Presence::new(None);
    let line = Line::parse("bob: hello, everyone");
    presence.learn(&line);
    let allocated = allocation_counter::measure(|| presence.learn(&line));
    assert_eq!(allocated.count_total, 0);
    assert_eq!(presence.names().collect::<Vec<_>>(), ["bob"]);
}

#[test]
fn decoder_keeps_no_taken_frame() {
    let mut decoder = Decoder::new(limits::FRAME_BYTES);
    let mut said = 0;
    let allocated = allocation_counter::measure(|| {
        for _ in 0..10_000 {
            decoder.push(b"hello, everyone\nhow are");
            decoder.push(b" you?\n");
            while decoder.next_frame().is_some() {
                said += 1;
            }
        }
    });
    assert_eq!(said, 20_000);
    assert!(allocated.bytes_max < 4096, "{} bytes", allocated.bytes_max);
}

/// Else each of a thousand silent members would keep a read's worth that no budget counts.
#[test]
fn a_member_that_falls_silent_keeps_little_memory() {
    for rest in ["", "and"] {
        let mut core = ServerCore::new(Settings::default());
        let mut hear = |event| drop(core.handle(Millis::ZERO, event));
        hear(Event::Accepted(ClientId(1), ([127, 0, 0, 1], 1).into()));
        hear(Event::BytesIn(ClientId(1), &b"ann\n"[..]));
        let long = format!("{}\n{rest}", "x".repeat(200_000));
        let allocated =
            allocation_counter::measure(|| hear(Event::BytesIn(ClientId(1), long.as_bytes())));
        assert!(allocated.bytes_max > 200_000, "it was held");
        assert!(allocated.bytes_current < 16 * 1024, "{} bytes", allocated.bytes_current);
    }
}
