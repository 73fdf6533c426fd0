//! `--show`: what happened, for people.

use std::io;

use chatroom::replay::cast::Cast;
use chatroom::replay::show::columns::Columns;
use chatroom::replay::show::{Show, Told};

use crate::args::{Args, How};
use crate::output::Output;
use crate::pace::Pace;
use crate::play::{self, Over, Recording};

pub(crate) fn run(args: &Args, how: How) -> Result<(), Over> {
    let cast = match how {
        How::Lines if args.member.is_empty() => Cast::default(),
        How::Lines | How::Columns => play::cast(&args.file, &args.member)?,
    };
    let mut screen = Screen::new(how, &cast);
    let mut pace = args.follow.then(|| Pace::new(args.speed));
    let mut show = None;
    let end = Recording::open(&args.file, args.to)?.play(|step, head| {
        for told in show.get_or_insert_with(|| Show::new(head)).step(step) {
            if args.from.is_some_and(|from| told.now < from) || !cast.wants(told.id) {
                continue;
            }
            if let Some(pace) = &mut pace {
                screen.output.flush()?;
                pace.wait_for(told.now);
            }
            screen.tell(&told)?;
        }
        Ok(())
    });
    screen.names_what_is_left_out(&cast).map_err(Over::Unwritten)?;
    screen.output.end(end)
}

/// Where it is shown.
struct Screen {
    output: Output,
    columns: Option<Columns>,
}

impl Screen {
    fn new(how: How, cast: &Cast) -> Self {
        let output = Output::open();
        let columns = match how {
            How::Lines => None,
            How::Columns => Some(Columns::new(output.columns(), cast.most())),
        };
        Self { output, columns }
    }

    fn tell(&mut self, told: &Told) -> io::Result<()> {
        match &mut self.columns {
            None => self.output.row(&told.row()),
            Some(columns) => columns.lines(told).iter().try_for_each(|line| self.output.line(line)),
        }
    }

    fn names_what_is_left_out(&mut self, cast: &Cast) -> io::Result<()> {
        let left_out = self.columns.as_ref().and_then(Columns::left_out);
        let left_out =
            left_out.map(|names| format!("no column was free for {names}: choose with --member"));
        for note in left_out.into_iter().chain(cast.cut()) {
            self.output.line(&format!("\n{note}"))?;
        }
        Ok(())
    }
}
