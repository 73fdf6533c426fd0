//! The rest of a plan that breaks a promise, when all that it does not need is left out.

use std::cell::Cell;
use std::fmt::Write;
use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::sync::Once;

use super::plan::{Plan, Step};
use super::world::World;
use crate::minimise::search::fewer;

/// The most lines of a transcript that are shown.
const TAIL: usize = 60;

/// The most characters of a line that are shown.
const LINE: usize = 300;

/// The most tries of a plan with less.
const TRIES: usize = 3000;

thread_local! {
    /// Set while a panic of this thread is expected, and not to be shown.
    static EXPECTED: Cell<bool> = const { Cell::new(false) };
}

/// A promise that was broken: what it says, and the world in which it was.
pub(super) struct Broken {
    promise: String,
    world: World,
}

/// Plays a plan.
pub(super) fn run(plan: &Plan) -> Result<World, Box<Broken>> {
    expect_panics();
    let mut world = World::new(plan);
    EXPECTED.set(true);
    let result = panic::catch_unwind(AssertUnwindSafe(|| world.plays(&plan.steps)));
    EXPECTED.set(false);
    match result {
        Ok(()) => Ok(world),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            let promise = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).into()));
            Err(Box::new(Broken { promise: promise.unwrap_or_default(), world }))
        }
    }
}

/// Panics while a plan is played are told by what finds them; all others as before.
fn expect_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !EXPECTED.get() {
                before(panic);
            }
        }));
    });
}

/// The broken promise, by which steps, and the end of the transcript, all of which is in a file of
/// this name.
pub(super) fn report(plan: &Plan, broken: &Broken, file: &str) -> String {
    let (steps, broken) = shrunk(plan, broken);
    let promise = cut(&broken.promise);
    let mut text =
        format!("{promise}\n\n{} of {} steps are enough:\n", steps.len(), plan.steps.len());
    for step in &steps {
        writeln!(text, "    {}", cut(&format!("{step:?}"))).unwrap();
    }
    let transcript = broken.world.room().played.to_string();
    let lines: Vec<_> = transcript.lines().map(cut).collect();
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(file);
    let written = fs::write(&file, &transcript);
    let tail = &lines[lines.len().saturating_sub(TAIL)..];
    writeln!(text, "\nthe last {} of {} lines of the transcript:", tail.len(), lines.len())
        .unwrap();
    writeln!(text, "{}", tail.join("\n")).unwrap();
    if written.is_ok() {
        writeln!(text, "\nall of them: chatroom-replay {}", file.display()).unwrap();
    }
    text
}

/// The part of a line that is worth a look.
fn cut(line: &str) -> String {
    match line.char_indices().nth(LINE) {
        Some((end, _)) => format!("{}… ({} bytes)", &line[..end], line.len()),
        None => line.into(),
    }
}

/// The steps that are enough to break a promise, and how they do.
fn shrunk<'a>(plan: &Plan, broken: &'a Broken) -> (Vec<Step>, Last<'a>) {
    let mut steps = plan.steps.clone();
    let mut last = Last::First(broken);
    let mut tries = 0;
    let _ = fewer(&mut steps, |less| {
        tries += 1;
        if tries > TRIES {
            return Err("it takes too long");
        }
        let still = run(&Plan { steps: less.to_vec(), ..plan.clone() }).err();
        Ok(still.map(|still| last = Last::Later(still)).is_some())
    });
    (steps, last)
}

enum Last<'a> {
    First(&'a Broken),
    Later(Box<Broken>),
}

impl std::ops::Deref for Last<'_> {
    type Target = Broken;

    fn deref(&self) -> &Broken {
        match self {
            Self::First(broken) => broken,
            Self::Later(broken) => broken,
        }
    }
}
