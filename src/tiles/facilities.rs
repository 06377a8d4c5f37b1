//! Facilities as points, and as clusters where points would overlap.
//!
//! Below zoom 14 the world is a grid of cells, eight to a tile's edge (64 pixels of a tile drawn
//! 512 wide). Facilities in one cell form a cluster. The leading bits of a position give its cell, so
//! neighbouring tiles agree and every facility counts in exactly one tile. From zoom 14 on each
//! facility is a point, unless a tile exceeds [`MOST_POINTS`] or its size limit.

use std::borrow::Cow;

use serde::Deserialize;

use crate::opening::Minute;
use crate::snapshot::Snapshot;
use crate::snapshot::curve::{STEP_BITS, point};
use crate::snapshot::entries::Entry;
use crate::snapshot::find::Filter;

use super::write::{Layer, Shape, Writer};
use super::{MOST_BYTES, Tile, curve};

/// From this zoom on facilities are shown one by one.
pub const SINGLE_FROM: u8 = 14;

/// More points than this nobody can tell apart in a tile.
pub const MOST_POINTS: usize = 5_000;

/// Cells along a tile's edge, as bits: eight.
const CELL_BITS: u8 = 3;

/// The facilities a filter keeps, as layer `facilities`; `None` where there are none.
///
/// A point has `id name name_en kind status precision position_error programme` as far as they are
/// known; `programme` joins slugs with commas and is `unknown` where the support is. With a minute it also
/// has `opening` (`open`, `closed`, `unknown`) and, where that is known to change, `opening_until`
/// (RFC 3339 with Japan's offset). A cluster has
/// `cluster` (true), `point_count`, `point_count_abbreviated`, and `expansion_zoom`, the first zoom
/// at which it falls apart (14 if it never does).
pub fn facilities(
    snapshot: &Snapshot,
    filter: &Filter,
    opening: Option<Minute>,
    tile: Tile,
) -> Option<Vec<u8>> {
    if tile.z >= SINGLE_FROM {
        let mut points = Vec::new();
        snapshot.along(curve::stretch(tile), filter, |code, slot| {
            points.push((code, slot))
        });
        let bytes = (points.len() <= MOST_POINTS).then(|| single(snapshot, &points, opening, tile));
        if let Some(bytes) =
            bytes.filter(|bytes| bytes.as_ref().is_none_or(|b| b.len() <= MOST_BYTES))
        {
            return bytes;
        }
    }
    clustered(snapshot, filter, opening, tile)
}

fn single(
    snapshot: &Snapshot,
    points: &[(u64, u32)],
    opening: Option<Minute>,
    tile: Tile,
) -> Option<Vec<u8>> {
    let mut points: Vec<(&Entry, u64)> = points
        .iter()
        .map(|&(code, slot)| (&**snapshot.entry(slot), code))
        .collect();
    // In order of id, so that the same directory gives the same bytes on every replica.
    points.sort_unstable_by(|(a, _), (b, _)| a.id.cmp(&b.id));
    let mut writer = Writer::new();
    let mut layer = writer.layer("facilities");
    for (entry, code) in points {
        draw_point(&mut layer, tile.place(point(code)), entry, opening);
    }
    writer.add(layer);
    writer.finish()
}

fn clustered(
    snapshot: &Snapshot,
    filter: &Filter,
    opening: Option<Minute>,
    tile: Tile,
) -> Option<Vec<u8>> {
    const CELLS: usize = 1 << (2 * CELL_BITS);
    // The cell is what follows the tile in the code's bits.
    let shift = 2 * (STEP_BITS - tile.z - CELL_BITS);
    let mut cells = [const { None::<Cell> }; CELLS];
    snapshot.along(curve::stretch(tile), filter, |code, slot| {
        let cell = &mut cells[(code >> shift) as usize % CELLS];
        match cell {
            Some(cell) => cell.add(code),
            None => *cell = Some(Cell::new(code, slot)),
        }
    });
    let mut writer = Writer::new();
    let mut layer = writer.layer("facilities");
    for cell in cells.iter().flatten() {
        match cell.count {
            1 => draw_point(
                &mut layer,
                tile.place(point(cell.first)),
                snapshot.entry(cell.slot),
                opening,
            ),
            _ => cell.draw(&mut layer, tile),
        }
    }
    writer.add(layer);
    writer.finish()
}

/// The facilities of a cell.
struct Cell {
    count: u32,
    /// The first one's place on the curve, and its slot.
    first: u64,
    slot: u32,
    sum: [u64; 2],
    /// The bits of the place in which any of them differs from the first.
    differing: u64,
}

impl Cell {
    fn new(code: u64, slot: u32) -> Cell {
        Cell {
            count: 1,
            first: code,
            slot,
            sum: point(code).map(u64::from),
            differing: 0,
        }
    }

    fn add(&mut self, code: u64) {
        let [x, y] = point(code).map(u64::from);
        self.count += 1;
        self.sum = [self.sum[0] + x, self.sum[1] + y];
        self.differing |= self.first ^ code;
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
        let common = (self.differing.leading_zeros() as u8 - (64 - 2 * STEP_BITS)) / 2;
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

/// A point's attributes, read from the facility's feature.
#[derive(Deserialize)]
struct PointAttributes<'a> {
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

fn draw_point(layer: &mut Layer, at: [i32; 2], entry: &Entry, opening: Option<Minute>) {
    let attributes: PointAttributes<'_> = entry.properties();
    layer.add(Shape::Point(at), |feature| {
        feature.add_tag_string("id", entry.id.as_str());
        feature.add_tag_string("name", &attributes.name);
        if let Some(name) = &attributes.name_en {
            feature.add_tag_string("name_en", name);
        }
        if let Some(kind) = attributes.kind {
            feature.add_tag_string("kind", kind);
        }
        feature.add_tag_string("status", attributes.status);
        feature.add_tag_string("precision", attributes.position_precision);
        if let Some(error) = attributes.position_error {
            feature.add_tag_uint("position_error", error.into());
        }
        feature.add_tag_string("programme", &programmes(attributes.support.as_deref()));
        if let Some(minute) = opening {
            feature.add_tag_string("opening", entry.opening.at(minute).slug());
            if let Some(until) = entry.opening.until(minute) {
                feature.add_tag_string("opening_until", &until.rfc3339());
            }
        }
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
