//! What is wrong with a file's rows, in words for the person who keeps the file.
//!
//! Reading never fails: it gives rows and problems. A problem that blocks keeps its row out; one
//! that warns lets it in. Codes are listed in [`CODES`] and never change; sentences may. Each
//! sentence is made in both languages, and [`Report::in_language`] gives the report in one.

use serde::Serialize;

use super::wording::{Language, Wording};

/// One thing wrong with one row, or with the whole file.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// The row as the file's own program numbers it; for GeoJSON the feature, counted from 1. `None` for the file.
    pub row: Option<usize>,
    /// The column or property, as the file writes it.
    pub column: Option<String>,
    /// Which sort of problem; one of [`CODES`].
    pub code: &'static str,
    /// What is wrong, and what to do about it.
    pub message: Wording,
    /// What was found.
    pub found: Option<String>,
    /// What was expected.
    pub expected: Option<Wording>,
    /// Whether the row stays out because of it.
    pub blocks: bool,
    /// What would mend it.
    pub suggestion: Option<Suggestion>,
    /// The same sort of problem in other columns of the row: a report has one a row and code.
    pub also: Vec<Problem>,
}

/// A way to mend a row that a person need only agree to.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// What it does, in the words of a button.
    pub label: Wording,
    /// The cells it fills, in the problem's own row.
    pub cells: Vec<SuggestedCell>,
}

/// One cell of a suggestion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SuggestedCell {
    /// The column or property, as the file writes it.
    pub column: String,
    /// What should stand in it.
    pub text: String,
}

/// The report on a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// Rows read.
    pub rows: usize,
    /// Rows without a blocking problem.
    pub accepted: usize,
    /// All problems of all rows, in order of row.
    pub problems: Vec<Problem>,
}

/// What a code does to its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Keeps it out.
    Blocks,
    /// Lets it in.
    Warns,
    /// One or the other, as the problem says.
    Either,
}

/// A sort of problem.
#[derive(Debug, Clone, Copy)]
pub struct Code {
    /// What files and programs call it.
    pub code: &'static str,
    /// What it does to its row.
    pub weight: Weight,
    /// Its short title in Japanese.
    pub ja: &'static str,
    /// Its short title in English.
    pub en: &'static str,
}

const fn code_of(weight: Weight, code: &'static str, ja: &'static str, en: &'static str) -> Code {
    Code {
        code,
        weight,
        ja,
        en,
    }
}

const fn blocks(code: &'static str, ja: &'static str, en: &'static str) -> Code {
    code_of(Weight::Blocks, code, ja, en)
}

const fn warns(code: &'static str, ja: &'static str, en: &'static str) -> Code {
    code_of(Weight::Warns, code, ja, en)
}

const fn either(code: &'static str, ja: &'static str, en: &'static str) -> Code {
    code_of(Weight::Either, code, ja, en)
}

/// Every code there is, whichever room finds it. Codes are promised to users: they are added, never
/// renamed and never taken away. A problem with another code fails every test that makes it.
#[rustfmt::skip]
pub const CODES: &[Code] = &[
    // The file as a whole.
    blocks("limit", "大きさの上限を超えています", "Beyond a limit"),
    blocks("format-unknown", "形式が分かりません", "Unknown format"),
    blocks("json-malformed", "JSONとして読めません", "No valid JSON"),
    blocks("file-damaged", "ファイルが壊れています", "A damaged file"),
    blocks("rows-missing", "行がありません", "No rows"),
    warns("encoding-uncertain", "文字コードがはっきりしません", "Uncertain encoding"),
    warns("header-variant", "見出しの書き方が違います", "A header written differently"),
    either("column-unmatched", "対応する項目のない列です", "A column that matches no field"),
    warns("sheets-more", "ほかのシートにも表があります", "Tables on other worksheets"),
    warns("table-more", "1枚のシートに表が2つ以上あります", "Several tables on one worksheet"),
    warns("table-transposed", "施設が列に並ぶ表です", "One facility a column"),
    warns("rows-hidden", "非表示の行があります", "Hidden rows"),
    warns("columns-hidden", "非表示の列があります", "Hidden columns"),
    warns("rows-skipped", "施設ではない行です", "Rows that are no facilities"),
    // Names and identity.
    blocks("name-guessed", "名称の列を推測しました", "The name’s column was guessed"),
    blocks("name-missing", "名称がありません", "No name"),
    warns("kind-missing", "種類がありません", "No kind"),
    blocks("id-taken", "使えないIDです", "An id that cannot be used"),
    warns("blank-cells", "空のセルがあります", "Empty cells"),
    blocks("duplicate-row", "同じ施設の行があります", "The same facility twice"),
    warns("likely-duplicate", "公開中の施設と同じかもしれません", "Probably published already"),
    // Where it is.
    blocks("coordinates-swapped", "緯度と経度が逆です", "Latitude and longitude swapped"),
    blocks("coordinates-zero", "座標が0です", "Coordinates 0,0"),
    blocks("coordinates-malformed", "座標を読めません", "Unreadable coordinates"),
    blocks("coordinates-outside-japan", "座標が日本の外です", "Coordinates outside Japan"),
    warns("datum-converted", "古い測地系の座標を変換しました", "Coordinates converted from the old datum"),
    blocks("datum-unknown", "使えない座標系です", "A coordinate system that cannot be used"),
    warns("coordinates-shared", "別の住所と座標が同じです", "One position for different addresses"),
    either("coordinates-missing", "座標がありません", "No coordinates"),
    either("outside-municipality", "位置が市区町村と合いません", "Outside the municipality"),
    blocks("municipality-code", "市区町村コードが正しくありません", "A wrong municipality code"),
    warns("former-name", "今はない市区町村名です", "A municipality’s former name"),
    warns("ward-uncertain", "区を確かめてください", "An uncertain ward"),
    warns("city-missing", "住所に市の名前がありません", "An address without its city"),
    warns("address-mismatch", "住所と位置が離れています", "Address and position disagree"),
    // Values.
    either("value-unreadable", "値を読めません", "An unreadable value"),
    either("hours-unreadable", "利用時間を読めません", "Unreadable hours"),
    blocks("value-missing", "値がありません", "A missing value"),
    blocks("value-range", "値が範囲の外です", "A value beyond its limits"),
    blocks("value-duplicate", "同じ値が2つあります", "A value given twice"),
    blocks("property-unknown", "知らない項目です", "An unknown member"),
    blocks("text-hidden", "見えない文字があります", "Characters that nobody sees"),
    blocks("date-impossible", "ありえない年月日です", "An impossible date"),
    warns("full-width", "全角文字があります", "Full-width characters"),
];

impl Report {
    /// Whether anything keeps a row out.
    pub fn blocks(&self) -> bool {
        self.problems.iter().any(|problem| problem.blocks)
    }

    /// The report as it is answered, in one language.
    pub fn in_language(&self, language: Language) -> Told<'_> {
        let problems = self.problems.iter().map(|p| p.in_language(language));
        Told {
            rows: self.rows,
            accepted: self.accepted,
            problems: problems.collect(),
        }
    }
}

/// A [`Report`] in one language, ready to be written.
#[derive(Debug, Serialize)]
pub struct Told<'a> {
    rows: usize,
    accepted: usize,
    problems: Vec<ToldProblem<'a>>,
}

/// A [`Problem`] in one language, ready to be written.
#[derive(Debug, Serialize)]
pub struct ToldProblem<'a> {
    row: Option<usize>,
    column: Option<&'a str>,
    code: &'static str,
    message: &'a str,
    found: Option<&'a str>,
    expected: Option<&'a str>,
    blocks: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    suggestion: Option<ToldSuggestion<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    also: Vec<ToldProblem<'a>>,
}

#[derive(Debug, Serialize)]
struct ToldSuggestion<'a> {
    label: &'a str,
    cells: &'a [SuggestedCell],
}

impl Problem {
    /// A problem that keeps its row out. The sentence comes as `("日本語", "English")`.
    pub fn blocking(row: usize, code: &'static str, message: impl Into<Wording>) -> Problem {
        Problem {
            blocks: true,
            ..Problem::warning(row, code, message)
        }
    }

    /// A problem that is only said.
    pub fn warning(row: usize, code: &'static str, message: impl Into<Wording>) -> Problem {
        debug_assert!(
            CODES.iter().any(|known| known.code == code),
            "{code} is not in the table of codes"
        );
        Problem {
            row: Some(row),
            column: None,
            code,
            message: message.into(),
            found: None,
            expected: None,
            blocks: false,
            suggestion: None,
            also: Vec::new(),
        }
    }

    /// A problem of the whole file, which keeps all of it out.
    pub fn of_file(code: &'static str, message: impl Into<Wording>) -> Problem {
        Problem {
            row: None,
            ..Problem::blocking(0, code, message)
        }
    }

    /// The same, naming the column.
    pub fn in_column(self, column: &str) -> Problem {
        Problem {
            column: Some(column.to_owned()),
            ..self
        }
    }

    /// The same, with what was found, shortened, and what was expected.
    pub fn found(self, found: impl ToString, expected: impl Into<Wording>) -> Problem {
        // A cell may hold a whole document; a report is read by people.
        let found = found.to_string().chars().take(200).collect();
        Problem {
            found: Some(found),
            expected: Some(expected.into()),
            ..self
        }
    }

    /// The same, with a way to mend it: what a button says, and what it puts into which columns.
    pub fn suggest<C: Into<String>, T: Into<String>>(
        self,
        label: impl Into<Wording>,
        cells: impl IntoIterator<Item = (C, T)>,
    ) -> Problem {
        let cells = cells.into_iter().map(|(column, text)| SuggestedCell {
            column: column.into(),
            text: text.into(),
        });
        Problem {
            suggestion: Some(Suggestion {
                label: label.into(),
                cells: cells.collect(),
            }),
            ..self
        }
    }

    /// The problem as it is answered, in one language.
    pub fn in_language(&self, language: Language) -> ToldProblem<'_> {
        let suggestion = self.suggestion.as_ref().map(|suggestion| ToldSuggestion {
            label: suggestion.label.get(language),
            cells: &suggestion.cells,
        });
        ToldProblem {
            row: self.row,
            column: self.column.as_deref(),
            code: self.code,
            message: self.message.get(language),
            found: self.found.as_deref(),
            expected: self.expected.as_ref().map(|text| text.get(language)),
            blocks: self.blocks,
            suggestion,
            also: self.also.iter().map(|p| p.in_language(language)).collect(),
        }
    }
}

/// Puts the problems in order of row and leaves one a row and code: the first that blocks, or the
/// first. It names the others' columns and carries them along. Problems of the whole file all stay.
pub fn one_a_code(problems: Vec<Problem>) -> Vec<Problem> {
    let mut problems = problems;
    problems.sort_by_key(|problem| problem.row);
    let mut kept: Vec<Problem> = Vec::with_capacity(problems.len());
    for mut problem in problems {
        let same = kept
            .iter_mut()
            .rev()
            .take_while(|first| problem.row.is_some() && first.row == problem.row)
            .find(|first| first.code == problem.code);
        let Some(first) = same else {
            kept.push(problem);
            continue;
        };
        if problem.blocks && !first.blocks {
            std::mem::swap(first, &mut problem);
            first.also = std::mem::take(&mut problem.also);
        }
        if problem != *first {
            first.also.push(problem);
        }
    }
    for problem in &mut kept {
        let columns: Vec<&str> = problem
            .also
            .iter()
            .filter_map(|other| other.column.as_deref())
            .filter(|column| Some(*column) != problem.column.as_deref())
            .collect();
        if !columns.is_empty() {
            problem.message = Wording::new(
                format!("{}（ほかに {}）", problem.message.ja, columns.join("、")),
                format!("{} (also {})", problem.message.en, columns.join(", ")),
            );
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_report_is_told_in_either_language() {
        let swapped = Problem::blocking(3, "coordinates-swapped", ("逆です", "swapped"))
            .in_column("緯度")
            .found("139", ("緯度 20〜46", "latitude 20 to 46"))
            .suggest(("入れ替える", "Swap"), [("緯度", "35"), ("経度", "139")]);
        let plain = Problem::warning(4, "kind-missing", ("種類なし", "no kind"));
        let report = Report {
            rows: 2,
            accepted: 1,
            problems: vec![swapped, plain],
        };
        assert_eq!(
            serde_json::to_value(report.in_language(Language::En)).unwrap(),
            json!({ "rows": 2, "accepted": 1, "problems": [
                { "row": 3, "column": "緯度", "code": "coordinates-swapped", "message": "swapped", "found": "139",
                  "expected": "latitude 20 to 46", "blocks": true,
                  "suggestion": { "label": "Swap", "cells": [
                      { "column": "緯度", "text": "35" }, { "column": "経度", "text": "139" } ] } },
                { "row": 4, "column": null, "code": "kind-missing", "message": "no kind", "found": null,
                  "expected": null, "blocks": false },
            ] })
        );
        let japanese = serde_json::to_value(report.in_language(Language::Ja)).unwrap();
        assert_eq!(japanese["problems"][0]["message"], "逆です");
    }

    #[test]
    fn a_code_is_there_once_and_has_its_titles() {
        for (i, code) in CODES.iter().enumerate() {
            assert!(
                CODES[..i].iter().all(|other| other.code != code.code),
                "{}",
                code.code
            );
            assert!(!code.ja.is_empty() && !code.en.is_empty());
        }
    }

    #[test]
    fn a_row_has_one_problem_a_code_and_what_blocks_is_kept() {
        let warn = |row, code| Problem::warning(row, code, ("", ""));
        let block = |row, code| Problem::blocking(row, code, ("", ""));
        let problems = one_a_code(vec![
            warn(2, "outside-municipality"),
            block(2, "outside-municipality"),
            warn(1, "value-unreadable").in_column("席数"),
            warn(2, "kind-missing"),
            warn(1, "value-unreadable").in_column("設備"),
            Problem::of_file("limit", ("a", "a")),
            Problem::of_file("limit", ("b", "b")),
        ]);
        let kept: Vec<_> = problems.iter().map(|p| (p.row, p.code, p.blocks)).collect();
        assert_eq!(
            kept,
            [
                (None, "limit", true),
                (None, "limit", true),
                (Some(1), "value-unreadable", false),
                (Some(2), "outside-municipality", true),
                (Some(2), "kind-missing", false),
            ]
        );
        assert_eq!(problems[2].message.ja, "（ほかに 設備）");
    }
}
