//! Reads single features again after an edit.

use std::collections::{BTreeSet, HashSet};
use std::ops::Range;

use super::{Table, read_chunk};
use crate::interchange::datum::StatedDatum;
use crate::interchange::edits::{Edits, Encoding};
use crate::interchange::reading::Reading;
use crate::interchange::table::Rows;
use crate::interchange::{Column, encoding};

/// Results of the first reading that are needed to read features again.
#[derive(Debug)]
pub struct RereadFeatures {
    /// Where in the text they stand.
    pub ranges: Vec<Range<usize>>,
    /// All columns, that of the geometry too.
    pub columns: Vec<Column>,
    /// The coordinate system that the collection names.
    pub crs: StatedDatum,
    /// The properties that the features themselves have.
    pub own: HashSet<String>,
}

impl RereadFeatures {
    /// Reads features again after `before` became `edits`; `None` where the columns may be others now.
    pub fn reread(
        &self,
        bytes: &[u8],
        known: Encoding,
        rows: &BTreeSet<usize>,
        before: &Edits,
        edits: &Edits,
    ) -> Option<Reading> {
        let mut numbered = Vec::with_capacity(rows.len());
        for row in rows {
            let corrected = [before, edits].map(|edits| edits.cells.get(row));
            let corrected = if corrected[0] == corrected[1] {
                [None; 2]
            } else {
                corrected
            };
            let mut labels = corrected
                .into_iter()
                .flatten()
                .flat_map(|cells| cells.keys());
            // A property that only edits have comes and goes with them.
            if labels.any(|label| !self.own.contains(label)) {
                return None;
            }
            let range = self.ranges.get(row.checked_sub(1)?)?;
            numbered.push((*row, range.clone()));
        }
        let (text, _) = encoding::decode(known, bytes);
        if numbered
            .iter()
            .any(|(_, range)| text.get(range.clone()).is_none())
        {
            return None;
        }
        let rows = Rows::new(&self.columns);
        let mut reading = rows.begin();
        let table = Table {
            rows: &rows,
            columns: &self.columns,
            crs: &self.crs,
        };
        read_chunk(&text, &numbered, &table, edits, &mut reading);
        Some(reading)
    }

    /// About how many bytes it holds.
    pub fn weight(&self) -> usize {
        size_of_val(&*self.ranges)
    }
}
