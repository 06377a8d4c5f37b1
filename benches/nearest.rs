//! The ten nearest in process: our tree against rstar in three dimensions, on the same points.
//!
//! Both find the ten shortest chords; the whole question (with geodesic distances, in exact order)
//! is timed beside them. Prints a table; asserts only that no order is wrong.

mod support;

use std::hint::black_box;

use machinaka::domain::position::Position;
use machinaka::earth::tree::{Shortest, Tree};
use machinaka::earth::{Ecef, ecef};
use machinaka::snapshot::nearest::{Among, Lookup, Nearest, Origin};
use rstar::RTree;
use rstar::primitives::GeomWithData;

const QUERIES: usize = 20_000;
const K: usize = 10;

struct Points {
    positions: Vec<Position>,
    ecef: Vec<Ecef>,
    ids: Vec<String>,
}

impl Lookup for Points {
    fn position(&self, slot: u32) -> Position {
        self.positions[slot as usize]
    }
    fn ecef(&self, slot: u32) -> Ecef {
        self.ecef[slot as usize]
    }
    fn id(&self, slot: u32) -> &str {
        &self.ids[slot as usize]
    }
}

fn main() {
    let sizes = support::sizes(&[10_000, 100_000, 1_000_000]);
    println!(
        "| points | rstar 3-D | our tree | rstar ÷ ours | the whole answer | build rstar / ours | wrong orders |"
    );
    println!("|---|---|---|---|---|---|---|");
    for size in sizes {
        row(size);
    }
}

fn row(size: usize) {
    let positions = support::positions(size, 1);
    let mut points = Points {
        ecef: positions.iter().copied().map(ecef).collect(),
        ids: (0..size).map(|i| format!("{i:08}")).collect(),
        positions,
    };
    let origins = support::positions(QUERIES, 2);
    let numbered = || points.ecef.iter().copied().zip(0u32..);

    let built = std::time::Instant::now();
    let rtree = RTree::bulk_load(
        numbered()
            .map(|(at, slot)| GeomWithData::new(at, slot))
            .collect(),
    );
    let rstar_build = built.elapsed();
    let built = std::time::Instant::now();
    let tree = Tree::build(numbered());
    let our_build = built.elapsed();

    let (mut rstar, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..support::ROUNDS {
        rstar.push(support::nanoseconds(QUERIES, |i| {
            let from = ecef(origins[i]);
            rtree
                .nearest_neighbor_iter(from)
                .take(K)
                .map(|point| u64::from(point.data))
                .sum::<u64>()
        }));
        ours.push(support::nanoseconds(QUERIES, |i| {
            let mut shortest = Shortest::new(K, f64::INFINITY, |_| true);
            tree.search(ecef(origins[i]), &mut shortest);
            shortest
                .into_sorted()
                .iter()
                .map(|found| u64::from(found.slot))
                .sum::<u64>()
        }));
    }
    // As in a snapshot: slots in the tree's order, so that neighbours on the ground are neighbours in memory.
    let order: Vec<u32> = tree.slots().collect();
    points = Points {
        positions: order
            .iter()
            .map(|&slot| points.positions[slot as usize])
            .collect(),
        ecef: order
            .iter()
            .map(|&slot| points.ecef[slot as usize])
            .collect(),
        ids: order
            .iter()
            .map(|&slot| points.ids[slot as usize].clone())
            .collect(),
    };
    let tree = tree.renumbered();
    let whole = support::median((0..support::ROUNDS).map(|_| {
        support::nanoseconds(QUERIES, |i| {
            black_box(ask(&points, &tree, origins[i]).len() as u64)
        })
    }));
    let wrong = origins
        .iter()
        .take(2_000_000 / size.max(1) + 20)
        .filter(|&&origin| !is_right(&points, &tree, origin))
        .count();
    let ratio = support::median(rstar.iter().zip(&ours).map(|(rstar, ours)| rstar / ours));
    println!(
        "| {size} | {:.0} ns | {:.0} ns | {ratio:.2} | {whole:.0} ns | {:.0} / {:.0} ms | {wrong} |",
        support::median(rstar),
        support::median(ours),
        rstar_build.as_secs_f64() * 1e3,
        our_build.as_secs_f64() * 1e3,
    );
    assert_eq!(
        wrong, 0,
        "an order differs from sorting by Karney's distance"
    );
}

fn ask(points: &Points, tree: &Tree, origin: Position) -> Vec<u32> {
    let among = Among::Tree {
        tree,
        extra: &[],
        wanted: &|_| true,
    };
    let nearest = Nearest {
        origin: Origin::new(origin),
        among,
        within: None,
        after: None,
        lookup: points,
    };
    nearest
        .take(K)
        .into_iter()
        .map(|neighbour| neighbour.slot)
        .collect()
}

fn is_right(points: &Points, tree: &Tree, origin: Position) -> bool {
    let mut all: Vec<(f64, &str, u32)> = points
        .positions
        .iter()
        .zip(&points.ids)
        .zip(0..)
        // Nothing beyond a degree can be among ten of ten thousand, except from far out at sea; then everything is measured.
        .filter(|((p, _), _)| {
            (p.lat() - origin.lat()).abs() < 1.0 && (p.lon() - origin.lon()).abs() < 1.3
        })
        .map(|((&p, id), slot)| (origin.distance(p).0, id.as_str(), slot))
        .collect();
    if all.len() < 10 * K {
        all = points
            .positions
            .iter()
            .zip(&points.ids)
            .zip(0..)
            .map(|((&p, id), slot)| (origin.distance(p).0, id.as_str(), slot))
            .collect();
    }
    all.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(b.1)));
    all.iter()
        .take(K)
        .map(|row| row.2)
        .eq(ask(points, tree, origin))
}
