//! Checks the edited rows of a file without checking the whole file again.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{Review, ReviewContext, refuse_impossible};
use crate::domain::facility::FacilityId;
use crate::interchange::File;
use crate::interchange::edits::Edits;
use crate::interchange::reading::Reading;

/// An edit of a file that was checked before.
pub struct RowEdit<'a> {
    /// The file as it was read.
    pub file: &'a File,
    /// Its bytes, if reading rows again needs them.
    pub bytes: &'a [u8],
    /// The rows concerned.
    pub rows: &'a BTreeSet<usize>,
    /// The file's edits before.
    pub before: &'a Edits,
    /// The file's edits including this one.
    pub edits: &'a Edits,
    /// The day, in Japan.
    pub today: NaiveDate,
}

impl RowEdit<'_> {
    /// Reads the rows again; `None` if the edit affects other rows too.
    pub fn read(&self) -> Option<Reading> {
        let reading = self
            .file
            .reread(self.bytes, self.rows, self.before, self.edits)?;
        Some(self.possible(reading))
    }

    fn possible(&self, mut reading: Reading) -> Reading {
        refuse_impossible(&mut reading, self.today);
        reading
    }
}

impl Review {
    /// Takes an edit in, whose rows were read. `context` goes with its work. False where it could not:
    /// then the whole file has to be checked, and this is of no use any more.
    pub fn edited(
        &mut self,
        edit: &RowEdit<'_>,
        read: Reading,
        context: &ReviewContext<'_>,
        new_id: impl FnMut() -> FacilityId,
    ) -> bool {
        let mut first = Some(read);
        let mut is_read = true;
        let read = |rows: &BTreeSet<usize>| {
            let again = || {
                let reading = edit.file.reread(edit.bytes, rows, edit.edits, edit.edits);
                reading.map(|reading| edit.possible(reading))
            };
            let reading = first.take().or_else(again);
            is_read &= reading.is_some();
            reading.unwrap_or_default()
        };
        self.update(edit.rows, context, read, new_id);
        is_read
    }
}
