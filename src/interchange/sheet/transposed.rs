//! Transposed tables: one facility for each column, with the field names in the first.

use super::{SheetLine, is_heading};

/// The number that the header has in a table that was put upright.
pub const HEADER: usize = 1;

/// A table on its side has at most so many rows: there are not more fields.
const ROWS: usize = 200;

/// So many names of fields stand one below the other.
const NAMES: usize = 3;

/// The columns of a table on its side, as rows: numbered from 1, each with a cell for every row from the
/// first on. `None` where it stands upright.
pub fn columns_as_rows(lines: &[SheetLine]) -> Option<Vec<SheetLine>> {
    let filled: Vec<&SheetLine> = lines
        .iter()
        .filter(|line| !line.is_blank())
        .take(ROWS + 1)
        .collect();
    let last = filled.last()?.number;
    if filled.len() > ROWS || last > 2 * ROWS || filled.iter().any(|line| line.has_headings()) {
        return None;
    }
    let names = |column: &usize| {
        let cells = filled.iter().filter(|line| is_heading(line.cell(*column)));
        cells.count()
    };
    let column = (0..3).max_by_key(|column| (names(column), usize::MAX - column))?;
    if names(&column) < NAMES {
        return None;
    }
    let width = filled.iter().map(|line| line.width()).max()?;
    let mut rows: Vec<SheetLine> = (column..width)
        .map(|at| SheetLine {
            number: at + 1,
            cells: vec![String::new(); last],
        })
        .collect();
    for line in &filled {
        for at in line.filled().filter(|at| *at >= column) {
            rows[at - column].cells[line.number - 1].clone_from(&line.cells[at]);
        }
    }
    // What stands before the names are numbers of the lines.
    rows[0].number = HEADER;
    Some(rows)
}
