//! `--show`: what happened, for people.

use chatroom::recording::replay::filter::Filter;
use chatroom::recording::replay::show::Show;

use crate::args::Args;
use crate::output::Output;
use crate::play::{self, Over, Recording};

pub(crate) fn run(args: &Args) -> Result<(), Over> {
    let filter = match &*args.member {
        [] => Filter::default(),
        members => play::filter(&args.file, members)?,
    };
    let mut output = Output::open();
    let mut show = None;
    let end = Recording::open(&args.file, args.to)?.play(|step, replay| {
        let told = show.get_or_insert_with(|| Show::new(replay.head())).step(step);
        let wanted = told
            .iter()
            .filter(|told| args.from.is_none_or(|from| told.now >= from) && filter.wants(told.id));
        wanted.map(|told| told.row()).try_for_each(|row| output.row(&row))
    });
    output.note(filter.cut()).map_err(Over::Unwritten)?;
    output.end(end)
}
