//! Compares proposed rows with what is published: what each would change, and its problems.
//!
//! A pure function, run again on each view, so that the difference shown is never stale. Each row
//! passes the same steps: its identifying values (`key`), the facility it is (`plan`, over all rows,
//! because each facility belongs to one row), and the facility it would make (`draft`). Then rows are
//! compared with each other (`comparison`), and new facilities with published ones nearby (`likely`).
//!
//! The results of the first three steps are stored for each row. After an edit only the rows concerned
//! are checked again ([`Review::update`]).

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use crate::districts::Districts;
use crate::domain::facility::{Facility, FacilityId};
use crate::domain::municipality::MunicipalityCode;
use crate::domain::report::{Problem, Report};
use crate::domain::user::Area;
use crate::domain::vocabulary::Kind;
use crate::interchange::progress::Progress;
use crate::interchange::reading::{Reading, SheetRow};
use crate::places::Places;
use crate::places::blocks::Blocks;
use crate::snapshot::Snapshot;

mod addresses;
mod blanks;
mod comparison;
mod dates;
mod decisions;
mod difference;
mod draft;
mod duplicates;
mod headers;
mod identity;
mod key;
mod likely;
mod location;
mod mistakes;
mod names;
mod outcome;
mod outside;
mod plan;
mod precision;
pub mod recheck;
mod town;

#[cfg(test)]
mod tests;

pub use dates::refuse_impossible;
pub use decisions::{RowDecision, RowDecisions};
pub use difference::{Difference, Effect};
pub use likely::{LikelyDuplicate, Reason};

use comparison::Touched;
use draft::{Draft, Drafting};
use headers::Headers;
use key::RowKey;
use likely::{NearbyFacilities, plain_phone, plain_website};
use plan::{Candidate, Plan};

/// The published data and decisions that rows are compared with.
pub struct ReviewContext<'a> {
    /// What is published.
    pub snapshot: &'a Snapshot,
    /// Where municipalities are.
    pub districts: &'a Districts,
    /// Towns, to read addresses; `None` if addresses are not checked.
    pub places: Option<&'a Places>,
    /// Blocks and lots of towns, if such lists are imported.
    pub blocks: Option<&'a dyn Blocks>,
    /// The only area rows may lie in.
    pub area: Option<Area>,
    /// The decisions about the rows.
    pub decisions: RowDecisions<'a>,
}

/// What would be published, and the report.
#[derive(Debug, Default)]
pub struct Reviewed {
    /// New and changed facilities, in the order of the file.
    pub differences: Vec<Arc<Difference>>,
    /// Rows equal to what is published.
    pub unchanged: usize,
    /// Every row's problems.
    pub report: Report,
    /// Rows that look like a published facility, including those already decided.
    pub likely: Vec<LikelyDuplicate>,
    /// Valid rows that wait for a decision whether they are a published facility.
    pub undecided: BTreeSet<usize>,
    /// The published facility of each row that has its name at its place.
    pub matched: BTreeMap<usize, FacilityId>,
    /// How many cells are empty beside a published value, by field.
    pub blanks: BTreeMap<&'static str, usize>,
}

/// Compares a file's rows with the directory. `new_id` gives ids to rows without one.
pub fn review(
    reading: Reading,
    context: &ReviewContext<'_>,
    new_id: impl FnMut() -> FacilityId,
) -> Reviewed {
    Review::new(reading, context, new_id).reviewed(context)
}

/// A file's rows with the results of their comparison, stored by row.
pub struct Review {
    headers: Headers,
    /// The kind of facilities that have none in the file or the directory.
    kind: Option<Kind>,
    /// How many rows the file has.
    count: usize,
    /// Problems of the file as a whole.
    of_file: Vec<Problem>,
    rows: BTreeMap<usize, CheckedRow>,
    known: NearbyFacilities,
    /// How many rows have a telephone number or a website.
    phones: HashMap<String, usize>,
    websites: HashMap<String, usize>,
    /// What changed since rows were last compared with each other; `None` before the first time.
    touched: Option<Touched>,
}

/// One row.
#[derive(Default)]
struct CheckedRow {
    /// Problems found while reading its cells.
    read: Vec<Problem>,
    /// The comparison's result, if the row could be read.
    usable: Option<ReadableRow>,
}

/// Rows with their keys, candidates and plans, before they are drafted.
type Undrafted = (
    Vec<SheetRow>,
    Vec<(RowKey, Vec<Candidate>)>,
    HashMap<usize, Plan>,
);

/// A row that could be read.
struct ReadableRow {
    key: RowKey,
    /// Published facilities with its name at its place.
    candidates: Vec<Candidate>,
    plan: Plan,
    draft: Draft,
    /// The published facility it resembles, and whether its contacts were unique when that was found.
    like: Option<([bool; 2], Option<likely::LikelyMatch>)>,
    /// The problem that it is the same facility as an earlier row.
    double: Option<Problem>,
    /// The problem that it has another row's position.
    shared: Option<Problem>,
    /// Whether its telephone number and website are counted.
    is_counted: bool,
}

impl Review {
    /// Compares all rows with the directory.
    pub fn new(
        reading: Reading,
        context: &ReviewContext<'_>,
        new_id: impl FnMut() -> FacilityId,
    ) -> Review {
        Review::with_progress(reading, context, new_id, &Progress::default())
    }

    /// Compares all rows with the directory and reports progress.
    pub fn with_progress(
        mut reading: Reading,
        context: &ReviewContext<'_>,
        mut new_id: impl FnMut() -> FacilityId,
        progress: &Progress,
    ) -> Review {
        outside::leave_out(&mut reading, context.districts);
        let mut review = Review {
            headers: Headers(reading.columns),
            kind: reading.kind,
            count: reading.rows,
            of_file: Vec::new(),
            rows: BTreeMap::new(),
            known: NearbyFacilities::default(),
            phones: HashMap::new(),
            websites: HashMap::new(),
            touched: None,
        };
        review.take_problems(reading.problems);
        let keys = review.keys(&reading.usable, context);
        let plans = plan::settle(keys.iter().map(|(key, found)| (key, &**found)), context);
        let drafting = (reading.usable, keys, plans);
        review.draft(drafting, context, &mut new_id, progress);
        progress.compared(review.count);
        review
    }

    /// Compares rows again after they or their decisions changed, and all other rows whose facility
    /// changes with them. `read` reads rows of the file; rows in `changed` replace the stored ones.
    pub fn update(
        &mut self,
        changed: &BTreeSet<usize>,
        context: &ReviewContext<'_>,
        mut read: impl FnMut(&BTreeSet<usize>) -> Reading,
        mut new_id: impl FnMut() -> FacilityId,
    ) {
        let reading = read(changed);
        let mut tied = HashSet::new();
        for number in changed {
            let held = self.rows.remove(number);
            if let Some(mut row) = held.and_then(|held| held.usable) {
                tied.extend(row.plan.tied_to(&row.candidates).cloned());
                self.leave(&mut row);
            }
        }
        self.take_problems(reading.problems);
        let keys = self.keys(&reading.usable, context);
        for (key, candidates) in &keys {
            tied.extend(plan::may_be(key, candidates, context));
        }
        self.tie(&mut tied);
        let usable = self.rows.values().filter_map(|held| held.usable.as_ref());
        let others = usable.filter(|row| row.is_tied(&tied));
        let others = others.map(|row| (&row.key, &*row.candidates));
        let fresh = keys.iter().map(|(key, found)| (key, &**found));
        let mut plans = plan::settle(fresh.chain(others), context);
        let moved: BTreeSet<usize> = self
            .rows
            .iter()
            .filter_map(|(number, held)| {
                let plan = &held.usable.as_ref()?.plan;
                plans
                    .get(number)
                    .is_some_and(|new| !new.is(plan))
                    .then_some(*number)
            })
            .collect();
        for (number, held) in &mut self.rows {
            if let Some(row) = &mut held.usable
                && !moved.contains(number)
                && let Some(plan) = plans.remove(number)
            {
                row.plan = plan;
            }
        }
        let mut rows = reading.usable;
        let mut all_keys = keys;
        if !moved.is_empty() {
            for number in &moved {
                let held = self.rows.get_mut(number);
                if let Some(mut row) = held.and_then(|held| held.usable.take()) {
                    self.leave(&mut row);
                    all_keys.push((row.key, row.candidates));
                }
            }
            rows.extend(read(&moved).usable);
            rows.sort_by_key(|row| row.number);
            all_keys.sort_by_key(|(key, _)| key.number);
        }
        let drafting = (rows, all_keys, plans);
        self.draft(drafting, context, &mut new_id, &Progress::default());
    }

    /// Extends the set to all facilities connected by rows that may be several of them, because these
    /// rows must be settled together.
    fn tie(&self, tied: &mut HashSet<FacilityId>) {
        loop {
            let before = tied.len();
            for row in self.rows.values().filter_map(|held| held.usable.as_ref()) {
                if row.is_tied(tied) {
                    tied.extend(row.plan.tied_to(&row.candidates).cloned());
                }
            }
            if tied.len() == before {
                return;
            }
        }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    fn take_problems(&mut self, problems: Vec<Problem>) {
        for problem in problems {
            match problem.row {
                Some(row) => self.rows.entry(row).or_default().read.push(problem),
                None => self.of_file.push(problem),
            }
        }
    }

    /// The key of each row, and the published facilities it could be.
    fn keys(
        &mut self,
        rows: &[SheetRow],
        context: &ReviewContext<'_>,
    ) -> Vec<(RowKey, Vec<Candidate>)> {
        let keys: Vec<RowKey> = rows.iter().map(|row| RowKey::of(row, context)).collect();
        let places = keys.iter().filter_map(|key| key.around);
        self.known.look_around(context.snapshot, places);
        let known = &self.known;
        let candidates = |key: &RowKey| known.at_place_of(key, context);
        keys.into_iter()
            .map(|key| {
                let found = candidates(&key);
                (key, found)
            })
            .collect()
    }

    fn draft(
        &mut self,
        (rows, keys, mut plans): Undrafted,
        context: &ReviewContext<'_>,
        new_id: &mut impl FnMut() -> FacilityId,
        progress: &Progress,
    ) {
        let drafting = Drafting {
            context,
            headers: &self.headers,
            kind: self.kind,
        };
        for (done, (row, (key, candidates))) in rows.into_iter().zip(keys).enumerate() {
            progress.compared(done);
            let Some(plan) = plans.remove(&key.number) else {
                continue;
            };
            let draft = drafting.draft(row, &key, &plan, new_id);
            let number = key.number;
            let row = ReadableRow {
                key,
                candidates,
                plan,
                draft,
                like: None,
                double: None,
                shared: None,
                is_counted: false,
            };
            if let Some(touched) = &mut self.touched {
                touched.note(&row);
            }
            self.rows.entry(number).or_default().usable = Some(row);
        }
    }
}

impl ReadableRow {
    /// Whether it is, or may be, one of these published facilities.
    fn is_tied(&self, tied: &HashSet<FacilityId>) -> bool {
        let mut own = self.plan.tied_to(&self.candidates);
        own.any(|id| tied.contains(id))
    }
}

fn contacts(facility: &Facility) -> (Option<String>, Option<String>) {
    let website = facility.website.as_ref().map(|website| website.as_str());
    (
        facility.phone.as_deref().and_then(plain_phone),
        website.and_then(plain_website),
    )
}

/// Whether `code` can limit an import: a municipality, a ward or a two-digit prefecture that exists.
pub fn area(code: &str, districts: &Districts) -> Result<String, String> {
    let five = if code.len() == 2 {
        Ok(code.to_owned())
    } else {
        MunicipalityCode::new(code)
            .map(|code| code.to_string())
            .map_err(|error| error.to_string())
    };
    let five = five?;
    districts.get(&five).map(|_| five).ok_or(format!(
        "no municipality, ward or prefecture has the code {code}"
    ))
}
