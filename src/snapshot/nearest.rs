//! Nearest on the WGS 84 ellipsoid, exactly.
//!
//! The search runs over straight lines through the earth (chords), because an index can bound
//! those; the answer is ordered and reported by the geodesic. Two facts make it exact:
//!
//! 1. A geodesic is never shorter than its chord. So when the `k` shortest chords have been
//!    measured and the longest of their geodesics is `s`, only points with a chord of at most `s`
//!    can still belong to the answer. Those are fetched too (usually none) before sorting.
//! 2. The geodesic is taken from the chord by a series up to [`SERIES_LIMIT`] and from Vincenty's
//!    formulae beyond. Neither errs by as much as [`SERIES_ERROR`] in Japan's box, and each takes a fraction
//!    of the time of Karney's algorithm; that measures both wherever two distances are too close for
//!    such an error not to matter. Equal distances are ordered by id.

use crate::domain::position::{Metres, Position};

use crate::earth::tree::{Found, Search, Shortest, Tree, Within};
use crate::earth::{
    Ecef, ROUNDING, SERIES_ERROR, SERIES_LIMIT, chord_of_sharpest_bend, chord2, ecef,
    geodesic_of_chord, geodesic_of_vincenty,
};

/// A question for the nearest points.
pub struct Nearest<'a, L> {
    /// From where.
    pub origin: Origin,
    /// Which points count.
    pub among: Among<'a>,
    /// At most how far.
    pub within: Option<Metres>,
    /// Where the page before ended.
    pub after: Option<Behind<'a>>,
    /// What a slot stands for.
    pub lookup: &'a L,
}

/// Which points a search goes through.
#[derive(Clone, Copy)]
pub enum Among<'a> {
    /// The tree's, and those that joined since it was built, as far as `wanted` keeps them.
    Tree {
        /// The tree.
        tree: &'a Tree,
        /// Slots that are not in it yet.
        extra: &'a [u32],
        /// Which slots count.
        wanted: &'a dyn Fn(u32) -> bool,
    },
    /// Just these: for a filter that keeps few, going through them all beats any index.
    Listed(&'a roaring::RoaringBitmap),
}

/// What a slot stands for.
pub trait Lookup {
    /// The point's position.
    fn position(&self, slot: u32) -> Position;
    /// The same in earth-centred coordinates.
    fn ecef(&self, slot: u32) -> Ecef;
    /// The id, which breaks ties.
    fn id(&self, slot: u32) -> &str;
}

/// Where a search begins.
#[derive(Debug, Clone, Copy)]
pub struct Origin {
    position: Position,
    ecef: Ecef,
}

/// One point of the answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Neighbour {
    /// Its slot.
    pub slot: u32,
    /// Its geodesic distance.
    pub distance: Metres,
}

/// Where an earlier page ended. It says where the last neighbour was, not how far: only who asks
/// for the next page pays for measuring it exactly, and it still counts after the facility is gone.
#[derive(Debug, Clone, PartialEq)]
pub struct After {
    /// The last neighbour's position.
    pub position: Position,
    /// Its id.
    pub id: String,
}

/// The end of an earlier page as seen from a search's origin.
#[derive(Debug, Clone, Copy)]
pub struct Behind<'a> {
    /// The last neighbour's distance by Karney's algorithm, metres.
    distance: f64,
    /// Its id.
    id: &'a str,
}

impl<L: Lookup> Nearest<'_, L> {
    /// The `k` nearest, in order.
    pub fn take(&self, k: usize) -> Vec<Neighbour> {
        // One more than asked: its chord usually proves at once that nothing was missed.
        let mut shortest = Shortest::new(k.saturating_add(1), self.reach2(), |found| {
            self.is_after(found)
        });
        self.search(&mut shortest);
        let found = shortest.into_sorted();
        let mut neighbours = self.measure(found.iter().take(k));
        if let Some(next) = found.get(k) {
            let longest = neighbours
                .iter()
                .fold(0.0, |longest: f64, n| longest.max(n.distance.0));
            if next.chord2 <= square(longest + ROUNDING) {
                let mut rivals = Vec::new();
                self.search(&mut Within {
                    reach2: self.reach2().min(square(longest + ROUNDING)),
                    each: |found| {
                        if self.is_after(found) {
                            rivals.push(found);
                        }
                    },
                });
                neighbours = self.measure(rivals.iter());
            }
        }
        if let Some(Metres(limit)) = self.within {
            neighbours.retain(|n| self.settled(n, limit).distance.0 <= limit);
        }
        self.sort(&mut neighbours);
        neighbours.truncate(k);
        neighbours
    }

    /// How many lie within the distance asked.
    pub fn count(&self) -> u64 {
        let mut count = 0;
        self.visit(|_| count += 1);
        count
    }

    /// Goes through those within the distance asked, in no order.
    pub fn visit(&self, mut each: impl FnMut(u32)) {
        let Some(Metres(limit)) = self.within else {
            match &self.among {
                Among::Listed(slots) => slots.iter().for_each(each),
                Among::Tree {
                    tree,
                    extra,
                    wanted,
                } => {
                    let all = tree.slots().chain(extra.iter().copied());
                    all.filter(|&slot| wanted(slot)).for_each(each);
                }
            }
            return;
        };
        // Up to this chord even the most curved path is short enough, so nothing needs measuring.
        let certain2 = square(chord_of_sharpest_bend(limit) - ROUNDING);
        self.search(&mut Within {
            reach2: self.reach2(),
            each: |found: Found| {
                if found.chord2 <= certain2
                    || self.origin.exact(self.lookup.position(found.slot)) <= limit
                {
                    each(found.slot);
                }
            },
        });
    }

    /// The page after these neighbours begins here.
    pub fn end(&self, last: Neighbour) -> After {
        After {
            position: self.lookup.position(last.slot),
            id: self.lookup.id(last.slot).to_owned(),
        }
    }

    /// The square of the longest chord that can lie within the distance asked.
    fn reach2(&self) -> f64 {
        self.within
            .map_or(f64::INFINITY, |Metres(limit)| square(limit + ROUNDING))
    }

    fn search(&self, search: &mut impl Search) {
        match &self.among {
            Among::Listed(slots) => slots.iter().for_each(|slot| self.offer(slot, search)),
            Among::Tree {
                tree,
                extra,
                wanted,
            } => {
                let joined = extra.iter().copied().filter(|&slot| wanted(slot));
                joined.for_each(|slot| self.offer(slot, search));
                tree.search(self.origin.ecef, &mut Only { wanted, search });
            }
        }
    }

    fn offer(&self, slot: u32, search: &mut impl Search) {
        let chord2 = chord2(self.origin.ecef, self.lookup.ecef(slot));
        if chord2 <= search.reach2() {
            search.offer(Found { chord2, slot });
        }
    }

    fn measure<'f>(&self, found: impl Iterator<Item = &'f Found>) -> Vec<Neighbour> {
        // All are fetched before any is measured: then the memory answers them side by side, not one after the other.
        let fetched: Vec<(&Found, Ecef)> = found
            .map(|found| (found, self.lookup.ecef(found.slot)))
            .collect();
        fetched
            .into_iter()
            .map(|(found, ecef)| {
                let chord = found.chord2.sqrt();
                let distance = if chord <= SERIES_LIMIT {
                    geodesic_of_chord(self.origin.ecef, ecef, chord)
                } else {
                    geodesic_of_vincenty(self.origin.ecef, ecef)
                };
                Neighbour {
                    slot: found.slot,
                    distance: Metres(distance),
                }
            })
            .collect()
    }

    /// By distance, then id. Neighbours whose distances the series cannot tell apart are measured exactly.
    fn sort(&self, neighbours: &mut [Neighbour]) {
        neighbours.sort_unstable_by(|a, b| a.distance.0.total_cmp(&b.distance.0));
        for close in
            neighbours.chunk_by_mut(|a, b| b.distance.0 - a.distance.0 <= 2.0 * SERIES_ERROR)
        {
            if close.len() == 1 {
                continue;
            }
            let first = self.lookup.position(close[0].slot);
            if close.iter().any(|n| self.lookup.position(n.slot) != first) {
                for neighbour in close.iter_mut() {
                    neighbour.distance =
                        Metres(self.origin.exact(self.lookup.position(neighbour.slot)));
                }
            }
            close.sort_unstable_by(|a, b| {
                let by_id = || self.lookup.id(a.slot).cmp(self.lookup.id(b.slot));
                a.distance.0.total_cmp(&b.distance.0).then_with(by_id)
            });
        }
    }

    /// The neighbour with a distance good enough to compare with `limit`.
    fn settled(&self, neighbour: &Neighbour, limit: f64) -> Neighbour {
        let mut neighbour = *neighbour;
        if (neighbour.distance.0 - limit).abs() <= SERIES_ERROR {
            neighbour.distance = Metres(self.origin.exact(self.lookup.position(neighbour.slot)));
        }
        neighbour
    }

    /// Whether the point comes after the end of the page before.
    fn is_after(&self, found: Found) -> bool {
        let Some(Behind { distance: end, id }) = self.after else {
            return true;
        };
        if found.chord2 > square(end + ROUNDING) {
            return true;
        }
        if found.chord2 < square((chord_of_sharpest_bend(end) - ROUNDING).max(0.0)) {
            return false;
        }
        let distance = self.origin.exact(self.lookup.position(found.slot));
        (distance, self.lookup.id(found.slot)) > (end, id)
    }
}

impl Origin {
    /// Prepares a position for searching.
    pub fn new(position: Position) -> Origin {
        Origin {
            position,
            ecef: ecef(position),
        }
    }

    /// The end of an earlier page, measured from here.
    pub fn behind<'a>(&self, after: &'a After) -> Behind<'a> {
        Behind {
            distance: self.exact(after.position),
            id: &after.id,
        }
    }

    fn exact(&self, to: Position) -> f64 {
        self.position.distance(to).0
    }
}

/// A search that only hears of the points that are wanted.
struct Only<'a, S> {
    wanted: &'a dyn Fn(u32) -> bool,
    search: &'a mut S,
}

impl<S: Search> Search for Only<'_, S> {
    fn reach2(&self) -> f64 {
        self.search.reach2()
    }

    fn offer(&mut self, found: Found) {
        if (self.wanted)(found.slot) {
            self.search.offer(found);
        }
    }
}

fn square(x: f64) -> f64 {
    x * x
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    struct List(Vec<(String, Position)>);

    impl Lookup for List {
        fn position(&self, slot: u32) -> Position {
            self.0[slot as usize].1
        }
        fn ecef(&self, slot: u32) -> Ecef {
            ecef(self.position(slot))
        }
        fn id(&self, slot: u32) -> &str {
            &self.0[slot as usize].0
        }
    }

    /// Everything measured by Karney's algorithm and sorted.
    fn brute(list: &List, origin: Position, wanted: impl Fn(u32) -> bool) -> Vec<(f64, String)> {
        let mut all: Vec<(f64, String)> = (0..list.0.len() as u32)
            .filter(|&slot| wanted(slot))
            .map(|slot| {
                (
                    origin.distance(list.position(slot)).0,
                    list.id(slot).to_owned(),
                )
            })
            .collect();
        all.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
        all
    }

    /// A point anywhere in Japan's box, or one of a few crowded towns where distances nearly tie.
    fn anywhere() -> impl Strategy<Value = Position> {
        prop_oneof![
            (122.0..154.0, 20.0..46.0),
            (0..4i32, 0..4i32)
                .prop_map(|(x, y)| (139.7 + f64::from(x) * 1e-7, 35.66 + f64::from(y) * 1e-7)),
            (139.6..139.8, 35.6..35.8),
        ]
        .prop_map(|(lon, lat)| Position::new(lon, lat).unwrap())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]
        #[test]
        fn the_answer_is_that_of_measuring_everything(
            points in prop::collection::vec(anywhere(), 1..200),
            origin in anywhere(),
            k in 1usize..30,
            in_tree in 0usize..200,
            keep in 1u32..4,
            limit in prop::option::of(prop_oneof![0.0..0.1, 0.0..30_000.0, 0.0..3_000_000.0]),
        ) {
            // Ids in no relation to the order of building, so that breaking ties by slot would show.
            let list = List(points.iter().enumerate().map(|(i, &p)| (format!("f{}", (i * 7919) % 1000), p)).collect());
            let slots = 0..points.len() as u32;
            let in_tree = in_tree.min(points.len()) as u32;
            let tree = Tree::build(slots.clone().take(in_tree as usize).map(|slot| (list.ecef(slot), slot)));
            let extra: Vec<u32> = slots.clone().skip(in_tree as usize).collect();
            let wanted = |slot: u32| slot.is_multiple_of(keep);
            let listed: roaring::RoaringBitmap = slots.filter(|&slot| wanted(slot)).collect();
            let mut expected = brute(&list, origin, wanted);
            if let Some(limit) = limit {
                expected.retain(|(distance, _)| *distance <= limit);
            }

            for among in [Among::Tree { tree: &tree, extra: &extra, wanted: &wanted }, Among::Listed(&listed)] {
                let nearest = Nearest { origin: Origin::new(origin), among, within: limit.map(Metres), after: None, lookup: &list };
                prop_assert_eq!(nearest.count() as usize, expected.len());
                // Page after page, until all are seen.
                let mut end: Option<After> = None;
                let mut seen = Vec::new();
                loop {
                    let nearest = Nearest { after: end.as_ref().map(|end| nearest.origin.behind(end)), ..nearest };
                    let page = nearest.take(k);
                    prop_assert!(page.len() <= k);
                    for n in &page {
                        let exact = origin.distance(list.position(n.slot)).0;
                        prop_assert!((n.distance.0 - exact).abs() <= SERIES_ERROR);
                        seen.push((exact, list.id(n.slot).to_owned()));
                    }
                    match page.last() {
                        Some(&last) if page.len() == k => end = Some(nearest.end(last)),
                        _ => break,
                    }
                }
                prop_assert_eq!(&seen, &expected);
            }
        }
    }
}
