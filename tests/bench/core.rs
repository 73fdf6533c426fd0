//! The pure core: what a message, a join and a byte cost, without any kernel.

use std::hint::black_box;

use chatroom::recording::recorder::{Recorder, Ring};
use chatroom::recording::replay::Replay;
use chatroom::recording::transcript::Transcript;
use chatroom::wire::frame::Decoder;
use chatroom::wire::sanitize;
use chatroom::{ClientId, Event, Millis, ServerCore, Settings, limits};
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
        let mut recorder = Recorder::new(Settings::default(), None, Some(Ring::new(1 << 20)));
        group.throughput(Throughput::Bytes(line.len() as u64));
        group.bench_function(BenchmarkId::new(format!("{members} members"), name), |bencher| {
            let read = Event::BytesIn(ClientId(1), line.as_bytes());
            let mut now = Millis::ZERO;
            bencher.iter(|| {
                now = now + Millis::new(1);
                if recorder.is_full() {
                    recorder.begin(core.snapshot());
                }
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

/// A recording of a busy room, replayed line by line: every action is compared.
fn replaying(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("replaying");
    for (members, size) in [(100, 64), (100, 512), (1000, 64)] {
        let (events, recording) = evening(members, 10_000, size);
        group.throughput(Throughput::Elements(events));
        group.bench_function(BenchmarkId::new(format!("{members} members"), size), |bencher| {
            bencher.iter(|| {
                let mut replay = Replay::default();
                let played = recording.lines().try_for_each(|line| replay.line(line).map(drop));
                let played = played.and_then(|()| replay.end());
                assert!(played.is_ok_and(|played| played.events == events), "it is as it was");
            });
        });
    }
    group.finish();
}

/// Everyone joins, and says something in turn, so many times in all; how many events that is.
fn evening(members: u64, messages: u64, size: usize) -> (u64, String) {
    let mut recorded =
        Transcript::new(Settings { rate: 0, max_members: 2000, ..Settings::default() });
    let mut core = ServerCore::new(recorded.settings.clone());
    let mut now = Millis::ZERO;
    for id in (1..=members).map(ClientId) {
        let nickname = format!("member{}\n", id.0);
        recorded.record(&mut core, now, Event::Accepted(id, ([127, 0, 0, 1], 1).into()));
        recorded.record(&mut core, now, Event::BytesIn(id, nickname.as_bytes()));
    }
    let line = format!("{}\n", "hello, everyone ".repeat(size / 16));
    for message in 0..messages {
        now = now + Millis::new(2);
        let id = ClientId(1 + message % members);
        recorded.record(&mut core, now, Event::BytesIn(id, line.as_bytes()));
    }
    (2 * members + messages, recorded.to_string())
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(std::time::Duration::from_millis(300))
        .measurement_time(std::time::Duration::from_secs(1));
    targets = message, recording, decoding, sanitising, join_storm, replaying
}
criterion_main!(benches);
