//! Which programme supported a facility, as a claim with its evidence.
//!
//! A facility's support is a list of these, or unknown. Unknown (`None`) is what most are, and it
//! must never look like an empty list, which says that somebody looked and found none. Programme
//! budgets are envelopes (内数) shared with other purposes: no amount belongs to a facility, so
//! there is none here to add up.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use super::vocabulary::{Certainty, Programme};

/// One programme's support of one facility.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Support {
    /// Which of the four.
    pub programme: Programme,
    /// The programme's branch, as its papers call it (老朽ストック活用リノベーション等推進型 …).
    #[serde(rename = "type", default)]
    pub branch: Option<String>,
    /// The fiscal year, `2021`, or years, `2023-2027`. A whole number is read as a year.
    #[serde(default, deserialize_with = "text_or_year")]
    pub fiscal_year: Option<String>,
    /// The plan's or fund's area.
    #[serde(default)]
    pub area: Option<String>,
    /// The page or paper that says so.
    #[serde(default)]
    pub evidence_title: Option<String>,
    /// Where that page is.
    #[serde(default)]
    pub evidence_url: Option<String>,
    /// How sure it is.
    pub certainty: Certainty,
}

/// A text, or a whole number as programs write a year that is alone in its column.
fn text_or_year<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Given {
        Text(String),
        Year(f64),
    }
    let given = Option::<Given>::deserialize(from)?;
    let text = given.map(|given| match given {
        Given::Text(text) => Ok(text),
        Given::Year(year) if year.fract() == 0.0 && (1.0..1e4).contains(&year) => {
            Ok(format!("{year:.0}"))
        }
        Given::Year(year) => Err(D::Error::custom(format!("fiscal_year {year} is no year"))),
    });
    text.transpose()
}
