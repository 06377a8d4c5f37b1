//! Who is covered, in every municipality of Japan: against a bare loop that only finds each square's
//! nearest facility, and against PostGIS, over the same squares and facilities in the same run. Prints
//! a table; asserts only that all cover the same people.

#[path = "support/postgis.rs"]
mod postgis;
mod support;

use std::time::Instant;

use machinaka::coverage::population::{Population, Source, Weight};
use machinaka::coverage::reach::{self, Ask, Method, Site, Sites};
use machinaka::domain::municipality::MunicipalityCode;
use machinaka::domain::position::Metres;
use machinaka::earth::ecef;
use machinaka::earth::tree::{Shortest, Tree};

fn main() {
    let reference = support::reference();
    let population = Population::build(
        reference.model().iter().copied(),
        [],
        &Source::Model,
        |_| false,
    );
    let mut municipalities: Vec<MunicipalityCode> = reference
        .model()
        .iter()
        .map(|placed| placed.municipality)
        .collect();
    municipalities.dedup();
    municipalities.sort();
    municipalities.dedup();
    let cells = population.cells();
    println!(
        "{} squares in {} municipalities",
        cells.len(),
        municipalities.len()
    );
    let postgis = postgis::PostGis::with(&population);
    if let Err(why) = &postgis {
        println!("PostGIS: skipped, {why}");
    }
    println!(
        "| facilities | metres | nearest alone | coverage | ratio | by area | PostGIS | PostGIS ÷ coverage |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for size in support::sizes(&[1_000, 100_000]) {
        let positions = support::positions(size, 5);
        if let Ok(postgis) = &postgis {
            postgis.place(&positions).expect("a table of facilities");
        }
        for within in [800.0, 5_000.0] {
            let ask = |method| Ask {
                within: Metres(within),
                method,
                weight: Weight::Total,
            };
            let (mut alone, mut whole, mut by_area) = (Vec::new(), Vec::new(), Vec::new());
            let mut covered_people = 0.0;
            for round in 0..support::ROUNDS {
                let start = Instant::now();
                let tree = Tree::build((0..).zip(&positions).map(|(i, &at)| (ecef(at), i)));
                let mut near = 0u64;
                for cell in cells {
                    let mut nearest = Shortest::new(1, f64::INFINITY, |_| true);
                    tree.search(cell.ecef, &mut nearest);
                    let found = nearest.into_sorted();
                    if found
                        .first()
                        .is_some_and(|found| found.chord2 <= within * within)
                    {
                        near += u64::from(cell.people.total);
                    }
                }
                alone.push(start.elapsed().as_secs_f64() * 1e3);

                let covered = |method| {
                    let sites =
                        Sites::new(positions.iter().map(|&at| Site::new(at, None)).collect());
                    let each = municipalities.iter().map(|&code| {
                        let (cells, _) = population.of(code);
                        reach::reach(cells, &sites, &ask(method), &|| true)
                            .expect("nobody stops it")
                            .within
                    });
                    each.sum::<f64>()
                };
                let start = Instant::now();
                let covered_by_centre = covered(Method::Centre);
                covered_people = covered_by_centre;
                whole.push(start.elapsed().as_secs_f64() * 1e3);
                // A chord is a hair shorter than its geodesic: nobody lives on that hair.
                assert!((covered_by_centre - near as f64).abs() <= near as f64 * 1e-4);
                if round == 0 {
                    let start = Instant::now();
                    std::hint::black_box(covered(Method::Area));
                    by_area.push(start.elapsed().as_secs_f64() * 1e3);
                }
            }
            // Seconds long: once is enough.
            let theirs = postgis.as_ref().ok().map(|postgis| {
                let (people, took) = postgis.covered(within).expect("an answer of PostGIS");
                let off = (people - covered_people).abs();
                assert!(off <= covered_people * 1e-4, "{people} {covered_people}");
                took
            });
            let whole_ms = support::median(whole.iter().copied());
            let ratio =
                support::median(alone.iter().zip(&whole).map(|(alone, whole)| whole / alone));
            println!(
                "| {size} | {within} | {:.0} ms | {whole_ms:.0} ms | {ratio:.2} | {:.0} ms | {} | {} |",
                support::median(alone),
                support::median(by_area),
                theirs.map_or("–".to_owned(), |ms| format!("{ms:.0} ms")),
                theirs.map_or("–".to_owned(), |ms| format!("{:.0}", ms / whole_ms)),
            );
        }
    }
}
