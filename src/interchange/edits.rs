//! A sheet's edits: settings for reading the file, changed cells and decisions.
//!
//! The file itself is never altered. Reading it again with the same edits gives the same rows.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::domain::vocabulary::Kind;

/// Settings for reading a file, and its edits. Rows have a spreadsheet's numbers; columns have their
/// labels (see [`Column`](super::Column)), those of GeoJSON the property's name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Edits {
    /// The encoding a person chose; otherwise it is detected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
    /// The worksheet a person chose; otherwise the first one with a table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Whether hidden rows of the workbook are read.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
    /// The row of the header a person chose; otherwise it is detected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header_row: Option<usize>,
    /// The field each column holds, `None` for none; columns not named here are guessed.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, Option<String>>,
    /// The kind of all facilities, for a file without kinds. A published facility keeps its kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// The new text of edited cells, by row and column.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub cells: BTreeMap<usize, BTreeMap<String, String>>,
    /// Excluded rows.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub left_out: BTreeSet<usize>,
    /// Decisions about rows that look like a published facility.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub likeness: BTreeMap<usize, DuplicateDecision>,
    /// The policy for all rows with the name and place of a published facility.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same: Option<SamePlace>,
    /// What an empty cell means beside a published value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blank: Option<BlankCells>,
}

impl Edits {
    /// The rows whose edits differ from `before`; `None` if a setting of the whole file differs.
    pub fn rows_changed(&self, before: &Edits) -> Option<BTreeSet<usize>> {
        let Edits {
            encoding,
            sheet,
            hidden,
            header_row,
            columns,
            kind,
            cells,
            left_out,
            likeness,
            same,
            blank,
        } = self;
        let is_same = *encoding == before.encoding
            && *sheet == before.sheet
            && *hidden == before.hidden
            && *header_row == before.header_row
            && *columns == before.columns
            && *kind == before.kind
            && *same == before.same
            && *blank == before.blank;
        if !is_same {
            return None;
        }
        let left_out = left_out.symmetric_difference(&before.left_out);
        let mut rows: BTreeSet<usize> = left_out.copied().collect();
        rows.extend(differing(cells, &before.cells));
        rows.extend(differing(likeness, &before.likeness));
        Some(rows)
    }
}

fn differing<T: PartialEq>(
    one: &BTreeMap<usize, T>,
    other: &BTreeMap<usize, T>,
) -> impl Iterator<Item = usize> {
    let changed = one
        .iter()
        .filter(|(row, value)| other.get(row) != Some(*value));
    let gone = other.keys().filter(|row| !one.contains_key(row));
    changed.map(|(row, _)| *row).chain(gone.copied())
}

/// A decision about a row that looks like a published facility.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DuplicateDecision {
    /// It is that facility: the row changes it.
    Same(String),
    /// It is that facility, which stays as it is published.
    Keep(String),
    /// It is another one.
    Other,
}

/// The policy for rows with the name and place of a published facility.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SamePlace {
    /// They change it.
    Update,
    /// It stays as it is published.
    Keep,
    /// They are new facilities.
    New,
}

/// What an empty cell does to a published value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BlankCells {
    /// The value stays.
    #[default]
    Keep,
    /// The value becomes unknown.
    Clear,
}

/// How a text file's bytes are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    #[serde(rename = "utf-8")]
    Utf8,
    /// Windows' Shift_JIS.
    #[serde(rename = "cp932")]
    Cp932,
    /// Unix' encoding of the same characters.
    #[serde(rename = "euc-jp")]
    EucJp,
    /// The encoding of Japanese letters by mail.
    #[serde(rename = "iso-2022-jp")]
    Iso2022Jp,
    /// Excel's “Unicode text”.
    #[serde(rename = "utf-16le")]
    Utf16Le,
    /// The same with the bytes of each pair the other way round.
    #[serde(rename = "utf-16be")]
    Utf16Be,
}

impl Encoding {
    /// The usual name.
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "UTF-8",
            Encoding::Cp932 => "Shift_JIS",
            Encoding::EucJp => "EUC-JP",
            Encoding::Iso2022Jp => "ISO-2022-JP",
            Encoding::Utf16Le | Encoding::Utf16Be => "UTF-16",
        }
    }

    /// Every encoding.
    pub const ALL: [Encoding; 6] = [
        Encoding::Utf8,
        Encoding::Cp932,
        Encoding::EucJp,
        Encoding::Iso2022Jp,
        Encoding::Utf16Le,
        Encoding::Utf16Be,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_is_listed() {
        // Another encoding does not compile here until it is in the list, too.
        let place = |encoding| match encoding {
            Encoding::Utf8 => 0,
            Encoding::Cp932 => 1,
            Encoding::EucJp => 2,
            Encoding::Iso2022Jp => 3,
            Encoding::Utf16Le => 4,
            Encoding::Utf16Be => 5,
        };
        let places: Vec<usize> = Encoding::ALL.iter().copied().map(place).collect();
        assert_eq!(places, [0, 1, 2, 3, 4, 5]);
    }
}
