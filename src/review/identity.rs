//! Whose facility a row is: by the id it brings, or by what was decided about it.

use serde_json::{Map, Value};

use crate::domain::change::{Moment, Seq};
use crate::domain::facility::Facility;
use crate::domain::report::Problem;
use crate::domain::user::Whereabouts;
use crate::interchange::work::Likeness;
use crate::snapshot::Found;
use crate::snapshot::entries::Entry;

use super::Against;
use super::labels::Labels;
use super::location::{full_name, is_within};

/// Whose facility a row is.
pub(super) enum Identity {
    /// A published one's.
    Published(Box<Published>),
    /// A new one's, with the id the row brings.
    New(Option<String>),
}

/// A published facility a row changes.
pub(super) struct Published {
    pub facility: Facility,
    pub since: Seq,
    /// Its values by their fields.
    pub values: Map<String, Value>,
    /// Where it lies.
    pub place: Whereabouts,
}

impl Identity {
    /// The id, if there is one already.
    pub fn id(&self) -> Option<&str> {
        match self {
            Identity::Published(published) => Some(published.facility.id.as_str()),
            Identity::New(id) => id.as_deref(),
        }
    }

    /// The published facility.
    pub fn published(&self) -> Option<&Published> {
        match self {
            Identity::Published(published) => Some(published),
            Identity::New(_) => None,
        }
    }

    /// The published state and its change.
    pub fn before(self) -> Option<(Facility, Seq)> {
        match self {
            Identity::Published(published) => Some((published.facility, published.since)),
            Identity::New(_) => None,
        }
    }
}

impl Published {
    fn of(entry: &Entry) -> Box<Published> {
        let mut values = entry.values();
        values.remove("updated_at");
        let facility: Facility =
            serde_json::from_value(values.clone().into()).expect("a feature reads back");
        Box::new(Published {
            place: Whereabouts {
                municipality: facility.municipality,
                ward: facility.ward,
            },
            facility,
            since: entry.changed,
            values,
        })
    }
}

/// Finds the facility a row is about. An id counts only where the row's sender may act.
pub(super) fn identify(
    number: usize,
    id: Option<&str>,
    against: &Against<'_>,
    labels: &Labels,
    problems: &mut Vec<Problem>,
) -> Identity {
    let decided = match against.likeness.get(&number) {
        Some(Likeness::Same(same)) => Some(same.as_str()),
        _ => None,
    };
    // A row that brings a published facility's own id is that one's; no decision was asked for.
    let is_published = |id: &str| matches!(against.snapshot.get(id), Found::Facility(_));
    let by_decision = decided.filter(|_| !id.is_some_and(is_published));
    let Some(wanted) = by_decision.or(id) else {
        return Identity::New(None);
    };
    let taken = |message: (String, String), found: &str, expected: (&str, &str)| {
        let problem = Problem::blocking(number, "id-taken", message).found(found, expected);
        match labels.known("id") {
            // What was decided stands in no column.
            Some(column) if by_decision.is_none() => {
                let button = (
                    "IDを空にして新しい施設とする",
                    "Empty the id: it is a new facility",
                );
                problem.in_column(column).suggest(button, [(column, "")])
            }
            _ => problem,
        }
    };
    match against.snapshot.get(wanted) {
        Found::Facility(entry) => {
            let published = Published::of(entry);
            let position = published.facility.position;
            let may = against
                .area
                .is_none_or(|area| is_within(area, published.place, position, against.districts));
            if !may {
                let place = against.districts.municipality(published.place.municipality);
                let place = place.map_or(String::new(), |p| full_name(p, against.districts));
                let name = &published.facility.name;
                let message = (
                    format!(
                        "ID「{wanted}」は{place}の「{name}」のもので、この提出では変更できません。別の施設なら、IDを空にしてください"
                    ),
                    format!(
                        "the id “{wanted}” is that of “{name}” in {place}, which this submission cannot change: if it is another facility, leave the id empty"
                    ),
                );
                let expected = (
                    "対象区域の施設のID、または空",
                    "the id of a facility in the area, or none",
                );
                problems.push(taken(message, wanted, expected));
                return Identity::New(Some(wanted.to_owned()));
            }
            Identity::Published(published)
        }
        Found::Withdrawn(at) => {
            let day = day_in_japan(at);
            let message = (
                format!(
                    "ID「{wanted}」の施設は{day}に取り下げられ、このIDは二度と使えません。新しい施設なら、IDを空にしてください"
                ),
                format!(
                    "the facility with the id “{wanted}” was withdrawn on {day}, and its id is never used again: if this is a new facility, leave the id empty"
                ),
            );
            let expected = (
                "使われたことのないID、または空",
                "an id that was never used, or none",
            );
            problems.push(taken(message, wanted, expected));
            Identity::New(Some(wanted.to_owned()))
        }
        Found::Nothing if by_decision.is_some() => {
            let message = (
                format!(
                    "同じ施設として選ばれた「{wanted}」は公開されていません。もう一度選んでください"
                ),
                format!(
                    "“{wanted}”, which was chosen as the same facility, is not published: choose again"
                ),
            );
            let expected = ("公開中の施設", "a published facility");
            problems.push(taken(message, wanted, expected));
            Identity::New(id.map(str::to_owned))
        }
        Found::Nothing => Identity::New(Some(wanted.to_owned())),
    }
}

/// The day as officials count it.
fn day_in_japan(at: Moment) -> String {
    const AHEAD: i64 = 9 * 3_600 * 1_000_000;
    let mut text = Moment(at.0 + AHEAD).rfc3339();
    text.truncate("2026-11-22".len());
    text
}
