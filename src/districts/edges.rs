//! An index over polygons with many corners: whether a point lies inside, without visiting every corner.
//!
//! The answers equal those of [`geo`], borders included. Uploaded polygons may have tens of thousands
//! of corners, and every square and town is tested against them.

use geo::algorithm::kernels::{Kernel, Orientation, RobustKernel};
use geo::coordinate_position::{CoordPos, coord_pos_relative_to_ring};
use geo::{BoundingRect, Coord, Line, LineString, MultiPolygon};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

/// Rings of fewer corners are gone through.
const FEW: usize = 24;
/// Degrees, a tenth of a millimetre: what is as near as that to an edge is measured exactly. Where
/// an edge meets a latitude is computed to a thousandth of it.
const SLACK: f64 = 1e-9;

/// Polygons, ready to be asked about many points.
pub(super) struct Index {
    polygons: Vec<Parts>,
    boxes: Boxes,
}

/// A polygon's rings.
struct Parts {
    outer: Ring,
    holes: Vec<Ring>,
    boxes: Boxes,
}

enum Ring {
    Small(LineString),
    Large(Edges),
}

/// Boxes around things, which are told by their numbers.
struct Boxes(RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>);

/// The edges of a ring: a tree over the spans of latitude between its corners. Each edge is kept
/// with the few widest nodes it goes through from their south to their north. There it lies
/// either east or west of each other edge, as a ring does not cross itself.
struct Edges {
    lines: Vec<Line>,
    /// Of all corners, each once, from the south.
    latitudes: Vec<f64>,
    /// The edges whose northern end has the latitude, and those that run along it.
    tops: Vec<Vec<u32>>,
    /// The root is the first, the children of each are 2n and 2n + 1.
    nodes: Vec<Node>,
    leaves: usize,
}

#[derive(Default)]
struct Node {
    south: f64,
    north: f64,
    /// From the west.
    entries: Vec<Entry>,
    /// Edges that do cross others.
    loose: Vec<u32>,
}

struct Entry {
    line: u32,
    /// How often this edge and those east of it go round a point west of them.
    winding: i32,
    /// Where it meets the node's southern and northern end, east of all before it or as far.
    south: f64,
    north: f64,
}

impl Index {
    pub(super) fn new(polygons: &MultiPolygon) -> Index {
        let rings = polygons.iter().map(|polygon| polygon.exterior());
        Index {
            boxes: Boxes::new(rings),
            polygons: polygons
                .iter()
                .map(|polygon| Parts {
                    outer: Ring::new(polygon.exterior()),
                    holes: polygon.interiors().iter().map(Ring::new).collect(),
                    boxes: Boxes::new(polygon.interiors()),
                })
                .collect(),
        }
    }

    /// Whether the point's place is a wanted one in any polygon.
    pub(super) fn any(&self, point: Coord, wanted: impl Fn(CoordPos) -> bool) -> bool {
        let mut around = self.boxes.around(point);
        around.any(|number| wanted(self.polygons[number].place(point)))
    }
}

impl Parts {
    fn place(&self, point: Coord) -> CoordPos {
        let outer = self.outer.place(point);
        if outer != CoordPos::Inside {
            return outer;
        }
        let holes = self.boxes.around(point);
        let holes = holes.map(|number| (number, self.holes[number].place(point)));
        let first = holes
            .filter(|(_, place)| *place != CoordPos::Outside)
            .min_by_key(|(number, _)| *number);
        match first {
            None => CoordPos::Inside,
            Some((_, CoordPos::OnBoundary)) => CoordPos::OnBoundary,
            Some(_) => CoordPos::Outside,
        }
    }
}

impl Boxes {
    fn new<'a>(rings: impl IntoIterator<Item = &'a LineString>) -> Boxes {
        let boxes = rings.into_iter().enumerate().filter_map(|(number, ring)| {
            let (low, high) = (ring.bounding_rect()?.min(), ring.bounding_rect()?.max());
            let around = Rectangle::from_corners([low.x, low.y], [high.x, high.y]);
            Some(GeomWithData::new(around, number))
        });
        Boxes(RTree::bulk_load(boxes.collect()))
    }

    fn around(&self, point: Coord) -> impl Iterator<Item = usize> {
        let point = AABB::from_point([point.x, point.y]);
        let found = self.0.locate_in_envelope_intersecting(point);
        found.map(|around| around.data)
    }
}

impl Ring {
    fn new(ring: &LineString) -> Ring {
        if ring.0.len() < FEW {
            Ring::Small(ring.clone())
        } else {
            Ring::Large(Edges::new(ring))
        }
    }

    fn place(&self, point: Coord) -> CoordPos {
        match self {
            Ring::Small(ring) => coord_pos_relative_to_ring(point, ring),
            Ring::Large(edges) => edges.place(point),
        }
    }
}

impl Edges {
    fn new(ring: &LineString) -> Edges {
        let lines: Vec<Line> = ring.lines().collect();
        let mut latitudes: Vec<f64> = ring.coords().map(|corner| corner.y).collect();
        latitudes.sort_by(f64::total_cmp);
        latitudes.dedup();
        let rank = |y: f64| latitudes.partition_point(|latitude| *latitude < y);
        let leaves = latitudes.len().max(2).next_power_of_two();
        let mut held: Vec<Vec<u32>> = vec![Vec::new(); 2 * leaves];
        let mut tops: Vec<Vec<u32>> = vec![Vec::new(); latitudes.len()];
        for (number, line) in (0..).zip(&lines) {
            let (start, end) = (rank(line.start.y), rank(line.end.y));
            tops[start.max(end)].push(number);
            let (mut from, mut to) = (start.min(end) + leaves, start.max(end) + leaves);
            while from < to {
                if from % 2 == 1 {
                    held[from].push(number);
                    from += 1;
                }
                if to % 2 == 1 {
                    to -= 1;
                    held[to].push(number);
                }
                (from, to) = (from / 2, to / 2);
            }
        }
        let nodes = held.into_iter().enumerate().map(|(number, held)| {
            if held.is_empty() {
                return Node::default();
            }
            // The leaves below it.
            let row = 1_usize << number.ilog2();
            let first = (number - row) * (leaves / row);
            let ends = (latitudes[first], latitudes[first + leaves / row]);
            Node::new(&lines, held, ends)
        });
        Edges {
            nodes: nodes.collect(),
            lines,
            latitudes,
            tops,
            leaves,
        }
    }

    fn place(&self, point: Coord) -> CoordPos {
        let above = self.latitudes.partition_point(|south| *south <= point.y);
        let Some(span) = above.checked_sub(1) else {
            return CoordPos::Outside;
        };
        let steps = |numbers: &[u32]| -> Option<i32> {
            let each = numbers.iter();
            each.map(|number| step(self.lines[*number as usize], point))
                .sum()
        };
        let mut winding = 0;
        if self.latitudes[span] == point.y {
            let Some(turns) = steps(&self.tops[span]) else {
                return CoordPos::OnBoundary;
            };
            winding += turns;
        }
        let mut number = if above < self.latitudes.len() {
            self.leaves + span
        } else {
            0
        };
        while number > 0 {
            let node = &self.nodes[number];
            let (near, east) = node.near(point);
            let near = near
                .iter()
                .map(|entry| step(self.lines[entry.line as usize], point));
            let (Some(near), Some(loose)) = (near.sum::<Option<i32>>(), steps(&node.loose)) else {
                return CoordPos::OnBoundary;
            };
            winding += near + loose + east;
            number /= 2;
        }
        match winding {
            0 => CoordPos::Outside,
            _ => CoordPos::Inside,
        }
    }
}

impl Node {
    fn new(lines: &[Line], held: Vec<u32>, (south, north): (f64, f64)) -> Node {
        let entry = |line: u32| Entry {
            line,
            winding: 0,
            south: longitude(lines[line as usize], south),
            north: longitude(lines[line as usize], north),
        };
        let mut all: Vec<Entry> = held.into_iter().map(entry).collect();
        let middle = |entry: &Entry| entry.south + entry.north;
        all.sort_by(|a, b| middle(a).total_cmp(&middle(b)));
        let (mut entries, mut loose) = (Vec::with_capacity(all.len()), Vec::new());
        let mut east = [f64::NEG_INFINITY; 2];
        for entry in all {
            let ends = [entry.south.max(east[0]), entry.north.max(east[1])];
            if ends[0] - entry.south > SLACK / 2.0 || ends[1] - entry.north > SLACK / 2.0 {
                loose.push(entry.line);
                continue;
            }
            east = ends;
            let [south, north] = ends;
            entries.push(Entry {
                south,
                north,
                ..entry
            });
        }
        let mut winding = 0;
        for entry in entries.iter_mut().rev() {
            let line = lines[entry.line as usize];
            winding += if line.start.y < line.end.y { 1 } else { -1 };
            entry.winding = winding;
        }
        Node {
            south,
            north,
            entries,
            loose,
        }
    }

    /// The edges that the point may lie on or on either side of, and what those east of it add.
    fn near(&self, point: Coord) -> (&[Entry], i32) {
        if self.entries.is_empty() {
            return (&[], 0);
        }
        // Of entries in order these are in order, however they are rounded.
        let share = (point.y - self.south) / (self.north - self.south);
        let at = |entry: &Entry| entry.south * (1.0 - share) + entry.north * share;
        let entries = &self.entries;
        let from = entries.partition_point(|entry| at(entry) + SLACK < point.x);
        let to = entries.partition_point(|entry| at(entry) - SLACK <= point.x);
        let east = entries.get(to).map_or(0, |entry| entry.winding);
        (entries.get(from..to).unwrap_or_default(), east)
    }
}

/// Where an edge meets a latitude between its ends.
fn longitude(line: Line, y: f64) -> f64 {
    let (start, end) = (line.start, line.end);
    if y == end.y {
        return end.x;
    }
    start.x + (end.x - start.x) * ((y - start.y) / (end.y - start.y))
}

/// What an edge adds to how often its ring goes round a point; `None` if the point lies on it. It
/// is what [`coord_pos_relative_to_ring`] does with each.
fn step(line: Line, point: Coord) -> Option<i32> {
    let (start, end) = (line.start, line.end);
    let goes_up = start.y <= point.y;
    if (goes_up && end.y < point.y) || (!goes_up && end.y > point.y) {
        return Some(0);
    }
    let is_between = start.x.min(end.x) <= point.x && point.x <= start.x.max(end.x);
    match RobustKernel::orient2d(start, end, point) {
        Orientation::Collinear if is_between => None,
        Orientation::CounterClockwise if goes_up && end.y != point.y => Some(1),
        Orientation::Clockwise if !goes_up => Some(-1),
        _ => Some(0),
    }
}

#[cfg(test)]
mod tests {
    use geo::coordinate_position::CoordinatePosition;
    use geo::{Polygon, coord, polygon};
    use proptest::prelude::*;

    use super::*;

    /// Teeth from a spine, leaning, of heights of a few steps: many corners share a latitude.
    fn comb(west: f64, lean: f64, heights: &[u8]) -> Polygon {
        let mut ring = vec![(west, 35.0)];
        for (tooth, height) in (0..).zip(heights) {
            let x = west + f64::from(tooth) * 0.25;
            let top = 35.25 + f64::from(*height) / 8.0;
            let lean = lean * (top - 35.125);
            ring.extend([(x, 35.125), (x + lean, top), (x + lean + 0.125, top)]);
            ring.push((x + 0.125, 35.125));
        }
        let east = ring[ring.len() - 1].0;
        ring.push((east, 35.0));
        Polygon::new(LineString::from(ring), vec![])
    }

    fn same(polygons: &MultiPolygon, point: Coord) -> Result<(), TestCaseError> {
        let index = Index::new(polygons);
        for wanted in [CoordPos::Inside, CoordPos::OnBoundary, CoordPos::Outside] {
            let plain = polygons.iter().any(|polygon| {
                let around = polygon.bounding_rect().unwrap();
                use geo::Intersects;
                around.intersects(&point) && polygon.coordinate_position(&point) == wanted
            });
            prop_assert_eq!(
                index.any(point, |place| place == wanted),
                plain,
                "{:?}",
                point
            );
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn a_point_lies_where_every_corner_says(
            heights in prop::collection::vec(0_u8..16, 6..40),
            leans in prop::collection::vec(-2.0..2.0_f64, 1..4),
            is_straight: bool,
            is_turned: bool,
            on_grid in prop::collection::vec((-8_i16..100, -2_i16..24), 40),
            free in prop::collection::vec((0.0..1.0_f64, 0.0..1.0_f64), 40),
            along in prop::collection::vec((any::<prop::sample::Index>(), 0.0..=1.0_f64), 20),
        ) {
            let combs = (0..).zip(&leans).map(|(number, lean)| {
                let lean = if is_straight { 0.0 } else { *lean };
                let mut comb = comb(135.0 + f64::from(number) * 0.0625, lean, &heights);
                // The first has the shape of a smaller one as its hole.
                if number == 0 {
                    let hole = comb.exterior().0.iter().map(|c| coord! {
                        x: 135.5 + (c.x - 135.0) / 64.0, y: 35.03125 + (c.y - 35.0) / 64.0
                    });
                    comb.interiors_push(LineString::new(hole.collect()));
                }
                comb
            });
            let mut combs = MultiPolygon::new(combs.collect());
            if is_turned {
                use geo::MapCoords;
                combs = combs.map_coords(|c| coord! { x: c.y + 100.0, y: c.x - 100.0 });
            }
            let bounds = combs.bounding_rect().unwrap();
            for (x, y) in on_grid {
                let at = coord! { x: 135.0 + f64::from(x) / 16.0, y: 35.0 + f64::from(y) / 8.0 };
                let turned = coord! { x: at.y + 100.0, y: at.x - 100.0 };
                same(&combs, if is_turned { turned } else { at })?;
            }
            for (x, y) in free {
                let low = bounds.min();
                same(&combs, coord! { x: low.x + x * bounds.width(), y: low.y + y * bounds.height() })?;
            }
            let lines: Vec<Line> = combs.iter().flat_map(|p| p.exterior().lines()).collect();
            for (line, share) in along {
                let line = line.get(&lines);
                same(&combs, line.start)?;
                same(&combs, line.start + line.delta() * share)?;
            }
        }

        /// Rings that cross themselves are no areas, but are answered alike.
        #[test]
        fn a_ring_that_crosses_itself_is_answered_alike(
            corners in prop::collection::vec((0_u8..24, 0_u8..24), 24..60),
            points in prop::collection::vec((0_u8..96, 0_u8..96), 40),
        ) {
            let at = |(x, y): (u8, u8), of: f64| coord! { x: 135.0 + f64::from(x) / of, y: 35.0 + f64::from(y) / of };
            let ring = corners.into_iter().map(|corner| at(corner, 8.0)).collect();
            let tangle = MultiPolygon::new(vec![Polygon::new(LineString::new(ring), vec![])]);
            for point in points {
                same(&tangle, at(point, 32.0))?;
            }
        }
    }

    #[test]
    fn few_edges_are_looked_at() {
        let heights: Vec<u8> = (0..5_000).map(|tooth| (tooth * 7 % 16) as u8).collect();
        let edges = Edges::new(comb(125.0, 0.0, &heights).exterior());
        let point = coord! { x: 700.05, y: 35.3 };
        assert_eq!(edges.place(point), CoordPos::Inside);
        let (mut number, mut looked) = (edges.leaves, 0);
        number += edges.latitudes.partition_point(|south| *south <= point.y) - 1;
        while number > 0 {
            looked += edges.nodes[number].near(point).0.len() + edges.nodes[number].loose.len();
            number /= 2;
        }
        assert!(looked < 4, "{looked} of {}", edges.lines.len());
        let small = polygon![(x: 1.0, y: 1.0), (x: 2.0, y: 1.0), (x: 2.0, y: 2.0)];
        assert!(matches!(Ring::new(small.exterior()), Ring::Small(_)));
    }
}
