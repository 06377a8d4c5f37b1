//! Facilities as points, and as clusters where points would cover each other.
//!
//! Below zoom 14 the world is a grid of cells, eight to a tile's edge (64 pixels of a tile drawn
//! 512 wide); facilities that share a cell are a cluster. Cells are a matter of the leading bits of
//! a position, so neighbouring tiles agree and every facility is counted in exactly one tile. From
//! zoom 14 on each is a point of its own; only where a tile would hold more than
//! [`MOST_POINTS`] of them, or more than it may weigh, clustering goes on in that tile.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use crate::snapshot::Snapshot;
use crate::snapshot::entries::Entry;
use crate::snapshot::find::{Bbox, Filter};

use super::write::{Layer, Shape, Writer};
use super::{MOST_BYTES, STEP_BITS, Steps, Tile, steps};

/// From this zoom on facilities are shown one by one.
pub const SINGLE_FROM: u8 = 14;

/// More points than this nobody can tell apart in a tile.
pub const MOST_POINTS: usize = 5_000;

/// Cells along a tile's edge, as bits: eight.
const CELL_BITS: u8 = 3;

/// The facilities a filter keeps, as layer `facilities`; `None` where there are none.
///
/// A point has `id name name_en kind status precision position_error programme` as far as they are
/// known; `programme` joins slugs with commas and is `unknown` where the support is. A cluster has
/// `cluster` (true), `point_count`, `point_count_abbreviated`, and `expansion_zoom`, the first zoom
/// at which it falls apart (14 if it never does).
pub fn facilities(snapshot: &Snapshot, filter: &Filter, tile: Tile) -> Option<Vec<u8>> {
    let found = snapshot.in_box(around(tile), filter);
    let members = found
        .iter()
        .map(|slot| snapshot.entry(slot))
        .map(|entry| (steps(entry.position), entry));
    let members = members.filter(|(at, _)| tile.holds(*at));
    if tile.z >= SINGLE_FROM && found.len() <= MOST_POINTS as u64 {
        let points: Vec<_> = members.collect();
        let bytes = single(points.clone(), tile);
        if bytes.as_ref().is_none_or(|bytes| bytes.len() <= MOST_BYTES) {
            return bytes;
        }
        return clustered(points.into_iter(), tile);
    }
    clustered(members, tile)
}

/// A little more than the tile, because degrees are rounded; [`Tile::holds`] decides.
fn around(tile: Tile) -> Bbox {
    const ROUNDING: f64 = 1e-6;
    let Bbox {
        west,
        south,
        east,
        north,
    } = tile.bounds();
    Bbox {
        west: (west - ROUNDING).max(-180.0),
        south: south - ROUNDING,
        east: (east + ROUNDING).min(180.0),
        north: north + ROUNDING,
    }
}

fn single(mut points: Vec<(Steps, &Arc<Entry>)>, tile: Tile) -> Option<Vec<u8>> {
    // In order of id, so that the same directory gives the same bytes on every replica.
    points.sort_unstable_by(|(_, a), (_, b)| a.id.cmp(&b.id));
    let mut writer = Writer::new();
    let mut layer = writer.layer("facilities");
    points
        .into_iter()
        .for_each(|(at, entry)| point(&mut layer, tile.place(at), entry));
    writer.add(layer);
    writer.finish()
}

fn clustered<'a>(
    members: impl Iterator<Item = (Steps, &'a Arc<Entry>)>,
    tile: Tile,
) -> Option<Vec<u8>> {
    let mut cells: BTreeMap<Steps, Cell<'a>> = BTreeMap::new();
    for (at, entry) in members {
        let key = at.map(|axis| axis >> (STEP_BITS - tile.z - CELL_BITS));
        cells
            .entry(key)
            .and_modify(|cell| cell.add(at))
            .or_insert_with(|| Cell::new(at, entry));
    }
    let mut writer = Writer::new();
    let mut layer = writer.layer("facilities");
    for cell in cells.values() {
        match cell.count {
            1 => point(&mut layer, tile.place(cell.first), cell.entry),
            _ => cell.draw(&mut layer, tile),
        }
    }
    writer.add(layer);
    writer.finish()
}

/// The facilities of a cell.
struct Cell<'a> {
    count: u32,
    first: Steps,
    entry: &'a Entry,
    sum: [u64; 2],
    /// The bits in which any of them differs from the first.
    differing: u32,
}

impl<'a> Cell<'a> {
    fn new(at: Steps, entry: &'a Entry) -> Cell<'a> {
        Cell {
            count: 1,
            first: at,
            entry,
            sum: at.map(u64::from),
            differing: 0,
        }
    }

    fn add(&mut self, at: Steps) {
        self.count += 1;
        for ((sum, first), step) in self.sum.iter_mut().zip(self.first).zip(at) {
            *sum += u64::from(step);
            self.differing |= first ^ step;
        }
    }

    fn draw(&self, layer: &mut Layer, tile: Tile) {
        let middle = self.sum.map(|sum| (sum / u64::from(self.count)) as u32);
        layer.add(Shape::Point(tile.place(middle)), |feature| {
            feature.add_tag_bool("cluster", true);
            feature.add_tag_uint("point_count", self.count.into());
            feature.add_tag_string("point_count_abbreviated", &abbreviated(self.count));
            feature.add_tag_uint("expansion_zoom", self.expansion_zoom(tile.z).into());
        });
    }

    /// The first zoom at which the highest differing bit tells cells apart.
    fn expansion_zoom(&self, zoom: u8) -> u8 {
        let common = self.differing.leading_zeros() as u8 - (32 - STEP_BITS);
        let apart = (common + 1).saturating_sub(CELL_BITS);
        // Points that are never clustered fall apart at the latest there.
        let last = SINGLE_FROM.max(zoom + 1).min(Tile::MAX_ZOOM);
        apart.clamp((zoom + 1).min(last), last)
    }
}

/// `1.2k`, `12k`: what fits into a circle.
fn abbreviated(count: u32) -> String {
    match count {
        0..1_000 => count.to_string(),
        1_000..10_000 => format!("{}.{}k", count / 1000, count / 100 % 10),
        _ => format!("{}k", count / 1000),
    }
}

/// What a point tells, read back from the facility's feature.
#[derive(Deserialize)]
struct Told<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    name_en: Option<Cow<'a, str>>,
    kind: Option<&'a str>,
    status: &'a str,
    position_precision: &'a str,
    position_error: Option<u32>,
    #[serde(borrow)]
    support: Option<Vec<Supported<'a>>>,
}

#[derive(Deserialize)]
struct Supported<'a> {
    programme: &'a str,
}

fn point(layer: &mut Layer, at: [i32; 2], entry: &Entry) {
    let told: Told<'_> = entry.properties();
    layer.add(Shape::Point(at), |feature| {
        feature.add_tag_string("id", entry.id.as_str());
        feature.add_tag_string("name", &told.name);
        if let Some(name) = &told.name_en {
            feature.add_tag_string("name_en", name);
        }
        if let Some(kind) = told.kind {
            feature.add_tag_string("kind", kind);
        }
        feature.add_tag_string("status", told.status);
        feature.add_tag_string("precision", told.position_precision);
        if let Some(error) = told.position_error {
            feature.add_tag_uint("position_error", error.into());
        }
        feature.add_tag_string("programme", &programmes(told.support.as_deref()));
    });
}

fn programmes(support: Option<&[Supported<'_>]>) -> String {
    let Some(support) = support else {
        return "unknown".to_owned();
    };
    let mut slugs: Vec<&str> = support.iter().map(|support| support.programme).collect();
    slugs.sort_unstable();
    slugs.dedup();
    slugs.join(",")
}

#[cfg(test)]
mod tests;
