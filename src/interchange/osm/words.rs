//! What OpenStreetMap's tags say in the words of our fields.

use serde_json::{Value, json};

use super::Element;

/// A coworking space's fields, as far as its tags say them.
pub(super) fn properties(element: &Element) -> Vec<(&'static str, Value)> {
    let tag = |key: &str| element.tag(key);
    let any = |keys: &[&str]| keys.iter().find_map(|key| tag(key));
    let mut fields: Vec<(&'static str, Value)> = vec![("kind", json!("coworking"))];
    for (name, keys) in [
        ("name", &["name", "name:ja", "brand"][..]),
        (
            "name_kana",
            &["name:ja-Hira", "name:ja-Kana", "name:ja_kana"],
        ),
        ("name_en", &["name:en", "int_name"]),
        ("operator", &["operator"]),
        ("phone", &["phone", "contact:phone"]),
        ("website", &["website", "contact:website", "url"]),
        ("opening_hours", &["opening_hours"]),
        ("price_note", &["charge", "fee:conditional"]),
    ] {
        fields.extend(any(keys).map(|value| (name, json!(value))));
    }
    fields.extend(address(element).map(|address| ("address", json!(address))));
    match tag("fee") {
        Some("no") => fields.push(("price_hour_yen", json!(0))),
        Some("yes") if tag("charge").is_none() => fields.push(("price_note", json!("有料"))),
        _ => {}
    }
    let seats = tag("capacity").and_then(|text| text.parse::<u32>().ok());
    fields.extend(seats.map(|seats| ("seats", json!(seats))));
    let amenities = amenities(element);
    if !amenities.is_empty() {
        fields.push(("amenities", json!(amenities.join(";"))));
    }
    // Somebody stood before it that day.
    let checked = any(&["check_date", "survey:date"]).and_then(super::day);
    if let Some(day) = checked {
        fields.push(("status", json!("open")));
        fields.push(("status_asof", json!(day)));
    }
    fields
}

fn amenities(element: &Element) -> Vec<&'static str> {
    let says = |key: &str, values: &[&str]| {
        let value = element.tag(key).unwrap_or_default();
        value.split(';').any(|value| values.contains(&value.trim()))
    };
    [
        ("wifi", says("internet_access", &["wlan", "wifi"])),
        ("barrier-free", says("wheelchair", &["yes", "designated"])),
        (
            "power",
            says("power_supply", &["yes"]) || says("socket", &["yes"]),
        ),
        ("parking", says("parking", &["yes"])),
    ]
    .into_iter()
    .filter_map(|(amenity, is_there)| is_there.then_some(amenity))
    .collect()
}

/// An address in Japan's order, from its parts where no tag has it whole.
fn address(element: &Element) -> Option<String> {
    let tag = |key: &str| element.tag(key).unwrap_or_default();
    if let Some(full) = element.tag("addr:full") {
        return Some(full.to_owned());
    }
    let prefecture = match tag("addr:province") {
        "" => tag("addr:state"),
        province => province,
    };
    let ward = match tag("addr:suburb") {
        ward if ward.ends_with('区') => ward,
        _ => "",
    };
    let towns = [
        prefecture,
        tag("addr:county"),
        tag("addr:city"),
        ward,
        tag("addr:quarter"),
        tag("addr:neighbourhood"),
    ];
    let has_town = !tag("addr:city").is_empty() || !tag("addr:quarter").is_empty();
    let numbers = [tag("addr:block_number"), tag("addr:housenumber")];
    let numbers: Vec<&str> = numbers
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    // A house number alone is no address.
    has_town.then(|| towns.concat() + &numbers.join("-"))
}
