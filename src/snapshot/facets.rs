//! Which facilities carry which word: a set of slots per word.
//!
//! Filters are answered from these sets before any geometry is looked at. A facet's word may be
//! "unknown", which is a set of its own, so that a page can list what might match after what does.

use std::collections::{BTreeSet, HashMap};
use std::ops::RangeInclusive;
use std::sync::Arc;

use roaring::RoaringBitmap;

use crate::domain::facility::{Date, Facility};
use crate::domain::municipality::MunicipalityCode;
use crate::domain::usable::Usable;
use crate::domain::vocabulary::{
    Amenity, Certainty, Eligibility, Kind, Precision, Programme, Status, StatusAge, Stock, Use,
};

/// A word a facility can carry; `None` where the facility's value is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each is the facility's field of that name")]
pub enum Facet {
    Status(Status),
    Kind(Option<Kind>),
    Stock(Option<Stock>),
    Programme(Option<Programme>),
    Certainty(Option<Certainty>),
    Eligibility(Option<Eligibility>),
    Amenity(Option<Amenity>),
    Use(Option<Use>),
    Precision(Precision),
    StatusAge(Option<StatusAge>),
    /// A municipality or a ward: a ward's facilities are in both.
    District(MunicipalityCode),
    /// A prefecture by its number.
    Prefecture(u8),
    /// In this designated city, but nobody knows in which ward.
    SomeWardOf(MunicipalityCode),
    /// Last checked on this day, counted from year 1.
    Checked(Option<i32>),
    /// So many yen an hour.
    Price(Option<u32>),
    /// So many seats.
    Seats(Option<u32>),
    /// From OpenStreetMap.
    OpenStreetMap,
    /// So usable by what is known of it.
    Usable(Usable),
}

/// The sets.
#[derive(Clone, Default)]
pub struct Facets(HashMap<Facet, Arc<RoaringBitmap>>);

impl Facets {
    /// The facilities that carry the word.
    pub fn get(&self, facet: Facet) -> Option<&RoaringBitmap> {
        self.0.get(&facet).map(Arc::as_ref)
    }

    /// The facilities that carry any of the words.
    pub fn any(&self, facets: impl IntoIterator<Item = Facet>) -> RoaringBitmap {
        let mut union = RoaringBitmap::new();
        for set in facets.into_iter().filter_map(|facet| self.get(facet)) {
            union |= set;
        }
        union
    }

    /// The municipalities and wards of these facilities, and the municipalities of those without a ward.
    pub(super) fn districts_of(&self, some: &RoaringBitmap) -> [BTreeSet<MunicipalityCode>; 2] {
        let [mut districts, mut without_ward] = [const { BTreeSet::new() }; 2];
        if some.is_empty() {
            return [districts, without_ward];
        }
        for (facet, set) in &self.0 {
            let (codes, code) = match facet {
                Facet::District(code) => (&mut districts, code),
                Facet::SomeWardOf(code) => (&mut without_ward, code),
                _ => continue,
            };
            if !set.is_disjoint(some) {
                codes.insert(*code);
            }
        }
        [districts, without_ward]
    }

    /// The facilities last checked on one of these days.
    pub fn checked(&self, days: &RangeInclusive<i32>) -> RoaringBitmap {
        let within =
            |facet: &Facet| matches!(facet, Facet::Checked(Some(day)) if days.contains(day));
        self.any(self.0.keys().copied().filter(within))
    }

    /// The facilities whose hour costs at most so much.
    pub fn price_up_to(&self, most: u32) -> RoaringBitmap {
        let within = |facet: &Facet| matches!(facet, Facet::Price(Some(yen)) if *yen <= most);
        self.any(self.0.keys().copied().filter(within))
    }

    /// The facilities with at least so many seats.
    pub fn seats_from(&self, least: u32) -> RoaringBitmap {
        let within = |facet: &Facet| matches!(facet, Facet::Seats(Some(seats)) if *seats >= least);
        self.any(self.0.keys().copied().filter(within))
    }

    /// The same words for facilities that get other numbers: `order` names, for each number from 0
    /// on, the one below `len` that it replaces; whoever it does not name carries nothing any more.
    pub(super) fn renumbered(self, order: &[u32], len: usize) -> Facets {
        const GONE: u32 = u32::MAX;
        let mut numbers = vec![GONE; len];
        for (now, &before) in (0..).zip(order) {
            numbers[before as usize] = now;
        }
        let renumber = |(facet, set): (Facet, Arc<RoaringBitmap>)| {
            let now = set.iter().map(|before| numbers[before as usize]);
            let mut now: Vec<u32> = now.filter(|now| *now != GONE).collect();
            now.sort_unstable();
            (!now.is_empty()).then(|| (facet, Arc::new(now.into_iter().collect())))
        };
        Facets(self.0.into_iter().filter_map(renumber).collect())
    }

    pub(super) fn insert(&mut self, facets: &[Facet], slot: u32) {
        for &facet in facets {
            Arc::make_mut(self.0.entry(facet).or_default()).insert(slot);
        }
    }

    pub(super) fn remove(&mut self, slot: u32) {
        for set in self.0.values_mut().filter(|set| set.contains(slot)) {
            Arc::make_mut(set).remove(slot);
        }
    }
}

/// The words a facility carries.
pub(super) fn of(facility: &Facility) -> Vec<Facet> {
    let mut facets = vec![
        Facet::Status(facility.status),
        Facet::Kind(facility.kind),
        Facet::Stock(facility.stock),
        Facet::Eligibility(facility.eligibility),
        Facet::Precision(facility.position_precision),
        Facet::StatusAge(facility.status_age),
        Facet::District(facility.municipality),
        Facet::Prefecture(facility.municipality.prefecture()),
        facility
            .ward
            .map_or(Facet::SomeWardOf(facility.municipality), Facet::District),
        Facet::Checked(facility.checked_on.as_ref().map(Date::day_number)),
        Facet::Price(facility.price_hour_yen),
        Facet::Seats(facility.seats),
        Facet::Usable(Usable::of(facility)),
    ];
    facets.extend(facility.osm_id.is_some().then_some(Facet::OpenStreetMap));
    let support = facility.support.as_deref();
    let programmes: Option<Vec<_>> = support.map(|list| list.iter().map(|s| s.programme).collect());
    let certainties: Option<Vec<_>> =
        support.map(|list| list.iter().map(|s| s.certainty).collect());
    words(programmes.as_deref(), Facet::Programme, &mut facets);
    words(certainties.as_deref(), Facet::Certainty, &mut facets);
    words(facility.amenities.as_deref(), Facet::Amenity, &mut facets);
    words(facility.uses.as_deref(), Facet::Use, &mut facets);
    facets
}

/// A list that is known to be empty carries no word, not even "unknown".
fn words<W: Copy>(list: Option<&[W]>, facet: fn(Option<W>) -> Facet, facets: &mut Vec<Facet>) {
    match list {
        None => facets.push(facet(None)),
        Some(list) => facets.extend(list.iter().map(|&word| facet(Some(word)))),
    }
}
