//! How soon a published change is visible, and how readers fare meanwhile; how long a start takes.
//!
//! One facility is changed through the log and `refresh`, as the command line and replicas do it.
//! A reader asks for the nearest all the while; its slowest answer is reported beside its usual one.

mod support;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use machinaka::directory::{Directory, moment};
use machinaka::domain::change::{ActorId, Proposal, Statement};
use machinaka::domain::facility::Facility;
use machinaka::snapshot::find::Query;
use machinaka::store::Store;

const CHANGES: usize = 40;

fn main() {
    println!(
        "| facilities | start to ready | publish | then visible (median / longest) | reader: median / longest | memory peak |"
    );
    println!("|---|---|---|---|---|---|");
    for size in support::sizes(&[82, 10_000, 100_000, 1_000_000]) {
        row(size);
    }
}

fn row(size: usize) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!("sqlite:{}", folder.path().join("bench.sqlite").display());
    let reference = support::reference();
    let count = u32::try_from(size).expect("a bench of less than 2^32 facilities");
    let synthetic =
        || machinaka::synthetic::facilities(&reference.districts, reference.places(), count, 1);
    let proposal = |facility: &Facility| Proposal {
        facility: facility.id.clone(),
        statement: Statement::State(facility.to_stored()),
    };
    let store = Store::open(&url).expect("a fresh database");
    store.migrate().expect("tables");
    store
        .publish(
            ActorId::CLI,
            None,
            synthetic().map(|f| proposal(&f)),
            None,
            moment(),
        )
        .expect("a publication");
    drop(store);

    let start = Instant::now();
    let directory = Directory::open(Store::open(&url).expect("the database"), reference.clone())
        .expect("a directory");
    let ready = start.elapsed();

    let other = Store::open(&url).expect("a second program's view");
    let done = AtomicBool::new(false);
    let (mut published, mut visible) = (Vec::new(), Vec::new());
    let mut asked = Vec::new();
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let origins = support::positions(1000, 4);
            let mut times = Vec::new();
            while !done.load(Ordering::Relaxed) {
                let near = Some(origins[times.len() % origins.len()]);
                let start = Instant::now();
                std::hint::black_box(directory.now().snapshot.find(
                    &Query {
                        near,
                        ..Query::default()
                    },
                    None,
                    10,
                ));
                times.push(start.elapsed().as_secs_f64() * 1e6);
                std::thread::sleep(std::time::Duration::from_micros(200));
            }
            times
        });
        for (i, mut facility) in synthetic()
            .step_by((size / CHANGES).max(1))
            .take(CHANGES)
            .enumerate()
        {
            facility.seats = Some(u32::try_from(i).unwrap_or(0) + 1000);
            let start = Instant::now();
            other
                .publish(ActorId::CLI, None, [proposal(&facility)], None, moment())
                .expect("a publication");
            published.push(start.elapsed().as_secs_f64() * 1e3);
            let start = Instant::now();
            directory.refresh().expect("a refresh");
            visible.push(start.elapsed().as_secs_f64() * 1e3);
        }
        done.store(true, Ordering::Relaxed);
        asked = reader.join().expect("the reader ran to its end");
    });
    let longest = |values: &[f64]| values.iter().copied().fold(0.0, f64::max);
    println!(
        "| {size} | {:.2} s | {:.1} ms | {:.1} / {:.1} ms | {:.0} / {:.0} µs | {:.0} MiB |",
        ready.as_secs_f64(),
        support::median(published),
        support::median(visible.iter().copied()),
        longest(&visible),
        support::median(asked.iter().copied()),
        longest(&asked),
        support::memory().1,
    );
}
