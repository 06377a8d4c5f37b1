//! The answer as a table to take away, with what has to be said beside its numbers.

use std::io::{self, Write};

use serde_json::Value;

use super::super::Generation;
use super::{Coverage, Question, Row};
use crate::domain::wording::Language;
use crate::interchange::export;

/// A table of districts, and its notes.
pub struct Table {
    header: Vec<String>,
    rows: Vec<Vec<Value>>,
    notes: Vec<String>,
    sheet: &'static str,
}

impl Coverage {
    /// Some of its rows, or all, as a table in a language.
    pub fn table(
        &self,
        (question, generation): (&Question, &Generation),
        rows: &[&Row],
        language: Language,
    ) -> Table {
        let mut notes = self.said(question, language);
        let (seq, reference, when) = (
            generation.snapshot.seq().0,
            self.reference,
            &generation.timestamp,
        );
        notes.push(language.pick(
            format!("まちなか 更新番号 {seq}、人口の番号 {reference}、{when}"),
            format!("machinaka, change {seq}, population {reference}, {when}"),
        ));
        let rows: Vec<_> = rows.iter().map(|row| row.properties(question)).collect();
        // All rows have the same members.
        let header = rows.first().into_iter().flat_map(|row| row.keys().cloned());
        Table {
            header: header.collect(),
            rows: rows
                .into_iter()
                .map(|row| row.into_iter().map(|(_, value)| value).collect())
                .collect(),
            notes,
            sheet: language.pick("注記", "Notes"),
        }
    }

    /// What has to be said beside the figures, in a language.
    pub fn said(&self, question: &Question, language: Language) -> Vec<String> {
        let all = self.notes(question).into_iter();
        all.map(|(_, text)| language.pick(text.ja, text.en))
            .collect()
    }
}

impl Table {
    /// Writes it as CSV.
    pub fn csv(self, out: &mut impl Write) -> io::Result<()> {
        let header: Vec<&str> = self.header.iter().map(String::as_str).collect();
        export::table_csv(&header, self.rows.into_iter(), &self.notes, out)
    }

    /// Writes it as a workbook, the notes on a sheet of their own.
    pub fn xlsx(self, out: &mut impl Write) -> io::Result<()> {
        let header: Vec<&str> = self.header.iter().map(String::as_str).collect();
        let notes = (self.sheet, &self.notes[..]);
        export::table_xlsx(&header, self.rows.into_iter(), notes, out)
    }
}
