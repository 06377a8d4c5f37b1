//! Removes a redacted value from an uploaded file.
//!
//! The cell is emptied in the facility's rows, with a note. A workbook is written again from its cells,
//! so that no trace of the value remains in the package.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::edits::Edits;
use super::{File, Format, Limits, corrected, encoding, features, osm, read};
use crate::domain::facility::Facility;
use crate::domain::wording::Language;

/// The value to remove.
pub struct RedactedValue<'a> {
    /// In which field.
    pub field: &'a str,
    /// What it was.
    pub value: &'a Value,
    /// All published versions of the facility with the value.
    pub versions: &'a [Facility],
}

/// A file and what was done to it, without the value.
pub struct Redacted {
    /// The file's bytes.
    pub bytes: Vec<u8>,
    /// How it is to be read from now on.
    pub edits: Edits,
}

impl RedactedValue<'_> {
    /// Takes the value out of a file; `None` where it does not stand there.
    pub fn out_of(&self, bytes: &[u8], edits: &Edits) -> Option<Redacted> {
        let file = read(bytes, edits, &Limits::OPERATOR);
        let places = osm::as_geojson(bytes, &Limits::OPERATOR).and_then(Result::ok);
        let bytes = places.as_ref().map_or(bytes, |places| &places.bytes);
        match file.format? {
            Format::GeoJson => self.out_of_geojson(bytes, edits, &file),
            Format::Csv | Format::Xlsx => self.out_of_table(bytes, edits, &file),
        }
    }

    fn out_of_table(&self, bytes: &[u8], edits: &Edits, file: &File) -> Option<Redacted> {
        let mut left = edits.clone();
        let mut emptied = Edits {
            encoding: edits.encoding,
            sheet: edits.sheet.clone(),
            header_row: edits.header_row,
            ..Edits::default()
        };
        let mut notes = BTreeMap::new();
        for row in &file.sheet.rows {
            let mended = edits.cells.get(&row.number);
            let text_of = |i: usize, label: &str| {
                let written = row.cells.get(i).map_or("", String::as_str);
                let mended = mended.and_then(|cells| cells.get(label));
                [written, mended.map_or("", String::as_str)].map(str::to_owned)
            };
            let cells: Vec<(usize, &str, [String; 2])> = file
                .columns
                .iter()
                .enumerate()
                .map(|(i, column)| (i, column.label.as_str(), text_of(i, &column.label)))
                .collect();
            let texts = cells
                .iter()
                .flat_map(|(_, _, texts)| texts)
                .map(String::as_str);
            if !self.is_of_facility(file, row.number, texts) || self.says_another(file, row.number)
            {
                continue;
            }
            for (i, label, texts) in &cells {
                let field = file.columns[*i].field.map(|(field, _)| field);
                let is_there = texts.iter().any(|text| !text.trim().is_empty());
                let repeats = texts.iter().any(|text| self.is_in(text));
                if is_there && (field.is_some_and(|field| self.is_part(field)) || repeats) {
                    let cells = emptied.cells.entry(row.number).or_default();
                    cells.insert((*label).to_owned(), String::new());
                    if let Some(cells) = left.cells.get_mut(&row.number) {
                        cells.remove(*label);
                    }
                }
            }
            if emptied.cells.contains_key(&row.number) {
                let note = format!("値を消しました（{}）", self.field);
                notes.insert(row.number, note);
            }
        }
        if notes.is_empty() {
            return None;
        }
        left.cells.retain(|_, cells| !cells.is_empty());
        let mut bytes = corrected::corrected(bytes, file, &emptied, &notes, Language::Ja);
        if file.format == Some(Format::Xlsx) {
            // A workbook's table of texts still has what its cells had before: it is copied once more.
            let again = read(&bytes, &left, &Limits::OPERATOR);
            emptied.cells.clear();
            bytes = corrected::corrected(&bytes, &again, &emptied, &notes, Language::Ja);
        }
        Some(Redacted { bytes, edits: left })
    }

    fn out_of_geojson(&self, bytes: &[u8], edits: &Edits, file: &File) -> Option<Redacted> {
        let encoding = file.encoding?;
        let (text, _) = encoding::decode(encoding, bytes);
        let found = features::find(&text, &Limits::OPERATOR).ok()?;
        let mut left = edits.clone();
        let (mut out, mut end, mut done) = (String::with_capacity(text.len()), 0, false);
        for (i, range) in found.ranges.into_iter().enumerate() {
            let number = i + 1;
            out.push_str(&text[end..range.start]);
            end = range.end;
            let written = &text[range];
            let feature = serde_json::from_str::<Value>(written).ok();
            let without = feature.and_then(|mut feature| {
                let mut names = self.properties_with_it(file, number, &feature);
                let edited = left.cells.get_mut(&number);
                if let Some(cells) = edited.filter(|_| !names.is_empty()) {
                    let before = cells.len();
                    cells.retain(|label, text| !self.is_part(label) && !self.is_in(text));
                    done |= cells.len() < before;
                }
                let properties = feature.get_mut("properties")?.as_object_mut()?;
                names.retain(|name| properties.shift_remove(name).is_some());
                (!names.is_empty()).then(|| feature.to_string())
            });
            done |= without.is_some();
            out.push_str(without.as_deref().unwrap_or(written));
        }
        if !done {
            return None;
        }
        out.push_str(&text[end..]);
        left.cells.retain(|_, cells| !cells.is_empty());
        let (bytes, _) = encoding::encode(encoding, &out);
        Some(Redacted {
            bytes: bytes.to_vec(),
            edits: left,
        })
    }

    /// The properties of a feature that hold the value, where the feature is the facility's.
    fn properties_with_it(&self, file: &File, number: usize, feature: &Value) -> Vec<String> {
        let properties = feature.get("properties").and_then(Value::as_object);
        let texts = properties
            .into_iter()
            .flat_map(|properties| properties.values())
            .chain(feature.get("id"))
            .filter_map(Value::as_str);
        if !self.is_of_facility(file, number, texts) || self.says_another(file, number) {
            return Vec::new();
        }
        let field_of = |label: &str| {
            let column = file.columns.iter().find(|column| column.label == label);
            column.map_or_else(
                || label.to_owned(),
                |column| {
                    column
                        .field
                        .map_or_else(String::new, |(field, _)| field.to_owned())
                },
            )
        };
        let holds = |(name, value): &(&String, &Value)| {
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            !value.is_null() && (self.is_part(&field_of(name)) || self.is_in(&text))
        };
        let properties = properties.into_iter().flatten();
        properties
            .filter(holds)
            .map(|(name, _)| name.clone())
            .collect()
    }

    /// Whether a row is this facility's: it has the id, or one of its names.
    fn is_of_facility<'a>(
        &self,
        file: &File,
        number: usize,
        mut texts: impl Iterator<Item = &'a str>,
    ) -> bool {
        let row = file.reading.usable.iter().find(|row| row.number == number);
        let id = row.and_then(|row| row.fields.get("id")?.as_str());
        if let Some(id) = id {
            return self
                .versions
                .iter()
                .any(|version| version.id.as_str() == id);
        }
        let names: BTreeSet<&str> = self.versions.iter().map(|v| v.name.as_str()).collect();
        let ids: BTreeSet<&str> = self.versions.iter().map(|v| v.id.as_str()).collect();
        texts.any(|text| names.contains(text.trim()) || ids.contains(text.trim()))
    }

    /// Whether a row can be read and says something else: another value may stay.
    fn says_another(&self, file: &File, number: usize) -> bool {
        let row = file.reading.usable.iter().find(|row| row.number == number);
        let own = row.and_then(|row| row.fields.get(self.field));
        own.is_some_and(|own| !own.is_null() && own != self.value)
    }

    /// Whether what a column holds is the field or a part of it.
    fn is_part(&self, field: &str) -> bool {
        // The hours' parts have a name of their own.
        let of_hours = self.field == "opening_hours" && field.starts_with("hours.");
        let part = field.strip_prefix(self.field);
        of_hours || part.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }

    /// Whether a text repeats the value. A word or a number of a few characters may mean anything.
    fn is_in(&self, text: &str) -> bool {
        let value = self.value.as_str().map(str::trim);
        value.is_some_and(|value| value.chars().count() >= 4 && text.contains(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::facility::tests::example;

    const PHONE: &str = "0749-00-1234";

    fn versions() -> Vec<Facility> {
        vec![example("hub-001", 136.2655, 35.3814)]
    }

    fn without(bytes: &[u8], edits: &Edits) -> Option<Redacted> {
        let value = Value::from(PHONE);
        let versions = versions();
        let taken = RedactedValue {
            field: "phone",
            value: &value,
            versions: &versions,
        };
        taken.out_of(bytes, edits)
    }

    #[test]
    fn a_cell_is_emptied_in_the_facilitys_rows_alone() {
        let sheet = "名称,緯度,経度,電話番号,備考\n黒壁オフィス,35.38,136.26,0749-00-1234,連絡は0749-00-1234へ\n別の所,35.39,136.27,0749-00-1234,\n";
        let text =
            String::from_utf8(without(sheet.as_bytes(), &Edits::default()).unwrap().bytes).unwrap();
        assert_eq!(text.matches(PHONE).count(), 1, "{text}");
        assert!(text.contains("黒壁オフィス,35.38,136.26,,,"), "{text}");
        assert!(text.contains("別の所,35.39,136.27,0749-00-1234,"), "{text}");
        assert!(
            without(text.as_bytes(), &Edits::default()).is_none(),
            "nothing is left to take out"
        );
    }

    #[test]
    fn another_value_of_the_field_stays() {
        let sheet = "名称,緯度,経度,電話番号\n黒壁オフィス,35.38,136.26,0749-00-9999\n";
        assert!(without(sheet.as_bytes(), &Edits::default()).is_none());
    }

    #[test]
    fn an_edited_cell_goes_too_and_a_blocked_row_is_not_spared() {
        let sheet = "名称,緯度,経度,電話番号\n黒壁オフィス,136.26,35.38,\n";
        let mut edits = Edits::default();
        let cells = [("電話番号".to_owned(), PHONE.to_owned())];
        edits.cells.insert(2, cells.into_iter().collect());
        let redacted = without(sheet.as_bytes(), &edits).unwrap();
        assert_eq!(redacted.edits, Edits::default());
    }

    #[test]
    fn a_workbook_keeps_nothing_of_it_between_its_cells() {
        let mut book = super::super::book::workbook();
        let sheet = book.add_worksheet();
        for (row, cells) in [
            ["名称", "緯度", "経度", "電話番号"],
            ["黒壁オフィス", "35.38", "136.26", PHONE],
        ]
        .into_iter()
        .enumerate()
        {
            for (column, text) in cells.into_iter().enumerate() {
                sheet.write_string(row as u32, column as u16, text).unwrap();
            }
        }
        let bytes = book.save_to_buffer().unwrap();
        let redacted = without(&bytes, &Edits::default()).unwrap().bytes;
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(redacted)).unwrap();
        let mut names = 0;
        for i in 0..archive.len() {
            let mut text = String::new();
            std::io::Read::read_to_string(&mut archive.by_index(i).unwrap(), &mut text).unwrap();
            assert!(!text.contains(PHONE), "{text}");
            names += text.matches("黒壁オフィス").count();
        }
        assert_eq!(names, 1, "the rest is there");
    }

    #[test]
    fn a_property_is_removed_from_the_facilitys_features_alone() {
        let feature = |name: &str, more: &str| {
            format!(
                r#"{{"type":"Feature","geometry":{{"type":"Point","coordinates":[136.26,35.38]}},"properties":{{"name":"{name}","phone":"{PHONE}"{more}}}}}"#
            )
        };
        let (own, other) = (
            feature("黒壁オフィス", r#","seats":3"#),
            feature("別の所", ""),
        );
        let file = format!(r#"{{"type":"FeatureCollection","features":[{own},{other}]}}"#);
        let text =
            String::from_utf8(without(file.as_bytes(), &Edits::default()).unwrap().bytes).unwrap();
        assert!(
            text.contains(r#""properties":{"name":"黒壁オフィス","seats":3}"#),
            "{text}"
        );
        assert!(text.contains(&other), "{text}");
    }
}
