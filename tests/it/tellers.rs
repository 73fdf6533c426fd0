//! All that can be told of a recording, each line of which must be safe to show. Shared by the properties,
//! the corpus and the fuzz target.

use chatroom::recording::replay::filter::Filter;
use chatroom::recording::replay::show::Show;
use chatroom::recording::replay::state::State;
use chatroom::recording::replay::why::Why;
use chatroom::recording::replay::{Replay, Step};
use chatroom::recording::transcript::Head;
use chatroom::view::Row;
use chatroom::{Millis, ServerCore};

use crate::clean::clean;

/// The parts that tell something of a recording.
struct Tellers {
    filter: Filter,
    show: Show,
    state: State,
    why: [Why; 3],
}

impl Tellers {
    fn new(head: &Head) -> Self {
        let whom = ["bob", "#1", "\x1b[2J"].map(|whom| whom.parse().unwrap());
        Self {
            filter: Filter::new(&whom, head),
            show: Show::new(head),
            state: State::new(head),
            why: whom.map(|whom| Why::new(whom, head)),
        }
    }

    fn step(&mut self, step: &Step, room: &ServerCore) -> Vec<String> {
        let mut told = Vec::new();
        self.filter.step(step);
        self.state.step(step);
        told.extend(self.show.step(step).iter().map(|it| it.row().text()));
        for why in &mut self.why {
            told.extend(why.step(step, room).iter().flat_map(|block| text(block.rows())));
        }
        told
    }

    fn end(self, head: &Head, room: &ServerCore) -> Vec<String> {
        let mut told = Vec::new();
        told.extend([self.filter.missing(), self.filter.cut()].into_iter().flatten());
        let state = self.state.blocks(Millis::ZERO, &room.snapshot(), &head.settings);
        let why = self.why.iter().flat_map(Why::end);
        told.extend(state.into_iter().chain(why).flat_map(|block| text(block.rows())));
        told.extend(self.why.iter().filter_map(Why::unknown));
        told
    }
}

fn text(rows: Vec<Row>) -> Vec<String> {
    rows.iter().map(Row::text).collect()
}

/// All that is told of it, as far as it can be replayed.
fn told(text: &str) -> Vec<String> {
    let mut replay = Replay::default();
    let mut told = Vec::new();
    let mut tellers = None;
    for line in text.lines() {
        let Ok(step) = replay.line(line) else { break };
        let (Some(step), Some(room)) = (step, replay.room()) else { continue };
        let tellers = tellers.get_or_insert_with(|| Tellers::new(replay.head()));
        told.extend(tellers.step(&step, room));
    }
    if let (Some(tellers), Some(room)) = (tellers, replay.room()) {
        told.extend(tellers.end(replay.head(), room));
    }
    told
}

/// Tells all of a recording that can be told, and panics where that is not safe to show.
pub(crate) fn check(text: &str) {
    for line in told(text) {
        assert!(!clean(line.as_bytes()).contains('\n'), "{line:?} is told to a person");
    }
}
