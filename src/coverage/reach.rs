//! Who lives within a distance of a facility: 徒歩圏人口.
//!
//! Distances are straight lines over the ground (直線距離): geodesics of the WGS 84 ellipsoid. A
//! search goes by chords, which an index can bound; Karney's algorithm measures wherever chord and
//! geodesic could fall on different sides of the distance asked, so that the answer is right to the
//! person. Exactly at the distance counts as within.

use crate::domain::position::{Metres, Position};
use crate::earth::tree::{Found, Search, Tree};
use crate::earth::{
    Ecef, ROUNDING, SERIES_ERROR, chord_of_sharpest_bend, east_and_north, ecef, geodesic,
    metres_a_degree,
};

use super::population::{Cell, Weight};
use super::shares;

/// Cells between two looks at whether somebody still wants the answer: a few milliseconds' work.
const PATIENCE: usize = 4_096;

/// A facility, there or imagined.
#[derive(Debug, Clone, Copy)]
pub struct Site {
    /// Where it is.
    pub position: Position,
    /// The same in earth-centred coordinates.
    pub ecef: Ecef,
    /// How many can work there, where that is known.
    pub seats: Option<u32>,
}

/// Facilities to be reached, ready to be searched.
pub struct Sites {
    list: Vec<Site>,
    tree: Tree,
}

/// When a square's people count as within.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Method {
    /// All of them when the square's centre is: the handbook's way.
    #[default]
    Centre,
    /// As many as the share of the square's area that is: 面積按分.
    Area,
}

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Ask {
    /// How far.
    pub within: Metres,
    /// When a square counts.
    pub method: Method,
    /// Which people.
    pub weight: Weight,
}

/// How many live somewhere, and how many of them within the distance.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Reached {
    /// All; `None` where no square tells the people asked about.
    pub people: Option<f64>,
    /// Those within.
    pub within: f64,
}

/// Nobody wants the answer any more, or it takes too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("stopped before the end")]
pub struct Stopped;

/// Says whether somebody still waits for the answer.
pub type Patience<'a> = &'a dyn Fn() -> bool;

/// Lists are gone through so many items at a time before somebody is asked whether they still wait.
const ASKED: usize = 1024;

/// Stops a list's work, whose next item has this number from 0, when nobody waits any more.
pub fn still(number: usize, patience: Patience<'_>) -> Result<(), Stopped> {
    if number.is_multiple_of(ASKED) && !patience() {
        return Err(Stopped);
    }
    Ok(())
}

impl Site {
    /// A site at a position.
    pub fn new(position: Position, seats: Option<u32>) -> Site {
        Site {
            position,
            ecef: ecef(position),
            seats,
        }
    }
}

impl Sites {
    /// Prepares sites for searching.
    pub fn new(list: Vec<Site>) -> Sites {
        let tree = Tree::build((0..).zip(&list).map(|(i, site)| (site.ecef, i)));
        Sites { list, tree }
    }

    /// The sites, in the order given.
    pub fn list(&self) -> &[Site] {
        &self.list
    }

    /// Whether any is within the distance of a point.
    pub fn reach(&self, from: Position, at: Ecef, within: Metres) -> bool {
        let mut any = Any {
            sites: self,
            from,
            limits: Limits::new(within),
            found: false,
        };
        self.tree.search(at, &mut any);
        any.found
    }

    /// The distance to the nearest.
    pub fn nearest(&self, from: Position, at: Ecef) -> Option<Metres> {
        let mut closest = Closest {
            sites: self,
            from: (from, at),
            best: f64::INFINITY,
        };
        self.tree.search(at, &mut closest);
        closest.best.is_finite().then_some(Metres(closest.best))
    }

    /// Hands the sites within the distance of a point to `each`, with their distances.
    pub fn each_within(
        &self,
        from: Position,
        at: Ecef,
        within: Metres,
        each: impl FnMut(u32, Metres),
    ) {
        let position = |i: u32| (self.list[i as usize].position, self.list[i as usize].ecef);
        each_within(&self.tree, position, (from, at), within, each);
    }

    /// The share of a square within the distance of any.
    fn share(&self, cell: &Cell, within: Metres) -> f64 {
        let centre = cell.centre();
        let [west, south, east, north] = cell.mesh.bounds();
        let [x, y] = metres_a_degree(centre);
        let half = [(east - west) / 2.0 * x, (north - south) / 2.0 * y];
        let mut around = Around {
            full2: square((within.0 - half[0].hypot(half[1])).max(0.0) * 0.999),
            reach2: square(within.0 + half[0].hypot(half[1]) + 1.0),
            found: Vec::new(),
            full: false,
        };
        self.tree.search(cell.ecef, &mut around);
        if around.full {
            return 1.0;
        }
        let [to_east, to_north] = east_and_north(centre);
        let centres: Vec<shares::Point> = around
            .found
            .iter()
            .map(|found| {
                let site = &self.list[found.slot as usize];
                let chord = found.chord2.sqrt();
                let far = geodesic((centre, cell.ecef), (site.position, site.ecef), chord);
                let along = |unit: Ecef| -> f64 {
                    (0..3)
                        .map(|i| unit[i] * (site.ecef[i] - cell.ecef[i]))
                        .sum()
                };
                let (e, n) = (along(to_east), along(to_north));
                let flat = e.hypot(n);
                if flat > 0.0 {
                    [e / flat * far, n / flat * far]
                } else {
                    [0.0, 0.0]
                }
            })
            .collect();
        shares::covered(half, within.0, &centres)
    }
}

/// How many of the squares' people live within the distance of any site.
pub fn reach<'a>(
    cells: impl IntoIterator<Item = &'a Cell>,
    sites: &Sites,
    ask: &Ask,
    patience: Patience<'_>,
) -> Result<Reached, Stopped> {
    let mut reached = Reached::default();
    each(cells, sites, ask, patience, |_, people, share| {
        if let Some(people) = people {
            *reached.people.get_or_insert(0.0) += people;
            reached.within += people * share;
        }
    })?;
    Ok(reached)
}

/// The same square by square: its people, where the source tells them, and the share of them within.
pub fn each<'a>(
    cells: impl IntoIterator<Item = &'a Cell>,
    sites: &Sites,
    ask: &Ask,
    patience: Patience<'_>,
    mut each: impl FnMut(&'a Cell, Option<f64>, f64),
) -> Result<(), Stopped> {
    let limits = Limits::new(ask.within);
    for (i, cell) in cells.into_iter().enumerate() {
        if i % PATIENCE == PATIENCE - 1 && !patience() {
            return Err(Stopped);
        }
        let share = match ask.method {
            Method::Area => sites.share(cell, ask.within),
            Method::Centre => {
                let mut any = Any {
                    sites,
                    from: cell,
                    limits,
                    found: false,
                };
                sites.tree.search(cell.ecef, &mut any);
                f64::from(u8::from(any.found))
            }
        };
        each(cell, ask.weight.of(cell.people).map(f64::from), share);
    }
    Ok(())
}

/// Hands the numbered points of a tree within the distance of one to `each`, with their distances.
pub fn each_within(
    tree: &Tree,
    position: impl Fn(u32) -> (Position, Ecef),
    from: (Position, Ecef),
    within: Metres,
    mut each: impl FnMut(u32, Metres),
) {
    let mut search = crate::earth::tree::Within {
        reach2: square(within.0 + ROUNDING),
        each: |found: Found| {
            let to = position(found.slot);
            let mut far = geodesic(from, to, found.chord2.sqrt());
            if (far - within.0).abs() <= SERIES_ERROR {
                far = from.0.distance(to.0).0;
            }
            if far <= within.0 {
                each(found.slot, Metres(far));
            }
        },
    };
    tree.search(from.1, &mut search);
}

/// Chords that decide a distance, and those that leave it open.
#[derive(Clone, Copy)]
struct Limits {
    /// Up to here even the most curved way is short enough.
    certain2: f64,
    /// Beyond here not even the straight line is.
    possible2: f64,
    within: f64,
}

impl Limits {
    fn new(Metres(within): Metres) -> Limits {
        Limits {
            certain2: square((chord_of_sharpest_bend(within) - ROUNDING).max(0.0)),
            possible2: square(within + ROUNDING),
            within,
        }
    }
}

/// A place that knows its position only when asked.
trait Here {
    fn here(&self) -> Position;
}

impl Here for Position {
    fn here(&self) -> Position {
        *self
    }
}

impl Here for &Cell {
    fn here(&self) -> Position {
        self.centre()
    }
}

/// Whether anything is within: the first that is ends the search.
struct Any<'a, P> {
    sites: &'a Sites,
    from: P,
    limits: Limits,
    found: bool,
}

impl<P: Here> Search for Any<'_, P> {
    fn reach2(&self) -> f64 {
        if self.found {
            f64::NEG_INFINITY
        } else {
            self.limits.possible2
        }
    }

    fn offer(&mut self, found: Found) {
        self.found |= found.chord2 <= self.limits.certain2 || {
            let to = self.sites.list[found.slot as usize].position;
            self.from.here().distance(to).0 <= self.limits.within
        };
    }
}

/// The shortest geodesic. What has a longer chord than it cannot be nearer.
struct Closest<'a> {
    sites: &'a Sites,
    from: (Position, Ecef),
    best: f64,
}

impl Search for Closest<'_> {
    fn reach2(&self) -> f64 {
        self.best * self.best
    }

    fn offer(&mut self, found: Found) {
        let site = &self.sites.list[found.slot as usize];
        let to = (site.position, site.ecef);
        self.best = self.best.min(geodesic(self.from, to, found.chord2.sqrt()));
    }
}

/// Everything near enough to touch a square, unless one covers it whole.
struct Around {
    full2: f64,
    reach2: f64,
    found: Vec<Found>,
    full: bool,
}

impl Search for Around {
    fn reach2(&self) -> f64 {
        if self.full {
            f64::NEG_INFINITY
        } else {
            self.reach2
        }
    }

    fn offer(&mut self, found: Found) {
        if found.chord2 < self.full2 {
            self.full = true;
        } else {
            self.found.push(found);
        }
    }
}

fn square(x: f64) -> f64 {
    x * x
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::mesh::{Mesh, Size};
    use crate::coverage::population::{People, Placed};
    use crate::domain::municipality::MunicipalityCode;
    use proptest::prelude::*;

    /// A square with so many people.
    fn cell(lon: f64, lat: f64, size: Size, total: u32) -> Cell {
        Cell::new(&Placed {
            mesh: Mesh::at(Position::new(lon, lat).unwrap(), size),
            municipality: MunicipalityCode::new("13101").unwrap(),
            ward: None,
            people: People {
                total,
                working: total.is_multiple_of(2).then_some(total / 2),
                aged: None,
            },
        })
    }

    fn ask(within: f64) -> Ask {
        Ask {
            within: Metres(within),
            method: Method::Centre,
            weight: Weight::Total,
        }
    }

    fn sites(at: &[Position]) -> Sites {
        Sites::new(at.iter().map(|&at| Site::new(at, None)).collect())
    }

    fn place() -> impl Strategy<Value = Position> {
        prop_oneof![(139.5..139.9, 35.5..35.9), (141.0..141.1, 43.0..43.1)]
            .prop_map(|(lon, lat)| Position::new(lon, lat).unwrap())
    }

    fn cells() -> impl Strategy<Value = Vec<Cell>> {
        let one = (place(), 0usize..4, 0u32..5_000)
            .prop_map(|(at, size, people)| cell(at.lon(), at.lat(), Size::ALL[size], people));
        prop::collection::vec(one, 0..200)
    }

    fn covered(cells: &[Cell], sites: &Sites, ask: &Ask) -> f64 {
        reach(cells, sites, ask, &|| true).unwrap().within
    }

    /// Everything measured by Karney's algorithm.
    fn brute(cells: &[Cell], sites: &[Position], within: f64) -> f64 {
        let near = |cell: &&Cell| {
            sites
                .iter()
                .any(|&site| cell.centre().distance(site).0 <= within)
        };
        cells
            .iter()
            .filter(near)
            .map(|cell| f64::from(cell.people.total))
            .sum()
    }

    #[test]
    fn exactly_at_the_distance_is_within() {
        let home = cell(139.7, 35.7, Size::M500, 100);
        for (lon, lat) in [(139.71, 35.7), (139.7, 35.71), (139.705, 35.693)] {
            let hub = Position::new(lon, lat).unwrap();
            let exact = home.centre().distance(hub).0;
            let shorter = f64::from_bits(exact.to_bits() - 1);
            assert_eq!(covered(&[home], &sites(&[hub]), &ask(exact)), 100.0);
            assert_eq!(covered(&[home], &sites(&[hub]), &ask(shorter)), 0.0);
        }
    }

    #[test]
    fn people_a_source_does_not_tell_are_not_none() {
        let told = [
            cell(139.7, 35.7, Size::M500, 100),
            cell(139.71, 35.7, Size::M500, 7),
        ];
        let of = |weight| {
            let ask = Ask { weight, ..ask(1e5) };
            reach(&told, &sites(&[told[0].centre()]), &ask, &|| true).unwrap()
        };
        assert_eq!(of(Weight::Total).people, Some(107.0));
        assert_eq!(
            of(Weight::Working),
            Reached {
                people: Some(50.0),
                within: 50.0
            }
        );
        assert_eq!(
            of(Weight::Aged),
            Reached {
                people: None,
                within: 0.0
            }
        );
    }

    #[test]
    fn who_does_not_want_the_answer_any_more_is_not_kept_waiting() {
        let many = vec![cell(139.7, 35.7, Size::M500, 1); 2 * PATIENCE];
        let none = sites(&[]);
        assert_eq!(reach(&many, &none, &ask(800.0), &|| false), Err(Stopped));
        assert_eq!(none.nearest(many[0].centre(), many[0].ecef), None);
    }

    #[test]
    fn half_a_square_counts_half_by_area() {
        // A hub on the middle of the square's eastern side that reaches exactly to its centre line.
        let home = cell(139.7, 35.7, Size::M500, 1000);
        let [west, south, east, north] = home.mesh.bounds();
        let hub = Position::exact(east, (south + north) / 2.0).unwrap();
        let centre = Position::exact((west + east) / 2.0, (south + north) / 2.0).unwrap();
        let half_width = centre.distance(hub).0;
        let area = Ask {
            method: Method::Area,
            ..ask(half_width)
        };
        let half_height = Position::exact(east, south).unwrap().distance(hub).0;
        // The half disc, but for what sticks out north and south.
        let angle = (half_height / half_width).asin();
        let disc = half_width * half_width * angle
            + half_height * (half_width * half_width - half_height * half_height).sqrt();
        let share = disc / (4.0 * half_width * half_height);
        let found = covered(&[home], &sites(&[hub]), &area);
        assert!((found / 1000.0 - share).abs() < 1e-4, "{found} {share}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn the_people_are_those_of_measuring_everything(
            cells in cells(), hubs in prop::collection::vec(place(), 0..30), within in prop_oneof![1.0..3_000.0, 1.0..60_000.0],
        ) {
            let all = sites(&hubs);
            prop_assert_eq!(covered(&cells, &all, &ask(within)), brute(&cells, &hubs, within));
            for cell in &cells {
                let nearest = hubs.iter().map(|&hub| cell.centre().distance(hub).0).fold(f64::INFINITY, f64::min);
                match all.nearest(cell.centre(), cell.ecef) {
                    Some(found) => prop_assert!((found.0 - nearest).abs() <= SERIES_ERROR),
                    None => prop_assert!(hubs.is_empty()),
                }
                let mut found = 0;
                all.each_within(cell.centre(), cell.ecef, Metres(within), |_, _| found += 1);
                prop_assert_eq!(found, hubs.iter().filter(|&&hub| cell.centre().distance(hub).0 <= within).count());
                prop_assert_eq!(all.reach(cell.centre(), cell.ecef, Metres(within)), found > 0);
            }
        }

        #[test]
        fn what_planners_take_for_granted(
            cells in cells(), a in prop::collection::vec(place(), 0..12), b in prop::collection::vec(place(), 0..12),
            within in 1.0..20_000.0, more in 0.0..20_000.0, cut in 0usize..200,
        ) {
            let both: Vec<Position> = a.iter().chain(&b).copied().collect();
            let of = |hubs: &[Position], within| covered(&cells, &sites(hubs), &ask(within));
            // More reach and more facilities never serve fewer.
            prop_assert!(of(&a, within + more) >= of(&a, within));
            prop_assert!(of(&both, within) >= of(&a, within));
            // The parts of a partition sum to the whole.
            let (left, right) = cells.split_at(cut.min(cells.len()));
            let part = |cells: &[Cell]| covered(cells, &sites(&a), &ask(within));
            prop_assert_eq!(part(left) + part(right), part(&cells));
            // Who is served by either is served by one, by the other, or by both.
            let by_both: f64 = cells.iter().filter(|cell| {
                let by = |hubs: &[Position]| sites(hubs).reach(cell.centre(), cell.ecef, Metres(within));
                by(&a) && by(&b)
            }).map(|cell| f64::from(cell.people.total)).sum();
            prop_assert_eq!(of(&both, within), of(&a, within) + of(&b, within) - by_both);
        }

        #[test]
        fn by_area_is_what_counting_the_ground_finds(
            hubs in prop::collection::vec((139.69..139.72, 35.69..35.72), 1..8), within in 50.0..1_500.0, size in 0usize..4,
        ) {
            let home = cell(139.705, 35.705, Size::ALL[size], 1_000_000);
            let hubs: Vec<Position> = hubs.into_iter().map(|(lon, lat)| Position::new(lon, lat).unwrap()).collect();
            let found = covered(&[home], &sites(&hubs), &Ask { method: Method::Area, ..ask(within) }) / 1e6;
            const GRID: usize = 40;
            let [west, south, east, north] = home.mesh.bounds();
            let mut inside = 0;
            for i in 0..GRID * GRID {
                let at = |low: f64, high: f64, k: usize| low + (high - low) * (k as f64 + 0.5) / GRID as f64;
                let point = Position::exact(at(west, east, i / GRID), at(south, north, i % GRID)).unwrap();
                inside += usize::from(hubs.iter().any(|&hub| point.distance(hub).0 <= within));
            }
            let counted = inside as f64 / (GRID * GRID) as f64;
            prop_assert!((found - counted).abs() < 0.03, "{found} {counted}");
        }
    }
}
