//! The tellers of a recording: `--show`, `--at` and `--why`.

use std::slice;

use chatroom::Millis;
use chatroom::recording::replay::block::Block;
use chatroom::recording::replay::filter::{Filter, Whom};
use chatroom::recording::replay::show::Show;
use chatroom::recording::replay::state::State;
use chatroom::recording::replay::why::Why;

use crate::args::Args;
use crate::output::Output;
use crate::play::{self, Over, Recording};

/// `--show`: what happened.
pub(crate) fn show(args: &Args) -> Result<(), Over> {
    let filter = match &*args.member {
        [] => Filter::default(),
        members => play::filter(&args.file, members)?,
    };
    let mut recording = Recording::open(&args.file, args.to)?;
    let (mut output, mut show) = (Output::open(), Show::new(recording.replay.head()));
    let end = recording.play(|step, _| {
        let told = show.step(step);
        let wanted = told
            .iter()
            .filter(|told| args.from.is_none_or(|from| told.now >= from) && filter.wants(told.id));
        wanted.map(|told| told.row()).try_for_each(|row| output.row(&row))
    });
    output.note(filter.cut()).map_err(Over::Unwritten)?;
    output.end(end)
}

/// `--at`: the room at some time.
pub(crate) fn at(args: &Args, at: Millis) -> Result<(), Over> {
    let mut recording = Recording::open(&args.file, Some(at))?;
    let mut state = State::new(recording.replay.head());
    let end = recording.play(|step, _| {
        state.step(step);
        Ok(())
    });
    let (replay, head) = (&recording.replay, recording.replay.head());
    if head.begins() > at {
        return Err(Over::Unknown(format!("it begins later than that, at {}", head.begins())));
    }
    let mut output = Output::open();
    // A room that panicked is in no state that could be told.
    let room = replay.room().filter(|_| !matches!(end, Err(Over::Panicked(_))));
    if let Some(room) = room {
        let blocks = state.blocks(at, &room.snapshot(), &head.settings);
        let mut rows = blocks.iter().flat_map(Block::rows);
        rows.try_for_each(|row| output.row(&row)).map_err(Over::Unwritten)?;
    }
    output.end(end)
}

/// `--why`: how someone's stays ended.
pub(crate) fn why(args: &Args, whom: &Whom) -> Result<(), Over> {
    let asked = play::filter(&args.file, slice::from_ref(whom))?;
    let mut recording = Recording::open(&args.file, None)?;
    let (mut output, mut why) = (Output::open(), Why::new(&asked, recording.replay.head()));
    let end = recording.play(|step, replay| {
        replay.room().map_or(Ok(()), |room| output.blocks(&why.step(step, room)))
    });
    output.blocks(&why.end()).map_err(Over::Unwritten)?;
    output.note(asked.cut()).map_err(Over::Unwritten)?;
    output.end(end)
}
