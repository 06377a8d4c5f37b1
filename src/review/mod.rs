//! Proposed rows against what is published: what each would change, and what speaks against it.
//!
//! A pure function, run again whenever somebody looks, so that the difference shown is never stale.
//! Each row goes the same way: what of it says which facility it is (`key`), which one that is
//! (`plan`, over all rows, because a facility is that of one row), and the facility it would make
//! (`draft`: `difference`, `location`, `town`). Then rows are compared with each other
//! (`duplicates`), and new facilities with what is published near them (`likely`).
//!
//! The first three are kept a row: a file somebody edits is not checked anew as a whole
//! ([`Review::update`]), and compared again only with what it has something in common with (`together`).

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use crate::districts::Districts;
use crate::domain::facility::{Facility, FacilityId};
use crate::domain::municipality::MunicipalityCode;
use crate::domain::report::{Problem, Report};
use crate::domain::user::Area;
use crate::domain::vocabulary::Kind;
use crate::interchange::progress::Progress;
use crate::interchange::reading::{Reading, Row};
use crate::places::Places;
use crate::places::blocks::Blocks;
use crate::snapshot::Snapshot;

mod addresses;
pub mod again;
mod answers;
mod blanks;
mod dates;
mod difference;
mod draft;
mod duplicates;
mod identity;
mod key;
mod labels;
mod likely;
mod likeness;
mod location;
mod names;
mod outside;
mod plan;
mod precision;
mod slips;
mod together;
mod town;

#[cfg(test)]
mod tests;

pub use answers::{Answer, Answers};
pub use dates::refuse_impossible;
pub use difference::{Difference, Effect};
pub use likely::{LikelyDuplicate, Reason};

use draft::{Draft, Drafting};
use key::RowKey;
use labels::Labels;
use likely::{Known, plain_phone, plain_website};
use plan::{Candidate, Plan};
use together::Touched;

/// What rows are held against.
pub struct Against<'a> {
    /// What is published.
    pub snapshot: &'a Snapshot,
    /// Where municipalities are.
    pub districts: &'a Districts,
    /// Towns, for what addresses say; `None` where addresses are not looked at.
    pub places: Option<&'a Places>,
    /// Blocks and lots of towns, where such lists are imported.
    pub blocks: Option<&'a dyn Blocks>,
    /// The only area rows may lie in.
    pub area: Option<Area>,
    /// What was decided about the rows.
    pub answers: Answers<'a>,
}

/// What would be published, and the report.
#[derive(Debug, Default)]
pub struct Reviewed {
    /// New and changed facilities, in the order of the file.
    pub differences: Vec<Arc<Difference>>,
    /// Rows that say what is published already.
    pub unchanged: usize,
    /// Every row's problems.
    pub report: Report,
    /// Rows that look like a published facility, also those about which that was decided.
    pub likely: Vec<LikelyDuplicate>,
    /// Rows that could be published and wait for a decision whether they are a published facility.
    pub undecided: BTreeSet<usize>,
    /// The published facility of each row that has its name at its place.
    pub matched: BTreeMap<usize, FacilityId>,
    /// How many cells are empty beside a published value, by field.
    pub blanks: BTreeMap<&'static str, usize>,
}

/// Holds a file's rows against the directory. `new_id` gives ids to rows that bring none.
pub fn review(
    reading: Reading,
    against: &Against<'_>,
    new_id: impl FnMut() -> FacilityId,
) -> Reviewed {
    Review::new(reading, against, new_id).reviewed(against)
}

/// A file's rows as they were held against the directory, kept a row.
pub struct Review {
    labels: Labels,
    /// The kind of facilities that neither the file nor the directory gives one.
    kind: Option<Kind>,
    /// How many rows the file has.
    count: usize,
    /// What is said of the file as a whole.
    of_file: Vec<Problem>,
    rows: BTreeMap<usize, Held>,
    known: Known,
    /// How many rows have a telephone number or a website.
    phones: HashMap<String, usize>,
    websites: HashMap<String, usize>,
    /// What changed since rows were last compared with each other; before the first time nothing is.
    touched: Option<Touched>,
}

/// One row.
#[derive(Default)]
struct Held {
    /// What its cells' reading has said.
    read: Vec<Problem>,
    /// What became of it, where it could be read.
    usable: Option<Usable>,
}

/// Rows, what says of each which facility it is, and which one that is.
type Undrafted = (
    Vec<Row>,
    Vec<(RowKey, Vec<Candidate>)>,
    HashMap<usize, Plan>,
);

/// A row that could be read.
struct Usable {
    key: RowKey,
    /// Published facilities with its name at its place.
    candidates: Vec<Candidate>,
    plan: Plan,
    draft: Draft,
    /// The published facility it is like, found when its contacts were, or were not, its own.
    like: Option<([bool; 2], Option<likely::Like>)>,
    /// That it is the same facility as an earlier row.
    double: Option<Problem>,
    /// That it has another row's position.
    shared: Option<Problem>,
    /// Whether its telephone number and website are counted.
    is_counted: bool,
}

impl Review {
    /// Holds all rows against the directory.
    pub fn new(
        reading: Reading,
        against: &Against<'_>,
        new_id: impl FnMut() -> FacilityId,
    ) -> Review {
        Review::telling(reading, against, new_id, &Progress::default())
    }

    /// The same, telling how far it is.
    pub fn telling(
        mut reading: Reading,
        against: &Against<'_>,
        mut new_id: impl FnMut() -> FacilityId,
        progress: &Progress,
    ) -> Review {
        outside::leave_out(&mut reading, against.districts);
        let mut review = Review {
            labels: Labels(reading.columns),
            kind: reading.kind,
            count: reading.rows,
            of_file: Vec::new(),
            rows: BTreeMap::new(),
            known: Known::default(),
            phones: HashMap::new(),
            websites: HashMap::new(),
            touched: None,
        };
        review.take_problems(reading.problems);
        let keys = review.keys(&reading.usable, against);
        let plans = plan::settle(keys.iter().map(|(key, found)| (key, &**found)), against);
        let drafting = (reading.usable, keys, plans);
        review.draft(drafting, against, &mut new_id, progress);
        progress.compared(review.count);
        review
    }

    /// Holds some rows against the directory again, because they changed or what was decided about
    /// them did, and all others whose facility is another one for that. `read` reads rows of the
    /// file; those in `changed` replace what was there.
    pub fn update(
        &mut self,
        changed: &BTreeSet<usize>,
        against: &Against<'_>,
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
        let keys = self.keys(&reading.usable, against);
        for (key, candidates) in &keys {
            tied.extend(plan::may_be(key, candidates, against));
        }
        self.tie(&mut tied);
        let usable = self.rows.values().filter_map(|held| held.usable.as_ref());
        let others = usable.filter(|row| row.is_tied(&tied));
        let others = others.map(|row| (&row.key, &*row.candidates));
        let fresh = keys.iter().map(|(key, found)| (key, &**found));
        let mut plans = plan::settle(fresh.chain(others), against);
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
        self.draft(drafting, against, &mut new_id, &Progress::default());
    }

    /// Adds the facilities that rows may be which may be one of these, until there are no more: which
    /// of them each row is, is settled together.
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

    /// How many rows are kept here.
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

    /// What says of each row which facility it is, and the published ones it could be.
    fn keys(&mut self, rows: &[Row], against: &Against<'_>) -> Vec<(RowKey, Vec<Candidate>)> {
        let keys: Vec<RowKey> = rows.iter().map(|row| RowKey::of(row, against)).collect();
        let places = keys.iter().filter_map(|key| key.around);
        self.known.look_around(against.snapshot, places);
        let known = &self.known;
        let candidates = |key: &RowKey| known.at_place_of(key, against);
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
        against: &Against<'_>,
        new_id: &mut impl FnMut() -> FacilityId,
        progress: &Progress,
    ) {
        let drafting = Drafting {
            against,
            labels: &self.labels,
            kind: self.kind,
        };
        for (done, (row, (key, candidates))) in rows.into_iter().zip(keys).enumerate() {
            progress.compared(done);
            let Some(plan) = plans.remove(&key.number) else {
                continue;
            };
            let draft = drafting.draft(row, &key, &plan, new_id);
            let number = key.number;
            let row = Usable {
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

impl Usable {
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
