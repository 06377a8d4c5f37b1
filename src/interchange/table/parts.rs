//! Fields in several columns, or with several notations: address, amenities, hours, position.

use serde_json::{Value, json};

use super::super::coordinates::{self, Axis};
use super::super::datum::{self, Datum, StatedDatum};
use super::super::{hours, values, words};
use super::{KnownHours, Reader};
use crate::domain::report::Problem;
use crate::domain::wording::Wording;

impl<'a> Reader<'a> {
    /// The address from its parts where no column has it whole; the building's name behind it.
    pub(super) fn address(&mut self) {
        const PARTS: [&str; 5] = [
            "address.prefecture",
            "address.city",
            "address.ward",
            "address.town",
            "address.number",
        ];
        let layout = self.layout;
        let building = self.held("address.building").trim();
        let building = if values::is_dash(building) {
            ""
        } else {
            building
        };
        if !layout.has("address") {
            // A prefecture and a city alone are where the municipality is, no address.
            if !self.has_any(|target| PARTS[3..].contains(&target)) {
                return;
            }
            let mut parts = String::new();
            for part in PARTS.iter().map(|part| self.held(part).trim()) {
                // The city's cell may end with the ward that has its own.
                let is_there = part.ends_with('区') && parts.ends_with(part);
                if !values::is_dash(part) && !is_there {
                    parts.push_str(part);
                }
            }
            let is_one = PARTS[3..]
                .iter()
                .any(|part| !self.held(part).trim().is_empty());
            let whole = is_one.then_some(parts);
            self.fields.insert("address".to_owned(), json!(whole));
        }
        let ward = self.held("address.ward").trim();
        if layout.has("address")
            && ward.ends_with('区')
            && let Some(Value::String(address)) = self.fields.get_mut("address")
        {
            put_ward(address, ward);
        }
        if !building.is_empty()
            && let Some(Value::String(address)) = self.fields.get_mut("address")
            && !address.contains(building)
        {
            address.push(' ');
            address.push_str(building);
        }
    }

    /// What columns about one amenity each say. A no in one says nothing of the others.
    pub(super) fn amenities(&mut self) {
        let layout = self.layout;
        let mut there: Vec<&str> = Vec::new();
        for (column, amenity) in &layout.amenities {
            let text = self.cell(*column).trim();
            match words::flag(text) {
                Some(true) => there.push(amenity),
                Some(false) => self.denied.push(amenity),
                None if text.is_empty() || values::is_dash(text) => {}
                None => {
                    let label = &layout.columns[*column].label;
                    let message = (
                        "有無として読めないため、不明として扱います",
                        "this is neither yes nor no and is taken as unknown",
                    );
                    let problem = Problem::warning(self.line.number, "value-unreadable", message);
                    self.say(
                        problem
                            .in_column(label)
                            .found(text, ("有 か 無", "yes or no")),
                    );
                }
            }
        }
        // Columns about some amenities say nothing of the others.
        if !layout.amenities.is_empty() && !self.partly.contains(&"amenities") {
            self.partly.push("amenities");
        }
        if there.is_empty() {
            return;
        }
        let list = self.fields.entry("amenities").or_insert(Value::Null);
        if !list.is_array() {
            *list = json!([]);
        }
        if let Value::Array(list) = list {
            for amenity in there {
                if !list.iter().any(|known| known == amenity) {
                    list.push(json!(amenity));
                }
            }
        }
    }

    /// OpenStreetMap as the only source of what is its own says nothing of the sources of the rest.
    pub(super) fn sources(&mut self) {
        let own = self.fields.get("osm_id").and_then(Value::as_str);
        let sources = self.fields.get("sources").and_then(Value::as_array);
        let (Some(own), Some([source])) = (own, sources.map(Vec::as_slice)) else {
            return;
        };
        let is_ours = self.layout.is_ours || self.layout.is_our_feature;
        if !is_ours && source["url"] == format!("https://www.openstreetmap.org/{own}") {
            self.partly.push("sources");
        }
    }

    pub(super) fn hours(&mut self, known: &mut KnownHours<'a>) {
        const WEEK: [[&str; 2]; 7] = [
            ["hours.mo.from", "hours.mo.to"],
            ["hours.tu.from", "hours.tu.to"],
            ["hours.we.from", "hours.we.to"],
            ["hours.th.from", "hours.th.to"],
            ["hours.fr.from", "hours.fr.to"],
            ["hours.sa.from", "hours.sa.to"],
            ["hours.su.from", "hours.su.to"],
        ];
        let layout = self.layout;
        if !self.has_any(|target| target == "opening_hours" || target.starts_with("hours.")) {
            return;
        }
        let exactly = layout.at.get("opening_hours");
        if let Some(hours) = exactly.and_then(|column| self.exactly(*column)) {
            match hours::is_valid(hours) {
                true => drop(self.fields.insert("opening_hours".to_owned(), json!(hours))),
                false => self.hours_in_words(hours),
            }
            return;
        }
        if let Some(column) = exactly
            && self.our_hours(*column)
        {
            return;
        }
        let cells = hours::Cells {
            whole: self.held("opening_hours"),
            days: self.held("hours.days"),
            from: self.held("hours.from"),
            to: self.held("hours.to"),
            closed: self.held("hours.closed"),
            note: self.held("hours.note"),
            week: WEEK.map(|day| day.map(|part| self.held(part))),
        };
        let hours = known
            .entry(cells)
            .or_insert_with(|| hours::read(&cells))
            .clone();
        let Some((part, found)) = hours.unreadable else {
            self.fields
                .insert("opening_hours".to_owned(), json!(hours.value));
            return;
        };
        let message = (
            "利用時間を読めないため、不明として扱います。「平日 9:00～17:00」のように書いてください",
            "the hours cannot be read and are taken as unknown: write them like “Mo-Fr 09:00-17:00”",
        );
        let expected = ("時刻（例: 9:00〜17:00）", "times, such as 9:00-17:00");
        let mut problem =
            Problem::warning(self.line.number, "hours-unreadable", message).found(found, expected);
        if let Some(label) = layout.label(part) {
            problem = problem.in_column(label);
            if let Some(hours) = hours.suggestion {
                let button = (format!("「{hours}」に直す"), format!("Change to “{hours}”"));
                problem = problem.suggest(button, [(label, hours)]);
            }
        }
        self.say(problem);
    }

    /// Keeps hours of our own export that no program reads: as words, the hours being unknown.
    fn hours_in_words(&mut self, text: &str) {
        self.fields.insert("opening_hours".to_owned(), Value::Null);
        let note = self.fields.entry("hours_note").or_insert(Value::Null);
        if note.is_null() {
            *note = json!(text);
        }
    }

    /// Takes the hours of a feature of our own as they are; as words where no program can read them.
    fn our_hours(&mut self, column: usize) -> bool {
        let field = values::field("opening_hours").filter(|_| self.layout.is_our_feature);
        let read = field.and_then(|field| self.as_typed(column, field));
        let Some(value) = read.and_then(|read| read.value) else {
            return false;
        };
        if let Some(text) = value.as_str().filter(|text| !hours::is_valid(text)) {
            let message = (
                "利用時間を読めないため、開いているかどうかは不明になります。「平日 9:00～17:00」のように書いてください",
                "the hours cannot be read, so nobody knows when it is open: write them like “Mo-Fr 09:00-17:00”",
            );
            let label = &self.layout.columns[column].label;
            let expected = ("時刻（例: 9:00〜17:00）", "times, such as 9:00-17:00");
            let problem = Problem::warning(self.line.number, "hours-unreadable", message);
            self.say(problem.in_column(label).found(text, expected));
            self.hours_in_words(text);
            return true;
        }
        self.fields.insert("opening_hours".to_owned(), value);
        true
    }

    pub(super) fn position(&mut self) {
        let layout = self.layout;
        let one = layout
            .label("position")
            .filter(|_| !(layout.has("lat") && layout.has("lon")));
        let text = self.held("position").trim();
        let (lat, lon) = match one {
            None => (self.held("lat").to_owned(), self.held("lon").to_owned()),
            Some(_) if coordinates::is_unknown(text) => (String::new(), String::new()),
            Some(label) => match coordinates::both(text) {
                Some([lat, lon]) => (lat, lon),
                None => {
                    let message = (
                        "緯度と経度として読めません。「35.681236,139.767125」のように書いてください",
                        "this cannot be read as latitude and longitude: write them like “35.681236,139.767125”",
                    );
                    let problem =
                        Problem::blocking(self.line.number, "coordinates-malformed", message);
                    let expected = ("緯度,経度", "latitude,longitude");
                    return self.say(problem.in_column(label).found(text, expected));
                }
            },
        };
        if coordinates::is_unknown(&lat) && coordinates::is_unknown(&lon) {
            // The address may give the town, and a published facility has its place.
            let may_do = ["address", "id"]
                .iter()
                .any(|name| self.fields.get(*name).is_some_and(Value::is_string));
            if !may_do {
                let message = (
                    "座標も住所もありません。緯度と経度、または住所を書いてください",
                    "there are neither coordinates nor an address: write latitude and longitude, or the address",
                );
                let problem = Problem::blocking(self.line.number, "coordinates-missing", message);
                let label = one.or(layout.label("lat"));
                self.say(match label {
                    Some(label) => problem.in_column(label),
                    None => problem,
                });
            }
            return;
        }
        let datum = match self.datum() {
            StatedDatum::Nothing => Datum::World,
            StatedDatum::Known(datum) => datum,
            StatedDatum::Other(name) => return self.other_datum(&name),
        };
        match coordinates::position_in(datum, &lat, &lon) {
            Ok((position, decimals)) => {
                self.implied_precision = Some(coordinates::precision(decimals));
                self.fields.insert("position".to_owned(), json!(position));
                if datum != Datum::World {
                    self.converted = Some(datum);
                }
                if one.is_none() && datum != Datum::WebMercator {
                    self.plain_coordinate("lat", &lat);
                    self.plain_coordinate("lon", &lon);
                }
            }
            Err(wrong) => self.wrong_position(*wrong, one, [&lat, &lon]),
        }
    }

    /// Reports coordinates that are no position. `column` is the one column of both, if there is one.
    fn wrong_position(
        &mut self,
        wrong: coordinates::PositionProblem,
        column: Option<&str>,
        [lat, lon]: [&str; 2],
    ) {
        let layout = self.layout;
        let at = |axis| match axis {
            Axis::Lat => layout.label("lat").or(column),
            Axis::Lon => layout.label("lon").or(column),
        };
        let label = column.or_else(|| at(wrong.axis)).unwrap_or("");
        let found = match (column, wrong.code) {
            (Some(_), _) => self.held("position").trim().to_owned(),
            (None, "coordinates-malformed" | "coordinates-outside-japan") => {
                let own = if wrong.axis == Axis::Lat { lat } else { lon };
                own.to_owned()
            }
            _ => format!("{}, {}", lat.trim(), lon.trim()),
        };
        let mut problem = Problem::blocking(self.line.number, wrong.code, wrong.message)
            .in_column(label)
            .found(found, wrong.expected);
        if let Some((button, [new_lat, new_lon])) = wrong.corrected {
            problem = match (column, at(Axis::Lat), at(Axis::Lon)) {
                (Some(label), ..) => {
                    problem.suggest(button, [(label, format!("{new_lat},{new_lon}"))])
                }
                (None, Some(at_lat), Some(at_lon)) => {
                    problem.suggest(button, [(at_lat, new_lat), (at_lon, new_lon)])
                }
                _ => problem,
            };
        }
        self.say(problem);
    }

    /// The coordinate system that the headers or the row's own cell name.
    fn datum(&self) -> StatedDatum {
        let layout = self.layout;
        let labels: Vec<&str> = match layout.has("lat") && layout.has("lon") {
            true => vec!["lat", "lon"],
            false => vec!["position"],
        };
        // Coordinates somebody entered for the row are taken from our own map and suggestions.
        let labels: Vec<&str> = labels
            .into_iter()
            .filter_map(|at| layout.label(at))
            .collect();
        let is_mended = |label: &&str| self.mended.is_some_and(|cells| cells.contains_key(*label));
        if !labels.is_empty() && labels.iter().all(is_mended) {
            return StatedDatum::Nothing;
        }
        let cell = datum::stated(self.held("datum"));
        let headers = labels.into_iter().map(datum::in_header);
        headers.fold(cell, |known, header| datum::together(&known, &header))
    }

    fn other_datum(&mut self, name: &str) {
        let message = (
            format!(
                "座標系「{name}」の座標は使えません。世界測地系（JGD2011、WGS84）の緯度・経度に変換してください"
            ),
            format!(
                "coordinates in “{name}” cannot be used: convert them to latitude and longitude on WGS 84 or JGD2011"
            ),
        );
        let layout = self.layout;
        let problem = Problem::blocking(self.line.number, "datum-unknown", message);
        let label = ["datum", "lat", "position"]
            .iter()
            .find_map(|at| layout.label(at));
        let problem = match label {
            Some(label) => problem.in_column(label),
            None => problem,
        };
        let expected = ("世界測地系または日本測地系", "WGS 84, JGD2011 or Tokyo");
        self.say(problem.found(name, expected));
    }

    /// Warns of a coordinate written with full-width digits or with spaces.
    pub(super) fn plain_coordinate(&mut self, axis: &str, cell: &str) {
        let plain: String = values::plain(cell)
            .chars()
            .filter(|c| !c.is_whitespace())
            .collect();
        let is_number = plain.parse::<f64>().is_ok();
        if !is_number || plain == cell {
            return;
        }
        let Some(label) = self.layout.label(axis) else {
            return;
        };
        let message = (
            "座標に全角の文字や余分な空白があります。半角に直して読みました",
            "the coordinate has full-width characters or spaces; it was read with plain ones",
        );
        let button = (format!("「{plain}」に直す"), format!("Change to “{plain}”"));
        self.say(
            Problem::warning(self.line.number, "full-width", message)
                .in_column(label)
                .found(cell, Wording::same(plain.clone()))
                .suggest(button, [(label, plain)]),
        );
    }
}

/// Puts the ward of another column into an address that leaves it out: behind its city, else behind
/// its prefecture, else first.
fn put_ward(address: &mut String, ward: &str) {
    if address.contains(ward) || address.trim().is_empty() {
        return;
    }
    let city = address.find('市').map(|at| at + '市'.len_utf8());
    // 市川 begins with the word, and is no city with wards.
    let city = city.filter(|end| *end > '市'.len_utf8());
    let prefectures = ["東京都", "北海道", "京都府", "大阪府"];
    let prefecture = prefectures.iter().find(|name| address.starts_with(**name));
    let prefecture = prefecture.map(|name| name.len());
    let prefecture = prefecture.or_else(|| {
        let end = address.find('県')? + '県'.len_utf8();
        (address[..end].chars().count() <= 4).then_some(end)
    });
    address.insert_str(city.or(prefecture).unwrap_or(0), ward);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ward_is_put_where_it_belongs() {
        for (address, ward, expected) in [
            ("福岡市博多駅前2-1-1", "博多区", "福岡市博多区博多駅前2-1-1"),
            (
                "福岡県福岡市天神1-8-1",
                "中央区",
                "福岡県福岡市中央区天神1-8-1",
            ),
            ("福岡市博多区店屋町1", "博多区", "福岡市博多区店屋町1"),
            ("博多駅前2-1-1", "博多区", "博多区博多駅前2-1-1"),
            (
                "東京都世田谷4-21-27",
                "世田谷区",
                "東京都世田谷区世田谷4-21-27",
            ),
            ("神奈川県みなとみらい2", "西区", "神奈川県西区みなとみらい2"),
            ("", "西区", ""),
        ] {
            let mut text = address.to_owned();
            put_ward(&mut text, ward);
            assert_eq!(text, expected);
        }
    }
}
