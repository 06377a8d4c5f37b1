//! The published directory at one sequence number, immutable.
//!
//! Built whole from the log's latest states, or from the snapshot before and the changes since.
//! Readers hold one for as long as they need it and never wait. It has never heard of SQL.

mod boxes;
pub mod counts;
pub mod curve;
pub mod entries;
pub mod facets;
pub mod find;
pub mod names;
pub mod nearest;
pub mod openings;

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use roaring::RoaringBitmap;

use crate::domain::change::{ChangeMark, Moment, Seq};
use crate::domain::facility::{Facility, FacilityId};
use crate::domain::municipality::MunicipalityCode;
use crate::domain::position::Position;
use crate::domain::vocabulary::{Precision, Status};
use crate::earth::Ecef;
use crate::earth::tree::Tree;

use boxes::Boxes;
use curve::Curve;
use entries::{Entries, Entry};
use facets::{Facet, Facets};
use find::Hit;
use nearest::Lookup;

/// A snapshot. Cloning one is cheap: nearly everything is shared.
#[derive(Clone)]
pub struct Snapshot {
    seq: Seq,
    at: Moment,
    /// The year, which tells how old a status is; `None` where nobody asks that.
    year: Option<i32>,
    entries: Entries,
    /// The slots in use, in order of id.
    by_id: Arc<Vec<u32>>,
    withdrawn: Arc<HashMap<FacilityId, Moment>>,
    facets: Facets,
    /// What is shown when nobody asks for a status, as a set and as an array of bits.
    shown: Arc<RoaringBitmap>,
    shown_bits: Arc<Bits>,
    index: Arc<Index>,
    /// Slots given since the index was built: gone through one by one.
    joined: Vec<u32>,
}

/// A facility's state after a change, ready to be put into a snapshot.
#[derive(Debug, Clone)]
pub struct Update {
    /// The change.
    pub change: ChangeMark,
    /// When it was published.
    pub at: Moment,
    /// Whose change it is.
    pub id: FacilityId,
    /// Its new state; `None` when the record was withdrawn.
    pub state: Option<Facility>,
}

/// What an id stands for.
pub enum Found<'a> {
    /// A facility.
    Facility(&'a Arc<Entry>),
    /// A record that was withdrawn, and when.
    Withdrawn(Moment),
    /// Nothing, ever.
    Nothing,
}

/// The spatial indexes, built together and shared until too many slots have joined.
struct Index {
    tree: Tree,
    boxes: Boxes,
    curve: Curve,
    openings: openings::Index,
    /// Built when somebody first looks for a name.
    names: OnceLock<names::Index>,
}

/// So many joined slots a search may go through one by one: about what ten nearest cost in the tree.
const MOST_JOINED: usize = 256;

impl Snapshot {
    /// The directory before its first change.
    pub fn empty() -> Snapshot {
        Snapshot::builder().finish(Seq(0), Moment(0))
    }

    /// A snapshot to be built from each facility's latest state.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The next snapshot: this one with some changes more, in order.
    pub fn with(&self, seq: Seq, at: Moment, updates: Vec<Update>) -> Snapshot {
        let mut next = Snapshot {
            seq,
            at,
            ..self.clone()
        };
        if updates.len() > MOST_JOINED {
            return next.rebuilt(updates);
        }
        for update in &updates {
            next.apply(update);
        }
        next
    }

    /// The same directory without some facilities, as if it had never heard of them.
    pub fn without<'a>(&self, ids: impl IntoIterator<Item = &'a FacilityId>) -> Snapshot {
        let mut next = self.clone();
        for id in ids {
            if let Ok(place) = next.place(id.as_str()) {
                next.vacate(next.by_id[place]);
                Arc::make_mut(&mut next.by_id).remove(place);
            } else if next.withdrawn.contains_key(id) {
                Arc::make_mut(&mut next.withdrawn).remove(id);
            }
        }
        next
    }

    /// Whether so many slots have joined that the indexes should be built anew.
    pub fn is_worn(&self) -> bool {
        self.joined.len() > MOST_JOINED
    }

    /// The same directory with fresh indexes and no empty slots.
    pub fn renewed(&self) -> Snapshot {
        self.clone().rebuilt(Vec::new())
    }

    /// The last change it holds.
    pub fn seq(&self) -> Seq {
        self.seq
    }

    /// When that change was published.
    pub fn at(&self) -> Moment {
        self.at
    }

    /// The year that its statuses' ages are counted in.
    pub fn year(&self) -> Option<i32> {
        self.year
    }

    /// How many facilities it holds, whatever their status.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// The entry a [`find`] hit stands for.
    pub fn entry(&self, slot: u32) -> &Arc<Entry> {
        self.entries
            .get(slot)
            .expect("a hit's slot is in use in its snapshot")
    }

    /// What an id stands for.
    pub fn get(&self, id: &str) -> Found<'_> {
        if let Ok(place) = self.place(id) {
            return Found::Facility(self.entry(self.by_id[place]));
        }
        let withdrawn = FacilityId::new(id)
            .ok()
            .and_then(|id| self.withdrawn.get(&id));
        withdrawn.map_or(Found::Nothing, |&at| Found::Withdrawn(at))
    }

    /// Every facility, in order of id.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Entry>> {
        self.by_id.iter().map(|&slot| self.entry(slot))
    }

    /// How many facilities carry a word, whatever their status.
    pub fn count(&self, facet: Facet) -> u64 {
        self.facets.get(facet).map_or(0, RoaringBitmap::len)
    }

    /// The municipalities and wards in which facilities known to this precision lie, whatever their
    /// status, and the municipalities of those whose ward is not known; of `among` where given.
    pub fn districts_of(
        &self,
        precision: Precision,
        among: Option<&[Hit]>,
    ) -> [BTreeSet<MunicipalityCode>; 2] {
        let mut precise = self.facets.any([Facet::Precision(precision)]);
        if let Some(hits) = among {
            precise &= hits.iter().map(|hit| hit.slot).collect::<RoaringBitmap>();
        }
        self.facets.districts_of(&precise)
    }

    /// Where the id is in `by_id`, or where it would be.
    fn place(&self, id: &str) -> Result<usize, usize> {
        self.by_id
            .binary_search_by(|&slot| self.entries.id(slot).cmp(id))
    }

    fn apply(&mut self, update: &Update) {
        let place = self.place(update.id.as_str());
        if let Ok(place) = place {
            self.vacate(self.by_id[place]);
        }
        match (&update.state, place) {
            (Some(facility), place) => {
                let facility = &aged(facility.clone(), self.year);
                let entry = Entry::new(facility, update.change, update.at);
                let slot = self.entries.push(Arc::new(entry));
                self.facets.insert(&facets::of(facility), slot);
                if Status::SHOWN_BY_DEFAULT.contains(&facility.status) {
                    Arc::make_mut(&mut self.shown).insert(slot);
                    Arc::make_mut(&mut self.shown_bits).set(slot);
                }
                self.joined.push(slot);
                let by_id = Arc::make_mut(&mut self.by_id);
                match place {
                    Ok(place) => by_id[place] = slot,
                    Err(place) => by_id.insert(place, slot),
                }
                if self.withdrawn.contains_key(&update.id) {
                    Arc::make_mut(&mut self.withdrawn).remove(&update.id);
                }
            }
            (None, place) => {
                if let Ok(place) = place {
                    Arc::make_mut(&mut self.by_id).remove(place);
                }
                Arc::make_mut(&mut self.withdrawn).insert(update.id.clone(), update.at);
            }
        }
    }

    /// Takes a slot out of all sets.
    fn vacate(&mut self, slot: u32) {
        self.entries.clear(slot);
        self.facets.remove(slot);
        Arc::make_mut(&mut self.shown).remove(slot);
        Arc::make_mut(&mut self.shown_bits).clear(slot);
        self.joined.retain(|&joined| joined != slot);
    }

    fn rebuilt(self, updates: Vec<Update>) -> Snapshot {
        let latest: HashMap<FacilityId, Update> = updates
            .into_iter()
            .map(|update| (update.id.clone(), update))
            .collect();
        // What stays arrives under the number of its slot, what is new after all of them.
        let slots = 0..self.entries.slots();
        let stays = slots.map(|slot| {
            let entry = self.entries.get(slot)?;
            (!latest.contains_key(&entry.id)).then(|| Arc::clone(entry))
        });
        let mut next = Builder {
            year: self.year,
            arrived: stays.collect(),
            facets: self.facets,
            withdrawn: (*self.withdrawn).clone(),
        };
        for update in latest.into_values() {
            next.withdrawn.remove(&update.id);
            next.add(update);
        }
        next.assemble(self.seq, self.at, self.index.names.get())
    }
}

/// A snapshot in the making: facilities are taken one by one, so that their full form need not be kept.
#[derive(Default)]
pub struct Builder {
    year: Option<i32>,
    /// In order of arrival; `None` for one that has left since.
    arrived: Vec<Option<Arc<Entry>>>,
    /// The words each carries, by its place among those. Sets from the start: a list for each of a
    /// million facilities would leave as many holes in memory.
    facets: Facets,
    withdrawn: HashMap<FacilityId, Moment>,
}

/// A facility with its status's age in that year.
fn aged(mut facility: Facility, year: Option<i32>) -> Facility {
    facility.status_age = year.and_then(|year| facility.status_age_in(year));
    facility
}

impl Builder {
    /// Counts the age of statuses in this year.
    pub fn in_year(self, year: i32) -> Builder {
        Builder {
            year: Some(year),
            ..self
        }
    }

    /// Takes a facility's latest state.
    pub fn add(&mut self, update: Update) {
        let Update {
            change,
            at,
            id,
            state,
        } = update;
        let Some(facility) = state else {
            self.withdrawn.insert(id, at);
            return;
        };
        let facility = aged(facility, self.year);
        let number = self.arrived.len() as u32;
        self.facets.insert(&facets::of(&facility), number);
        self.arrived
            .push(Some(Arc::new(Entry::new(&facility, change, at))));
    }

    /// The snapshot, whose last change is `seq`, published at `at`.
    pub fn finish(self, seq: Seq, at: Moment) -> Snapshot {
        self.assemble(seq, at, None)
    }

    /// Gives slots in the tree's order, so that neighbours on the ground are neighbours in memory.
    /// `names` are those of the first to arrive, if they are known.
    fn assemble(mut self, seq: Seq, at: Moment, names: Option<&names::Index>) -> Snapshot {
        let year = self.year;
        let places = (0..).zip(&self.arrived);
        let places = places.filter_map(|(i, entry)| Some((entry.as_ref()?.ecef, i)));
        let order = Tree::build(places);
        let mut entries = Entries::default();
        let numbers: Vec<u32> = order.slots().collect();
        for &number in &numbers {
            let entry = self.arrived[number as usize].take();
            entries.push(entry.expect("the tree names each once"));
        }
        let facets = self.facets.renumbered(&numbers, self.arrived.len());
        drop(self.arrived);
        let mut by_id: Vec<u32> = (0..entries.slots()).collect();
        by_id.sort_unstable_by(|&a, &b| entries.id(a).cmp(entries.id(b)));
        let shown = facets.any(Status::SHOWN_BY_DEFAULT.map(Facet::Status));
        // What was folded before is not folded again.
        let names = names.map(|names| {
            names::Index::build((0_u32..).zip(&numbers).map(|(slot, &number)| {
                match names.get(number) {
                    Some(names) => Cow::Borrowed(names),
                    None => Cow::Owned(entries.used(slot).names()),
                }
            }))
        });
        let openings = openings::Index::build(
            (0..entries.slots()).map(|slot| (slot, &entries.used(slot).opening)),
        );
        Snapshot {
            seq,
            at,
            year,
            index: Arc::new(Index {
                boxes: Boxes::build(entries.slots(), |slot| entries.position(slot)),
                curve: Curve::build(
                    (0..entries.slots()).map(|slot| (entries.position(slot), slot)),
                ),
                tree: order.renumbered(),
                openings,
                names: names.map_or_else(OnceLock::new, OnceLock::from),
            }),
            by_id: Arc::new(by_id),
            withdrawn: Arc::new(self.withdrawn),
            shown_bits: Arc::new(shown.iter().collect()),
            shown: Arc::new(shown),
            facets,
            entries,
            joined: Vec::new(),
        }
    }
}

impl Lookup for Entries {
    fn position(&self, slot: u32) -> Position {
        self.used(slot).position
    }

    fn ecef(&self, slot: u32) -> Ecef {
        self.used(slot).ecef
    }

    fn id(&self, slot: u32) -> &str {
        self.used(slot).id.as_str()
    }
}

/// One bit a slot.
#[derive(Clone, Default)]
struct Bits(Vec<u64>);

impl Bits {
    fn contains(&self, slot: u32) -> bool {
        self.0
            .get(slot as usize / 64)
            .is_some_and(|word| word >> (slot % 64) & 1 == 1)
    }

    fn set(&mut self, slot: u32) {
        let word = slot as usize / 64;
        if word >= self.0.len() {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << (slot % 64);
    }

    /// The same as a set that can be intersected with others.
    fn into_set(self) -> RoaringBitmap {
        let bytes: Vec<u8> = self.0.into_iter().flat_map(u64::to_le_bytes).collect();
        RoaringBitmap::from_lsb0_bytes(0, &bytes)
    }

    fn clear(&mut self, slot: u32) {
        if let Some(word) = self.0.get_mut(slot as usize / 64) {
            *word &= !(1 << (slot % 64));
        }
    }
}

impl FromIterator<u32> for Bits {
    fn from_iter<I: IntoIterator<Item = u32>>(slots: I) -> Bits {
        let mut bits = Bits::default();
        slots.into_iter().for_each(|slot| bits.set(slot));
        bits
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::find::{Bbox, Filter, Line, Query};
    use super::*;
    use crate::domain::facility::tests::example;
    use crate::domain::position::Metres;
    use crate::domain::usable::Usable;
    use crate::domain::vocabulary::{Kind, Stock};

    /// What happens to facility `n`: withdrawn, or put somewhere with some words.
    #[derive(Debug, Clone)]
    struct Event {
        n: u8,
        state: Option<State>,
    }

    type State = (f64, f64, Status, Option<Kind>, Option<Stock>, Option<u32>);

    fn events() -> impl Strategy<Value = Vec<Vec<Event>>> {
        let word = |n: u8| (n < 2).then_some(n);
        let state = (139.0..139.3, 35.0..35.3, 0usize..5, 0u8..3, 0u8..3, 0u8..3).prop_map(
            move |(lon, lat, status, kind, stock, seats)| {
                let kind = word(kind).map(|n| Kind::ALL[n as usize]);
                let stock = word(stock).map(|n| Stock::ALL[n as usize]);
                (
                    lon,
                    lat,
                    Status::ALL[status],
                    kind,
                    stock,
                    word(seats).map(u32::from),
                )
            },
        );
        let event = (any::<u8>(), prop::option::weighted(0.8, state))
            .prop_map(|(n, state)| Event { n, state });
        // One publication is large enough to be rebuilt from, the others are joined.
        prop::collection::vec(
            prop_oneof![
                9 => prop::collection::vec(event.clone(), 0..12),
                1 => prop::collection::vec(event, MOST_JOINED + 1..MOST_JOINED + 40),
            ],
            0..20,
        )
    }

    fn update(seq: i64, event: &Event) -> Update {
        let id = format!("f-{:03}", event.n);
        let state = event
            .state
            .map(|(lon, lat, status, kind, stock, seats)| Facility {
                status,
                kind,
                stock,
                seats,
                ..example(&id, lon, lat)
            });
        Update {
            change: ChangeMark {
                seq: Seq(seq),
                hash: 0,
            },
            at: Moment(seq),
            id: FacilityId::new(&id).unwrap(),
            state,
        }
    }

    fn ids(snapshot: &Snapshot, query: &Query, limit: usize) -> (Vec<String>, u64) {
        let (mut ids, mut cursor) = (Vec::new(), None);
        loop {
            let page = snapshot.find(query, cursor.as_ref(), limit);
            assert!(page.hits.len() <= limit);
            ids.extend(
                page.hits
                    .iter()
                    .map(|hit| snapshot.entry(hit.slot).id.to_string()),
            );
            cursor = page.next;
            if cursor.is_none() {
                return (ids, page.matched);
            }
        }
    }

    /// The same answer from the latest states by going through all of them.
    fn brute(states: &HashMap<String, Facility>, query: &Query) -> Vec<String> {
        let mut rows: Vec<(bool, Option<Usable>, f64, &str)> = Vec::new();
        for facility in states.values() {
            let status = query
                .filter
                .status
                .as_deref()
                .unwrap_or(&Status::SHOWN_BY_DEFAULT);
            let carries = facets::of(facility);
            let known = query
                .filter
                .lines
                .iter()
                .all(|line| line.any.iter().any(|f| carries.contains(f)));
            let maybe = query.filter.lines.iter().all(|line| {
                line.any
                    .iter()
                    .chain(&line.unknown)
                    .any(|f| carries.contains(f))
            });
            let distance = query
                .near
                .map_or(0.0, |near| near.distance(facility.position).0);
            if status.contains(&facility.status)
                && (known || (maybe && query.include_unknown))
                && query
                    .bbox
                    .is_none_or(|bbox| bbox.contains(facility.position))
                && query.within.is_none_or(|within| distance <= within.0)
            {
                let usable = query.usable_first.then(|| Usable::of(facility));
                rows.push((!known, usable, distance, facility.id.as_str()));
            }
        }
        rows.sort_by(|a, b| {
            (a.0, a.1)
                .cmp(&(b.0, b.1))
                .then(a.2.total_cmp(&b.2))
                .then(a.3.cmp(b.3))
        });
        rows.into_iter().map(|(.., id)| id.to_owned()).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(150))]
        #[test]
        fn every_generation_answers_like_going_through_all_states(
            publications in events(),
            near in prop::option::of((139.0..139.3, 35.0..35.3)),
            within in prop::option::of(1_000.0..30_000.0),
            bbox in prop::option::of((139.0..139.3, 35.0..35.3, 139.0..139.3, 35.0..35.3)),
            lines in 0usize..4,
            status in prop::option::of(prop::collection::vec(0usize..5, 0..5)),
            include_unknown: bool,
            usable_first: bool,
            limit in 1usize..40,
        ) {
            let lines = [
                Line { any: vec![Facet::Kind(Some(Kind::ALL[0]))], unknown: vec![Facet::Kind(None)] },
                Line { any: vec![Facet::Stock(Some(Stock::ALL[0])), Facet::Stock(Some(Stock::ALL[1]))], unknown: vec![Facet::Stock(None)] },
            ].into_iter().enumerate().filter(|(i, _)| lines >> i & 1 == 1).map(|(_, line)| line).collect();
            let query = Query {
                near: near.map(|(lon, lat)| Position::new(lon, lat).unwrap()),
                within: near.and(within).map(Metres),
                bbox: bbox.map(|(west, south, east, north)| Bbox { west, south: f64::min(south, north), east, north: f64::max(south, north) }),
                filter: Filter { status: status.map(|s| s.into_iter().map(|i| Status::ALL[i]).collect()), lines, ..Filter::default() },
                include_unknown,
                usable_first,
            };
            let mut states: HashMap<String, Facility> = HashMap::new();
            let mut snapshot = Snapshot::empty();
            let mut seq = 0;
            for publication in &publications {
                let updates: Vec<Update> = publication.iter().map(|event| { seq += 1; update(seq, event) }).collect();
                for Update { id, state, .. } in &updates {
                    match state {
                        Some(facility) => drop(states.insert(id.to_string(), facility.clone())),
                        None => drop(states.remove(id.as_str())),
                    }
                }
                snapshot = snapshot.with(Seq(seq), Moment(seq), updates);
                if snapshot.is_worn() {
                    snapshot = snapshot.renewed();
                }
            }
            let expected = brute(&states, &query);
            let (found, matched) = ids(&snapshot, &query, limit);
            prop_assert_eq!(matched as usize, expected.len());
            prop_assert_eq!(found, expected);
            prop_assert_eq!(snapshot.len(), states.len());
        }
    }

    #[test]
    fn a_withdrawn_record_is_gone_but_not_forgotten() {
        let put = update(
            1,
            &Event {
                n: 7,
                state: Some((139.0, 35.0, Status::Open, None, None, None)),
            },
        );
        let gone = update(2, &Event { n: 7, state: None });
        let before = Snapshot::empty().with(Seq(1), Moment(1), vec![put]);
        let after = before.with(Seq(2), Moment(2), vec![gone]);
        assert!(matches!(before.get("f-007"), Found::Facility(entry) if entry.changed == Seq(1)));
        assert!(matches!(after.get("f-007"), Found::Withdrawn(Moment(2))));
        assert!(matches!(after.get("f-008"), Found::Nothing));
        assert!(matches!(
            after.renewed().get("f-007"),
            Found::Withdrawn(Moment(2))
        ));
    }
}
