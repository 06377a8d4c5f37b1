//! Nearest on the WGS 84 ellipsoid, exactly.
//!
//! The search runs over straight lines through the earth (chords), because an index can bound
//! those; the answer is ordered and reported by the geodesic. Two facts make it exact:
//!
//! 1. A geodesic is never shorter than its chord. So when the `k` shortest chords have been
//!    measured and the longest of their geodesics is `s`, only points with a chord of at most `s`
//!    can still belong to the answer. Those are fetched too (usually none) before sorting.
//! 2. Up to [`SERIES_LIMIT`] the geodesic is taken from the chord by a series that errs less than
//!    [`SERIES_ERROR`]; wherever two distances are too close for that to decide, both are measured
//!    by Karney's algorithm. Equal distances are ordered by id.

use crate::domain::position::{Metres, Position};

use super::tree::{Ecef, Found, Search, Shortest, Tree, Within, chord2};

/// WGS 84: equatorial radius in metres and flattening.
const A: f64 = 6_378_137.0;
const F: f64 = 1.0 / 298.257_223_563;
/// First eccentricity squared.
const E2: f64 = F * (2.0 - F);
/// The smallest radius of curvature anywhere on the ellipsoid: along the meridian at the equator.
const SMALLEST_RADIUS: f64 = A * (1.0 - E2);

/// Chords up to this many metres are turned into geodesics by the series.
const SERIES_LIMIT: f64 = 50_000.0;
/// The series' error bound in metres up to the limit; a test measures a fraction of it.
const SERIES_ERROR: f64 = 5e-5;
/// Earth-centred coordinates of 6 million metres are exact to a nanometre; this is a thousand of them.
const ROUNDING: f64 = 1e-6;

/// A question for the nearest points.
pub struct Nearest<'a, L> {
    /// From where.
    pub origin: Origin,
    /// Which points count.
    pub among: Among<'a>,
    /// At most how far.
    pub within: Option<Metres>,
    /// Where the page before ended.
    pub after: Option<&'a After>,
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

/// Where an earlier page ended.
#[derive(Debug, Clone, PartialEq)]
pub struct After {
    /// The last neighbour's distance by Karney's algorithm.
    pub distance: Metres,
    /// Its id.
    pub id: String,
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
        let Some(Metres(limit)) = self.within else {
            return match &self.among {
                Among::Listed(slots) => slots.len(),
                Among::Tree {
                    tree,
                    extra,
                    wanted,
                } => tree
                    .slots()
                    .chain(extra.iter().copied())
                    .filter(|&slot| wanted(slot))
                    .count() as u64,
            };
        };
        // Up to this chord even the most curved path is short enough, so nothing needs measuring.
        let certain2 = square(chord_of_sharpest_bend(limit) - ROUNDING);
        let mut count = 0;
        self.search(&mut Within {
            reach2: self.reach2(),
            each: |found: Found| {
                let inside = found.chord2 <= certain2
                    || self.origin.exact(self.lookup.position(found.slot)) <= limit;
                count += u64::from(inside);
            },
        });
        count
    }

    /// The page after these neighbours begins here.
    pub fn end(&self, last: Neighbour) -> After {
        After {
            distance: Metres(self.origin.exact(self.lookup.position(last.slot))),
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
        found
            .map(|found| {
                let chord = found.chord2.sqrt();
                let distance = if chord <= SERIES_LIMIT {
                    geodesic_of_chord(self.origin.ecef, self.lookup.ecef(found.slot), chord)
                } else {
                    self.origin.exact(self.lookup.position(found.slot))
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
        let Some(After {
            distance: Metres(end),
            id,
        }) = self.after
        else {
            return true;
        };
        if found.chord2 > square(end + ROUNDING) {
            return true;
        }
        if found.chord2 < square((chord_of_sharpest_bend(*end) - ROUNDING).max(0.0)) {
            return false;
        }
        let distance = self.origin.exact(self.lookup.position(found.slot));
        (distance, self.lookup.id(found.slot)) > (*end, id)
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

/// Earth-centred coordinates of a position on the ellipsoid.
pub fn ecef(position: Position) -> Ecef {
    let (sin_lat, cos_lat) = position.lat().to_radians().sin_cos();
    let (sin_lon, cos_lon) = position.lon().to_radians().sin_cos();
    let n = A / (1.0 - E2 * sin_lat * sin_lat).sqrt();
    [
        n * cos_lat * cos_lon,
        n * cos_lat * sin_lon,
        n * (1.0 - E2) * sin_lat,
    ]
}

/// The geodesic from its chord: an arc whose radius is the ellipsoid's own in the chord's direction
/// at its middle (Euler's formula), to the fifth power of the chord.
fn geodesic_of_chord(a: Ecef, b: Ecef, chord: f64) -> f64 {
    if chord == 0.0 {
        return 0.0;
    }
    let middle = [
        (a[0] + b[0]) / 2.0,
        (a[1] + b[1]) / 2.0,
        (a[2] + b[2]) / 2.0,
    ];
    let axis_distance2 = middle[0] * middle[0] + middle[1] * middle[1];
    // East at the middle is (-y, x, 0) / distance from the axis; its share of the chord is the azimuth's sine.
    let eastward = (b[1] - a[1]) * middle[0] - (b[0] - a[0]) * middle[1];
    let sin2_azimuth = (eastward * eastward / (axis_distance2 * chord * chord)).min(1.0);
    // tan(latitude) = z / ((1 - e²) · distance from the axis)
    let tan2 = middle[2] * middle[2] / ((1.0 - E2) * (1.0 - E2) * axis_distance2);
    let w2 = 1.0 - E2 * tan2 / (1.0 + tan2);
    let across = A / w2.sqrt();
    let along = across * (1.0 - E2) / w2;
    let bend = (1.0 - sin2_azimuth) / along + sin2_azimuth / across;
    let x = chord * chord * bend * bend;
    chord * (1.0 + x * (1.0 / 24.0 + x * (3.0 / 640.0)))
}

/// The chord of a path of `length` metres bent as sharply as a geodesic ever is. By Schur's
/// comparison theorem no geodesic of that length has a shorter chord.
fn chord_of_sharpest_bend(length: f64) -> f64 {
    let angle = (length / (2.0 * SMALLEST_RADIUS)).min(std::f64::consts::FRAC_PI_2);
    2.0 * SMALLEST_RADIUS * angle.sin()
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
                    let nearest = Nearest { after: end.as_ref(), ..nearest };
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

        #[test]
        fn the_series_keeps_its_bound(
            origin in (122.0..154.0, 20.0..46.0), azimuth in 0.0..std::f64::consts::TAU, reach in 0.0..SERIES_LIMIT,
        ) {
            let from = Position::new(origin.0, origin.1).unwrap();
            let (north, east) = (azimuth.cos() * reach / 111_000.0, azimuth.sin() * reach / 111_000.0);
            if let Ok(to) = Position::new(origin.0 + east / origin.1.to_radians().cos(), origin.1 + north) {
                let (a, b) = (ecef(from), ecef(to));
                let chord = chord2(a, b).sqrt();
                if chord <= SERIES_LIMIT {
                    let error = (geodesic_of_chord(a, b, chord) - from.distance(to).0).abs();
                    // Two thirds: the bound must not be met by chance.
                    prop_assert!(error <= SERIES_ERROR * 2.0 / 3.0, "{error} m at {chord} m");
                }
            }
        }

        #[test]
        fn a_geodesic_lies_between_its_two_bounds(a in anywhere(), b in anywhere()) {
            let (chord, geodesic) = (chord2(ecef(a), ecef(b)).sqrt(), a.distance(b).0);
            prop_assert!(chord <= geodesic + ROUNDING);
            prop_assert!(chord >= chord_of_sharpest_bend(geodesic) - ROUNDING);
        }
    }
}
