//! What OpenStreetMap's tags say in the words of our fields.

use serde_json::{Value, json};

use super::super::hours;
use super::Element;

/// A coworking space's fields, as far as its tags say them.
pub(super) fn properties(element: &Element) -> Vec<(&'static str, Value)> {
    let tag = |key: &str| element.tag(key);
    let any = |keys: &[&str]| keys.iter().find_map(|key| tag(key));
    let mut fields: Vec<(&'static str, Value)> = vec![("kind", json!("coworking"))];
    fields.extend(name(element).map(|name| ("name", json!(name))));
    for (name, keys) in [
        (
            "name_kana",
            &["name:ja-Hira", "name:ja-Kana", "name:ja_kana"][..],
        ),
        ("name_en", &["name:en", "int_name"]),
        ("operator", &["operator"]),
        ("opening_hours", &["opening_hours"]),
        ("price_note", &["charge", "fee:conditional"]),
    ] {
        fields.extend(any(keys).map(|value| (name, json!(value))));
    }
    for (name, keys) in [
        ("phone", ["phone", "contact:phone", "contact:mobile"]),
        ("website", ["website", "contact:website", "url"]),
    ] {
        // Several stand in one tag, the main one first.
        let first = any(&keys).and_then(|value| value.split(';').next());
        fields.extend(first.map(|value| (name, json!(value.trim()))));
    }
    // The day that the tag describes may be past what programs here understand; the words stay.
    let hours = tag("opening_hours").filter(|text| !is_read(text));
    fields.extend(hours.map(|text| ("hours_note", json!(text))));
    // OpenStreetMap keeps every point to a centimetre; how it is written says nothing.
    fields.push(("position_precision", json!("building")));
    if tag("access") == Some("members") {
        fields.push(("eligibility", json!("registered")));
    }
    if matches!(tag("reservation"), Some("yes" | "required")) {
        fields.push(("uses", json!("reservation")));
    }
    fields.extend(address(element).map(|address| ("address", json!(address))));
    match tag("fee") {
        Some("no") => fields.push(("price_hour_yen", json!(0))),
        _ if hourly(element).is_some() => {
            fields.extend(hourly(element).map(|yen| ("price_hour_yen", json!(yen))));
        }
        Some("yes") if tag("charge").is_none() => fields.push(("price_note", json!("有料"))),
        _ => {}
    }
    let seats = tag("capacity").and_then(|text| text.parse::<u32>().ok());
    fields.extend(seats.map(|seats| ("seats", json!(seats))));
    fields.extend(amenities(element));
    // Somebody stood before it that day.
    let checked = any(&["check_date", "survey:date"]).and_then(super::day);
    if let Some(day) = checked {
        fields.push(("status", json!("open")));
        fields.push(("status_asof", json!(day)));
    }
    fields
}

/// Its name, with that of its branch where it is one of many.
pub(super) fn name(element: &Element) -> Option<String> {
    let keys = ["name", "name:ja", "official_name", "brand", "name:en"];
    let name = keys.iter().find_map(|key| element.tag(key))?;
    Some(match element.tag("branch") {
        Some(branch) if !name.contains(branch) => format!("{name} {branch}"),
        _ => name.to_owned(),
    })
}

/// Whether a text of hours is read.
fn is_read(text: &str) -> bool {
    let cells = hours::Cells {
        whole: text,
        days: "",
        from: "",
        to: "",
        closed: "",
        note: "",
        week: [["", ""]; 7],
    };
    hours::read(&cells).unreadable.is_none()
}

/// Yen an hour, where the charge is one amount: `500 JPY/hour`, `¥500/h`, `500円/時間`.
fn hourly(element: &Element) -> Option<u32> {
    let (amount, hour) = element.tag("charge")?.split_once('/')?;
    let is_hour = matches!(hour.trim(), "hour" | "h" | "1h" | "時間" | "1時間");
    let amount = amount.trim().trim_start_matches(['¥', '￥']);
    let amount = amount.trim_end_matches("JPY").trim_end_matches('円').trim();
    is_hour.then(|| amount.replace(',', "").parse().ok())?
}

/// What tags say of single amenities, each under its own name: of the others they say nothing.
fn amenities(element: &Element) -> impl Iterator<Item = (&'static str, Value)> {
    let says = |key: &str, values: &[&str]| {
        let value = element.tag(key).unwrap_or_default();
        value.split(';').any(|value| values.contains(&value.trim()))
    };
    let flag = |is_there: bool, is_not: bool| match (is_there, is_not) {
        (true, _) => Some("有"),
        (_, true) => Some("無"),
        _ => None,
    };
    let no = |key: &str| element.tag(key) == Some("no");
    let all = [
        (
            "Wi-Fi",
            flag(
                says("internet_access", &["wlan", "wifi"]),
                no("internet_access"),
            ),
        ),
        (
            "バリアフリー",
            flag(says("wheelchair", &["yes", "designated"]), no("wheelchair")),
        ),
        (
            "電源",
            flag(
                says("power_supply", &["yes"]) || says("socket", &["yes"]),
                no("power_supply"),
            ),
        ),
        ("駐車場", flag(says("parking", &["yes"]), no("parking"))),
    ];
    let said = all.into_iter();
    said.filter_map(|(name, flag)| Some((name, json!(flag?))))
}

/// An address in Japan's order, from its parts where no tag has it whole. Numbers stand behind a town
/// alone: behind a city or a street's name they would be another place's.
pub(super) fn address(element: &Element) -> Option<String> {
    let tag = |key: &str| element.tag(key).unwrap_or_default();
    if let Some(full) = element.tag("addr:full") {
        return Some(full.to_owned());
    }
    let prefecture = match tag("addr:province") {
        "" => tag("addr:state"),
        province => province,
    };
    let ward = match tag("addr:suburb") {
        ward if ward.ends_with('区') && !tag("addr:city").ends_with(ward) => ward,
        _ => "",
    };
    let is_town = !tag("addr:quarter").is_empty() || !tag("addr:neighbourhood").is_empty();
    let street = match tag("addr:street") {
        street if is_town || street.is_ascii() || street.ends_with(['通', '道', '路']) => "",
        street if street.ends_with("通り") => "",
        street => street,
    };
    let towns = [
        prefecture,
        tag("addr:county"),
        tag("addr:city"),
        ward,
        tag("addr:quarter"),
        tag("addr:neighbourhood"),
        street,
    ];
    let has_place = !tag("addr:city").is_empty() || !tag("addr:quarter").is_empty();
    let has_town = is_town || !street.is_empty();
    let numbers = [tag("addr:block_number"), tag("addr:housenumber")];
    let numbers: Vec<&str> = numbers
        .into_iter()
        .filter(|part| !part.is_empty() && has_town)
        .collect();
    has_place.then(|| towns.concat() + &numbers.join("-"))
}
