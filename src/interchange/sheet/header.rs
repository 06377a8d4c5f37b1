//! Finds the header of a table, and how many rows it has.

use unicode_normalization::UnicodeNormalization;

use super::super::targets;
use super::{ABOVE, Area, Shape, SheetLine};
use crate::domain::fields::FACILITY;

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
    "no.",
    "種別",
    "施設種別",
    "施設の種類",
    "拠点名",
    "スペース名",
    "都道府県",
    "市区町村",
    "市町村",
    "北緯",
    "東経",
    "休館日",
    "座席数",
    "定員",
    "ホームページ",
    "ホームページアドレス",
    "fax番号",
    "開設年月日",
    "開設日",
    "運営主体",
];

/// Headers are at most so many rows.
const DEEPEST: usize = 3;

/// Takes the header and what stands above it out of the lines. A header of several rows becomes one,
/// with the number of the last: `位置・緯度`.
pub fn take(lines: &mut Vec<SheetLine>, shape: &Shape, chosen: Option<usize>) -> Option<SheetLine> {
    let at = match chosen {
        Some(number) => {
            let at = lines.iter().position(|line| line.number == number);
            if at.is_none() {
                let below = lines.partition_point(|line| line.number <= number);
                lines.drain(..below);
            }
            at?
        }
        None => header_among(lines)?,
    };
    let is_joined_above = at > 0
        && lines[at - 1].filled().count() > 1
        && is_second_row(&lines[at - 1], &lines[at], shape);
    let first = at - usize::from(is_joined_above);
    let mut header = std::mem::take(&mut lines[first]);
    let mut last = first;
    let mut groups = first_row_groups(&header, shape);
    while last + 1 < lines.len() && last + 1 - first < DEEPEST {
        if !is_second_row(&header, &lines[last + 1], shape) {
            break;
        }
        last += 1;
        let line = std::mem::take(&mut lines[last]);
        header = joined(&header, &line, &mut groups);
    }
    lines.drain(..=last);
    Some(header)
}

/// Whether a row goes on with the header above it: it names columns that have no name yet, or is below
/// cells that cover both rows.
fn is_second_row(header: &SheetLine, line: &SheetLine, shape: &Shape) -> bool {
    let filled: Vec<usize> = line.filled().collect();
    let is_number = |at: &usize| line.cell(*at).parse::<f64>().is_ok();
    if line.number != header.number + 1 || filled.is_empty() || filled.iter().any(is_number) {
        return false;
    }
    let covers_both = |area: &Area| area.top <= header.number && area.bottom >= line.number;
    if shape.merges.iter().any(covers_both) {
        return true;
    }
    let are_labels = |line: &SheetLine| line.filled().all(|at| is_label(line.cell(at)));
    if !are_labels(header) || !are_labels(line) {
        return false;
    }
    let is_known = |at: &&usize| {
        let cell = line.cell(**at);
        is_heading(cell) || !targets::meanings(&targets::fold(cell)).is_empty()
    };
    let known = filled.iter().filter(is_known).count();
    let names_more = filled.iter().any(|at| header.cell(*at).is_empty());
    let leaves_some = header.filled().any(|at| line.cell(at).is_empty());
    match names_more && leaves_some {
        true => known > 0 && known * 2 >= filled.len(),
        false => known > 1 && known == filled.len() && header.has_headings(),
    }
}

/// A short text, and no date or address of a page.
fn is_label(cell: &str) -> bool {
    let digits = cell.chars().filter(|c| c.is_numeric()).count();
    cell.chars().count() <= 40 && digits < 4 && !cell.contains("://")
}

/// What stands over each column of a header's first row: its own cell, or the one that covers it.
fn first_row_groups(header: &SheetLine, shape: &Shape) -> Vec<Option<String>> {
    let mut groups: Vec<Option<String>> = Vec::new();
    let covered = |at: usize| {
        let covers = |area: &&Area| {
            (area.top..=area.bottom).contains(&header.number)
                && (area.left + 1..=area.right).contains(&at)
        };
        shape.merges.iter().find(covers).map(|area| area.left)
    };
    let is_merged = shape.merges.iter().any(|area| area.top == header.number);
    let last = shape.merges.iter().filter(|area| area.top == header.number);
    let last = last
        .map(|area| area.right + 1)
        .max()
        .unwrap_or(0)
        .min(header.cells.len() + 100);
    for at in 0..header.cells.len().max(last) {
        let own = Some(header.cell(at)).filter(|cell| !cell.is_empty());
        let group = match own {
            Some(own) => Some(own.to_owned()),
            None if is_merged => covered(at).map(|left| header.cell(left).to_owned()),
            None => groups.last().cloned().flatten(),
        };
        groups.push(group.filter(|group| !group.is_empty()));
    }
    // Beyond a text file's last group nothing says where it ends.
    if !is_merged {
        let last = groups.last().cloned().flatten();
        groups.extend(std::iter::repeat_n(last, 20));
    }
    groups
}

/// The header with another row of it below.
fn joined(header: &SheetLine, line: &SheetLine, groups: &mut Vec<Option<String>>) -> SheetLine {
    let width = header.cells.len().max(line.cells.len());
    let cells = (0..width).map(|at| {
        let (own, below) = (header.cell(at), line.cell(at));
        let group = groups.get(at).cloned().flatten().unwrap_or_default();
        let above = if own.is_empty() { group.as_str() } else { own };
        match (above, below) {
            (_, "") => own.to_owned(),
            ("", below) => below.to_owned(),
            (above, below) if above == below => above.to_owned(),
            (above, below) if below.starts_with(['(', '（']) => format!("{above}{below}"),
            (above, below) => format!("{above}・{below}"),
        }
    });
    let joined = SheetLine {
        number: line.number,
        cells: cells.collect(),
    };
    *groups = joined
        .cells
        .iter()
        .map(|cell| Some(cell.clone()).filter(|cell| !cell.is_empty()))
        .collect();
    joined
}

/// Which of these lines, none blank, is the header: the first that has two names of columns; where
/// none has, the first that is about as wide as the table.
fn header_among(lines: &[SheetLine]) -> Option<usize> {
    let first = &lines[..lines.len().min(ABOVE)];
    let named = first.iter().position(SheetLine::has_headings);
    let filled = |line: &SheetLine| {
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

/// Whether a cell is what columns are often called.
pub fn is_heading(cell: &str) -> bool {
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
