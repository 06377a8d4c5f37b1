//! What is wrong with a file's rows, in words for the person who keeps the file.
//!
//! Reading never fails: it gives rows and problems. A problem that blocks keeps its row out; one
//! that warns lets it in. Codes never change; sentences may.

use serde::Serialize;

/// One thing wrong with one row, or with the whole file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Problem {
    /// The row as the file's own program numbers it; for GeoJSON the feature, counted from 1. `None` for the file.
    pub row: Option<usize>,
    /// The column or property, as the file writes it.
    pub column: Option<String>,
    /// Which sort of problem; stable.
    pub code: &'static str,
    /// The sentence in Japanese.
    pub message: String,
    /// What was found.
    pub found: Option<String>,
    /// What was expected.
    pub expected: Option<String>,
    /// Whether the row stays out because of it.
    pub blocks: bool,
}

/// The report on a file.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Report {
    /// Rows read.
    pub rows: usize,
    /// Rows without a blocking problem.
    pub accepted: usize,
    /// All problems of all rows, in order of row.
    pub problems: Vec<Problem>,
}

impl Report {
    /// Whether anything keeps a row out.
    pub fn blocks(&self) -> bool {
        self.problems.iter().any(|problem| problem.blocks)
    }
}

impl Problem {
    /// A problem that keeps its row out.
    pub fn blocking(row: usize, code: &'static str, message: impl Into<String>) -> Problem {
        Problem {
            blocks: true,
            ..Problem::warning(row, code, message)
        }
    }

    /// A problem that is only said.
    pub fn warning(row: usize, code: &'static str, message: impl Into<String>) -> Problem {
        let message = message.into();
        Problem {
            row: Some(row),
            column: None,
            code,
            message,
            found: None,
            expected: None,
            blocks: false,
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
    pub fn found(self, found: impl ToString, expected: &str) -> Problem {
        // A cell may hold a whole document; a report is read by people.
        let found = found.to_string().chars().take(200).collect();
        Problem {
            found: Some(found),
            expected: Some(expected.to_owned()),
            ..self
        }
    }
}
