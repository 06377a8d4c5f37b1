//! Which facilities lie in a box: rstar over runs of neighbouring slots.
//!
//! Slots are numbered so that neighbours on the ground are neighbours in number. An R-tree of every
//! single facility would take 75 bytes for each of a million; one of runs takes a twentieth.

use std::ops::Range;

use roaring::RoaringBitmap;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, Envelope, RTree};

use super::Snapshot;
use super::find::Bbox;
use crate::domain::position::Position;

/// Slots a run.
const RUN: u32 = 32;

type Corners = AABB<[f64; 2]>;

/// The indexed slots by where they lie.
pub(super) struct Boxes(RTree<GeomWithData<Rectangle<[f64; 2]>, Range<u32>>>);

impl Boxes {
    /// Of the slots from 0 up to `slots`.
    pub(super) fn build(slots: u32, position: impl Fn(u32) -> Position) -> Boxes {
        let runs = (0..slots).step_by(RUN as usize).map(|first| {
            let run = first..slots.min(first + RUN);
            let places = run.clone().map(|slot| position(slot).into());
            let around = places.fold(Corners::new_empty(), |around, place: [f64; 2]| {
                around.merged(&AABB::from_point(place))
            });
            GeomWithData::new(around.into(), run)
        });
        Boxes(RTree::bulk_load(runs.collect()))
    }

    /// The runs that touch a box, and whether each lies wholly in it.
    fn touching(&self, corners: Corners) -> impl Iterator<Item = (Range<u32>, bool)> {
        let runs = self.0.locate_in_envelope_intersecting(corners);
        runs.map(move |run| {
            let around = AABB::from_corners(run.geom().lower(), run.geom().upper());
            (run.data.clone(), corners.contains_envelope(&around))
        })
    }
}

impl Snapshot {
    /// Slots in the box; some may be empty by now.
    pub(super) fn boxed(&self, bbox: Bbox) -> RoaringBitmap {
        let is_inside = |slot: &u32| {
            let entry = self.entries.get(*slot);
            entry.is_some_and(|entry| bbox.contains(entry.position))
        };
        let mut inside: RoaringBitmap = self.joined.iter().copied().filter(is_inside).collect();
        for part in bbox.parts() {
            let corners = AABB::from_corners([part.west, part.south], [part.east, part.north]);
            for (run, is_whole) in self.index.boxes.touching(corners) {
                if is_whole {
                    inside.insert_range(run);
                } else {
                    inside.extend(run.filter(is_inside));
                }
            }
        }
        inside
    }
}
