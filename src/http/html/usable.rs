//! What a visitor can use comes first on a page by distance. The API's own order stays exact.

use serde::Deserialize;

use crate::domain::usable::Usable;
use crate::domain::vocabulary::{Precision, Status};
use crate::snapshot::Snapshot;
use crate::snapshot::find::Hit;

/// A position right to so many metres, minutes on foot, is good enough at any distance.
const EXACT: f64 = 500.0;

/// What the order rests on, besides how usable a hub is.
#[derive(Deserialize)]
struct Facts {
    status: Status,
    position_precision: Precision,
    position_error: Option<u32>,
}

impl Facts {
    /// The distance by which a hub takes its place. It is doubled where the hub is not known to be
    /// open, or where nothing else is known of it. A hub whose position is worse than its distance,
    /// or that is not open now, counts as four times its largest possible distance.
    fn counted(&self, usable: Usable, distance: f64) -> f64 {
        let error = self
            .position_error
            .map_or(self.position_precision.usual_error(), f64::from);
        match usable {
            Usable::NotOpen => 4.0 * (distance + error),
            _ if error > distance.max(EXACT) => 4.0 * (distance + error),
            Usable::Ready | Usable::Described if self.status == Status::Open => distance,
            _ => 2.0 * distance,
        }
    }
}

/// The hits of a page in that order; `None` where they stay as they are.
pub(super) fn first<'a>(hits: &'a [Hit], snapshot: &Snapshot) -> Option<Vec<&'a Hit>> {
    let mut counted = Vec::with_capacity(hits.len());
    for hit in hits {
        let facts: Facts = snapshot.entry(hit.slot).properties();
        let usable = snapshot.usable(hit.slot);
        counted.push((facts.counted(usable, hit.distance?.0), hit));
    }
    if counted.is_sorted_by_key(|(metres, _)| *metres) {
        return None;
    }
    counted.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    Some(counted.into_iter().map(|(_, hit)| hit).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn facts_and_a_position_better_than_the_distance_come_first() {
        let facts = |status: &str| {
            let known =
                json!({ "status": status, "position_precision": "town", "position_error": 600 });
            serde_json::from_value::<Facts>(known).unwrap()
        };
        let open = facts("open");
        assert_eq!(open.counted(Usable::Ready, 600.0), 600.0);
        assert_eq!(open.counted(Usable::Described, 600.0), 600.0);
        assert_eq!(open.counted(Usable::Ready, 599.0), 4.0 * 1199.0);
        assert_eq!(open.counted(Usable::Bare, 600.0), 1200.0);
        assert_eq!(facts("unknown").counted(Usable::Described, 600.0), 1200.0);
        assert_eq!(facts("suspended").counted(Usable::NotOpen, 600.0), 4800.0);
    }
}
