//! schema.org's JSON-LD: a facility as a business with its hours, a district as a list of them.

use serde_json::{Map, Value, json};

use super::list;
use crate::directory::reference::label;
use crate::opening::Minute;
use crate::snapshot::entries::Entry;

/// Days told ahead: a week, holidays and closures put in.
const DAYS: i32 = 7;

/// A facility. What is unknown is left out; what is closed for good has no hours.
pub(super) fn facility(entry: &Entry, p: &Value, url: &str, minute: Minute) -> String {
    let mut data = Map::new();
    let mut say = |key: &str, value: Value| {
        if !value.is_null() {
            data.insert(key.to_owned(), value);
        }
    };
    say("@context", json!("https://schema.org"));
    say("@type", json!("LocalBusiness"));
    say("@id", json!(url));
    say("url", json!(url));
    say("name", p["name"].clone());
    let others: Vec<&Value> = ["name_kana", "name_en"]
        .into_iter()
        .map(|name| &p[name])
        .filter(|name| !name.is_null())
        .collect();
    if !others.is_empty() {
        say("alternateName", json!(others));
    }
    let kind = p["kind"].as_str();
    say(
        "keywords",
        json!(kind.map(|kind| label("kind", kind, false))),
    );
    let mut address = json!({
        "@type": "PostalAddress", "addressCountry": "JP",
        "addressRegion": p["prefecture"], "addressLocality": p["municipality_name"],
    });
    if p["address"].is_string() {
        address["streetAddress"] = p["address"].clone();
    }
    say("address", address);
    // A position that only says which city would put a pin where nothing is.
    if p["position_precision"] != "city" {
        let [lon, lat]: [f64; 2] = entry.position.into();
        say(
            "geo",
            json!({ "@type": "GeoCoordinates", "latitude": lat, "longitude": lon }),
        );
    }
    say("telephone", p["phone"].clone());
    say("sameAs", p["website"].clone());
    if let Some(yen) = p["price_hour_yen"].as_u64() {
        say("priceRange", json!(format!("¥{yen}/h")));
    }
    let amenities: Vec<Value> = list(&p["amenities"])
        .iter()
        .filter_map(Value::as_str)
        .map(|slug| json!({ "@type": "LocationFeatureSpecification", "name": label("amenities", slug, false), "value": true }))
        .collect();
    if !amenities.is_empty() {
        say("amenityFeature", json!(amenities));
    }
    if entry.opening.is_readable() {
        say("openingHoursSpecification", hours(entry, minute));
    }
    safe(&Value::Object(data))
}

/// The week ahead, a line for each stretch in which it is open.
fn hours(entry: &Entry, minute: Minute) -> Value {
    const WEEK: [&str; 7] = [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ];
    let time = |of_day: u16| {
        // There is no 24:00 in this vocabulary.
        let of_day = of_day.min(24 * 60 - 1);
        format!("{:02}:{:02}", of_day / 60, of_day % 60)
    };
    let days = (0..DAYS).map(|ahead| minute.day() + ahead);
    let lines = days.flat_map(|day| {
        let open = entry.opening.open_on(day);
        let (year, month, of_month, weekday) = Minute::midnight(day).date();
        let date = format!("{year:04}-{month:02}-{of_month:02}");
        open.into_iter().map(move |(from, to)| {
            json!({
                "@type": "OpeningHoursSpecification", "dayOfWeek": WEEK[weekday as usize],
                "opens": time(from), "closes": time(to), "validFrom": date, "validThrough": date,
            })
        })
    });
    Value::Array(lines.collect())
}

/// A district's hubs, in their order.
pub(super) fn hubs<'a>(name: &str, urls: impl Iterator<Item = (String, &'a str)>) -> String {
    let items: Vec<Value> = urls
        .zip(1..)
        .map(|((url, name), position)| {
            json!({ "@type": "ListItem", "position": position, "url": url, "name": name })
        })
        .collect();
    safe(&json!({
        "@context": "https://schema.org", "@type": "ItemList", "name": name,
        "numberOfItems": items.len(), "itemListElement": items,
    }))
}

/// JSON that can stand inside a script element: nothing in it ends the element or begins a comment.
fn safe(value: &Value) -> String {
    let text = value.to_string();
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            // They stand in strings alone, where this means the same.
            '<' => safe.push_str("\\u003c"),
            '>' => safe.push_str("\\u003e"),
            '&' => safe.push_str("\\u0026"),
            '\u{2028}' => safe.push_str("\\u2028"),
            '\u{2029}' => safe.push_str("\\u2029"),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_the_data_ends_the_script_that_holds_it() {
        for hostile in [
            "</script><script>alert(1)</script>",
            "<!--<script>",
            "]]>&lt;/script&gt;",
            "\u{2028}\u{2029}",
        ] {
            let text = safe(&json!({ "name": hostile, hostile: [hostile] }));
            assert!(
                !text.contains(['<', '>', '&', '\u{2028}', '\u{2029}']),
                "{text}"
            );
            let read: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(read["name"], hostile);
        }
    }
}
