//! The real cores of a server and its clients over a network that is made up, in time that is: bytes
//! come late and in other portions, peers stall, reset, half-close and lie, clocks step, the operator
//! stops the server; whatever a seed draws. Every step checks the promises: the oracle's of the room,
//! and that the conversation is the one that people held. Then nothing goes wrong any more, and
//! everyone must have everything; then everyone leaves, and nothing may be left.
//!
//! `make sim SEED=7` plays one seed, `make sim N=1000000` as many as that. A failure prints the seed
//! that leads to it, and what is left of its steps and its transcript when all that it does not need
//! is left out.

mod clients;
mod network;
mod plan;
mod promises;
mod server;
mod shrink;
mod tally;
mod world;

use std::num::NonZero;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use plan::Plan;
use tally::Tally;

use crate::oracle::played;

/// Seeds that are played with all other tests.
const SEEDS: u64 = 2000;

#[test]
fn no_seed_breaks_a_promise() {
    let seeds = match (variable("SIM_SEED"), variable("SIM_SEEDS")) {
        (Some(seed), _) => seed..seed + 1,
        (None, many) => 0..many.unwrap_or(SEEDS),
    };
    let tally = play(seeds.clone());
    tell(&tally);
    if seeds.end - seeds.start >= SEEDS {
        assert_eq!(tally.missing(), Vec::<&str>::new(), "the seeds draw nothing of this");
    }
}

/// So that what the simulator finds can be played by `chatroom-replay`, and made a test of.
#[test]
fn simulated_run_is_a_recording() {
    for seed in 0..50 {
        let world = shrink::run(&Plan::of(seed)).unwrap_or_else(|_| panic!("make sim SEED={seed}"));
        let recorded = world.room().played.to_string();
        played(&recorded).unwrap_or_else(|stop| panic!("make sim SEED={seed}: {stop}"));
    }
}

#[expect(clippy::print_stdout, reason = "shown by `make sim`, and where it failed")]
fn tell(tally: &Tally) {
    println!("{tally}");
}

fn variable(name: &str) -> Option<u64> {
    let value = std::env::var(name).ok().filter(|value| !value.is_empty())?;
    Some(value.parse().unwrap_or_else(|_| panic!("{name}={value} is no number")))
}

/// Plays these seeds, on as many threads as there are processors.
fn play(seeds: Range<u64>) -> Tally {
    let next = AtomicU64::new(seeds.start);
    let play = || {
        let mut tally = Tally::default();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end {
                return tally;
            }
            let plan = Plan::of(seed);
            match shrink::run(&plan) {
                Ok(world) => tally.add(&world),
                Err(broken) => {
                    next.store(seeds.end, Ordering::Relaxed);
                    let file = format!("sim-{seed}.chat");
                    panic!("make sim SEED={seed}\n{}", shrink::report(&plan, &broken, &file));
                }
            }
        }
    };
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(play)).collect();
        let tallies = threads.into_iter().map(|thread| match thread.join() {
            Ok(tally) => tally,
            Err(broken) => std::panic::resume_unwind(broken),
        });
        tallies.sum()
    })
}
