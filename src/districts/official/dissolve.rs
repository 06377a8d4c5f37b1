//! Dissolves areas into one by removing the edges that two of them share.

use std::f64::consts::TAU;

use super::super::rings::{Point, area2, edges, holds};

/// An outline, counter-clockwise, and the holes in it, clockwise; no position twice in a row, nor the
/// first again at the end.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Polygon {
    pub outline: Vec<Point>,
    pub holes: Vec<Vec<Point>>,
}

/// The area that some rings enclose together: outlines counter-clockwise, holes clockwise. Neighbours
/// share vertices; where they do not quite, the gap stays.
pub(super) fn dissolved<'a>(rings: impl Iterator<Item = &'a [Point]>) -> Vec<Polygon> {
    let mut all: Vec<(Point, Point)> = rings.flat_map(edges).filter(|(a, b)| a != b).collect();
    all.sort_unstable();
    // The same edge twice the same way is the same ground twice.
    all.dedup();
    let open: Vec<(Point, Point)> = all
        .iter()
        .copied()
        .filter(|(a, b)| all.binary_search(&(*b, *a)).is_err())
        .collect();
    let rings = joined(&open);
    let (outlines, holes): (Vec<_>, Vec<_>) = rings
        .into_iter()
        .map(|ring| (area2(&ring), ring))
        .filter(|(area, _)| *area != 0)
        .partition(|(area, _)| *area > 0);
    let mut polygons: Vec<Placed> = outlines.into_iter().map(Placed::new).collect();
    // The smallest first: a hole belongs to the smallest outline around it.
    polygons.sort_by(|a, b| (a.area, &a.polygon.outline).cmp(&(b.area, &b.polygon.outline)));
    for (_, hole) in holes {
        // The middle of an edge: a hole may touch its outline in a vertex, but shares no edge.
        let middle = [0, 1].map(|axis| i64::from(hole[0][axis]) + i64::from(hole[1][axis]));
        if let Some(around) = polygons.iter_mut().find(|placed| placed.holds(middle)) {
            around.polygon.holes.push(hole);
        }
    }
    let mut polygons: Vec<Polygon> = polygons.into_iter().map(|placed| placed.polygon).collect();
    // The largest first, as people expect the mainland before its rocks.
    polygons.reverse();
    polygons
}

struct Placed {
    polygon: Polygon,
    area: i128,
    low: Point,
    high: Point,
}

impl Placed {
    fn new((area, outline): (i128, Vec<Point>)) -> Placed {
        let corner = |pick: fn(i32, i32) -> i32| {
            let both = outline.iter().copied();
            both.reduce(|a, b| [pick(a[0], b[0]), pick(a[1], b[1])])
                .unwrap_or_default()
        };
        Placed {
            area,
            low: corner(i32::min),
            high: corner(i32::max),
            polygon: Polygon {
                outline,
                holes: Vec::new(),
            },
        }
    }

    /// Whether a point in half units lies in the outline.
    fn holds(&self, point: [i64; 2]) -> bool {
        let between = |axis: usize| {
            (2 * i64::from(self.low[axis])..=2 * i64::from(self.high[axis])).contains(&point[axis])
        };
        between(0) && between(1) && holds(&self.polygon.outline, point)
    }
}

/// Joins edges, sorted, end to start. Where rings touch in a point each keeps to its own side: of
/// the ways on, the first to the left is taken.
fn joined(open: &[(Point, Point)]) -> Vec<Vec<Point>> {
    let mut is_taken = vec![false; open.len()];
    let mut rings = Vec::new();
    for first in 0..open.len() {
        if std::mem::replace(&mut is_taken[first], true) {
            continue;
        }
        let start = open[first].0;
        let mut ring = vec![start];
        let mut last = open[first];
        while last.1 != start {
            ring.push(last.1);
            let back = bearing(last.1, last.0);
            let turn = |way: usize| match (back - bearing(open[way].0, open[way].1)).rem_euclid(TAU)
            {
                // Straight back is the last resort.
                0.0 => TAU,
                turn => turn,
            };
            let from = open.partition_point(|(a, _)| *a < last.1);
            let ways = (from..open.len())
                .take_while(|way| open[*way].0 == last.1)
                .filter(|way| !is_taken[*way]);
            let Some(next) = ways.min_by(|a, b| turn(*a).total_cmp(&turn(*b))) else {
                // Only rings that overlap end here: what cannot be closed is no area.
                ring.clear();
                break;
            };
            is_taken[next] = true;
            last = open[next];
        }
        if ring.len() > 2 {
            rings.push(ring);
        }
    }
    rings
}

fn bearing(from: Point, to: Point) -> f64 {
    let away = |axis: usize| f64::from(to[axis]) - f64::from(from[axis]);
    away(1).atan2(away(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(west: i32, south: i32, side: i32) -> Vec<Point> {
        let (east, north) = (west + side, south + side);
        vec![[west, south], [east, south], [east, north], [west, north]]
    }

    fn of(rings: &[Vec<Point>]) -> Vec<Polygon> {
        dissolved(rings.iter().map(Vec::as_slice))
    }

    #[test]
    fn neighbours_become_one_and_islands_stay() {
        let all = of(&[square(0, 0, 10), square(10, 0, 10), square(50, 50, 5)]);
        assert_eq!(all.len(), 2);
        assert_eq!((all[0].outline.len(), all[0].holes.len()), (6, 0));
        assert_eq!(area2(&all[0].outline), 400);
        assert_eq!(area2(&all[1].outline), 50);
    }

    #[test]
    fn a_hole_stays_until_what_fills_it_is_there() {
        let mut hole = square(4, 4, 2);
        hole.reverse();
        let ring = [square(0, 0, 10), hole];
        let all = of(&ring);
        assert_eq!((all.len(), all[0].holes.len()), (1, 1));
        let filled = of(&[&ring[..], &[square(4, 4, 2)]].concat());
        assert_eq!((filled.len(), filled[0].holes.len()), (1, 0));
        // An island in a lake is a polygon of its own, and the lake the outer's hole.
        let island = of(&[&ring[..], &[square(5, 5, 1)]].concat());
        assert_eq!((island.len(), island[0].holes.len()), (2, 1));
    }

    #[test]
    fn what_touches_in_a_point_stays_apart_and_the_same_twice_is_once() {
        let all = of(&[square(0, 0, 10), square(10, 10, 10), square(0, 0, 10)]);
        assert_eq!(all.len(), 2);
        assert!(all.iter().all(|polygon| area2(&polygon.outline) == 200));
    }
}
