//! Topology: areas as lists of shared borders.
//!
//! Neighbouring polygons have the same vertices along a shared border. Each border becomes one *arc*
//! with an area on each side, and an area's rings become lists of arcs. So a border is simplified and
//! drawn once, and no gap opens. The outline of a prefecture consists of its municipalities' arcs
//! without the arcs between two of them.

use std::collections::HashMap;
use std::f64::consts::TAU;
use std::ops::Range;

use geo::{LineString, MultiPolygon};

use crate::districts::simplify::significance;
use crate::snapshot::curve::{World, world};

/// All arcs of one level of districts. Areas are known by their numbers.
pub(super) struct Topology {
    points: Vec<World>,
    /// For each point, the coarsest tolerance at which it is still drawn.
    keep_until: Vec<f32>,
    pub(super) arcs: Vec<Arc>,
}

/// A line between two junctions, or a closed one.
pub(super) struct Arc {
    points: Range<u32>,
    /// Its first and last vertex.
    ends: [u32; 2],
    /// The area to the left and to the right, if any.
    pub(super) sides: [Option<u32>; 2],
    /// Where there is an area on one side only: one beyond it that does not share its vertices.
    pub(super) beyond: Option<u32>,
    pub(super) bounds: Bounds,
}

/// The middle of an edge with an area on one side only.
pub(super) struct Edge {
    /// That area.
    pub(super) area: u32,
    /// Where it is.
    pub(super) middle: World,
    /// Away from the area, of length 1.
    pub(super) outwards: World,
}

/// An arc as a ring runs along it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) arc: u32,
    pub(super) backwards: bool,
}

/// One polygon of an area: its outline, and the holes in it.
pub(super) struct Polygon {
    pub(super) exterior: Vec<Step>,
    pub(super) holes: Vec<Vec<Step>>,
    pub(super) bounds: Bounds,
}

/// A box in the world.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) low: World,
    pub(super) high: World,
}

impl Bounds {
    const NOTHING: Bounds = Bounds {
        low: [f64::INFINITY; 2],
        high: [f64::NEG_INFINITY; 2],
    };

    fn and(self, other: Bounds) -> Bounds {
        Bounds {
            low: [self.low[0].min(other.low[0]), self.low[1].min(other.low[1])],
            high: [
                self.high[0].max(other.high[0]),
                self.high[1].max(other.high[1]),
            ],
        }
    }

    pub(super) fn meets(&self, other: &Bounds) -> bool {
        (0..2).all(|axis| self.low[axis] <= other.high[axis] && other.low[axis] <= self.high[axis])
    }

    fn holds(&self, [x, y]: World) -> bool {
        self.meets(&Bounds {
            low: [x, y],
            high: [x, y],
        })
    }
}

impl Topology {
    /// The arcs of areas that share vertices along their borders and do not overlap. Where some do not
    /// share them, `beyond` says which lies beyond an edge, if that edge is to stand for the border.
    pub(super) fn build<'a>(
        shapes: impl Iterator<Item = &'a MultiPolygon>,
        beyond: impl Fn(Edge) -> Option<u32>,
    ) -> Topology {
        let mut edges = Edges::default();
        for (area, shape) in (0..).zip(shapes) {
            for polygon in shape {
                edges.add(polygon.exterior(), area, true);
                polygon
                    .interiors()
                    .iter()
                    .for_each(|hole| edges.add(hole, area, false));
            }
        }
        edges.look_beyond(beyond);
        edges.arcs()
    }

    /// The polygons of each group of areas; `group` numbers them below `groups`.
    pub(super) fn polygons(&self, groups: usize, group: impl Fn(u32) -> u32) -> Vec<Vec<Polygon>> {
        let mut borders = vec![Vec::new(); groups];
        for (arc, number) in self.arcs.iter().zip(0..) {
            let [left, right] = arc.sides.map(|side| side.map(&group));
            if left != right {
                let sides = [(left, false), (right, true)];
                for (group, backwards) in sides.into_iter().filter_map(|(side, b)| Some((side?, b)))
                {
                    borders[group as usize].push(Step {
                        arc: number,
                        backwards,
                    });
                }
            }
        }
        borders
            .into_iter()
            .map(|border| self.assemble(self.rings(border)))
            .collect()
    }

    /// An arc's points that matter at this tolerance, in the world's measure.
    pub(super) fn line(&self, step: Step, tolerance: f64) -> impl Iterator<Item = World> {
        let range = &self.arcs[step.arc as usize].points;
        let (start, end) = (range.start as usize, range.end as usize);
        let at = move |i: usize| {
            if step.backwards {
                end - 1 - (i - start)
            } else {
                i
            }
        };
        let kept = (start..end)
            .map(at)
            .filter(move |&i| f64::from(self.keep_until[i]) >= tolerance);
        kept.map(|i| self.points[i])
    }

    /// A ring's points that matter at this tolerance; the first is not repeated at the end.
    pub(super) fn ring(&self, steps: &[Step], tolerance: f64) -> Vec<World> {
        let mut ring: Vec<World> = Vec::new();
        for &step in steps {
            ring.extend(self.line(step, tolerance));
            ring.pop();
        }
        ring
    }

    /// Joins arcs end to start. Where rings touch in a point, each keeps to its own side: of the
    /// ways on, the first to the left is taken, seen along the ring with the area at its left.
    fn rings(&self, border: Vec<Step>) -> Vec<Vec<Step>> {
        let mut from: HashMap<u32, Vec<Step>> = HashMap::new();
        border
            .iter()
            .rev()
            .for_each(|&step| from.entry(self.ends(step)[0]).or_default().push(step));
        let mut rings = Vec::new();
        for first in border {
            if !take(&mut from, self.ends(first)[0], |step| *step == first) {
                continue;
            }
            let (mut ring, mut last) = (vec![first], first);
            let start = self.ends(first)[0];
            while self.ends(last)[1] != start {
                let node = self.ends(last)[1];
                let back = self.bearing(Step {
                    backwards: !last.backwards,
                    ..last
                });
                let turn = |step: &Step| (back - self.bearing(*step)).rem_euclid(TAU);
                let ways = from.get(&node).map_or(&[][..], Vec::as_slice);
                let Some(&next) = ways.iter().min_by(|a, b| turn(a).total_cmp(&turn(b))) else {
                    // Only areas that overlap end here; what cannot be closed is not drawn.
                    ring.clear();
                    break;
                };
                take(&mut from, node, |step| *step == next);
                ring.push(next);
                last = next;
            }
            if !ring.is_empty() {
                rings.push(ring);
            }
        }
        rings
    }

    /// Puts holes into the smallest outline around them.
    fn assemble(&self, rings: Vec<Vec<Step>>) -> Vec<Polygon> {
        let full = |ring: &[Step]| self.ring(ring, 0.0);
        let (outlines, holes): (Vec<_>, Vec<_>) = rings
            .into_iter()
            .map(|ring| (area(&full(&ring)), ring))
            .partition(|(area, _)| *area > 0.0);
        let mut polygons: Vec<(f64, Polygon)> = outlines
            .into_iter()
            .map(|(area, exterior)| {
                let arcs = exterior
                    .iter()
                    .map(|step| self.arcs[step.arc as usize].bounds);
                let bounds = arcs.fold(Bounds::NOTHING, Bounds::and);
                (
                    area,
                    Polygon {
                        exterior,
                        holes: Vec::new(),
                        bounds,
                    },
                )
            })
            .collect();
        for (_, hole) in holes {
            let points = full(&hole);
            // The middle of an edge: a hole may touch its outline in a vertex, but shares no edge.
            let middle: World =
                std::array::from_fn(|axis| (points[0][axis] + points[1][axis]) / 2.0);
            let around = polygons
                .iter_mut()
                .filter(|(_, p)| p.bounds.holds(middle) && inside(&full(&p.exterior), middle))
                .min_by(|a, b| a.0.total_cmp(&b.0));
            if let Some((_, polygon)) = around {
                polygon.holes.push(hole);
            }
        }
        polygons.into_iter().map(|(_, polygon)| polygon).collect()
    }

    fn ends(&self, step: Step) -> [u32; 2] {
        let [start, end] = self.arcs[step.arc as usize].ends;
        if step.backwards {
            [end, start]
        } else {
            [start, end]
        }
    }

    /// The direction in which the step sets out.
    fn bearing(&self, step: Step) -> f64 {
        let mut line = self.line(step, 0.0);
        match (line.next(), line.next()) {
            (Some(a), Some(b)) => (b[1] - a[1]).atan2(b[0] - a[0]),
            _ => 0.0,
        }
    }
}

fn take(from: &mut HashMap<u32, Vec<Step>>, node: u32, which: impl Fn(&Step) -> bool) -> bool {
    let Some(steps) = from.get_mut(&node) else {
        return false;
    };
    let found = steps.iter().position(which);
    found.map(|i| steps.swap_remove(i)).is_some()
}

/// The signed area: positive for an outline, negative for a hole (y downwards).
pub(super) fn area(ring: &[World]) -> f64 {
    let next = ring.iter().cycle().skip(1);
    ring.iter()
        .zip(next)
        .map(|(a, b)| a[0] * b[1] - b[0] * a[1])
        .sum::<f64>()
        / 2.0
}

fn inside(ring: &[World], [x, y]: World) -> bool {
    let next = ring.iter().cycle().skip(1);
    let crossings = ring.iter().zip(next).filter(|(a, b)| {
        (a[1] > y) != (b[1] > y) && x < (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0]
    });
    crossings.count() % 2 == 1
}

/// The polygons' edges, each once, with the areas beside it.
#[derive(Default)]
struct Edges {
    vertices: Vec<World>,
    numbers: HashMap<(u64, u64), u32>,
    /// By vertices, the smaller first: the areas to the left of an edge from the smaller to the
    /// larger, and to the left of the way back.
    sides: HashMap<(u32, u32), [Option<u32>; 2]>,
    beyond: HashMap<(u32, u32), u32>,
    neighbours: Vec<Vec<u32>>,
}

impl Edges {
    fn add(&mut self, ring: &LineString, area_number: u32, outline: bool) {
        let mut ring: Vec<u32> = ring.coords().map(|c| self.vertex(c.x, c.y)).collect();
        let points: Vec<World> = ring.iter().map(|&i| self.vertices[i as usize]).collect();
        if (area(&points) > 0.0) != outline {
            ring.reverse();
        }
        for pair in ring.windows(2) {
            let (a, b) = (pair[0], pair[1]);
            if a == b {
                continue;
            }
            let sides = self.sides.entry((a.min(b), a.max(b))).or_insert_with(|| {
                self.neighbours[a as usize].push(b);
                self.neighbours[b as usize].push(a);
                [None; 2]
            });
            sides[usize::from(a > b)].get_or_insert(area_number);
        }
    }

    fn vertex(&mut self, lon: f64, lat: f64) -> u32 {
        *self
            .numbers
            .entry((lon.to_bits(), lat.to_bits()))
            .or_insert_with(|| {
                self.vertices.push(world(lon, lat));
                self.neighbours.push(Vec::new());
                self.vertices.len() as u32 - 1
            })
    }

    fn look_beyond(&mut self, beyond: impl Fn(Edge) -> Option<u32>) {
        for (&(a, b), sides) in &self.sides {
            // The area lies at the left of the way from the first to the last.
            let (area, first, last) = match *sides {
                [Some(area), None] => (area, a, b),
                [None, Some(area)] => (area, b, a),
                _ => continue,
            };
            let [first, last] = [first, last].map(|i| self.vertices[i as usize]);
            let along = [last[0] - first[0], last[1] - first[1]];
            let length = along[0].hypot(along[1]);
            let edge = Edge {
                area,
                middle: [(first[0] + last[0]) / 2.0, (first[1] + last[1]) / 2.0],
                outwards: [along[1] / length, -along[0] / length],
            };
            if let Some(found) = beyond(edge) {
                self.beyond.insert((a, b), found);
            }
        }
    }

    fn arcs(mut self) -> Topology {
        let mut topology = Topology {
            points: Vec::new(),
            keep_until: Vec::new(),
            arcs: Vec::new(),
        };
        let beyond = |a: u32, b: u32| self.beyond.get(&(a.min(b), a.max(b))).copied();
        let is_junction: Vec<bool> = (0..)
            .zip(&self.neighbours)
            .map(|(i, ways)| match **ways {
                [one, other] => beyond(i, one) != beyond(i, other),
                _ => true,
            })
            .collect();
        // Junctions first; what is left after them are closed lines without any.
        let starts = (0..is_junction.len()).filter(|&i| is_junction[i]);
        let starts: Vec<usize> = starts
            .chain((0..is_junction.len()).filter(|&i| !is_junction[i]))
            .collect();
        for start in starts {
            for i in 0..self.neighbours[start].len() {
                let (from, mut at) = (start as u32, self.neighbours[start][i]);
                let Some(sides) = self.sides.remove(&(from.min(at), from.max(at))) else {
                    continue;
                };
                let sides = if from < at {
                    sides
                } else {
                    [sides[1], sides[0]]
                };
                let mut line = vec![from, at];
                while at != from && !is_junction[at as usize] {
                    let before = line[line.len() - 2];
                    let ways = &self.neighbours[at as usize];
                    let next = if ways[0] == before { ways[1] } else { ways[0] };
                    self.sides.remove(&(at.min(next), at.max(next)));
                    line.push(next);
                    at = next;
                }
                let beyond = beyond(line[0], line[1]);
                topology.push(&line, (sides, beyond), &self.vertices);
            }
        }
        topology
    }
}

impl Topology {
    fn push(
        &mut self,
        line: &[u32],
        (sides, beyond): ([Option<u32>; 2], Option<u32>),
        vertices: &[World],
    ) {
        let start = self.points.len();
        self.points
            .extend(line.iter().map(|&i| vertices[i as usize]));
        let points = &self.points[start..];
        self.keep_until.extend(significance(points));
        let bounds = points
            .iter()
            .fold(Bounds::NOTHING, |b, &p| b.and(Bounds { low: p, high: p }));
        self.arcs.push(Arc {
            points: start as u32..self.points.len() as u32,
            ends: [line[0], line[line.len() - 1]],
            sides,
            beyond,
            bounds,
        });
    }
}

#[cfg(test)]
mod tests {
    use geo::wkt;

    use super::*;

    fn multi(polygon: geo::Polygon) -> MultiPolygon {
        polygon.into()
    }

    /// Two squares side by side, the eastern with a hole that a third fills.
    fn three() -> Topology {
        let west = wkt!(POLYGON((0. 0., 1. 0., 1. 1., 0. 1., 0. 0.)));
        let east = wkt!(POLYGON((1. 0., 4. 0., 4. 3., 1. 3., 1. 1., 1. 0.), (2. 1., 2. 2., 3. 2., 3. 1., 2. 1.)));
        let inner = wkt!(POLYGON((2. 1., 3. 1., 3. 2., 2. 2., 2. 1.)));
        let shapes = [west, east, inner].map(multi);
        Topology::build(shapes.iter(), |_| None)
    }

    #[test]
    fn a_shared_border_is_one_arc() {
        let topology = three();
        let both = topology
            .arcs
            .iter()
            .filter(|arc| arc.sides.iter().all(Option::is_some))
            .count();
        assert_eq!((topology.arcs.len(), both), (4, 2));
    }

    #[test]
    fn a_border_whose_sides_share_no_vertices_is_known_by_what_lies_beyond() {
        let west = wkt!(POLYGON((0. 0., 1. 0., 1. 1., 0. 1., 0. 0.)));
        let east = wkt!(POLYGON((1.001 0., 2. 0., 2. 1., 1.001 1., 1.001 0.5, 1.001 0.)));
        let shapes = [west, east].map(multi);
        // Of the western one only, and only what looks east.
        let topology = Topology::build(shapes.iter(), |edge| {
            assert!((edge.outwards[0].hypot(edge.outwards[1]) - 1.0).abs() < 1e-9);
            (edge.area == 0 && edge.outwards[0] > 0.5).then_some(1)
        });
        let beyond = topology.arcs.iter().filter(|arc| arc.beyond == Some(1));
        let lines: Vec<usize> = beyond.map(|arc| arc.points.len()).collect();
        assert_eq!((topology.arcs.len(), lines), (3, vec![2]));
        // The areas themselves are as whole as before.
        let polygons = topology.polygons(2, |area| area);
        let corners = |area: usize| topology.ring(&polygons[area][0].exterior, 0.0).len();
        assert_eq!((corners(0), corners(1)), (4, 5));
    }

    #[test]
    fn areas_come_back_with_their_holes_and_dissolve_into_groups() {
        let topology = three();
        let counts = |polygons: &[Vec<Polygon>]| -> Vec<Vec<usize>> {
            polygons
                .iter()
                .map(|area| area.iter().map(|p| p.holes.len()).collect())
                .collect()
        };
        assert_eq!(
            counts(&topology.polygons(3, |area| area)),
            [vec![0], vec![1], vec![0]]
        );
        assert_eq!(counts(&topology.polygons(1, |_| 0)), [vec![0]]);
        let polygons = topology.polygons(3, |area| area);
        let ring = topology.ring(&polygons[1][0].exterior, 0.0);
        assert!(ring.len() == 5 && area(&ring) > 0.0);
    }

    #[test]
    fn rings_that_touch_in_a_point_stay_apart() {
        let a = wkt!(POLYGON((0. 0., 1. 0., 1. 1., 0. 1., 0. 0.)));
        let b = wkt!(POLYGON((1. 1., 2. 1., 2. 2., 1. 2., 1. 1.)));
        let both = MultiPolygon::new(vec![a, b]);
        let topology = Topology::build(std::iter::once(&both), |_| None);
        let polygons = topology.polygons(1, |_| 0).remove(0);
        assert_eq!(polygons.len(), 2);
    }
}
