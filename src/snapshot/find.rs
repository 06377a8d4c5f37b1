//! Finding facilities: which match, in which order, page by page.
//!
//! Filters are sets (see [`facets`](super::facets)); a box is turned into a set too; what is left
//! is put in order of id, or of distance. A page ends with a [`Cursor`] that says what its last
//! facility was, not how many came before, so paging stays right when the limit changes or the
//! directory does.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use roaring::RoaringBitmap;

use crate::domain::position::{Metres, Position};
use crate::domain::usable::Usable;
use crate::domain::vocabulary::Status;

use crate::opening::{Minute, State};

use super::Snapshot;
use super::facets::Facet;
use super::names::Words;
use super::nearest::{After, Among, Lookup, Nearest, Neighbour, Origin};

/// What is asked of the facilities.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// Nearest first, from here; otherwise by id.
    pub near: Option<Position>,
    /// At most this far from `near`.
    pub within: Option<Metres>,
    /// Inside this box.
    pub bbox: Option<Bbox>,
    /// Which words are wanted.
    pub filter: Filter,
    /// Whether those follow whose value is unknown where a word is wanted.
    pub include_unknown: bool,
    /// Whether the most usable come first; in the order above where they are equally usable.
    pub usable_first: bool,
}

/// What is wanted: one word of each line, a status, and what the other fields demand.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// `None` is what may be there to use: open, suspended and unknown.
    pub status: Option<Vec<Status>>,
    /// The other lines.
    pub lines: Vec<Line>,
    /// Lines that add to each other, as with all that a place must offer: the choices of their field
    /// are counted among what they leave, because another choice does not replace them.
    pub each: Vec<Line>,
    /// Last checked on one of these days, counted from year 1.
    pub checked: Option<RangeInclusive<i32>>,
    /// An hour costs at most so many yen.
    pub price_max: Option<u32>,
    /// At least so many seats.
    pub seats_min: Option<u32>,
    /// Open at this minute.
    pub open_at: Option<Minute>,
    /// Its names hold these words.
    pub named: Option<Words>,
    /// Whether what might match counts as what does: for answers without an order, where the one
    /// cannot follow the other.
    pub lenient: bool,
}

/// One thing a filter wants, besides a status.
#[derive(Clone, Copy)]
pub(super) enum Demand<'a> {
    Line(&'a Line),
    Each(&'a Line),
    Checked(&'a RangeInclusive<i32>),
    Price(u32),
    Seats(u32),
    Open(Minute),
    Named(&'a Words),
}

impl Filter {
    /// All it wants besides a status.
    pub(super) fn demands(&self) -> impl Iterator<Item = Demand<'_>> {
        let others = [
            self.checked.as_ref().map(Demand::Checked),
            self.price_max.map(Demand::Price),
            self.seats_min.map(Demand::Seats),
            self.open_at.map(Demand::Open),
            self.named.as_ref().map(Demand::Named),
        ];
        let lines = self.lines.iter().map(Demand::Line);
        let each = self.each.iter().map(Demand::Each);
        lines.chain(each).chain(others.into_iter().flatten())
    }
}

/// Words of one field, any of which will do.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Line {
    /// The words wanted.
    pub any: Vec<Facet>,
    /// What a facility carries whose value for the field is unknown.
    pub unknown: Vec<Facet>,
}

/// A box in degrees. Its west may be greater than its east: then it crosses 180°.
#[derive(Debug, Clone, Copy, PartialEq)]
#[allow(missing_docs, reason = "its four edges")]
pub struct Bbox {
    pub west: f64,
    pub south: f64,
    pub east: f64,
    pub north: f64,
}

/// Where a page ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Cursor {
    /// Whether it had come to those whose value is unknown.
    pub in_unknown: bool,
    /// Among the facilities that are so usable, where the most usable come first.
    pub usable: Option<Usable>,
    /// After which of them.
    pub end: End,
}

impl Cursor {
    /// Behind an id, in a list by id.
    pub fn after_id(id: impl Into<String>) -> Cursor {
        Cursor {
            in_unknown: false,
            usable: None,
            end: End::Id(id.into()),
        }
    }
}

/// The last facility of a page.
#[derive(Debug, Clone, PartialEq)]
pub enum End {
    /// None yet: the part begins here.
    Start,
    /// This id.
    Id(String),
    /// This place and id.
    Distance(After),
}

/// A page of the answer.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// The facilities.
    pub hits: Vec<Hit>,
    /// How many all pages hold together.
    pub matched: u64,
    /// Where the next page begins; `None` on the last.
    pub next: Option<Cursor>,
}

/// One facility of a page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// Its slot.
    pub slot: u32,
    /// How far it is, where that was asked.
    pub distance: Option<Metres>,
}

impl Bbox {
    /// The box as one or two that do not cross 180°.
    pub fn parts(self) -> impl Iterator<Item = Bbox> {
        let crosses = self.west > self.east;
        let first = if crosses {
            Bbox {
                east: 180.0,
                ..self
            }
        } else {
            self
        };
        let second = crosses.then_some(Bbox {
            west: -180.0,
            ..self
        });
        std::iter::once(first).chain(second)
    }

    /// Whether it holds the position, edges included.
    pub fn contains(self, p: Position) -> bool {
        let inside = |part: Bbox| (part.west..=part.east).contains(&p.lon());
        (self.south..=self.north).contains(&p.lat()) && self.parts().any(inside)
    }
}

impl Snapshot {
    /// One page of what `query` asks, from `cursor` on, of at most `limit` facilities.
    pub fn find(&self, query: &Query, cursor: Option<&Cursor>, limit: usize) -> Page {
        let known = self.matching(query);
        let unknown = query
            .include_unknown
            .then(|| self.maybe_matching(query) - &*known);
        let levels: &[Option<Usable>] = match query.usable_first {
            true => &Usable::ALL.map(Some),
            false => &[None],
        };
        let begin = Cursor {
            in_unknown: false,
            usable: levels[0],
            end: End::Start,
        };
        let cursor = cursor.unwrap_or(&begin);
        let reached = (cursor.in_unknown, cursor.usable);

        let mut page = Page::default();
        let sets = [(false, Some(&*known)), (true, unknown.as_ref())];
        let sets = sets
            .into_iter()
            .filter_map(|(in_unknown, set)| Some((in_unknown, set?)));
        for (in_unknown, set) in sets {
            for &usable in levels {
                let set = self.as_usable(set, usable);
                let part = Part {
                    snapshot: self,
                    query,
                    set: &set,
                };
                let count = part.count();
                page.matched += count;
                let here = (in_unknown, usable);
                if page.next.is_some() || here < reached {
                    continue;
                }
                let start = End::Start;
                let from = if here == reached { &cursor.end } else { &start };
                let next = |end| Cursor {
                    in_unknown,
                    usable,
                    end,
                };
                let room = limit - page.hits.len();
                if room == 0 {
                    page.next = (count > 0).then(|| next(End::Start));
                    continue;
                }
                let (hits, end) = part.page(from, room);
                page.hits.extend(hits);
                page.next = end.map(next);
            }
        }
        page
    }

    /// Those of a set that are so usable.
    fn as_usable<'s>(
        &self,
        set: &'s RoaringBitmap,
        usable: Option<Usable>,
    ) -> Cow<'s, RoaringBitmap> {
        let Some(usable) = usable else {
            return Cow::Borrowed(set);
        };
        let so_usable = self.facets.get(Facet::Usable(usable));
        Cow::Owned(so_usable.map_or_else(RoaringBitmap::new, |so_usable| set & so_usable))
    }

    /// How usable a facility is.
    pub fn usable(&self, slot: u32) -> Usable {
        let carries = |usable: &Usable| {
            let set = self.facets.get(Facet::Usable(*usable));
            set.is_some_and(|set| set.contains(slot))
        };
        let usable = Usable::ALL.into_iter().find(carries);
        usable.unwrap_or(Usable::NotOpen)
    }

    /// Those that are known to match.
    pub(super) fn matching(&self, query: &Query) -> Cow<'_, RoaringBitmap> {
        self.narrow(query, query.filter.lenient)
    }

    /// Those that match or, for all anybody knows, might.
    fn maybe_matching(&self, query: &Query) -> RoaringBitmap {
        self.narrow(query, true).into_owned()
    }

    fn narrow(&self, query: &Query, lenient: bool) -> Cow<'_, RoaringBitmap> {
        let mut kept = self.of_status(&query.filter);
        let demands = query.filter.demands();
        let demands = demands.map(|demand| self.meeting(demand, lenient));
        for set in demands.chain(query.bbox.map(|bbox| self.boxed(bbox))) {
            kept = Cow::Owned(&*kept & set);
        }
        kept
    }

    /// Those whose status is wanted.
    pub(super) fn of_status(&self, filter: &Filter) -> Cow<'_, RoaringBitmap> {
        match &filter.status {
            None => Cow::Borrowed(&*self.shown),
            Some(any) => Cow::Owned(
                self.facets
                    .any(any.iter().map(|&status| Facet::Status(status))),
            ),
        }
    }

    /// Those that meet a demand; leniently also those of which nobody knows whether they do. Some
    /// slots may be empty by now.
    pub(super) fn meeting(&self, demand: Demand<'_>, lenient: bool) -> RoaringBitmap {
        let facets = &self.facets;
        let (mut met, unknown) = match demand {
            Demand::Line(line) | Demand::Each(line) => {
                let unknown: &[Facet] = if lenient { &line.unknown } else { &[] };
                return facets.any(line.any.iter().chain(unknown).copied());
            }
            Demand::Open(minute) => {
                let openings = self.openings(minute);
                let open = openings.get(State::Open);
                return if lenient {
                    open | openings.get(State::Unknown)
                } else {
                    open.clone()
                };
            }
            // Every facility has a name.
            Demand::Named(words) => return self.named(words),
            Demand::Checked(days) => (facets.checked(days), Facet::Checked(None)),
            Demand::Price(most) => (facets.price_up_to(most), Facet::Price(None)),
            Demand::Seats(least) => (facets.seats_from(least), Facet::Seats(None)),
        };
        if let Some(unknown) = facets.get(unknown).filter(|_| lenient) {
            met |= unknown;
        }
        met
    }
}

/// The matching facilities, or those that might match, as one ordered list.
struct Part<'a> {
    snapshot: &'a Snapshot,
    query: &'a Query,
    set: &'a RoaringBitmap,
}

impl Part<'_> {
    fn count(&self) -> u64 {
        match self.query.near {
            Some(origin) if self.query.within.is_some() => self.nearest(
                origin,
                self.set.len() as usize,
                &|slot| self.set.contains(slot),
                None,
                |n| n.count(),
            ),
            _ => self.set.len(),
        }
    }

    /// The next facilities after `from`, and the page's end if there are more of them.
    fn page(&self, from: &End, room: usize) -> (Vec<Hit>, Option<End>) {
        match self.query.near {
            Some(origin) => self.page_by_distance(origin, from, room),
            None => self.page_by_id(from, room),
        }
    }

    fn page_by_distance(
        &self,
        origin: Position,
        from: &End,
        room: usize,
    ) -> (Vec<Hit>, Option<End>) {
        let after = if let End::Distance(after) = from {
            Some(after)
        } else {
            None
        };
        // Nearly every question leaves out only what is closed or planned: a bit array answers that in a nanosecond.
        let shown_by_default = std::ptr::eq(self.set, &*self.snapshot.shown);
        let wanted: &dyn Fn(u32) -> bool = if shown_by_default {
            &|slot| self.snapshot.shown_bits.contains(slot)
        } else {
            &|slot| self.set.contains(slot)
        };
        self.nearest(origin, room, wanted, after, |nearest| {
            let mut neighbours = nearest.take(room + 1);
            let more = neighbours.len() > room;
            neighbours.truncate(room);
            let end = neighbours
                .last()
                .filter(|_| more)
                .map(|&last| End::Distance(nearest.end(last)));
            let hit = |n: Neighbour| Hit {
                slot: n.slot,
                distance: Some(n.distance),
            };
            (neighbours.into_iter().map(hit).collect(), end)
        })
    }

    fn nearest<R>(
        &self,
        origin: Position,
        room: usize,
        wanted: &dyn Fn(u32) -> bool,
        after: Option<&After>,
        ask: impl FnOnce(&Nearest<'_, super::entries::Entries>) -> R,
    ) -> R {
        let Snapshot {
            index,
            joined,
            entries,
            by_id,
            ..
        } = self.snapshot;
        // Listing goes through all `kept`; the tree through about `room` × `all` / `kept` points, each at a few times the cost.
        let (kept, all) = (self.set.len() as f64, by_id.len() as f64);
        let among = if kept * kept <= 4.0 * room as f64 * all {
            Among::Listed(self.set)
        } else {
            Among::Tree {
                tree: &index.tree,
                extra: joined,
                wanted,
            }
        };
        let origin = Origin::new(origin);
        ask(&Nearest {
            origin,
            among,
            within: self.query.within,
            after: after.map(|after| origin.behind(after)),
            lookup: entries,
        })
    }

    fn page_by_id(&self, from: &End, room: usize) -> (Vec<Hit>, Option<End>) {
        let Snapshot { entries, by_id, .. } = self.snapshot;
        let id = |slot: u32| entries.id(slot);
        let after = if let End::Id(after) = from {
            after.as_str()
        } else {
            ""
        };
        let mut slots: Vec<u32> = if self.set.len() * 16 < by_id.len() as u64 {
            let mut few: Vec<u32> = self.set.iter().filter(|&slot| id(slot) > after).collect();
            few.sort_unstable_by(|&a, &b| id(a).cmp(id(b)));
            few
        } else {
            let start = by_id.partition_point(|&slot| id(slot) <= after);
            by_id[start..]
                .iter()
                .copied()
                .filter(|&slot| self.set.contains(slot))
                .take(room + 1)
                .collect()
        };
        let end = (slots.len() > room).then(|| End::Id(id(slots[room - 1]).to_owned()));
        slots.truncate(room);
        (
            slots
                .into_iter()
                .map(|slot| Hit {
                    slot,
                    distance: None,
                })
                .collect(),
            end,
        )
    }
}
