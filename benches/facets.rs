//! What a visitor's page asks at every step: the counts beside the choices, what is open, names.
//!
//! In process, on synthetic facilities, each question with another centre or minute. Prints a table
//! of milliseconds; asserts only that the counts agree with a search.

mod support;

use std::time::Instant;

use machinaka::domain::change::{ChangeMark, Moment, Seq};
use machinaka::domain::position::Metres;
use machinaka::http::facets::count;
use machinaka::opening::Minute;
use machinaka::snapshot::find::{Filter, Query};
use machinaka::snapshot::names::Words;
use machinaka::snapshot::{Snapshot, Update};

const ROUNDS: usize = 51;

fn main() {
    println!("| facilities | question | median | slowest |");
    println!("|---|---|---|---|");
    for size in support::sizes(&[100_000]) {
        let snapshot = snapshot(size);
        let start = Instant::now();
        snapshot.prepare_names();
        let prepared = start.elapsed().as_secs_f64() * 1e3;
        let minute = |round: usize| {
            let day = 1 + round % 28;
            Minute::read(&format!(
                "2026-10-{day:02}T{:02}:{:02}:00+09:00",
                round % 24,
                round
            ))
            .expect("a minute of October")
        };
        let centres = support::positions(ROUNDS, 7);
        let anywhere = Query::default();
        let row = |question: &str, ask: &dyn Fn(usize)| {
            let mut times: Vec<f64> = (0..ROUNDS)
                .map(|round| {
                    let start = Instant::now();
                    ask(round);
                    start.elapsed().as_secs_f64() * 1e3
                })
                .collect();
            times.sort_by(f64::total_cmp);
            println!(
                "| {size} | {question} | {:.2} ms | {:.2} ms |",
                times[ROUNDS / 2],
                times[ROUNDS - 1]
            );
        };
        row("counts, all Japan, a new minute each", &|round| {
            let counts = count(&snapshot, &anywhere, minute(round));
            assert_eq!(
                counts["numberMatched"],
                snapshot.find(&anywhere, None, 1).matched
            );
        });
        let narrow = |round: usize| Query {
            include_unknown: true,
            filter: Filter {
                price_max: Some(400),
                open_at: Some(minute(round)),
                named: Words::of("まちなか"),
                ..Filter::default()
            },
            ..Query::default()
        };
        row(
            "counts, open, ¥400 and a name that all of them have",
            &|round| {
                count(&snapshot, &narrow(round), minute(round));
            },
        );
        for metres in [5_000.0, 100_000.0, 2_000_000.0] {
            row(&format!("counts within {metres} m"), &|round| {
                let query = Query {
                    near: Some(centres[round]),
                    within: Some(Metres(metres)),
                    ..Query::default()
                };
                count(&snapshot, &query, minute(round));
            });
        }
        row("ten nearest that are open, a new minute each", &|round| {
            let query = Query {
                near: Some(centres[round]),
                filter: Filter {
                    open_at: Some(minute(round)),
                    ..Filter::default()
                },
                ..Query::default()
            };
            snapshot.find(&query, None, 10);
        });
        row("ten suggestions for two characters", &|round| {
            let words = Words::of(["天神", "本町", "中央", "tenjin"][round % 4]).expect("words");
            snapshot.suggest(&words, 10);
        });
        println!("names of {size} prepared once, aside, in {prepared:.0} ms");
    }
}

fn snapshot(size: usize) -> Snapshot {
    let reference = support::reference();
    let size = u32::try_from(size).expect("a bench of less than 2^32 facilities");
    let mut building = Snapshot::builder();
    let facilities =
        machinaka::synthetic::facilities(&reference.districts, reference.places(), size, 3);
    for facility in facilities {
        building.add(Update {
            change: ChangeMark {
                seq: Seq(1),
                hash: 0,
            },
            at: Moment(0),
            id: facility.id.clone(),
            state: Some(facility),
        });
    }
    building.finish(Seq(1), Moment(0))
}
