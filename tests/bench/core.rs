//! The pure core: what a message, a join and a byte cost, without any kernel.

use std::hint::black_box;

use chatroom::frame::Decoder;
use chatroom::recorder::{Recorder, Ring};
use chatroom::{ClientId, Event, Millis, ServerCore, Settings, limits, sanitize};
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

fn room(members: u64) -> ServerCore {
    let settings = Settings { rate: 0, max_members: usize::MAX, ..Settings::default() };
    let mut core = ServerCore::new(settings);
    for id in 1..=members {
        join(&mut core, id);
    }
    core
}

fn join(core: &mut ServerCore, id: u64) {
    let from = ([127, 0, 0, 1], 1).into();
    black_box(core.handle(Millis::ZERO, Event::Accepted(ClientId(id), from)).count());
    let nickname = format!("member{id}\n");
    black_box(core.handle(Millis::ZERO, Event::BytesIn(ClientId(id), nickname.as_bytes())).count());
}

/// One read of one message; what the members cost is not here, but in the shell.
fn message(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("message");
    for (members, size) in [(2, 64), (100, 64), (10_000, 64), (100, 512), (100, 4000)] {
        let mut core = room(members);
        let line = format!("{}\n", "x".repeat(size));
        group.throughput(Throughput::Bytes(line.len() as u64));
        group.bench_function(BenchmarkId::new(format!("{members} members"), size), |bencher| {
            let read = Event::BytesIn(ClientId(1), line.as_bytes());
            bencher.iter(|| core.handle(Millis::ZERO, read.clone()).count());
        });
    }
    group.finish();
}

/// The same messages, written down.
fn recording(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("recorded message");
    let ascii = |size: usize| format!("{}\n", "x".repeat(size));
    for (members, name, line) in [
        (2, "64", ascii(64)),
        (100, "64", ascii(64)),
        (100, "4000", ascii(4000)),
        (100, "mixed", "grüß Gott, 😀 ".repeat(32) + "\n"),
    ] {
        let mut core = room(members);
        let mut recorder = Recorder::new(Settings::default(), None, None, Some(Ring::new(1 << 20)));
        group.throughput(Throughput::Bytes(line.len() as u64));
        group.bench_function(BenchmarkId::new(format!("{members} members"), name), |bencher| {
            let read = Event::BytesIn(ClientId(1), line.as_bytes());
            let mut now = Millis::ZERO;
            bencher.iter(|| {
                now = now + Millis::new(1);
                recorder.event(now, &read);
                recorder.actions(core.handle(now, read.clone()));
            });
        });
    }
    group.finish();
}

fn decoding(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("decoding");
    for size in [16, 64, 512, 4000] {
        let line = format!("{}\n", "x".repeat(size));
        let read = line.repeat(limits::READ_BYTES / line.len());
        group.throughput(Throughput::Bytes(read.len() as u64));
        group.bench_function(BenchmarkId::from_parameter(size), |bencher| {
            let mut decoder = Decoder::new(limits::FRAME_BYTES);
            bencher.iter(|| {
                decoder.push(read.as_bytes());
                let mut frames = 0;
                while decoder.next_frame().is_some() {
                    frames += 1;
                }
                frames
            });
        });
    }
    group.finish();
}

fn sanitising(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("sanitising");
    let texts = [("ascii", "hello, everyone ".repeat(32)), ("mixed", "grüß Gott, 😀 ".repeat(32))];
    for (name, text) in texts {
        group.throughput(Throughput::Bytes(text.len() as u64));
        let mut out = String::new();
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                out.clear();
                sanitize::push_text(black_box(text.as_bytes()), &mut out);
            });
        });
    }
    group.finish();
}

fn join_storm(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("join storm");
    for members in [100, 10_000] {
        group.throughput(Throughput::Elements(members));
        group.sample_size(10).bench_function(BenchmarkId::from_parameter(members), |bencher| {
            bencher.iter_batched(
                || room(0),
                |mut core| (1..=members).for_each(|id| join(&mut core, id)),
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(std::time::Duration::from_millis(300))
        .measurement_time(std::time::Duration::from_secs(1));
    targets = message, recording, decoding, sanitising, join_storm
}
criterion_main!(benches);
