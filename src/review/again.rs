//! A file that somebody edits, without checking all of it anew.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{Against, Review, refuse_impossible};
use crate::domain::facility::FacilityId;
use crate::interchange::File;
use crate::interchange::reading::Reading;
use crate::interchange::work::Work;

/// An edit of a file whose rows are kept.
pub struct Edit<'a> {
    /// The file as it was read.
    pub file: &'a File,
    /// Its bytes, where reading rows again needs them.
    pub bytes: &'a [u8],
    /// The rows concerned.
    pub rows: &'a BTreeSet<usize>,
    /// What somebody had done about the file.
    pub before: &'a Work,
    /// The same with the edit.
    pub work: &'a Work,
    /// The day, in Japan.
    pub today: NaiveDate,
}

impl Edit<'_> {
    /// Reads the rows again; `None` where the edit concerns more than them.
    pub fn read(&self) -> Option<Reading> {
        let reading = self
            .file
            .reread(self.bytes, self.rows, self.before, self.work)?;
        Some(self.possible(reading))
    }

    fn possible(&self, mut reading: Reading) -> Reading {
        refuse_impossible(&mut reading, self.today);
        reading
    }
}

impl Review {
    /// Takes an edit in, whose rows were read. `against` goes with its work. False where it could not:
    /// then the whole file has to be checked, and this is of no use any more.
    pub fn edited(
        &mut self,
        edit: &Edit<'_>,
        read: Reading,
        against: &Against<'_>,
        new_id: impl FnMut() -> FacilityId,
    ) -> bool {
        let mut first = Some(read);
        let mut is_read = true;
        let read = |rows: &BTreeSet<usize>| {
            let again = || {
                let reading = edit.file.reread(edit.bytes, rows, edit.work, edit.work);
                reading.map(|reading| edit.possible(reading))
            };
            let reading = first.take().or_else(again);
            is_read &= reading.is_some();
            reading.unwrap_or_default()
        };
        self.update(edit.rows, against, read, new_id);
        is_read
    }
}
