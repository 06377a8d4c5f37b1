//! Compares the rows of a file with each other: duplicates, shared positions, shared contacts.
//!
//! Each row stores its result. After an edit, only rows that share a value with a changed row are
//! compared again.

use std::collections::{BTreeSet, HashMap};

use super::duplicates::{ComparedRow, SeenRows};
use super::key::RowKey;
use super::likely::NewRow;
use super::plan::Plan;
use super::{ReadableRow, Review, ReviewContext, addresses, duplicates};
use crate::domain::report::Problem;

/// With more changed values of one kind than this, all rows are compared again.
const FEW: usize = 64;

/// Values that changed rows had before or have now.
#[derive(Default)]
pub(super) struct Touched {
    names: Vec<String>,
    ids: Vec<String>,
    positions: Vec<[u32; 2]>,
    phones: Vec<String>,
    websites: Vec<String>,
}

fn add<T: PartialEq>(list: &mut Vec<T>, value: Option<T>) -> bool {
    let new = value.filter(|value| !list.contains(value));
    let is_new = new.is_some();
    list.extend(new);
    is_new
}

impl Touched {
    /// Adds the values of a row that other rows may share.
    pub fn note(&mut self, row: &ReadableRow) {
        add(&mut self.names, Some(row.key.name.text.clone()));
        add(&mut self.ids, row.plan.id(&row.key).map(str::to_owned));
        self.note_beside(row);
    }

    /// Adds the values of a row that became a duplicate or ceased to be one.
    fn note_beside(&mut self, row: &ReadableRow) {
        let position = row.key.position.map(|position| position.units());
        add(&mut self.positions, position);
        if let Some(accepted) = &row.draft.accepted {
            add(&mut self.phones, accepted.contacts.0.clone());
            add(&mut self.websites, accepted.contacts.1.clone());
        }
    }

    fn is_few(&self) -> bool {
        let lists = [&self.names, &self.ids, &self.phones, &self.websites];
        lists.iter().all(|list| list.len() <= FEW) && self.positions.len() <= FEW
    }
}

impl Review {
    /// Compares rows with each other and with published facilities, as far as the result may have changed.
    pub(super) fn compare(&mut self, context: &ReviewContext<'_>) {
        let mut touched = self.touched.replace(Touched::default());
        let is_few = touched.as_mut().is_some_and(|touched| {
            self.spread(touched);
            touched.is_few()
        });
        let mut touched = touched.filter(|_| is_few);
        self.find_doubles(touched.as_mut());
        self.find_shared_positions(touched.as_ref());
        self.find_likely(context, touched.as_ref());
    }

    fn usable(&self) -> impl Iterator<Item = &ReadableRow> {
        self.rows.values().filter_map(|held| held.usable.as_ref())
    }

    fn usable_mut(&mut self) -> impl Iterator<Item = &mut ReadableRow> {
        let rows = self.rows.values_mut();
        rows.filter_map(|held| held.usable.as_mut())
    }

    /// Adds the ids of rows with a touched name, and the names of rows with a touched id, until nothing
    /// is added: whether a row is a duplicate affects the next one.
    fn spread(&self, touched: &mut Touched) {
        loop {
            let mut has_grown = false;
            for row in self.usable() {
                let (id, name) = (row.plan.id(&row.key), &row.key.name.text);
                let has_id = id.is_some_and(|id| touched.ids.iter().any(|other| other == id));
                let has_name = touched.names.contains(name);
                if has_name != has_id {
                    has_grown |= match has_name {
                        true => add(&mut touched.ids, id.map(str::to_owned)),
                        false => add(&mut touched.names, Some(name.clone())),
                    };
                }
                if !touched.is_few() {
                    return;
                }
            }
            if !has_grown {
                return;
            }
        }
    }

    /// Rows that are the same facility as an earlier one.
    fn find_doubles(&mut self, touched: Option<&mut Touched>) {
        let mut seen = SeenRows::default();
        let mut found: HashMap<usize, Problem> = HashMap::new();
        let mut looked_at = BTreeSet::new();
        for row in self.usable() {
            let id = row.plan.id(&row.key);
            let is_concerned = touched.as_ref().is_none_or(|touched| {
                touched.names.contains(&row.key.name.text)
                    || id.is_some_and(|id| touched.ids.iter().any(|other| other == id))
            });
            if !is_concerned {
                continue;
            }
            let sight = ComparedRow {
                number: row.key.number,
                id,
                written: &row.key.written,
                name: &row.key.name.text,
                position: row.key.position,
                address: row.key.address.as_deref(),
            };
            looked_at.insert(sight.number);
            if let Some((first, same)) = seen.see(&sight) {
                let problem = duplicates::problem(&sight, first, same, &self.headers);
                found.insert(sight.number, problem);
            }
        }
        let mut touched = touched;
        for number in looked_at {
            let row = self
                .rows
                .get_mut(&number)
                .and_then(|held| held.usable.as_mut());
            let Some(row) = row else { continue };
            let double = found.remove(&number);
            if let Some(touched) = &mut touched
                && double.is_some() != row.double.is_some()
            {
                touched.note_beside(row);
            }
            row.double = double;
            count(row, &mut self.phones, &mut self.websites);
        }
    }

    /// Rows with exactly the position of an earlier one of another name, at another address.
    fn find_shared_positions(&mut self, touched: Option<&Touched>) {
        let mut first: HashMap<[u32; 2], &RowKey> = HashMap::new();
        let mut found = HashMap::new();
        let is_concerned = |position: &[u32; 2]| {
            touched.is_none_or(|touched| touched.positions.contains(position))
        };
        for row in self.usable() {
            let key = &row.key;
            let (Some(position), Some(lot)) = (key.position, &key.lot) else {
                continue;
            };
            let units = position.units();
            if !is_concerned(&units) {
                continue;
            }
            let before = *first.entry(units).or_insert(key);
            let is_other = before.name.text != key.name.text
                && before
                    .lot
                    .as_ref()
                    .is_some_and(|other| !addresses::goes_on(other, lot));
            if is_other && row.double.is_none() {
                let problem =
                    duplicates::shared(key.number, position, before.number, &self.headers);
                found.insert(key.number, problem);
            }
        }
        for row in self.usable_mut() {
            if row
                .key
                .position
                .is_some_and(|position| is_concerned(&position.units()))
            {
                row.shared = found.remove(&row.key.number);
            }
        }
    }

    /// Finds the published facilities that new rows resemble.
    fn find_likely(&mut self, context: &ReviewContext<'_>, touched: Option<&Touched>) {
        let is_open = |row: &ReadableRow| {
            if row.like.is_none() {
                return true;
            }
            let (Some(touched), Some(accepted)) = (touched, &row.draft.accepted) else {
                return touched.is_none();
            };
            let has = |list: &[String], own: &Option<String>| {
                own.as_ref().is_some_and(|own| list.contains(own))
            };
            has(&touched.phones, &accepted.contacts.0)
                || has(&touched.websites, &accepted.contacts.1)
        };
        let new = |row: &&ReadableRow| row.like.is_none() && matches!(row.plan, Plan::New { .. });
        let places = self.usable().filter(new).filter_map(|row| {
            let difference = row.draft.accepted.as_ref()?.difference.as_ref();
            difference.map(|difference| difference.facility.position)
        });
        let places: Vec<_> = places.collect();
        self.known.look_around(context.snapshot, places.into_iter());
        let (known, phones, websites) = (&self.known, &self.phones, &self.websites);
        let rows = self.rows.values_mut();
        for row in rows.filter_map(|held| held.usable.as_mut()) {
            if !is_open(row) {
                continue;
            }
            let (Plan::New { .. }, Some(accepted)) = (&row.plan, &row.draft.accepted) else {
                continue;
            };
            let Some(difference) = &accepted.difference else {
                continue;
            };
            let (phone, website) = &accepted.contacts;
            let is_own = |counts: &HashMap<String, usize>, own: &Option<String>| {
                own.as_ref().is_some_and(|own| counts.get(own) == Some(&1))
            };
            let own = [is_own(phones, phone), is_own(websites, website)];
            let before = row.like.as_ref();
            if before.is_some_and(|(found_with, _)| *found_with == own) {
                continue;
            }
            let newcomer = NewRow {
                facility: &difference.facility,
                name: &row.key.name,
                phone: phone.clone().filter(|_| own[0]),
                website: website.clone().filter(|_| own[1]),
            };
            row.like = Some((own, known.find(&newcomer)));
        }
    }

    /// Removes a row that changes, and notes the values it shared.
    pub(super) fn leave(&mut self, row: &mut ReadableRow) {
        if let Some(touched) = &mut self.touched {
            touched.note(row);
        }
        row.double = None;
        if row.is_counted {
            uncount(row, &mut self.phones, &mut self.websites);
        }
    }
}

/// Counts the contacts of a valid row once, unless it is a duplicate.
fn count(
    row: &mut ReadableRow,
    phones: &mut HashMap<String, usize>,
    websites: &mut HashMap<String, usize>,
) {
    let is_to_count = row.draft.accepted.is_some() && row.double.is_none();
    if row.is_counted == is_to_count {
        return;
    }
    if !is_to_count {
        return uncount(row, phones, websites);
    }
    row.is_counted = true;
    if let Some(accepted) = &row.draft.accepted {
        let (phone, website) = &accepted.contacts;
        for (counts, own) in [(phones, phone), (websites, website)] {
            if let Some(own) = own {
                *counts.entry(own.clone()).or_default() += 1;
            }
        }
    }
}

fn uncount(
    row: &mut ReadableRow,
    phones: &mut HashMap<String, usize>,
    websites: &mut HashMap<String, usize>,
) {
    row.is_counted = false;
    let Some(accepted) = &row.draft.accepted else {
        return;
    };
    let (phone, website) = &accepted.contacts;
    for (counts, own) in [(phones, phone), (websites, website)] {
        if let Some(own) = own
            && let Some(count) = counts.get_mut(own)
        {
            *count -= 1;
            if *count == 0 {
                counts.remove(own);
            }
        }
    }
}
