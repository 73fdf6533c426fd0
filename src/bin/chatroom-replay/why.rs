//! `--why`: how someone's stays ended.

use std::io;

use chatroom::recording::replay::block::Block;
use chatroom::recording::replay::filter::Whom;
use chatroom::recording::replay::why::Why;

use crate::args::Args;
use crate::output::Output;
use crate::play::{Over, Recording};

pub(crate) fn run(args: &Args, whom: &Whom) -> Result<(), Over> {
    let mut output = Output::open();
    let mut recording = Recording::open(&args.file, None)?;
    let mut why = None;
    let end = recording.watch(|step, replay| {
        let why = why.get_or_insert_with(|| Why::new(whom.clone(), replay.head()));
        replay.room().map_or(Ok(()), |room| tell(&mut output, &why.step(step, room)))
    });
    let why = why.unwrap_or_else(|| Why::new(whom.clone(), recording.head()));
    tell(&mut output, &why.end()).map_err(Over::Unwritten)?;
    let end = end.and_then(|_| why.unknown().map_or(Ok(()), |unknown| Err(Over::Unknown(unknown))));
    output.end(end)
}

fn tell(output: &mut Output, reports: &[Block]) -> io::Result<()> {
    reports.iter().try_for_each(|report| output.block(&report.rows()))
}
