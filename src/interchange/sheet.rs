//! A table of a file: rows of text cells, and where in the file the table begins.

pub mod asides;
mod header;
mod shape;
mod transposed;

use std::collections::{BTreeSet, HashSet};

pub use self::header::is_heading;
pub use self::shape::{Area, Shape};

/// The most characters of one cell that are read.
pub const CELL: usize = 10_000;

/// Titles, dates and notes stand above a header, but not more lines than this.
pub const ABOVE: usize = 30;

/// A table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    /// The header's row; its cells are the columns' names as they are written. It has as many cells as
    /// the longest row, empty ones where a column has no name.
    pub header: SheetLine,
    /// The rows below it, without the blank ones and the comments.
    pub rows: Vec<SheetLine>,
    /// Cells that a merged cell above covers, by row and column: they have its text.
    pub merged: BTreeSet<(usize, usize)>,
    /// Columns that nobody sees in the workbook.
    pub hidden_columns: BTreeSet<usize>,
    /// Rows that nobody sees, and that were left out for that.
    pub hidden_rows: Vec<usize>,
    /// Whether the file has a facility a column: then rows are its columns, numbered from 1.
    pub is_transposed: bool,
}

/// A row of cells. Cells at its end may be missing; they are empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SheetLine {
    /// The number a spreadsheet shows.
    pub number: usize,
    /// The cells: as written in a text file, as shown in a workbook.
    pub cells: Vec<String>,
}

impl Sheet {
    /// The table among a file's lines. `header_row` is the header's number where somebody has said it.
    pub fn among(lines: Vec<SheetLine>, header_row: Option<usize>) -> Sheet {
        Sheet::shaped(lines, &Shape::default(), header_row)
    }

    /// The same in a worksheet with merged cells, and with columns nobody sees.
    pub fn shaped(mut lines: Vec<SheetLine>, shape: &Shape, header_row: Option<usize>) -> Sheet {
        if header_row.is_none()
            && let Some(columns) = transposed::columns_as_rows(&lines)
        {
            let sheet = Sheet::shaped(columns, &Shape::default(), Some(transposed::HEADER));
            return Sheet {
                is_transposed: true,
                ..sheet
            };
        }
        lines.retain(|line| match header_row {
            Some(number) => line.number == number || !line.is_blank(),
            None => !line.is_blank() && !line.is_comment(),
        });
        let header = match (header::take(&mut lines, shape, header_row), header_row) {
            (Some(header), _) => header,
            (None, None) => return Sheet::default(),
            (None, Some(number)) => SheetLine {
                number,
                cells: Vec::new(),
            },
        };
        lines.retain(|line| !line.is_comment());
        let mut sheet = Sheet {
            merged: shape.fill(&mut lines),
            hidden_columns: shape.hidden_columns.clone(),
            header,
            rows: lines,
            ..Sheet::default()
        };
        let width = sheet.rows.iter().map(SheetLine::width).max().unwrap_or(0);
        if sheet.header.cells.len() < width {
            sheet.header.cells.resize(width, String::new());
        }
        sheet
    }

    /// The columns' labels: the header as written; of columns with one header all but the first get a
    /// number, ` (2)`; a column without one is named by its letter, `列C`. No two are the same.
    pub fn labels(&self) -> Vec<String> {
        let widest = self.rows.iter().map(SheetLine::width).max().unwrap_or(0);
        let mut used = HashSet::new();
        let columns = 0..self.header.cells.len().max(widest);
        let label = columns.map(|column| {
            let written = self.header.cells.get(column).map_or("", String::as_str);
            let plain = match written.trim().is_empty() {
                true => format!("列{}", letters(column)),
                false => written.to_owned(),
            };
            let mut label = plain.clone();
            for number in 2.. {
                if used.insert(label.clone()) {
                    break;
                }
                label = format!("{plain} ({number})");
            }
            label
        });
        label.collect()
    }
}

impl Sheet {
    /// The first cell of a column that holds anything.
    pub fn example(&self, column: usize) -> String {
        let cells = self.rows.iter().filter_map(|row| row.cells.get(column));
        let first = cells.map(|cell| cell.trim()).find(|cell| !cell.is_empty());
        first.unwrap_or("").chars().take(80).collect()
    }
}

impl SheetLine {
    /// Whether two of its cells are what columns are often called.
    pub fn has_headings(&self) -> bool {
        let headings = self.cells.iter().filter(|cell| is_heading(cell));
        headings.take(2).count() == 2
    }

    /// The text in a column, without spaces at its ends; empty where there is none.
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", |cell| cell.trim())
    }

    /// The columns with anything in them.
    pub fn filled(&self) -> impl Iterator<Item = usize> {
        let cells = self.cells.iter().enumerate();
        cells
            .filter(|(_, cell)| !cell.trim().is_empty())
            .map(|(column, _)| column)
    }

    /// Whether nothing stands in it.
    pub fn is_blank(&self) -> bool {
        self.width() == 0
    }

    /// How many cells there are up to the last one with anything in it.
    pub fn width(&self) -> usize {
        let last = self.cells.iter().rposition(|cell| !cell.trim().is_empty());
        last.map_or(0, |last| last + 1)
    }

    /// Whether it is a remark: `# 桜井市 観光施設一覧`, or a footnote that stands alone.
    pub fn is_comment(&self) -> bool {
        let mut filled = self.cells.iter().filter(|cell| !cell.trim().is_empty());
        let (Some(first), alone) = (filled.next(), filled.next().is_none()) else {
            return false;
        };
        let first = first.trim_start();
        let Some(rest) = first.strip_prefix(['#', '＃']) else {
            return alone && first.starts_with('※');
        };
        // `#property` is how some systems head their first column, and `#12` an id.
        alone || (self.cells[0].trim_start() == first && rest.starts_with(char::is_whitespace))
    }
}

/// A column's letters, as a spreadsheet shows them; the first is 0.
pub fn letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        letters.push(b'A' + ((rest - 1) % 26) as u8);
        rest = (rest - 1) / 26;
    }
    letters
        .iter()
        .rev()
        .map(|letter| char::from(*letter))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(texts: &[&str]) -> Vec<SheetLine> {
        let line = |(i, text): (usize, &&str)| SheetLine {
            number: i + 1,
            cells: text.split(',').map(str::to_owned).collect(),
        };
        texts.iter().enumerate().map(line).collect()
    }

    fn header(texts: &[&str], chosen: Option<usize>) -> (usize, Vec<usize>) {
        let sheet = Sheet::among(lines(texts), chosen);
        (
            sheet.header.number,
            sheet.rows.iter().map(|row| row.number).collect(),
        )
    }

    #[test]
    fn titles_remarks_and_blank_lines_are_no_table() {
        let texts = [
            "○○市 公共施設一覧",
            "令和8年4月1日現在,,,問合せ先,総務課",
            "",
            "# 桜井市 観光施設一覧, 別紙",
            "番号,施設名,所在地,緯度,経度",
            "1,図書館,本町1,35,139",
            ",　, ,,",
            "2,公民館,本町2,35,139",
            "※緯度経度は世界測地系",
        ];
        assert_eq!(header(&texts, None), (5, vec![6, 8]));
        assert_eq!(header(&texts, Some(6)), (6, vec![8]));
        assert_eq!(header(&texts, Some(4)), (4, vec![5, 6, 8]));
        assert_eq!(header(&texts, Some(3)), (3, vec![5, 6, 8]));
        assert_eq!(header(&texts, Some(99)), (99, vec![]));
        assert_eq!(Sheet::among(vec![], None), Sheet::default());
    }

    #[test]
    fn words_nobody_knows_are_a_header_when_they_are_as_wide_as_the_table() {
        assert_eq!(header(&["資料1", "い,ろ,は", "1,2,3"], None), (2, vec![3]));
        assert_eq!(
            header(&["#property,latitude,name", "#12,35,a"], None),
            (1, vec![2])
        );
        assert_eq!(header(&["a", "b"], None), (1, vec![2]));
    }

    #[test]
    fn every_column_has_a_label_of_its_own() {
        let sheet = Sheet::among(lines(&["名称,備考,,備考,備考", "a,b,c,d,e,f"]), None);
        assert_eq!(
            sheet.labels(),
            ["名称", "備考", "列C", "備考 (2)", "備考 (3)", "列F"]
        );
        assert_eq!(
            ["A", "Z", "AA", "XFD"],
            [0, 25, 26, 16_383]
                .map(letters)
                .each_ref()
                .map(String::as_str)
        );
    }
}
