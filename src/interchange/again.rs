//! Single rows of a file, read again after somebody mended them.
//!
//! Columns, header and worksheet are those found before: they rest on the cells as they came. Where a
//! row might make others read differently (it becomes a total's row, or a property more), the file has
//! to be read as a whole again.

use std::collections::{BTreeMap, BTreeSet};

use super::datum::Datum;
use super::reading::Reading;
use super::sheet::asides;
use super::work::Work;
use super::{File, Format, geojson, table};
use crate::domain::report::Problem;

/// What reading rows again needs of the first reading.
#[derive(Debug, Default)]
pub(super) struct Again {
    /// What is wrong with cells as they came, by row.
    pub cells: BTreeMap<usize, Vec<Problem>>,
    /// The rows whose coordinates were converted, and from which system.
    pub converted: BTreeMap<usize, Datum>,
    /// Of GeoJSON, where its features are.
    pub features: Option<geojson::Again>,
}

impl File {
    /// Whether its bytes are needed to read rows of it again.
    pub fn needs_bytes(&self) -> bool {
        self.format == Some(Format::GeoJson)
    }

    /// Reads rows again after `before` became `work`, where both say the same of all other rows.
    /// `None` where more than these rows may be read differently now.
    pub fn reread(
        &self,
        bytes: &[u8],
        rows: &BTreeSet<usize>,
        before: &Work,
        work: &Work,
    ) -> Option<Reading> {
        let mut reading = match self.format? {
            Format::GeoJson => {
                let features = self.again.features.as_ref()?;
                features.reread(bytes, self.encoding?, rows, before, work)?
            }
            Format::Csv | Format::Xlsx => self.reread_lines(rows, work)?,
        };
        // What is said of the whole file was said.
        reading.problems.retain(|problem| problem.row.is_some());
        reading.problems.sort_by_key(|problem| problem.row);
        let converted = |row: &usize| Some((*row, *self.again.converted.get(row)?));
        let before = rows.iter().filter_map(converted);
        let after = reading.converted.iter().map(|(row, datum)| (*row, *datum));
        // Else the count of converted rows, which is said once for the file, is another one.
        before.eq(after).then_some(reading)
    }

    fn reread_lines(&self, rows: &BTreeSet<usize>, work: &Work) -> Option<Reading> {
        let mut lines = Vec::with_capacity(rows.len());
        for row in rows {
            let found = self
                .sheet
                .rows
                .binary_search_by_key(row, |line| line.number);
            let place = found.ok()?;
            let line = &self.sheet.rows[place];
            let is_mended = work.cells.contains_key(row);
            if !is_mended && asides::is_aside(line, &self.sheet, &self.columns, place > 0) {
                return None;
            }
            lines.push(line);
        }
        let reading = table::lines(lines.into_iter(), &self.columns, work, |_| {});
        let cells = rows.iter().filter_map(|row| self.again.cells.get(row));
        let cells = cells.flatten().filter(|problem| is_still_so(problem, work));
        Some(with_cells(cells.cloned().collect(), reading))
    }

    /// About how many bytes it holds in memory.
    pub fn weight(&self) -> usize {
        let text = |cells: &[String]| cells.iter().map(String::capacity).sum::<usize>();
        let lines = self.sheet.rows.iter();
        let lines = lines.map(|line| size_of_val(&*line.cells) + text(&line.cells) + 32);
        let features = self.again.features.as_ref().map_or(0, |f| f.weight());
        lines.sum::<usize>() + features
    }
}

/// Whether what is wrong with a cell as it came still is: what was mended or left out is not.
pub(super) fn is_still_so(problem: &Problem, work: &Work) -> bool {
    match (problem.row, &problem.column) {
        (Some(row), _) if work.left_out.contains(&row) => false,
        (Some(row), Some(column)) => {
            let mended = work.cells.get(&row);
            mended.is_none_or(|cells| !cells.contains_key(column))
        }
        _ => true,
    }
}

/// A reading with what is wrong with its cells before all else; rows that it keeps out are out.
pub(super) fn with_cells(mut cells: Vec<Problem>, mut reading: Reading) -> Reading {
    let blocking = cells.iter().filter(|problem| problem.blocks);
    let blocked: BTreeSet<usize> = blocking.filter_map(|problem| problem.row).collect();
    reading.usable.retain(|row| !blocked.contains(&row.number));
    cells.append(&mut reading.problems);
    reading.problems = cells;
    reading
}
