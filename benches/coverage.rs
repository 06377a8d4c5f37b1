//! Who is covered, in every municipality of Japan: against a bare loop that only finds each square's
//! nearest facility, over the same squares and facilities in the same run. Prints a table; asserts
//! only that both cover the same people.

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
    println!("| facilities | metres | nearest alone | coverage | ratio | by area |");
    println!("|---|---|---|---|---|---|");
    for size in support::sizes(&[1_000, 100_000]) {
        let positions = support::positions(size, 5);
        for within in [800.0, 5_000.0] {
            let ask = |method| Ask {
                within: Metres(within),
                method,
                weight: Weight::Total,
            };
            let (mut alone, mut whole, mut by_area) = (Vec::new(), Vec::new(), Vec::new());
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
                whole.push(start.elapsed().as_secs_f64() * 1e3);
                // A chord is a hair shorter than its geodesic: nobody lives on that hair.
                assert!((covered_by_centre - near as f64).abs() <= near as f64 * 1e-4);
                if round == 0 {
                    let start = Instant::now();
                    std::hint::black_box(covered(Method::Area));
                    by_area.push(start.elapsed().as_secs_f64() * 1e3);
                }
            }
            let ratio =
                support::median(alone.iter().zip(&whole).map(|(alone, whole)| whole / alone));
            println!(
                "| {size} | {within} | {:.0} ms | {:.0} ms | {ratio:.2} | {:.0} ms |",
                support::median(alone),
                support::median(whole),
                support::median(by_area),
            );
        }
    }
}
