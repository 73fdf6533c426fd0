//! `--why`: how someone's stays ended.

use std::io;
use std::slice;

use chatroom::recording::replay::block::Block;
use chatroom::recording::replay::filter::Whom;
use chatroom::recording::replay::why::Why;

use crate::args::Args;
use crate::output::Output;
use crate::play::{self, Over, Recording};

pub(crate) fn run(args: &Args, whom: &Whom) -> Result<(), Over> {
    let asked = play::filter(&args.file, slice::from_ref(whom))?;
    let mut output = Output::open();
    let mut why = None;
    let mut recording = Recording::open(&args.file, None)?;
    let end = recording.play(|step, replay| {
        let why = why.get_or_insert_with(|| Why::new(&asked, replay.head()));
        replay.room().map_or(Ok(()), |room| tell(&mut output, &why.step(step, room)))
    });
    let why = why.unwrap_or_else(|| Why::new(&asked, recording.replay().head()));
    tell(&mut output, &why.end()).map_err(Over::Unwritten)?;
    output.note(asked.cut()).map_err(Over::Unwritten)?;
    output.end(end)
}

fn tell(output: &mut Output, reports: &[Block]) -> io::Result<()> {
    reports.iter().try_for_each(|report| output.block(&report.rows()))
}
