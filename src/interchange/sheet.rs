//! A table as a file holds it: rows of cells, each a text; and where in a file the table begins.

use std::collections::HashSet;

use unicode_normalization::UnicodeNormalization;

use crate::domain::fields::FACILITY;

/// The most characters of one cell that are read.
pub const CELL: usize = 10_000;

/// Titles, dates and notes stand above a header, but not more lines than this.
pub const ABOVE: usize = 30;

/// A table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    /// The header's row; its cells are the columns' names as they are written. It has as many cells as
    /// the longest row, empty ones where a column has no name.
    pub header: Line,
    /// The rows below it, without the blank ones and the comments.
    pub rows: Vec<Line>,
}

/// A row of cells. Cells at its end may be missing; they are empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// The number a spreadsheet shows.
    pub number: usize,
    /// The cells: as written in a text file, as shown in a workbook.
    pub cells: Vec<String>,
}

impl Sheet {
    /// The table among a file's lines. `header_row` is the header's number where somebody has said it.
    pub fn among(mut lines: Vec<Line>, header_row: Option<usize>) -> Sheet {
        let mut header = match header_row {
            Some(number) => {
                let chosen = lines.iter().position(|line| line.number == number);
                let below = lines.partition_point(|line| line.number <= number);
                let header = chosen.map(|at| std::mem::take(&mut lines[at]));
                lines.drain(..below);
                lines.retain(|line| !line.is_comment());
                let cells = header.map_or_else(Vec::new, |header| header.cells);
                Line { number, cells }
            }
            None => {
                lines.retain(|line| !line.is_blank() && !line.is_comment());
                let Some(at) = header_among(&lines) else {
                    return Sheet::default();
                };
                let mut above: Vec<Line> = lines.drain(..=at).collect();
                above.pop().expect("it was just found there")
            }
        };
        lines.retain(|line| !line.is_blank());
        let width = lines.iter().map(Line::width).max().unwrap_or(0);
        if header.cells.len() < width {
            header.cells.resize(width, String::new());
        }
        Sheet {
            header,
            rows: lines,
        }
    }

    /// The columns' labels: the header as written; of columns with one header all but the first get a
    /// number, ` (2)`; a column without one is named by its letter, `列C`. No two are the same.
    pub fn labels(&self) -> Vec<String> {
        let widest = self.rows.iter().map(Line::width).max().unwrap_or(0);
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

impl Line {
    /// Whether two of its cells are what columns are often called.
    pub fn has_headings(&self) -> bool {
        let headings = self.cells.iter().filter(|cell| is_heading(cell));
        headings.take(2).count() == 2
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

/// What a header's cells are called in the sheets of municipalities, besides the fields' own names.
const HEADINGS: &[&str] = &[
    "名称",
    "名前",
    "施設名",
    "施設名称",
    "店名",
    "店舗名",
    "住所",
    "所在地",
    "緯度",
    "経度",
    "電話番号",
    "電話",
    "都道府県名",
    "市区町村名",
    "市町村名",
    "備考",
    "no",
    "番号",
    "lat",
    "latitude",
    "lon",
    "lng",
    "longitude",
    "address",
    "url",
    "郵便番号",
    "開始時間",
    "終了時間",
    "営業時間",
    "開館時間",
    "定休日",
];

/// Which of these lines, none blank, is the header: the first that has two names of columns; where
/// none has, the first that is about as wide as the table.
fn header_among(lines: &[Line]) -> Option<usize> {
    let first = &lines[..lines.len().min(ABOVE)];
    let named = first.iter().position(Line::has_headings);
    let filled = |line: &Line| {
        line.cells
            .iter()
            .filter(|cell| !cell.trim().is_empty())
            .count()
    };
    let widest = first.iter().map(filled).max()?;
    named.or_else(|| {
        first
            .iter()
            .position(|line| filled(line) >= widest.div_ceil(2))
    })
}

fn is_heading(cell: &str) -> bool {
    if cell.len() > 100 {
        return false;
    }
    let plain: String = cell
        .nfkc()
        .flat_map(char::to_lowercase)
        .filter(|c| !c.is_whitespace() && *c != '#')
        .collect();
    let until_bracket = plain.split(['(', '[', '【', '_']).next().unwrap_or("");
    let is_field = |name: &str| {
        FACILITY
            .iter()
            .any(|field| [field.name, field.ja].contains(&name))
    };
    is_field(&plain) || HEADINGS.contains(&until_bracket)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(texts: &[&str]) -> Vec<Line> {
        let line = |(i, text): (usize, &&str)| Line {
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
