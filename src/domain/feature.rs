//! A facility as the text of a GeoJSON Feature: the one place where it is written.
//!
//! Answers join these texts instead of serialising facilities again. Its last two bytes close
//! `properties` and the feature, so that a search can put its distance before them.

use super::change::Moment;
use super::facility::Facility;

/// What every Feature written here ends with: `properties` is its last member.
pub const CLOSE: &str = "}}";

/// Appends the facility's Feature. Every key is present; unknown is `null`.
pub fn write(facility: &Facility, updated_at: Moment, out: &mut Vec<u8>) {
    let json = "writing to memory cannot fail, and a facility has only string keys";
    out.extend_from_slice(br#"{"type":"Feature","id":"#);
    serde_json::to_writer(&mut *out, &facility.id).expect(json);
    out.extend_from_slice(br#","geometry":{"type":"Point","coordinates":"#);
    serde_json::to_writer(&mut *out, &facility.position).expect(json);
    out.extend_from_slice(br#"},"properties":"#);
    serde_json::to_writer(&mut *out, facility).expect(json);
    out.pop();
    out.extend_from_slice(br#","updated_at":""#);
    out.extend_from_slice(updated_at.rfc3339().as_bytes());
    out.push(b'"');
    out.extend_from_slice(CLOSE.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::facility::tests::example;
    use crate::domain::fields::FACILITY;

    #[test]
    fn every_field_of_the_table_is_present_in_its_order() {
        let mut text = Vec::new();
        write(
            &example("hub-001", 136.2655, 35.3814),
            Moment(1_700_000_000_000_000),
            &mut text,
        );
        let feature: serde_json::Value = serde_json::from_slice(&text).unwrap();
        let keys: Vec<&str> = feature["properties"]
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        let table: Vec<&str> = FACILITY.iter().map(|field| field.name).collect();
        assert_eq!(keys, table);
        assert_eq!(
            feature["geometry"]["coordinates"],
            serde_json::json!([136.2655, 35.3814])
        );
        assert_eq!(feature["properties"]["support"], serde_json::Value::Null);
        assert_eq!(feature["properties"]["updated_at"], "2023-11-14T22:13:20Z");
        feature
            .to_string()
            .parse::<geojson::GeoJson>()
            .expect("valid GeoJSON");
    }
}
