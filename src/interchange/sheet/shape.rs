//! A worksheet's merged cells, hidden rows and hidden columns.

use std::collections::{BTreeMap, BTreeSet};

use super::SheetLine;

/// Merged cells and hidden rows and columns of a worksheet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shape {
    /// Cells that were made one.
    pub merges: Vec<Area>,
    /// Hidden rows, by the number a spreadsheet shows.
    pub hidden_rows: BTreeSet<usize>,
    /// Hidden columns; the first is 0.
    pub hidden_columns: BTreeSet<usize>,
}

/// Cells that were made one. Rows have the numbers a spreadsheet shows; the first column is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Area {
    /// Its first column.
    pub left: usize,
    /// Its first row, where its text stands.
    pub top: usize,
    /// Its last row.
    pub bottom: usize,
    /// Its last column.
    pub right: usize,
}

impl Shape {
    /// Writes a merged cell's text into its column of every row it covers, where rows have anything else.
    /// Gives the cells that were filled, by row and column.
    pub fn fill(&self, lines: &mut [SheetLine]) -> BTreeSet<(usize, usize)> {
        let mut filled = BTreeSet::new();
        let mut areas: Vec<Area> = self.merges.clone();
        areas.retain(|area| area.bottom > area.top);
        areas.sort_unstable();
        // Areas do not overlap but in files made to harm: each cell is looked at once.
        let mut done: BTreeMap<usize, usize> = BTreeMap::new();
        for area in areas {
            let done = done.entry(area.left).or_default();
            let Ok(first) = lines.binary_search_by_key(&area.top, |line| line.number) else {
                continue;
            };
            let text = lines[first].cell(area.left).to_owned();
            let from = area.top.max(*done);
            *done = area.bottom.max(*done);
            if text.is_empty() {
                continue;
            }
            let after = lines.partition_point(|line| line.number <= from);
            for line in &mut lines[after..] {
                if line.number > area.bottom {
                    break;
                }
                if line.cells.len() <= area.left {
                    line.cells.resize(area.left + 1, String::new());
                }
                let cell = &mut line.cells[area.left];
                if cell.trim().is_empty() {
                    cell.clone_from(&text);
                    filled.insert((line.number, area.left));
                }
            }
        }
        filled
    }
}
