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
    /// 0 for what has facts and is placed better than its distance, 1 without facts, 2 for the rest.
    fn rank(&self, distance: f64) -> u8 {
        let error = self
            .position_error
            .map_or(self.position_precision.usual_error(), f64::from);
        let is_there = matches!(self.status, Status::Open | Status::Unknown);
        if !is_there || error > distance.max(EXACT) {
            return 2;
        }
        let words = [
            &self.opening_hours,
            &self.hours_note,
            &self.price_note,
            &self.eligibility,
            &self.eligibility_note,
            &self.phone,
        ];
        let has_facts = words.into_iter().any(Option::is_some)
            || self.price_hour_yen.is_some()
            || self.seats.is_some()
            || self.amenities.as_ref().is_some_and(|list| !list.is_empty());
        u8::from(!has_facts)
    }
}

/// The hits of a page in that order, nearest first within each part; `None` where they stay as they
/// are.
pub(super) fn first<'a>(hits: &'a [Hit], snapshot: &Snapshot) -> Option<Vec<&'a Hit>> {
    let mut ranked = Vec::with_capacity(hits.len());
    for hit in hits {
        let facts: Facts = snapshot.entry(hit.slot).properties();
        ranked.push((facts.rank(hit.distance?.0), hit));
    }
    if ranked.is_sorted_by_key(|(rank, _)| *rank) {
        return None;
    }
    ranked.sort_by_key(|(rank, _)| *rank);
    Some(ranked.into_iter().map(|(_, hit)| hit).collect())
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
        assert_eq!(facts(seats.clone()).rank(600.0), 0);
        assert_eq!(facts(seats).rank(599.0), 2);
        assert_eq!(facts(json!({})).rank(600.0), 1);
        assert_eq!(facts(json!({ "amenities": [] })).rank(600.0), 1);
        let closed = json!({ "seats": 4, "status": "suspended" });
        assert_eq!(facts(closed).rank(600.0), 2);
    }
}
