//! Workbooks of any format: finds the worksheet with the table, and the problems of its cells.

use super::Limits;
use super::edits::Edits;
use super::sheet::{ABOVE, Shape, Sheet, SheetLine, asides, letters};
use crate::domain::report::Problem;

/// So many rows of a further worksheet are looked at to see whether it has a table.
const LOOKED_AT: usize = ABOVE + 20;

/// A workbook, of which one worksheet was read.
#[derive(Debug, Default)]
pub struct Book {
    /// The names of its worksheets.
    pub sheets: Vec<String>,
    /// The one that was read.
    pub chosen: Option<String>,
    /// Its table.
    pub sheet: Sheet,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// The worksheets of a workbook that was opened.
pub trait Worksheets {
    /// Their names, and whether people see them.
    fn names(&self) -> Vec<(String, bool)>;

    /// The cells of the first rows of one, at most so many.
    fn cells(
        &mut self,
        name: &str,
        limits: &Limits,
        most_rows: usize,
    ) -> Result<Cells, Box<Problem>>;
}

/// The cells of a worksheet.
#[derive(Debug, Default)]
pub struct Cells {
    /// Its rows.
    pub lines: Vec<SheetLine>,
    /// What is wrong with cells.
    pub faults: Vec<CellFault>,
    /// What it says besides.
    pub shape: Shape,
}

impl Book {
    /// A workbook that cannot be read at all.
    pub fn refused(problem: Problem) -> Book {
        Book {
            problems: vec![problem],
            ..Book::default()
        }
    }

    /// Reads the worksheet that holds the table, or the one somebody chose.
    pub fn read(source: &mut impl Worksheets, edits: &Edits, limits: &Limits) -> Book {
        let sheets = source.names().into_iter().map(|(name, _)| name);
        let mut book = Book {
            sheets: sheets.collect(),
            ..Book::default()
        };
        if let Err(problem) = book.choose(source, edits, limits) {
            book.sheet = Sheet::default();
            book.problems = vec![*problem];
        }
        book
    }

    fn choose(
        &mut self,
        source: &mut impl Worksheets,
        edits: &Edits,
        limits: &Limits,
    ) -> Result<(), Box<Problem>> {
        let (shown, hidden): (Vec<_>, Vec<_>) = source
            .names()
            .into_iter()
            .partition(|(_, is_shown)| *is_shown);
        let names =
            |sheets: Vec<(String, bool)>| sheets.into_iter().map(|(name, _)| name).collect();
        let (mut shown, hidden): (Vec<String>, Vec<String>) = (names(shown), names(hidden));
        match &edits.sheet {
            Some(name) if self.sheets.contains(name) => shown = vec![name.clone()],
            Some(name) => return Err(no_such_sheet(name, &self.sheets)),
            None if shown.is_empty() => shown.clone_from(&hidden),
            None => {}
        }
        // The first whose header has names of columns; else the first with anything below a header.
        let mut best = 0;
        let mut left = Vec::new();
        for name in &shown {
            if best == 3 {
                left.push(name.clone());
                continue;
            }
            let (sheet, faults) = table_of(source.cells(name, limits, usize::MAX)?, edits);
            limits.rows_allow(sheet.rows.len())?;
            let rank = rank(&sheet);
            if rank > best {
                best = rank;
                self.problems = problems_of(faults, &sheet);
                self.sheet = sheet;
                self.chosen = Some(name.clone());
            }
        }
        if edits.sheet.is_none() && best == 3 {
            left.extend(hidden.into_iter().filter(|name| !shown.contains(name)));
            // One that cannot be read has no table.
            left.retain(|name| {
                let cells = source.cells(name, limits, LOOKED_AT);
                cells.is_ok_and(|cells| rank(&Sheet::among(cells.lines, None)) == 3)
            });
            self.problems
                .extend(more_tables(&left, self.chosen.as_deref()));
        }
        Ok(())
    }
}

/// How likely a worksheet holds the table: 3 is for certain.
fn rank(sheet: &Sheet) -> u8 {
    if sheet.rows.is_empty() {
        1
    } else if !sheet.is_transposed && !sheet.header.has_headings() {
        2
    } else {
        3
    }
}

/// The table of a worksheet, and what is wrong with its cells.
fn table_of(cells: Cells, edits: &Edits) -> (Sheet, Vec<CellFault>) {
    let Cells {
        mut lines,
        faults,
        shape,
    } = cells;
    let is_hidden = |line: &SheetLine| !edits.hidden && shape.hidden_rows.contains(&line.number);
    let hidden = lines.iter().filter(|line| is_hidden(line));
    let hidden: Vec<usize> = hidden.map(|line| line.number).collect();
    lines.retain(|line| !is_hidden(line));
    let mut sheet = Sheet::shaped(lines, &shape, edits.header_row);
    let header = sheet.header.number;
    sheet.hidden_rows = hidden.into_iter().filter(|row| *row > header).collect();
    (sheet, faults)
}

fn more_tables(names: &[String], chosen: Option<&str>) -> Option<Problem> {
    if names.is_empty() {
        return None;
    }
    let (ja, en) = (names.join("、"), names.join(", "));
    let chosen = chosen.unwrap_or("");
    let message = (
        format!(
            "シート「{chosen}」だけを読みました。ほかのシートにも表があります（{ja}）。読むときは、シートを選んでください（コマンドでは --sheet）"
        ),
        format!(
            "only the worksheet “{chosen}” was read; there are tables on others, too ({en}): to read one, choose it (on the command line, --sheet)"
        ),
    );
    let expected = ("1つのブックに1つの表", "one table a workbook");
    Some(asides::of_file("sheets-more", message).found(ja, expected))
}

fn no_such_sheet(name: &str, sheets: &[String]) -> Box<Problem> {
    let (ja, en) = (sheets.join("、"), sheets.join(", "));
    let message = (
        format!(
            "「{name}」というシートはありません。あるのは {ja} です。シートを選び直してください"
        ),
        format!("there is no worksheet “{name}”; there are {en}: choose another"),
    );
    Box::new(Problem::of_file("format-unknown", message))
}

/// What is wrong with a cell.
#[derive(Debug)]
pub struct CellFault {
    /// Its row.
    pub row: usize,
    /// Its column; the first is 0.
    pub column: usize,
    /// What it is.
    pub kind: FaultKind,
}

/// The ways a cell can be wrong.
#[derive(Debug)]
pub enum FaultKind {
    /// The formula in it came to this error.
    Error(String),
    /// It has more characters than are read: as many bytes.
    Long(usize),
}

/// The problems of the table's cells.
fn problems_of(faults: Vec<CellFault>, sheet: &Sheet) -> Vec<Problem> {
    let labels = sheet.labels();
    let below = faults
        .into_iter()
        .filter(|fault| fault.row >= sheet.header.number);
    let problem = below.map(|CellFault { row, column, kind }| {
        let label = labels.get(column).cloned();
        let label = label.unwrap_or_else(|| format!("列{}", letters(column)));
        let problem = match kind {
            FaultKind::Long(bytes) => super::too_long(row, bytes),
            FaultKind::Error(error) => {
                let message = (
                    "数式がエラーになっているため、空欄として扱います。値を書き直してください",
                    "the formula ends in an error, which is taken as empty: write the value",
                );
                let problem = Problem::warning(row, "value-unreadable", message);
                problem.found(error, ("値", "a value"))
            }
        };
        problem.in_column(&label)
    });
    problem.collect()
}

/// More text than is held at once.
pub fn too_much_text(most: usize) -> Box<Problem> {
    let most = most >> 20;
    let message = (
        format!(
            "セルの文字が合わせて{most} MiBを超えています。読めるのは{most} MiBまでです。要らない列を消すか、ファイルを分けてください"
        ),
        format!(
            "the cells' text takes more than {most} MiB, which is the limit: remove columns, or split the file"
        ),
    );
    Box::new(Problem::of_file("limit", message))
}
