//! What a visitor can use comes first on a page by distance. The API's own order stays exact.

use serde::Deserialize;

use crate::domain::vocabulary::{Amenity, Precision, Status};
use crate::snapshot::Snapshot;
use crate::snapshot::find::Hit;

/// A position right to so many metres, minutes on foot, is good enough at any distance.
const EXACT: f64 = 500.0;

/// What the order rests on.
#[derive(Deserialize)]
struct Facts {
    status: Status,
    position_precision: Precision,
    position_error: Option<u32>,
    opening_hours: Option<String>,
    hours_note: Option<String>,
    price_hour_yen: Option<u32>,
    price_note: Option<String>,
    eligibility: Option<String>,
    eligibility_note: Option<String>,
    seats: Option<u32>,
    phone: Option<String>,
    amenities: Option<Vec<Amenity>>,
}

impl Facts {
    /// The distance by which a hub takes its place. It is doubled where the hub is not known to be
    /// open, or where nothing else is known of it. A hub whose position is worse than its distance,
    /// or that is not open now, counts as four times its largest possible distance.
    fn counted(&self, distance: f64) -> f64 {
        let error = self
            .position_error
            .map_or(self.position_precision.usual_error(), f64::from);
        let is_there = matches!(self.status, Status::Open | Status::Unknown);
        if !is_there || error > distance.max(EXACT) {
            return 4.0 * (distance + error);
        }
        if self.status == Status::Open && self.has_facts() {
            distance
        } else {
            2.0 * distance
        }
    }

    fn has_facts(&self) -> bool {
        let words = [
            &self.opening_hours,
            &self.hours_note,
            &self.price_note,
            &self.eligibility,
            &self.eligibility_note,
            &self.phone,
        ];
        words.into_iter().any(Option::is_some)
            || self.price_hour_yen.is_some()
            || self.seats.is_some()
            || self.amenities.as_ref().is_some_and(|list| !list.is_empty())
    }
}

/// The hits of a page in that order; `None` where they stay as they are.
pub(super) fn first<'a>(hits: &'a [Hit], snapshot: &Snapshot) -> Option<Vec<&'a Hit>> {
    let mut counted = Vec::with_capacity(hits.len());
    for hit in hits {
        let facts: Facts = snapshot.entry(hit.slot).properties();
        counted.push((facts.counted(hit.distance?.0), hit));
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
        let facts = |more: serde_json::Value| {
            let mut all =
                json!({ "status": "open", "position_precision": "town", "position_error": 600 });
            let all = all.as_object_mut().unwrap();
            all.extend(more.as_object().unwrap().clone());
            serde_json::from_value::<Facts>(json!(all)).unwrap()
        };
        let seats = json!({ "seats": 4 });
        assert_eq!(facts(seats.clone()).counted(600.0), 600.0);
        assert_eq!(facts(seats).counted(599.0), 4.0 * 1199.0);
        assert_eq!(facts(json!({})).counted(600.0), 1200.0);
        assert_eq!(facts(json!({ "amenities": [] })).counted(600.0), 1200.0);
        let unknown = json!({ "seats": 4, "status": "unknown" });
        assert_eq!(facts(unknown).counted(600.0), 1200.0);
        let suspended = json!({ "seats": 4, "status": "suspended" });
        assert_eq!(facts(suspended).counted(600.0), 4800.0);
    }
}
