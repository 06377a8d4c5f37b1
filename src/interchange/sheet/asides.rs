//! Rows below a header that are no facilities: totals, notes, examples, numbers of empty rows, a
//! repeated header, another table.

use std::collections::HashMap;

use super::super::values::is_dash;
use super::super::{Column, edits::Edits};
use super::{Sheet, SheetLine, is_heading};
use crate::domain::report::Problem;
use crate::domain::wording::Wording;

/// So many rows are named; of more it is said how many.
const NAMED: usize = 20;

/// What says where a facility is.
const PLACES: [&str; 6] = [
    "lat",
    "lon",
    "position",
    "address",
    "address.town",
    "address.number",
];

/// Where the columns are that tell whether a row is a facility. Without a name or a place nobody knows
/// what a row lacks.
fn telling(columns: &[Column]) -> Option<HashMap<&'static str, usize>> {
    let at: HashMap<&str, usize> = columns
        .iter()
        .enumerate()
        .filter_map(|(i, column)| Some((column.field?.0, i)))
        .collect();
    let has_place = PLACES.iter().any(|place| at.contains_key(place));
    (at.contains_key("name") && has_place).then_some(at)
}

/// Whether a row of a table, as it came, is no facility.
pub fn is_aside(line: &SheetLine, sheet: &Sheet, columns: &[Column], has_row_above: bool) -> bool {
    let at = telling(columns);
    let aside = at.and_then(|at| {
        let row = TableRow {
            line,
            sheet,
            at: &at,
        };
        row.aside(has_row_above)
    });
    aside.is_some()
}

/// Takes rows that are no facilities out of a table, and says which.
pub fn take(sheet: &mut Sheet, columns: &[Column], edits: &Edits) -> Vec<Problem> {
    let Some(at) = telling(columns) else {
        return Vec::new();
    };
    let mut problems = Vec::new();
    let other = sheet
        .rows
        .iter()
        .position(|line| is_other_header(line, sheet, &at));
    if let Some(other) = other {
        problems.push(other_table(sheet.rows[other].number, sheet.is_transposed));
        sheet.rows.truncate(other);
    }
    let mut skipped = Vec::new();
    let mut before = false;
    let rows = std::mem::take(&mut sheet.rows);
    let mut kept = Vec::with_capacity(rows.len());
    for line in rows {
        // What somebody has written in is meant as a facility.
        let is_mended = edits.cells.contains_key(&line.number);
        let aside = Some(&line).filter(|_| !is_mended).and_then(|line| {
            TableRow {
                line,
                sheet,
                at: &at,
            }
            .aside(before)
        });
        match aside {
            None => {
                before = true;
                kept.push(line);
            }
            Some(Aside::Continued) => problems.push(continued(&line)),
            Some(Aside::NoFacility) => skipped.push(line.number),
        }
    }
    sheet.rows = kept;
    problems.extend(no_facilities(&skipped));
    problems
}

/// Why a row is no facility.
#[derive(Debug, PartialEq)]
enum Aside {
    /// A total, a note, an example, a number alone, the header again.
    NoFacility,
    /// More about the row above.
    Continued,
}

struct TableRow<'a> {
    line: &'a SheetLine,
    sheet: &'a Sheet,
    at: &'a HashMap<&'a str, usize>,
}

impl TableRow<'_> {
    /// The row's own text in a column, without a merged cell that covers it.
    fn own(&self, column: usize) -> &str {
        match self.sheet.merged.contains(&(self.line.number, column)) {
            true => "",
            false => self.line.cell(column),
        }
    }

    fn field(&self, name: &str) -> &str {
        self.at.get(name).map_or("", |column| self.own(*column))
    }

    fn aside(&self, has_row_above: bool) -> Option<Aside> {
        let filled: Vec<&str> = self
            .line
            .filled()
            .map(|column| self.own(column))
            .filter(|cell| !cell.is_empty())
            .collect();
        let first = *filled.first()?;
        let is_header_again = filled.len() > 1
            && self.line.filled().all(|column| {
                let header = self.sheet.header.cell(column);
                let cell = self.line.cell(column);
                header == cell || header.ends_with(&format!("・{cell}"))
            });
        if is_header_again || is_example(first) {
            return Some(Aside::NoFacility);
        }
        let says_something = |name: &&str| {
            let cell = self.field(name);
            !cell.is_empty() && !is_dash(cell)
        };
        if PLACES.iter().any(says_something) {
            return None;
        }
        let (id, name) = (self.field("id"), self.field("name"));
        let is_number = |cell: &&str| cell.chars().all(|c| c.is_numeric() || ".,-".contains(c));
        // A published facility is known by its id.
        if !id.is_empty() && filled.len() > 1 && !filled.iter().take(3).any(|cell| is_total(cell)) {
            return None;
        }
        if filled.iter().take(3).any(|cell| is_total(cell)) || filled.iter().all(is_number) {
            return Some(Aside::NoFacility);
        }
        if filled.len() == 1 && (is_note(first) || name.is_empty()) {
            return Some(Aside::NoFacility);
        }
        (name.is_empty() && has_row_above).then_some(Aside::Continued)
    }
}

/// Whether a row begins another table: it has names of columns, also where names of facilities stand,
/// and others than the header.
fn is_other_header(line: &SheetLine, sheet: &Sheet, at: &HashMap<&str, usize>) -> bool {
    if !line.has_headings()
        || line
            .filled()
            .any(|column| line.cell(column).parse::<f64>().is_ok())
    {
        return false;
    }
    let in_name = at.get("name").map_or("", |column| line.cell(*column));
    let in_first = line.filled().next().map_or("", |column| line.cell(column));
    let same = line
        .filled()
        .filter(|column| sheet.header.cell(*column) == line.cell(*column));
    let headings = line
        .filled()
        .filter(|column| is_heading(line.cell(*column)));
    headings.count() > 1
        && (is_heading(in_name) || is_heading(in_first))
        && same.count() < line.filled().count()
        && !line.filled().all(|column| {
            sheet
                .header
                .cell(column)
                .ends_with(&format!("・{}", line.cell(column)))
        })
}

/// 合計, 小計, 市街地計, 計（5施設）.
fn is_total(cell: &str) -> bool {
    let plain: String = cell.chars().filter(|c| !c.is_whitespace()).collect();
    let word = plain
        .split(['(', '（', ':', '：', '【'])
        .next()
        .unwrap_or("");
    let lower = word.to_lowercase();
    [
        "合計",
        "計",
        "小計",
        "総計",
        "総合計",
        "累計",
        "平均",
        "総数",
        "施設数",
        "合計数",
        "total",
        "subtotal",
        "sum",
    ]
    .contains(&lower.as_str())
        || (word.chars().count() <= 8 && (word.ends_with('計') || word.starts_with("合計")))
}

/// 記入例, 例, （例）.
fn is_example(cell: &str) -> bool {
    let plain = cell
        .trim_matches(|c: char| c.is_whitespace() || "()（）[]［］【】〈〉<>＜＞:：".contains(c));
    matches!(
        plain,
        "例" | "記入例" | "入力例" | "記載例" | "見本" | "サンプル" | "(例)"
    ) || ["記入例", "入力例", "記載例"]
        .iter()
        .any(|word| plain.starts_with(word))
}

/// Whether a text that stands alone in its row is a note or heads some rows: ※…, 資料：…, 【東部】.
fn is_note(cell: &str) -> bool {
    const MARKS: [char; 22] = [
        '※', '＊', '*', '注', '【', '《', '〈', '＜', '<', '■', '□', '●', '◆', '◇', '▼', '▲', '★',
        '☆', '〇', '○', '◎', '・',
    ];
    const WORDS: [&str; 14] = [
        "（注",
        "(注",
        "（※",
        "(※",
        "資料",
        "出典",
        "備考",
        "凡例",
        "作成",
        "担当",
        "問合",
        "問い合わせ",
        "以上",
        "以下余白",
    ];
    cell.starts_with(MARKS)
        || WORDS.iter().any(|word| cell.starts_with(word))
        || cell.contains(['：', '。'])
        || cell.chars().count() > 40
}

fn rows_named(rows: &[usize]) -> (String, String) {
    let named = rows.iter().take(NAMED);
    let ja: Vec<String> = named.clone().map(|row| format!("{row}行目")).collect();
    let en: Vec<String> = named.map(ToString::to_string).collect();
    let (mut ja, mut en) = (ja.join("、"), en.join(", "));
    if let Some(more) = rows.len().checked_sub(NAMED).filter(|more| *more > 0) {
        ja.push_str(&format!(" ほか{more}行"));
        en.push_str(&format!(" and {more} more"));
    }
    (ja, en)
}

fn no_facilities(rows: &[usize]) -> Option<Problem> {
    if rows.is_empty() {
        return None;
    }
    let (ja, en) = rows_named(rows);
    let message = (
        format!("合計・注記・番号だけなど、施設ではない行は読んでいません（{ja}）"),
        format!("rows that are no facilities, such as totals and notes, were not read (rows {en})"),
    );
    Some(of_file("rows-skipped", message))
}

/// A warning about the whole file.
pub fn of_file(code: &'static str, message: impl Into<Wording>) -> Problem {
    Problem {
        blocks: false,
        ..Problem::of_file(code, message)
    }
}

/// Rows that nobody sees in the workbook, and that were left out.
pub fn hidden_rows(rows: &[usize]) -> Option<Problem> {
    if rows.is_empty() {
        return None;
    }
    let (ja, en) = rows_named(rows);
    let message = (
        format!(
            "非表示の行は読んでいません（{ja}）。読むときは、「非表示の行も読む」を選んでください（コマンドでは --hidden）"
        ),
        format!(
            "hidden rows were not read (rows {en}): to read them, choose to read hidden rows (on the command line, --hidden)"
        ),
    );
    Some(of_file("rows-hidden", message))
}

/// Columns that nobody sees in the workbook, and that are not used.
pub fn hidden_columns(labels: &[&str]) -> Option<Problem> {
    if labels.is_empty() {
        return None;
    }
    let (ja, en) = (labels.join("、"), labels.join(", "));
    let message = (
        format!("非表示の列は使いません（{ja}）。使うときは、列の対応で項目を選んでください"),
        format!("hidden columns are not used ({en}): to use one, choose its field"),
    );
    Some(
        of_file("columns-hidden", message)
            .found(ja, ("表示されている列", "a column that is shown")),
    )
}

fn continued(line: &SheetLine) -> Problem {
    let message = (
        "名称も場所もないため、上の行の続きとみて読んでいません。別の施設なら、名称と住所を書いてください",
        "without a name and a place this goes on with the row above and was not read: if it is another facility, write its name and address",
    );
    let cells: Vec<&str> = line.filled().map(|column| line.cell(column)).collect();
    let expected = (
        "名称と、座標か住所",
        "a name, and coordinates or an address",
    );
    Problem::warning(line.number, "rows-skipped", message).found(cells.join("、"), expected)
}

fn other_table(row: usize, is_transposed: bool) -> Problem {
    let (ja, en) = if is_transposed {
        ("列", "column")
    } else {
        ("行", "row")
    };
    let message = (
        format!(
            "{row}{ja}目から別の表が始まるため、そこからは読んでいません。読むときは、見出しの{ja}に{row}を選んでください（コマンドでは --header-row {row}）"
        ),
        format!(
            "another table begins in {en} {row} and was not read: to read it, choose {row} as the header’s {en} (on the command line, --header-row {row})"
        ),
    );
    of_file("table-more", message)
}
