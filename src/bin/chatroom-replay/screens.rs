//! `--screens`: what was on the members' screens.

use std::io;

use chatroom::replay::cast::Cast;
use chatroom::replay::screens::{Page, Screens};

use crate::args::Args;
use crate::output::Output;
use crate::play::{self, Over, Recording};

pub(crate) fn run(args: &Args) -> Result<(), Over> {
    let cast = match &*args.member {
        [] => Cast::default(),
        members => play::cast(&args.file, members)?,
    };
    let mut output = Output::open();
    // Whoever never had a nickname is shown where it is asked for.
    let is_shown = |page: &&Page| page.is_member || !args.member.is_empty();
    let tell = |output: &mut Output, pages: &[Page]| -> io::Result<()> {
        pages.iter().filter(is_shown).try_for_each(|page| output.block(&page.rows()))
    };
    let wants = |id| cast.wants(Some(id));
    let mut recording = Recording::open(&args.file, args.to)?;
    let mut screens = None;
    let end = recording.play(|step, head| {
        let screens = screens.get_or_insert_with(|| Screens::new(head, wants));
        tell(&mut output, &screens.step(step, wants))
    });
    let screens = screens.unwrap_or_else(|| Screens::new(recording.head(), wants));
    let notes: Vec<_> = screens.left_out().into_iter().chain(cast.cut()).collect();
    tell(&mut output, &screens.end())
        .and_then(|()| notes.iter().try_for_each(|note| output.line(&format!("\n{note}"))))
        .map_err(Over::Unwritten)?;
    output.end(end)
}
