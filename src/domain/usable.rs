//! How much a visitor can do with a facility: what lists show first.

use super::facility::Facility;
use super::vocabulary::{Status, StatusAge};

/// A position right to so many metres is good enough to go there.
const GOOD_POSITION: f64 = 1_000.0;

/// How usable a facility is by what is known of it, the most usable first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Usable {
    /// Known to be open, with facts and a position to go to.
    Ready,
    /// Has facts, but is not known to be open today, or where exactly.
    Described,
    /// Nothing but its name and place is known.
    Bare,
    /// Not open: planned, suspended or closed.
    NotOpen,
}

impl Usable {
    /// All of them, the most usable first.
    pub const ALL: [Usable; 4] = [
        Usable::Ready,
        Usable::Described,
        Usable::Bare,
        Usable::NotOpen,
    ];

    /// How usable a facility is.
    pub fn of(facility: &Facility) -> Usable {
        let is_open = match facility.status {
            Status::Open => facility.status_age != Some(StatusAge::Old),
            Status::Unknown => false,
            _ => return Usable::NotOpen,
        };
        if !has_facts(facility) {
            return Usable::Bare;
        }
        let error = facility
            .position_error
            .map_or(facility.position_precision.usual_error(), f64::from);
        match is_open && error <= GOOD_POSITION {
            true => Usable::Ready,
            false => Usable::Described,
        }
    }
}

/// Whether anything is known that makes a visit worth it.
fn has_facts(facility: &Facility) -> bool {
    let words = [
        &facility.opening_hours,
        &facility.hours_note,
        &facility.price_note,
        &facility.eligibility_note,
        &facility.phone,
    ];
    words.into_iter().any(Option::is_some)
        || facility.eligibility.is_some()
        || facility.price_hour_yen.is_some()
        || facility.seats.is_some()
        || facility
            .amenities
            .as_ref()
            .is_some_and(|list| !list.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::facility::tests::example;
    use crate::domain::vocabulary::Precision;

    type Change = fn(&mut Facility);

    #[test]
    fn what_is_known_says_how_usable_a_facility_is() {
        let base = Facility {
            status: Status::Open,
            position_precision: Precision::Building,
            position_error: None,
            seats: Some(4),
            ..example("hub-1", 139.0, 35.0)
        };
        assert_eq!(Usable::of(&base), Usable::Ready);
        let rows: [(Change, Usable); 9] = [
            (|f| f.position_error = Some(1_000), Usable::Ready),
            (|f| f.position_error = Some(1_001), Usable::Described),
            (
                |f| f.position_precision = Precision::City,
                Usable::Described,
            ),
            (|f| f.status_age = Some(StatusAge::Ageing), Usable::Ready),
            (|f| f.status_age = Some(StatusAge::Old), Usable::Described),
            (|f| f.status = Status::Unknown, Usable::Described),
            (|f| f.status = Status::Suspended, Usable::NotOpen),
            (|f| f.seats = None, Usable::Bare),
            (
                |f| (f.seats, f.amenities) = (None, Some(Vec::new())),
                Usable::Bare,
            ),
        ];
        for (change, expected) in rows {
            let mut facility = base.clone();
            change(&mut facility);
            assert_eq!(Usable::of(&facility), expected, "{facility:?}");
        }
    }
}
