//! One level of districts, drawn as areas or as the borders between them.

use std::f64::consts::PI;

use crate::districts::District;
use crate::domain::position::Position;
use crate::snapshot::curve::World;

use super::clip::{self, BUFFER, Local};
use super::topology::{Bounds, Edge, Polygon, Step, Topology};
use super::write::{Layer, Shape};
use super::{EXTENT, Tile};

/// What is not seen, on screens of double density either: a quarter of a pixel, in a tile's units.
const TOLERANCE: f64 = 2.0;

/// The zoom from which nothing is left out: a unit is 2 m there, the shapes are known to 10.
const EXACT_FROM: u8 = 12;

/// Islands and gaps below this are left out before [`EXACT_FROM`]: one pixel, in square units.
const SMALLEST: i64 = 64;

/// Districts of one level with their shapes.
pub(super) struct Areas {
    pub(super) topology: Topology,
    districts: Vec<NamedArea>,
}

/// A district with its attributes in tiles.
pub(super) struct NamedArea {
    pub(super) code: Box<str>,
    pub(super) name: Box<str>,
    pub(super) en: Box<str>,
    polygons: Vec<Polygon>,
}

/// How a tile is drawn: more coarsely when it would hold too much.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    tile: Tile,
    /// In the tile's units.
    tolerance: f64,
}

impl Scale {
    pub(super) fn of(tile: Tile) -> Scale {
        let tolerance = if tile.z < EXACT_FROM { TOLERANCE } else { 0.0 };
        Scale { tile, tolerance }
    }

    pub(super) fn coarser(self) -> Scale {
        Scale {
            tolerance: (self.tolerance * 2.0).max(TOLERANCE),
            ..self
        }
    }

    /// A point of the world in the tile's units.
    pub(super) fn local(self, at: World) -> Local {
        self.tile.local(at)
    }

    fn in_world(self) -> f64 {
        self.tolerance * self.tile.unit()
    }

    /// What of the world this tile draws.
    pub(super) fn bounds(self) -> Bounds {
        let Tile { x, y, .. } = self.tile;
        let side = f64::from(EXTENT) * self.tile.unit();
        let edge = |axis: u32, more: f64| f64::from(axis) * side + more * self.tile.unit();
        let far = f64::from(EXTENT) + BUFFER;
        Bounds {
            low: [edge(x, -BUFFER), edge(y, -BUFFER)],
            high: [edge(x, far), edge(y, far)],
        }
    }
}

impl Areas {
    /// The districts of one level.
    pub(super) fn of<'a>(districts: impl Iterator<Item = &'a District>) -> Areas {
        let districts: Vec<&District> = districts.collect();
        let shapes = districts.iter().map(|district| district.shape.polygons());
        let strangers = strangers(&districts);
        let topology = Topology::build(shapes, |edge| beyond(&districts, &strangers, edge));
        let polygons = topology.polygons(districts.len(), |area| area);
        let districts = districts
            .into_iter()
            .zip(polygons)
            .map(|(d, polygons)| named(d, polygons));
        Areas {
            districts: districts.collect(),
            topology,
        }
    }

    /// Larger districts made of these, which lie in them by `around`; the shapes are these districts'.
    pub(super) fn dissolved(
        &self,
        larger: &[&District],
        around: impl Fn(&NamedArea) -> u32,
    ) -> Vec<NamedArea> {
        let around: Vec<u32> = self.districts.iter().map(around).collect();
        let polygons = self
            .topology
            .polygons(larger.len(), |area| around[area as usize]);
        larger
            .iter()
            .zip(polygons)
            .map(|(d, polygons)| named(d, polygons))
            .collect()
    }

    pub(super) fn districts(&self) -> &[NamedArea] {
        &self.districts
    }

    /// Adds those of the districts that the tile shows.
    pub(super) fn draw<'a>(
        &self,
        districts: impl IntoIterator<Item = &'a NamedArea>,
        scale: Scale,
        layer: &mut Layer,
        mut properties: impl FnMut(&NamedArea, &mut mvt::Feature),
    ) {
        let bounds = scale.bounds();
        for district in districts {
            let mut rings = Vec::new();
            for polygon in district
                .polygons
                .iter()
                .filter(|polygon| polygon.bounds.meets(&bounds))
            {
                let Some(outline) = self.ring(&polygon.exterior, scale, 1) else {
                    continue;
                };
                rings.push(outline);
                rings.extend(
                    polygon
                        .holes
                        .iter()
                        .filter_map(|hole| self.ring(hole, scale, -1)),
                );
            }
            if !rings.is_empty() {
                layer.add(Shape::Rings(rings), |feature| properties(district, feature));
            }
        }
    }

    /// The parts of the lines between two areas that the tile shows, of those that are `wanted`.
    pub(super) fn borders(
        &self,
        scale: Scale,
        wanted: impl Fn(u32, u32) -> bool,
    ) -> Vec<Vec<[i32; 2]>> {
        let bounds = scale.bounds();
        let mut lines = Vec::new();
        for (arc, number) in self.topology.arcs.iter().zip(0..) {
            let (left, right) = match (arc.sides, arc.beyond) {
                ([Some(left), Some(right)], _) => (left, right),
                ([Some(own), None] | [None, Some(own)], Some(beyond)) => (own, beyond),
                _ => continue,
            };
            if left == right || !arc.bounds.meets(&bounds) || !wanted(left, right) {
                continue;
            }
            let step = Step {
                arc: number,
                backwards: false,
            };
            let line = self
                .topology
                .line(step, scale.in_world())
                .map(|p| scale.tile.local(p));
            clip::line(line, |part| {
                let part = clip::rounded(&part);
                if part.len() > 1 {
                    lines.push(part);
                }
            });
        }
        lines
    }

    /// A ring as the tile shows it, if anything of it is left. `sign` is 1 of an outline, -1 of a hole.
    fn ring(&self, steps: &[Step], scale: Scale, sign: i64) -> Option<Vec<[i32; 2]>> {
        let ring = self.topology.ring(steps, scale.in_world());
        let ring: Vec<Local> = ring.into_iter().map(|p| scale.tile.local(p)).collect();
        let ring = clip::rounded_ring(&clip::ring(ring));
        let least = if scale.tolerance > 0.0 {
            2 * SMALLEST
        } else {
            1
        };
        (ring.len() > 2 && clip::area2(&ring) * sign >= least).then_some(ring)
    }
}

/// For each district those that may lie behind its border and share no vertices with it: for an official
/// one those shipped, which are of other prefectures. Their border is drawn once, as the official one has it.
fn strangers(districts: &[&District]) -> Vec<Vec<u32>> {
    let grown = |district: &District| {
        let [west, south, east, north] = district.shape.bounds();
        [west - AROUND, south - AROUND, east + AROUND, north + AROUND]
    };
    let of = |own: &&District| -> Vec<u32> {
        if !own.official {
            return Vec::new();
        }
        let [west, south, east, north] = grown(own);
        let all = (0..).zip(districts);
        let strange = all.filter(|(_, other)| {
            let [w, s, e, n] = other.shape.bounds();
            !other.official && w <= east && west <= e && s <= north && south <= n
        });
        strange.map(|(i, _)| i).collect()
    };
    districts.iter().map(of).collect()
}

/// How far two sources may have the same border from each other, in steps of metres from one to the
/// other; and more than the last in degrees.
const APART: [f64; 4] = [0.0, 30.0, 100.0, 250.0];
const AROUND: f64 = 0.005;

/// The stranger that lies just beyond an edge, if it is no coast.
fn beyond(districts: &[&District], strangers: &[Vec<u32>], edge: Edge) -> Option<u32> {
    let strangers = &strangers[edge.area as usize];
    if strangers.is_empty() {
        return None;
    }
    APART.into_iter().find_map(|metres| {
        let at = beside(edge.middle, edge.outwards, metres)?;
        let mut there = strangers.iter().copied();
        there.find(|&stranger| districts[stranger as usize].shape.holds(at))
    })
}

/// So many metres from a point of the world.
fn beside([x, y]: World, outwards: World, metres: f64) -> Option<Position> {
    let north = PI * (1.0 - 2.0 * y);
    // The equator is 1 long in the world, and a parallel as much longer than it is as cosh says.
    let far = metres * north.cosh() / EQUATOR;
    let [x, y] = [x + far * outwards[0], y + far * outwards[1]];
    let lat = (PI * (1.0 - 2.0 * y)).sinh().atan().to_degrees();
    Position::exact(x * 360.0 - 180.0, lat).ok()
}

/// Metres.
const EQUATOR: f64 = 40_075_016.7;

fn named(district: &District, polygons: Vec<Polygon>) -> NamedArea {
    NamedArea {
        code: district.code.clone(),
        name: district.name.clone(),
        en: district.romaji.clone(),
        polygons,
    }
}
