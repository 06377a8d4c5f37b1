//! Single features, read again after somebody mended them.

use std::collections::{BTreeSet, HashSet};
use std::ops::Range;

use super::{Table, read_chunk};
use crate::interchange::datum::Stated;
use crate::interchange::reading::Reading;
use crate::interchange::table::Rows;
use crate::interchange::work::{Encoding, Work};
use crate::interchange::{Column, encoding};

/// What reading features again needs of the first reading.
#[derive(Debug)]
pub struct Again {
    /// Where in the text they stand.
    pub ranges: Vec<Range<usize>>,
    /// All columns, that of the geometry too.
    pub columns: Vec<Column>,
    /// The coordinate system that the collection names.
    pub crs: Stated,
    /// The properties that the features themselves have.
    pub own: HashSet<String>,
}

impl Again {
    /// Reads features again after `before` became `work`; `None` where the columns may be others now.
    pub fn reread(
        &self,
        bytes: &[u8],
        known: Encoding,
        rows: &BTreeSet<usize>,
        before: &Work,
        work: &Work,
    ) -> Option<Reading> {
        let mut numbered = Vec::with_capacity(rows.len());
        for row in rows {
            let mended = [before, work].map(|work| work.cells.get(row));
            let mended = if mended[0] == mended[1] {
                [None; 2]
            } else {
                mended
            };
            let mut labels = mended.into_iter().flatten().flat_map(|cells| cells.keys());
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
        read_chunk(&text, &numbered, &table, work, &mut reading);
        Some(reading)
    }

    /// About how many bytes it holds.
    pub fn weight(&self) -> usize {
        size_of_val(&*self.ranges)
    }
}
