//! The facilities along the Z curve over the Web Mercator square.
//!
//! On this curve every map tile, and every quarter of one, is one unbroken stretch. So a tile's
//! facilities are a slice, and those of a cell of it a part of that slice, whatever the zoom.

use std::f64::consts::PI;
use std::ops::Range;

use crate::domain::position::Position;

use super::find::{Filter, Query};
use super::{Bits, Snapshot};

/// A point of the square: both axes from 0 to 1, from the west and from the north.
pub type World = [f64; 2];

/// A point of the square in whole steps of 2⁻³¹, two centimetres: whoever is in a tile or a cell is
/// so by the leading bits, for every zoom alike and without rounding.
pub type Steps = [u32; 2];

/// How many bits a step's number has.
pub const STEP_BITS: u8 = 31;

/// Where a place is on the square.
pub fn world(lon: f64, lat: f64) -> World {
    let sin = lat.to_radians().sin();
    [
        lon / 360.0 + 0.5,
        0.5 - ((1.0 + sin) / (1.0 - sin)).ln() / (4.0 * PI),
    ]
}

/// The same in steps.
pub fn steps(position: Position) -> Steps {
    world(position.lon(), position.lat()).map(|axis| (axis * f64::from(1u32 << STEP_BITS)) as u32)
}

/// A point's place on the curve: its two axes' bits, interleaved.
pub fn code([x, y]: Steps) -> u64 {
    spread(x) | spread(y) << 1
}

/// The point at a place on the curve.
pub fn point(code: u64) -> Steps {
    [squeeze(code), squeeze(code >> 1)]
}

const MASKS: [(u32, u64); 5] = [
    (16, 0x0000_ffff_0000_ffff),
    (8, 0x00ff_00ff_00ff_00ff),
    (4, 0x0f0f_0f0f_0f0f_0f0f),
    (2, 0x3333_3333_3333_3333),
    (1, 0x5555_5555_5555_5555),
];

fn spread(axis: u32) -> u64 {
    let apart = |bits, (shift, mask): &(u32, u64)| (bits | (bits << shift)) & mask;
    MASKS.iter().fold(u64::from(axis), apart)
}

fn squeeze(code: u64) -> u32 {
    let together = |bits, pair: &[(u32, u64)]| (bits | (bits >> pair[1].0)) & pair[0].1;
    let bits = MASKS.windows(2).rev().fold(code & MASKS[4].1, together);
    (bits | (bits >> 16)) as u32
}

/// The indexed slots in the curve's order.
pub(super) struct Curve {
    codes: Vec<u64>,
    slots: Vec<u32>,
}

impl Curve {
    pub(super) fn build(positions: impl Iterator<Item = (Position, u32)>) -> Curve {
        let mut sorted: Vec<(u64, u32)> =
            positions.map(|(p, slot)| (code(steps(p)), slot)).collect();
        sorted.sort_unstable();
        let (codes, slots) = sorted.into_iter().unzip();
        Curve { codes, slots }
    }

    fn run(&self, stretch: &Range<u64>) -> Range<usize> {
        let place = |code| self.codes.partition_point(|&other| other < code);
        place(stretch.start)..place(stretch.end)
    }
}

impl Snapshot {
    /// Goes through the facilities on a stretch of the curve that a filter keeps: each one's place
    /// on the curve and its slot, in no promised order, but neighbours mostly behind each other.
    pub fn along(&self, stretch: Range<u64>, filter: &Filter, mut each: impl FnMut(u64, u32)) {
        let curve = &self.index.curve;
        let run = curve.run(&stretch);
        let place = |slot: u32| {
            self.entries
                .get(slot)
                .map(|entry| code(steps(entry.position)))
        };
        let query;
        let kept_bits;
        let kept = if *filter == Filter::default() {
            &*self.shown_bits
        } else {
            query = Query {
                filter: filter.clone(),
                ..Query::default()
            };
            let set = self.matching(&query);
            // Projecting a facility costs about sixteen looks at a bit.
            if set.len() as usize * 16 < run.len() {
                let places = set.iter().filter_map(|slot| Some((place(slot)?, slot)));
                return places
                    .filter(|(code, _)| stretch.contains(code))
                    .for_each(|(code, slot)| each(code, slot));
            }
            kept_bits = set.iter().collect::<Bits>();
            &kept_bits
        };
        for (&code, &slot) in curve.codes[run.clone()].iter().zip(&curve.slots[run]) {
            if kept.contains(slot) {
                each(code, slot);
            }
        }
        for &slot in self.joined.iter().filter(|&&slot| kept.contains(slot)) {
            if let Some(code) = place(slot).filter(|code| stretch.contains(code)) {
                each(code, slot);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::change::{ChangeMark, Moment, Seq};
    use crate::domain::facility::{Facility, FacilityId, tests::example};
    use crate::domain::vocabulary::Status;
    use crate::snapshot::Update;

    fn update(n: u8, place: Option<(f64, f64, usize)>) -> Update {
        let id = format!("f-{n:03}");
        let state = place.map(|(lon, lat, status)| Facility {
            status: Status::ALL[status],
            ..example(&id, lon, lat)
        });
        Update {
            change: ChangeMark {
                seq: Seq(1),
                hash: 0,
            },
            at: Moment(1),
            id: FacilityId::new(&id).unwrap(),
            state,
        }
    }

    proptest! {
        #[test]
        fn a_stretch_holds_what_going_through_all_finds(
            first in prop::collection::vec((0u8..40, (138.0..141.0f64, 34.0..37.0f64, 0usize..5)), 0..40),
            changes in prop::collection::vec((0u8..60, prop::option::weighted(0.7, (138.0..141.0f64, 34.0..37.0f64, 0usize..5))), 0..20),
            status in prop::option::of(prop::collection::vec(0usize..5, 0..3)),
            bits in 20u8..=31,
        ) {
            let mut builder = Snapshot::builder();
            let first: std::collections::BTreeMap<_, _> = first.into_iter().collect();
            first.into_iter().for_each(|(n, place)| builder.add(update(n, Some(place))));
            let older = builder.finish(Seq(1), Moment(1));
            let changes = changes.into_iter().map(|(n, place)| update(n, place)).collect();
            let snapshot = older.with(Seq(2), Moment(2), changes);
            let status = status.map(|status| status.into_iter().map(|i| Status::ALL[i]).collect());
            let filter = Filter { status, ..Filter::default() };
            let tokyo = code(steps(Position::new(139.7, 35.65).unwrap())) >> (2 * bits);
            let stretch = tokyo << (2 * bits)..(tokyo + 1) << (2 * bits);

            let query = Query { filter: filter.clone(), ..Query::default() };
            let all = snapshot.find(&query, None, 1000).hits.into_iter().map(|hit| hit.slot);
            let place = |slot: u32| code(steps(snapshot.entry(slot).position));
            let mut expected: Vec<_> = all.map(|slot| (place(slot), slot)).filter(|(code, _)| stretch.contains(code)).collect();
            let mut found = Vec::new();
            snapshot.along(stretch, &filter, |code, slot| found.push((code, slot)));
            expected.sort_unstable();
            found.sort_unstable();
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn a_point_comes_back_from_the_curve(x in 0u32..1 << 31, y in 0u32..1 << 31) {
            prop_assert_eq!(point(code([x, y])), [x, y]);
        }

        #[test]
        fn the_curve_keeps_quarters_together(a in [0u32..1 << 31, 0u32..1 << 31], b in [0u32..1 << 31, 0u32..1 << 31], bits in 0u8..31) {
            let same = a.map(|axis| axis >> bits) == b.map(|axis| axis >> bits);
            prop_assert_eq!(code(a) >> (2 * bits) == code(b) >> (2 * bits), same);
        }
    }
}
