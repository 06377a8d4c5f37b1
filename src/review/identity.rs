//! Problems of ids that cannot be used.

use crate::domain::change::Moment;
use crate::domain::facility::Facility;
use crate::domain::report::Problem;

use super::ReviewContext;
use super::headers::Headers;
use super::key::RowKey;
use super::location::full_name;
use super::plan::IdRefusal;

/// The problem of a row whose id cannot be used.
pub(super) fn problem(
    key: &RowKey,
    refused: &IdRefusal,
    context: &ReviewContext<'_>,
    headers: &Headers,
) -> Problem {
    let own = key.id.as_deref().unwrap_or_default();
    let (found, chosen, message, expected) = match refused {
        IdRefusal::Elsewhere(entry, chosen) => {
            let facility = entry.facility();
            let id = facility.id.as_str();
            let (place, name) = (place_of(&facility, context), &facility.name);
            let message = (
                format!(
                    "ID「{id}」は{place}の「{name}」のもので、この提出では変更できません。別の施設なら、IDを空にしてください"
                ),
                format!(
                    "the id “{id}” is that of “{name}” in {place}, which this submission cannot change: if it is another facility, leave the id empty"
                ),
            );
            let expected = (
                "対象区域の施設のID、または空",
                "the id of a facility in the area, or none",
            );
            (id.to_owned(), *chosen, message, expected)
        }
        IdRefusal::Withdrawn(at, chosen) => {
            let (id, day) = (chosen.as_deref().unwrap_or(own), day_in_japan(*at));
            let message = (
                format!(
                    "ID「{id}」の施設は{day}に取り下げられ、このIDは二度と使えません。新しい施設なら、IDを空にしてください"
                ),
                format!(
                    "the facility with the id “{id}” was withdrawn on {day}, and its id is never used again: if this is a new facility, leave the id empty"
                ),
            );
            let expected = (
                "使われたことのないID、または空",
                "an id that was never used, or none",
            );
            (id.to_owned(), chosen.is_some(), message, expected)
        }
        IdRefusal::Gone(id) => {
            let message = (
                format!(
                    "同じ施設として選ばれた「{id}」は公開されていません。もう一度選んでください"
                ),
                format!(
                    "“{id}”, which was chosen as the same facility, is not published: choose again"
                ),
            );
            let expected = ("公開中の施設", "a published facility");
            (id.clone(), true, message, expected)
        }
        IdRefusal::Another(entry) => {
            let facility = entry.facility();
            let (place, name) = (place_of(&facility, context), &facility.name);
            let message = (
                format!(
                    "ID「{own}」は{place}の「{name}」のもので、この行とは名称も場所も違います。その施設が変わったのか、別の施設なのかを選んでください。別の施設なら、IDを空にしても登録できます"
                ),
                format!(
                    "the id “{own}” is that of “{name}” in {place}, which has another name at another place: say whether that facility has changed or this is another one. If it is another, the id can be left empty"
                ),
            );
            let expected = (
                "同じ名称か同じ場所の施設のID、または空",
                "the id of a facility with the same name or at the same place, or none",
            );
            (own.to_owned(), false, message, expected)
        }
    };
    let problem = Problem::blocking(key.number, "id-taken", message).found(found, expected);
    match headers.known("id") {
        // A decision belongs to no column.
        Some(column) if !chosen => {
            let button = (
                "IDを空にして新しい施設とする",
                "Empty the id: it is a new facility",
            );
            problem.in_column(column).suggest(button, [(column, "")])
        }
        _ => problem,
    }
}

fn place_of(facility: &Facility, context: &ReviewContext<'_>) -> String {
    let place = context.districts.municipality(facility.municipality);
    place.map_or(String::new(), |place| full_name(place, context.districts))
}

/// The day in Japan's time zone.
fn day_in_japan(at: Moment) -> String {
    const AHEAD: i64 = 9 * 3_600 * 1_000_000;
    let mut text = Moment(at.0 + AHEAD).rfc3339();
    text.truncate("2026-11-22".len());
    text
}
