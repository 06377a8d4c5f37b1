//! Reads single rows of a file again after an edit.
//!
//! Columns, header and worksheet stay as found in the original cells. If an edit may affect other rows
//! (a row becomes a total, a feature gets a new property), the whole file must be read again.

use std::collections::{BTreeMap, BTreeSet};

use super::datum::Datum;
use super::edits::Edits;
use super::reading::Reading;
use super::sheet::asides;
use super::{File, Format, geojson, table};
use crate::domain::report::Problem;

/// Results of the first reading that are needed to read rows again.
#[derive(Debug, Default)]
pub(super) struct RereadState {
    /// Problems of the original cells, by row.
    pub cells: BTreeMap<usize, Vec<Problem>>,
    /// The rows whose coordinates were converted, and from which system.
    pub converted: BTreeMap<usize, Datum>,
    /// The features' places in a GeoJSON file.
    pub features: Option<geojson::RereadFeatures>,
}

impl File {
    /// Whether its bytes are needed to read rows of it again.
    pub fn needs_bytes(&self) -> bool {
        self.format == Some(Format::GeoJson)
    }

    /// Reads rows again after `before` became `edits`, where both say the same of all other rows.
    /// `None` where more than these rows may be read differently now.
    pub fn reread(
        &self,
        bytes: &[u8],
        rows: &BTreeSet<usize>,
        before: &Edits,
        edits: &Edits,
    ) -> Option<Reading> {
        let mut reading = match self.format? {
            Format::GeoJson => {
                let features = self.reread_state.features.as_ref()?;
                features.reread(bytes, self.encoding?, rows, before, edits)?
            }
            Format::Csv | Format::Xlsx => self.reread_lines(rows, edits)?,
        };
        // Problems of the whole file were reported before.
        reading.problems.retain(|problem| problem.row.is_some());
        reading.problems.sort_by_key(|problem| problem.row);
        let converted = |row: &usize| Some((*row, *self.reread_state.converted.get(row)?));
        let before = rows.iter().filter_map(converted);
        let after = reading.converted.iter().map(|(row, datum)| (*row, *datum));
        // The file's report counts converted rows, so their number must not change.
        before.eq(after).then_some(reading)
    }

    fn reread_lines(&self, rows: &BTreeSet<usize>, edits: &Edits) -> Option<Reading> {
        let mut lines = Vec::with_capacity(rows.len());
        for row in rows {
            let found = self
                .sheet
                .rows
                .binary_search_by_key(row, |line| line.number);
            let place = found.ok()?;
            let line = &self.sheet.rows[place];
            let is_mended = edits.cells.contains_key(row);
            if !is_mended && asides::is_aside(line, &self.sheet, &self.columns, place > 0) {
                return None;
            }
            lines.push(line);
        }
        let reading = table::lines(lines.into_iter(), &self.columns, edits, |_| {});
        let cells = rows
            .iter()
            .filter_map(|row| self.reread_state.cells.get(row));
        let cells = cells
            .flatten()
            .filter(|problem| is_still_so(problem, edits));
        Some(with_cells(cells.cloned().collect(), reading))
    }

    /// About how many bytes it holds in memory.
    pub fn weight(&self) -> usize {
        let text = |cells: &[String]| cells.iter().map(String::capacity).sum::<usize>();
        let lines = self.sheet.rows.iter();
        let lines = lines.map(|line| size_of_val(&*line.cells) + text(&line.cells) + 32);
        let features = self
            .reread_state
            .features
            .as_ref()
            .map_or(0, |f| f.weight());
        lines.sum::<usize>() + features
    }
}

/// Whether a problem of an original cell remains: not if the cell was edited or the row excluded.
pub(super) fn is_still_so(problem: &Problem, edits: &Edits) -> bool {
    match (problem.row, &problem.column) {
        (Some(row), _) if edits.left_out.contains(&row) => false,
        (Some(row), Some(column)) => {
            let mended = edits.cells.get(&row);
            mended.is_none_or(|cells| !cells.contains_key(column))
        }
        _ => true,
    }
}

/// Adds problems of cells in front of a reading's own, and removes the rows that they block.
pub(super) fn with_cells(mut cells: Vec<Problem>, mut reading: Reading) -> Reading {
    let blocking = cells.iter().filter(|problem| problem.blocks);
    let blocked: BTreeSet<usize> = blocking.filter_map(|problem| problem.row).collect();
    reading.usable.retain(|row| !blocked.contains(&row.number));
    cells.append(&mut reading.problems);
    reading.problems = cells;
    reading
}
