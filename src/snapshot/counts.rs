//! How many facilities each choice of a filter would leave: the numbers beside the choices.
//!
//! The choices of one field are counted among what all *other* demands leave, because choosing
//! another word replaces this field's own demand. Everything is sets; nothing is gone through.

use std::borrow::Cow;
use std::mem::discriminant;

use roaring::RoaringBitmap;

use crate::opening::{Minute, State};

use super::facets::Facet;
use super::find::{Demand, Query};
use super::nearest::{Among, Nearest, Origin};
use super::{Bits, Snapshot};

/// The facilities of a query, ready to be counted by one field after the other.
pub struct Counting<'a> {
    snapshot: &'a Snapshot,
    /// What status, box and distance leave.
    around: RoaringBitmap,
    demands: Vec<(Demand<'a>, RoaringBitmap)>,
    /// What all demands leave.
    all: RoaringBitmap,
}

impl Snapshot {
    /// Begins to count what a query leaves. With `include_unknown` a facility counts whose value is
    /// unknown where another field demands one.
    pub fn counting<'a>(&'a self, query: &'a Query) -> Counting<'a> {
        let filter = &query.filter;
        let mut around = self.of_status(filter).into_owned();
        if let Some(bbox) = query.bbox {
            around &= self.boxed(bbox);
        }
        if let (Some(near), Some(_)) = (query.near, query.within) {
            around = self.within(query, Origin::new(near), &around);
        }
        let lenient = query.include_unknown || filter.lenient;
        let demands: Vec<_> = filter
            .demands()
            .map(|demand| (demand, self.meeting(demand, lenient)))
            .collect();
        let all = demands
            .iter()
            .fold(around.clone(), |left, (_, met)| left & met);
        Counting {
            snapshot: self,
            around,
            demands,
            all,
        }
    }

    /// Those of a set that lie within the distance asked.
    fn within(&self, query: &Query, origin: Origin, set: &RoaringBitmap) -> RoaringBitmap {
        // Tens of thousands may be asked about one by one, and come in no order: bits answer in a
        // nanosecond, and need no sorting.
        let kept: Bits = set.iter().collect();
        let nearest = Nearest {
            origin,
            among: Among::Tree {
                tree: &self.index.tree,
                extra: &self.joined,
                wanted: &|slot| kept.contains(slot),
            },
            within: query.within,
            after: None,
            lookup: &self.entries,
        };
        let mut found = Bits::default();
        nearest.visit(|slot| found.set(slot));
        found.into_set()
    }
}

impl Counting<'_> {
    /// How many meet all demands.
    pub fn matched(&self) -> u64 {
        self.all.len()
    }

    /// How many carry each of a field's words.
    pub fn words(&self, words: impl IntoIterator<Item = Facet>) -> Vec<u64> {
        let mut words = words.into_iter().peekable();
        let Some(&first) = words.peek() else {
            return Vec::new();
        };
        let field = discriminant(&first);
        let left = self.without(|demand| match demand {
            Demand::Line(line) => line.any.first().map(discriminant) == Some(field),
            _ => false,
        });
        let facets = &self.snapshot.facets;
        let count = |word| facets.get(word).map_or(0, |set| left.intersection_len(set));
        words.map(count).collect()
    }

    /// How many carry any of some words of one field.
    pub fn any(&self, words: &[Facet]) -> u64 {
        let Some(field) = words.first().map(discriminant) else {
            return 0;
        };
        let left = self.without(|demand| match demand {
            Demand::Line(line) => line.any.first().map(discriminant) == Some(field),
            _ => false,
        });
        left.intersection_len(&self.snapshot.facets.any(words.iter().copied()))
    }

    /// How many cost at most each of some prices an hour, and of how many it is unknown.
    pub fn prices(&self, marks: &[u32]) -> (Vec<u64>, u64) {
        let left = self.without(|demand| matches!(demand, Demand::Price(_)));
        let facets = &self.snapshot.facets;
        let count = |&mark| left.intersection_len(&facets.price_up_to(mark));
        let unknown = facets.get(Facet::Price(None));
        (
            marks.iter().map(count).collect(),
            unknown.map_or(0, |set| left.intersection_len(set)),
        )
    }

    /// How many are in each state at a minute.
    pub fn states(&self, minute: Minute) -> [u64; 3] {
        let left = self.without(|demand| matches!(demand, Demand::Open(_)));
        let openings = self.snapshot.openings(minute);
        State::ALL.map(|state| left.intersection_len(openings.get(state)))
    }

    /// What all demands leave but a field's own.
    fn without(&self, own: impl Fn(&Demand<'_>) -> bool) -> Cow<'_, RoaringBitmap> {
        if !self.demands.iter().any(|(demand, _)| own(demand)) {
            return Cow::Borrowed(&self.all);
        }
        let others = self.demands.iter().filter(|(demand, _)| !own(demand));
        Cow::Owned(others.fold(self.around.clone(), |left, (_, met)| left & met))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::change::{ChangeMark, Moment, Seq};
    use crate::domain::facility::{Facility, tests::example};
    use crate::domain::position::{Metres, Position};
    use crate::domain::vocabulary::{Eligibility, Kind};
    use crate::snapshot::Update;
    use crate::snapshot::find::{Bbox, Filter, Line};

    const HOURS: [Option<&str>; 4] = [
        None,
        Some("Mo-Su 09:00-17:00"),
        Some("Mo-Su 18:00-22:00"),
        Some("よくわからない"),
    ];

    fn facilities() -> impl Strategy<Value = Vec<Facility>> {
        let one = (
            139.0..139.2,
            35.0..35.2,
            0usize..3,
            0usize..3,
            0u32..6,
            0usize..4,
        );
        prop::collection::vec(one, 0..60).prop_map(|all| {
            let word = |n: usize| n.checked_sub(1);
            let each = all.into_iter().enumerate();
            each.map(
                |(i, (lon, lat, kind, eligibility, price, hours))| Facility {
                    kind: word(kind).map(|n| Kind::ALL[n]),
                    eligibility: word(eligibility).map(|n| Eligibility::ALL[n]),
                    price_hour_yen: price.checked_sub(1).map(|n| n * 200),
                    opening_hours: HOURS[hours].map(str::to_owned),
                    ..example(&format!("f-{i}"), lon, lat)
                },
            )
            .collect()
        })
    }

    fn line<W: Copy>(facet: fn(Option<W>) -> Facet, word: W) -> Line {
        Line {
            any: vec![facet(Some(word))],
            unknown: vec![facet(None)],
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(120))]
        /// A number beside a choice is what choosing it would find.
        #[test]
        fn a_count_is_what_the_choice_would_find(
            facilities in facilities(), joined in 0usize..20, chosen in 0u8..16,
            include_unknown: bool, bbox: bool, within in prop::option::of(1_000.0..20_000.0),
        ) {
            let minute = Minute::read("2026-11-26T10:00:00+09:00").unwrap();
            let update = |facility: &Facility| Update {
                change: ChangeMark { seq: Seq(1), hash: 0 }, at: Moment(1), id: facility.id.clone(), state: Some(facility.clone()),
            };
            let split = facilities.len().saturating_sub(joined);
            let mut building = Snapshot::builder();
            facilities[..split].iter().for_each(|facility| building.add(update(facility)));
            let snapshot = building.finish(Seq(1), Moment(1));
            let snapshot = snapshot.with(Seq(2), Moment(2), facilities[split..].iter().map(update).collect());
            let has = |bit: u8| chosen >> bit & 1 == 1;
            let mut filter = Filter::default();
            if has(0) { filter.lines.push(line(Facet::Kind, Kind::ALL[0])); }
            if has(1) { filter.lines.push(line(Facet::Eligibility, Eligibility::ALL[1])); }
            if has(2) { filter.price_max = Some(400); }
            if has(3) { filter.open_at = Some(minute); }
            let query = Query {
                near: within.map(|_| Position::new(139.1, 35.1).unwrap()),
                within: within.map(Metres),
                bbox: bbox.then_some(Bbox { west: 139.0, south: 35.0, east: 139.15, north: 35.2 }),
                filter, include_unknown,
                ..Query::default()
            };
            let counting = snapshot.counting(&query);
            prop_assert_eq!(counting.matched(), snapshot.find(&query, None, 100).matched);
            let others = |keep: fn(&Line) -> bool| -> Vec<Line> {
                query.filter.lines.iter().filter(|line| keep(line)).cloned().collect()
            };
            // The other demands as loose as asked, the counted one strict.
            let found = |strict: Filter, rest: Filter| {
                let rest = Query { filter: Filter { lenient: include_unknown, ..rest }, include_unknown: false, ..query.clone() };
                let strict = Query { filter: strict, ..Query::default() };
                let strict = snapshot.matching(&strict);
                let hits = snapshot.find(&rest, None, 100).hits;
                hits.iter().filter(|hit| strict.contains(hit.slot)).count() as u64
            };
            let kinds = others(|line| !matches!(line.any[0], Facet::Kind(_)));
            for word in [Some(Kind::ALL[0]), Some(Kind::ALL[1]), None] {
                let strict = Filter { lines: vec![Line { any: vec![Facet::Kind(word)], unknown: vec![] }], ..Filter::default() };
                let rest = Filter { lines: kinds.clone(), ..query.filter.clone() };
                prop_assert_eq!(counting.words([Facet::Kind(word)])[0], found(strict, rest));
            }
            let rest = Filter { price_max: None, ..query.filter.clone() };
            let strict = |most| Filter { price_max: Some(most), ..Filter::default() };
            let (prices, unknown) = counting.prices(&[200, 400]);
            prop_assert_eq!(prices[0], found(strict(200), rest.clone()));
            prop_assert_eq!(prices[1], found(strict(400), rest.clone()));
            let unpriced = Filter { lines: vec![Line { any: vec![Facet::Price(None)], unknown: vec![] }], ..Filter::default() };
            prop_assert_eq!(unknown, found(unpriced, rest));
            let rest = Filter { open_at: None, ..query.filter.clone() };
            let open = Filter { open_at: Some(minute), ..Filter::default() };
            let states = counting.states(minute);
            prop_assert_eq!(states[0], found(open, rest.clone()));
            prop_assert_eq!(states.iter().sum::<u64>(), found(Filter::default(), rest));
        }
    }
}
