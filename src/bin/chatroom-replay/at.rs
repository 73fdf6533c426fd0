//! `--at`: the room at some time.

use chatroom::recording::replay::block::Block;
use chatroom::recording::replay::state::State;
use chatroom::{Millis, Snapshot};

use crate::args::Args;
use crate::output::Output;
use crate::play::{Over, Recording};

pub(crate) fn run(args: &Args, at: Millis) -> Result<(), Over> {
    let mut recording = Recording::open(&args.file, Some(at))?;
    let mut state = None;
    let end = recording.play(|step, replay| {
        state.get_or_insert_with(|| State::new(replay.head())).step(step);
        Ok(())
    });
    let (replay, head) = (recording.replay(), recording.replay().head());
    if let Some(begins) = head.snapshot.as_ref().map(Snapshot::now).filter(|now| *now > at) {
        return Err(Over::Unknown(format!("it begins later than that, at {begins}")));
    }
    let mut output = Output::open();
    // A room that panicked is in no state that could be told.
    let room = replay.room().filter(|_| !matches!(end, Err(Over::Panicked(_))));
    if let Some(room) = room {
        let state = state.unwrap_or_else(|| State::new(head));
        let blocks = state.blocks(at, &room.snapshot(), &head.settings);
        let mut rows = blocks.iter().flat_map(Block::rows);
        rows.try_for_each(|row| output.row(&row)).map_err(Over::Unwritten)?;
    }
    output.end(end)
}
