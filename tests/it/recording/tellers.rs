//! All that can be told of a recording, each line of which must be safe to show. Shared by the properties,
//! the corpus and the fuzz target.

use chatroom::Millis;
use chatroom::recording::replay::block::Block;
use chatroom::recording::replay::filter::Filter;
use chatroom::recording::replay::show::Show;
use chatroom::recording::replay::state::State;
use chatroom::recording::replay::why::Why;
use chatroom::recording::replay::{Replay, Step};
use chatroom::view::Row;

use crate::clean::clean;

/// Plays it, as far as it can be replayed, and hands over each step.
fn play(text: &str, mut step: impl FnMut(&Step, &Replay)) -> Replay {
    let mut replay = Replay::default();
    for line in text.lines() {
        let Ok(happened) = replay.line(line) else { break };
        happened.iter().for_each(|happened| step(happened, &replay));
    }
    replay
}

/// All that is told of it.
fn told(text: &str) -> Vec<String> {
    let wanted = ["bob", "#1", "\x1b[2J"].map(|whom| whom.parse().unwrap());
    let mut told = Vec::new();
    let (mut filter, mut show, mut state) = (None, None, None);
    let replay = play(text, |step, replay| {
        let head = replay.head();
        filter.get_or_insert_with(|| Filter::new(&wanted, head)).step(step);
        state.get_or_insert_with(|| State::new(head)).step(step);
        let show = show.get_or_insert_with(|| Show::new(head));
        told.extend(show.step(step).iter().map(|it| it.row().text()));
    });
    let (Some(filter), Some(state), Some(room)) = (filter, state, replay.room()) else {
        return told;
    };
    told.extend([filter.missing(), filter.cut()].into_iter().flatten());
    let blocks = state.blocks(Millis::ZERO, &room.snapshot(), &replay.head().settings);
    told.extend(blocks.iter().flat_map(rows));
    let mut why = Why::new(&filter, replay.head());
    play(text, |step, replay| {
        let reports = replay.room().map(|room| why.step(step, room));
        told.extend(reports.iter().flatten().flat_map(rows));
    });
    told.extend(why.end().iter().flat_map(rows));
    told
}

fn rows(block: &Block) -> Vec<String> {
    block.rows().iter().map(Row::text).collect()
}

/// Tells all of a recording that can be told, and panics where that is not safe to show.
pub(crate) fn check(text: &str) {
    for line in told(text) {
        assert!(!clean(line.as_bytes()).contains('\n'), "{line:?} is told to a person");
    }
}
