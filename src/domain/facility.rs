//! A facility: one place where people telework, and everything the directory says of it.
//!
//! Every scalar but identity, name, position, status and whereabouts may be unknown (`None`). A
//! list may be unknown (`None`) or known to be empty. The constructors of the parts refuse
//! nonsense, so whoever holds a `Facility` need not check it again.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::municipality::MunicipalityCode;
use super::position::Position;
use super::support::Support;
use super::user::Whereabouts;
use super::vocabulary::{
    Amenity, Confidence, Eligibility, Kind, Precision, Status, StatusAge, Stock, Use,
};
use super::wording::Wording;

/// One facility's full state. Field order is the order of every file and answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Facility {
    /// Its id, for ever.
    pub id: FacilityId,
    /// Where it is. Not a property: it becomes the geometry.
    #[serde(skip_serializing)]
    pub position: Position,
    /// Its name, as it writes it itself.
    pub name: Name,
    /// The name's reading in kana.
    #[serde(default)]
    pub name_kana: Option<String>,
    /// Its English name.
    #[serde(default)]
    pub name_en: Option<String>,
    /// What sort of place it is.
    #[serde(default)]
    pub kind: Option<Kind>,
    /// Which old building it was made from.
    #[serde(default)]
    pub stock: Option<Stock>,
    /// What that building was, in words.
    #[serde(default)]
    pub stock_note: Option<String>,
    /// The year the building was built.
    #[serde(default)]
    pub built_year: Option<i32>,
    /// Whether it works, as far as a source says.
    pub status: Status,
    /// Which time that source speaks of.
    #[serde(default)]
    pub status_asof: Option<PartialDate>,
    /// The municipality it lies in; of a designated city the city, never the ward.
    pub municipality: MunicipalityCode,
    /// That municipality's name.
    pub municipality_name: String,
    /// The designated city's ward, where it is known.
    #[serde(default)]
    pub ward: Option<MunicipalityCode>,
    /// The prefecture's name.
    pub prefecture: String,
    /// Its address.
    #[serde(default)]
    pub address: Option<String>,
    /// How exactly the position is known.
    pub position_precision: Precision,
    /// How far the true place may be, in metres.
    #[serde(default)]
    pub position_error: Option<u32>,
    /// Who runs it.
    #[serde(default)]
    pub operator: Option<String>,
    /// Its telephone number.
    #[serde(default)]
    pub phone: Option<String>,
    /// Its website.
    #[serde(default)]
    pub website: Option<Website>,
    /// When it is open, in OpenStreetMap's syntax.
    #[serde(default)]
    pub opening_hours: Option<String>,
    /// Temporary closures.
    #[serde(default)]
    pub closures: Option<Vec<Closure>>,
    /// Who may use it.
    #[serde(default)]
    pub eligibility: Option<Eligibility>,
    /// The same in words.
    #[serde(default)]
    pub eligibility_note: Option<String>,
    /// The price of an hour without a contract, in yen.
    #[serde(default)]
    pub price_hour_yen: Option<u32>,
    /// What else is known of its prices, in words.
    #[serde(default)]
    pub price_note: Option<String>,
    /// What is known of its hours that no program reads, in words.
    #[serde(default)]
    pub hours_note: Option<String>,
    /// How many people can work there at once.
    #[serde(default)]
    pub seats: Option<u32>,
    /// What it offers.
    #[serde(default)]
    pub amenities: Option<Vec<Amenity>>,
    /// What else it offers, in words.
    #[serde(default)]
    pub amenities_note: Option<String>,
    /// How it can be used.
    #[serde(default)]
    pub uses: Option<Vec<Use>>,
    /// Which programmes supported it; `None` is unknown, not none.
    #[serde(default)]
    pub support: Option<Vec<Support>>,
    /// Where all this is from.
    pub sources: Vec<Source>,
    /// Its id in OpenStreetMap, `node/123`.
    #[serde(default)]
    pub osm_id: Option<String>,
    /// How old the word on its status is. Never stored: a snapshot knows which year it is.
    #[serde(default)]
    pub status_age: Option<StatusAge>,
    /// How sure its compiler was.
    #[serde(default)]
    pub confidence: Option<Confidence>,
    /// When somebody last checked it.
    #[serde(default)]
    pub checked_on: Option<Date>,
    /// Made up for tests and benchmarks.
    #[serde(default)]
    pub synthetic: bool,
}

impl Facility {
    /// The text the log stores: known fields only, so that a field added later changes no old body.
    pub fn to_stored(&self) -> String {
        let mut body =
            serde_json::to_value(self).expect("a facility has string keys and finite numbers");
        let fields = body
            .as_object_mut()
            .expect("a struct is written as an object");
        fields.retain(|name, value| !value.is_null() && name != "status_age");
        fields.insert("position".to_owned(), serde_json::json!(self.position));
        body.to_string()
    }

    /// Reads what [`to_stored`](Self::to_stored) wrote, in this or an earlier release. A value that
    /// was taken out of the log, and left its digest there, is unknown.
    pub fn from_stored(body: &str) -> Result<Facility, serde_json::Error> {
        // Never so in nearly all bodies, and a snapshot reads a million of them.
        if !body.contains(r#"{"redacted":""#) {
            return serde_json::from_str(body);
        }
        let mut fields: serde_json::Map<String, serde_json::Value> = serde_json::from_str(body)?;
        let is_redacted = |value: &serde_json::Value| {
            let value = value.as_object().filter(|value| value.len() == 1);
            value.is_some_and(|value| value.contains_key("redacted"))
        };
        fields.retain(|_, value| !is_redacted(value));
        serde_json::from_value(serde_json::Value::Object(fields))
    }

    /// How old the word on its status is in a year.
    pub fn status_age_in(&self, year: i32) -> Option<StatusAge> {
        let said = self.status_asof.as_ref()?.year();
        (self.status != Status::Unknown).then(|| StatusAge::between(said, year))
    }

    /// Where it lies, as areas are compared.
    pub fn whereabouts(&self) -> Whereabouts {
        Whereabouts {
            municipality: self.municipality,
            ward: self.ward,
        }
    }
}

/// A text with rules, as a type: built only by `new`, read by serde through the same rules.
macro_rules! checked_text {
    ($(#[$doc:meta])* $name:ident, $rule:literal, $rule_ja:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(Box<str>);

        impl $name {
            #[doc = concat!("Takes a text that is ", $rule, ".")]
            pub fn new(text: &str) -> Result<Self, BadText> {
                let check: fn(&str) -> bool = $check;
                if check(text) { Ok(Self(text.into())) } else { Err(BadText { found: shortened(text), rule: $rule, rule_ja: $rule_ja }) }
            }

            /// The text.
            pub fn as_str(&self) -> &str { &self.0 }
        }

        impl TryFrom<String> for $name {
            type Error = BadText;
            fn try_from(text: String) -> Result<Self, BadText> { Self::new(&text) }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(&self.0) }
        }
    };
}

/// A text that breaks its type's rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{found}” is not {rule}")]
pub struct BadText {
    /// What was given, shortened.
    pub found: String,
    /// What it should have been.
    pub rule: &'static str,
    /// The same in Japanese.
    pub rule_ja: &'static str,
}

impl BadText {
    /// What the text should have been.
    pub fn rule(&self) -> Wording {
        Wording::new(self.rule_ja, self.rule)
    }
}

/// Enough to recognise a value in a message, not enough to fill a screen.
fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(60).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

checked_text! {
    /// A facility's id, never reused.
    FacilityId, "an id: 1 to 64 of A–Z, a–z, 0–9 and -", "半角の英数字とハイフン、64文字まで", |text| {
        (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    }
}

checked_text! {
    /// A facility's name.
    Name, "a name: 1 to 200 characters without line breaks", "改行のない1〜200文字", |text| {
        !text.trim().is_empty() && text.chars().count() <= 200 && !text.chars().any(char::is_control)
    }
}

checked_text! {
    /// A web address people can follow without risk: never `javascript:` or the like.
    Website, "a web address beginning with http:// or https://", "http:// か https:// で始まるアドレス", |text| {
        let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        host.is_some_and(|host| !host.is_empty())
            && text.len() <= 2000
            && !text.chars().any(|c| c.is_control() || c.is_whitespace() || matches!(c, '"' | '<' | '>'))
    }
}

checked_text! {
    /// A day, `2026-11-22`.
    Date, "a date: YYYY-MM-DD", "日付（例: 2026-11-22）", |text| text.len() == 10 && text.parse::<chrono::NaiveDate>().is_ok()
}

impl Date {
    /// The day, counted from 1 January of year 1.
    pub fn day_number(&self) -> i32 {
        use chrono::Datelike;
        let day: chrono::NaiveDate = self.0.parse().expect("checked when it was built");
        day.num_days_from_ce()
    }
}

checked_text! {
    /// A day, a month or a year: `2026-11-22`, `2026-11`, `2026`.
    PartialDate, "a date: YYYY, YYYY-MM or YYYY-MM-DD", "年、年月または日付（例: 2026、2026-11、2026-11-22）", |text| {
        let rest = match text.len() { 4 => "-01-01", 7 => "-01", 10 => "", _ => return false };
        let text = if text.starts_with(|c: char| c.is_ascii_digit()) { text } else { return false };
        format!("{text}{rest}").parse::<chrono::NaiveDate>().is_ok()
    }
}

impl PartialDate {
    /// Its year.
    pub fn year(&self) -> i32 {
        self.0[..4].parse().expect("checked when it was built")
    }
}

/// A temporary closure, both days included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closure {
    /// First closed day.
    pub from: Date,
    /// Last closed day; `None` when nobody said.
    #[serde(default)]
    pub to: Option<Date>,
    /// Why.
    #[serde(default)]
    pub note: Option<String>,
}

/// Where a record's facts are from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The page's or paper's title.
    pub title: String,
    /// Where it is.
    #[serde(default)]
    pub url: Option<Website>,
    /// Of which time it speaks.
    #[serde(default)]
    pub date: Option<PartialDate>,
    /// Which fields are from it; `None` where nobody noted it.
    #[serde(default)]
    pub fields: Option<Vec<String>>,
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The least a facility can be, for tests of other rooms too.
    pub(crate) fn example(id: &str, lon: f64, lat: f64) -> Facility {
        serde_json::from_value(serde_json::json!({
            "id": id, "position": [lon, lat], "name": "黒壁オフィス", "status": "open",
            "municipality": "25203", "municipality_name": "長浜市", "prefecture": "滋賀県",
            "position_precision": "town", "sources": [],
        }))
        .expect("a valid example")
    }

    #[test]
    fn what_is_stored_is_read_back() {
        let mut facility = example("hub-001", 136.2655, 35.3814);
        facility.stock = Some(Stock::Kura);
        facility.support = Some(vec![]);
        let body = facility.to_stored();
        assert!(
            !body.contains("null") && !body.contains("eligibility"),
            "{body}"
        );
        assert_eq!(Facility::from_stored(&body).unwrap(), facility);
    }

    #[test]
    fn a_body_of_a_later_release_is_read_without_its_new_fields() {
        let body = example("hub-001", 136.2655, 35.3814).to_stored().replacen(
            '{',
            r#"{"mood":"cheerful","#,
            1,
        );
        assert_eq!(Facility::from_stored(&body).unwrap().id.as_str(), "hub-001");
    }

    #[test]
    fn a_value_taken_out_of_the_log_is_unknown() {
        let mut facility = example("hub-001", 136.2655, 35.3814);
        facility.operator = Some("山田太郎".to_owned());
        facility.seats = Some(12);
        let digest = format!(r#"{{"redacted":"{}"}}"#, "0".repeat(64));
        let body = facility.to_stored().replace(r#""山田太郎""#, &digest);
        assert!(body.contains("redacted"));
        facility.operator = None;
        assert_eq!(Facility::from_stored(&body).unwrap(), facility);
    }

    #[test]
    fn ids_names_dates_and_addresses_keep_their_rules() {
        for bad in ["", "a b", "日本", &"x".repeat(65)] {
            assert!(FacilityId::new(bad).is_err(), "{bad}");
        }
        for bad in ["", "  ", "two\nlines", &"長".repeat(201)] {
            assert!(Name::new(bad).is_err(), "{bad}");
        }
        for bad in [
            "javascript:alert(1)",
            "https://",
            "ftp://a.example",
            "https://a b",
        ] {
            assert!(Website::new(bad).is_err(), "{bad}");
        }
        for (text, good) in [
            ("2022", true),
            ("2022-04", true),
            ("2022-02-29", false),
            ("22", false),
            ("+022", false),
        ] {
            assert_eq!(PartialDate::new(text).is_ok(), good, "{text}");
        }
    }
}
