//! Imports of the operator: files are read, compared with the directory, and published or submitted.

use std::io::BufRead;
use std::sync::Arc;

use serde_json::Value;

use super::submissions::{Submitted, Upload};
use super::{Directory, Error, Reference, moment, new_id, proposal};
use crate::domain::change::{ActorId, Seq};
use crate::domain::report::Report;
use crate::domain::submission::SubmissionId;
use crate::domain::user::{Area, User};
pub use crate::interchange::edits::{BlankCells, Edits, SamePlace};
use crate::interchange::reading::{Reading, SheetRow};
use crate::interchange::targets::{target, targets};
use crate::interchange::{self, Format, Limits};
use crate::places::blocks::Blocks;
use crate::review::{self, ReviewContext, Reviewed, RowDecisions};
use crate::snapshot::Snapshot;

/// What is to become of a file that the operator imports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate<'a> {
    /// It is only reported on.
    Reported,
    /// It waits for review, under this name.
    Submitted(&'a str),
    /// It is published at once.
    Published,
}

/// What an import did, or would do.
#[derive(Debug)]
pub struct Imported {
    /// Every row's problems.
    pub report: Report,
    /// Whether rows are numbered as a spreadsheet shows them, and not feature by feature.
    pub is_table: bool,
    /// Facilities new or changed.
    pub changes: usize,
    /// Rows that say what is published already.
    pub unchanged: usize,
    /// Rows that wait for a decision whether they are a published facility.
    pub undecided: usize,
    /// The submission it has become, where it waits for review.
    pub submission: Option<SubmissionId>,
    /// The last number given, where something was published.
    pub published: Option<Seq>,
}

/// Fields by the headers of their columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Columns(pub Vec<(String, Option<String>)>);

/// Reads `name=施設名称,address=所在地`. A comma without `=` behind it belongs to the header.
pub fn columns(text: &str) -> Result<Columns, String> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for part in text.split(',') {
        match (part.split_once('='), pairs.last_mut()) {
            (Some((field, header)), _) if target(field.trim()).is_some() => {
                pairs.push((header.to_owned(), field.trim().to_owned()));
            }
            (None, Some((header, _))) => {
                header.push(',');
                header.push_str(part);
            }
            _ => {
                let known: Vec<&str> = targets().iter().map(|target| target.name).collect();
                return Err(format!(
                    "“{part}” is no FIELD=HEADER; fields are {}",
                    known.join(", ")
                ));
            }
        }
    }
    let has_headers = pairs.iter().all(|(header, _)| !header.trim().is_empty());
    let pairs = pairs
        .into_iter()
        .map(|(header, field)| (header, Some(field)));
    match has_headers {
        true => Ok(Columns(pairs.collect())),
        false => Err("a header is missing behind “=”".to_owned()),
    }
}

/// What is imported, and how it is to be read.
pub struct Import<F> {
    /// The file.
    pub file: F,
    /// The only area its rows may lie in.
    pub area: Option<Area>,
    /// How it is to be read.
    pub work: Edits,
}

/// A file as it was read.
struct Read {
    reading: Reading,
    is_json: bool,
    /// Its bytes.
    bytes: Vec<u8>,
}

impl<F> Import<F> {
    fn decisions(&self) -> RowDecisions<'static> {
        RowDecisions {
            same: self.work.same,
            blank: self.work.blank.unwrap_or_default(),
            ..RowDecisions::default()
        }
    }
}

impl<F: BufRead> Import<F> {
    fn read(&mut self) -> Result<Read, Error> {
        let mut bytes = Vec::new();
        self.file.read_to_end(&mut bytes)?;
        let file = interchange::read(&bytes, &self.work, &Limits::OPERATOR);
        Ok(Read {
            reading: file.reading,
            is_json: file.format == Some(Format::GeoJson),
            bytes,
        })
    }

    /// What importing it into an empty directory would say. Touches no database.
    pub fn report_alone(mut self, reference: &Reference) -> Result<Imported, Error> {
        let read = self.read()?;
        let nothing = Snapshot::empty();
        let decisions = self.decisions();
        let known = (reference, None);
        let reviewed = review_against(&nothing, known, read.reading, self.area, decisions);
        Ok(imported(reviewed, read.is_json).0)
    }
}

impl Directory {
    /// Reads a file and holds it against the directory. If nothing blocks it is then published in
    /// one transaction, or handed in as it came. There is no limit but the machine's memory.
    pub fn import(
        &self,
        mut import: Import<impl BufRead>,
        fate: Fate<'_>,
    ) -> Result<Imported, Error> {
        let now = self.now();
        let Read {
            reading,
            is_json,
            bytes,
        } = import.read()?;
        let decisions = import.decisions();
        let addresses = self.addresses(&now);
        let known = (&*now.known, addresses.blocks());
        let reviewed = review_against(&now.snapshot, known, reading, import.area, decisions);
        let (mut imported, differences) = imported(reviewed, is_json);
        if imported.report.blocks() || imported.changes == 0 {
            return Ok(imported);
        }
        match fate {
            Fate::Reported => {}
            Fate::Published if imported.undecided > 0 => {}
            Fate::Submitted(file_name) => {
                let area = import.area.map(|area| area.to_string());
                let given = Upload {
                    file_name: Some(file_name),
                    area: area.as_deref(),
                    bytes: &bytes,
                    work: import.work,
                    send: true,
                    once: None,
                };
                let (Submitted::New(seen) | Submitted::Before(seen, _)) =
                    self.submit(&User::operator(), &given)?;
                imported.submission = Some(seen.submission.id);
            }
            Fate::Published => {
                let proposals = differences.iter().map(proposal);
                let range = self.store.publish(
                    ActorId::CLI,
                    None,
                    proposals,
                    Some(now.snapshot.seq()),
                    moment(),
                )?;
                imported.published = range.map(|range| *range.end());
                self.refresh()?;
            }
        }
        Ok(imported)
    }
}

/// The review's result for the operator, and the differences.
fn imported(reviewed: Reviewed, is_json: bool) -> (Imported, Vec<Arc<review::Difference>>) {
    let imported = Imported {
        changes: reviewed.differences.len(),
        unchanged: reviewed.unchanged,
        undecided: reviewed.undecided.len(),
        report: reviewed.report,
        is_table: !is_json,
        submission: None,
        published: None,
    };
    (imported, reviewed.differences)
}

/// Holds a file's rows against a snapshot, as the operator.
fn review_against(
    snapshot: &Snapshot,
    (reference, blocks): (&Reference, Option<&dyn Blocks>),
    mut reading: Reading,
    area: Option<Area>,
    decisions: RowDecisions<'_>,
) -> Reviewed {
    review::refuse_impossible(&mut reading, super::today());
    // Waits for the towns only where they tell something: of an address.
    let needs_towns = |row: &SheetRow| {
        row.fields.get("address").is_some_and(Value::is_string)
            || !row.fields.contains_key("position")
    };
    let needs_towns = reading.usable.iter().any(needs_towns);
    let context = ReviewContext {
        snapshot,
        districts: &reference.districts,
        places: needs_towns.then(|| reference.places()),
        blocks,
        area,
        decisions,
    };
    review::review(reading, &context, new_id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_chosen_by_field_and_header() {
        let chosen = |header: &str, field: &str| (header.to_owned(), Some(field.to_owned()));
        assert_eq!(
            columns("name=農園名,address=住所,所在,lat=緯度").unwrap().0,
            [
                chosen("農園名", "name"),
                chosen("住所,所在", "address"),
                chosen("緯度", "lat")
            ]
        );
        for wrong in ["", "農園名", "nonsense=農園名", "name="] {
            assert!(columns(wrong).is_err(), "{wrong}");
        }
        assert!(columns("名前=a").unwrap_err().contains("address.town"));
    }
}
