//! What a cell or a property says, as a facility's field.
//!
//! [`checked`] is the rule itself, whatever the format: it takes what a field may hold and refuses
//! the rest. [`read`] makes such a value of the text of a cell, which people write in many ways,
//! and says where they should have written another.

use std::borrow::Cow;

use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization;

use crate::domain::facility::{
    BadText, Closure, Date, FacilityId, Name, PartialDate, Source, Website,
};
use crate::domain::fields::{FACILITY, Field, Shape};
use crate::domain::municipality::{MunicipalityCode, NoCode};
use crate::domain::support::Support;
use crate::domain::wording::Wording;

use super::characters::{full_kana, hidden, without_hidden};
use super::{claims, codes, contacts, dates, hours, numbers, words};

/// Why a value cannot be used.
#[derive(Debug, Clone, PartialEq)]
pub struct Refused {
    /// The problem's code.
    pub code: &'static str,
    /// What was expected.
    pub expected: Wording,
    /// Whether the row stays out.
    pub blocks: bool,
}

/// What there is to say about a cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Remark {
    /// The problem's code.
    pub code: &'static str,
    /// What was expected.
    pub expected: Wording,
    /// Whether the row stays out.
    pub blocks: bool,
    /// What should stand there instead, where that is clear.
    pub suggestion: Option<String>,
    /// What is wrong and what to do, where the field alone does not say it.
    pub message: Option<Wording>,
}

/// What a cell comes to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Read {
    /// The field's value; `None` where it cannot be known.
    pub value: Option<Value>,
    /// What to say about it.
    pub remark: Option<Remark>,
}

impl Read {
    /// A value there is nothing to say about.
    pub fn value(value: impl Into<Value>) -> Read {
        Read {
            value: Some(value.into()),
            remark: None,
        }
    }

    /// No value, and why.
    pub fn unreadable(expected: impl Into<Wording>) -> Read {
        Read {
            value: None,
            remark: Some(Remark {
                code: "value-unreadable",
                expected: expected.into(),
                blocks: false,
                suggestion: None,
                message: None,
            }),
        }
    }

    /// The same, offering another text for the cell.
    pub fn suggest(mut self, text: impl Into<String>) -> Read {
        if let Some(remark) = &mut self.remark {
            remark.suggestion = Some(text.into());
        }
        self
    }

    /// A value whose cell has full-width characters or spaces where plain ones belong.
    pub fn full_width(value: impl Into<Value>, plain: impl Into<String>) -> Read {
        let plain = plain.into();
        Read {
            value: Some(value.into()),
            remark: Some(Remark {
                code: "full-width",
                expected: Wording::same(plain.clone()),
                blocks: false,
                suggestion: Some(plain),
                message: None,
            }),
        }
    }
}

impl From<Refused> for Read {
    fn from(refused: Refused) -> Read {
        let Refused {
            code,
            expected,
            blocks,
        } = refused;
        Read {
            value: None,
            remark: Some(Remark {
                code,
                expected,
                blocks,
                suggestion: None,
                message: None,
            }),
        }
    }
}

fn refused(expected: impl Into<Wording>) -> Refused {
    Refused {
        code: "value-unreadable",
        expected: expected.into(),
        blocks: false,
    }
}

/// A text with characters that nobody sees.
fn hidden_text() -> Refused {
    Refused {
        code: "text-hidden",
        expected: Wording::new(
            "幅のない文字や、書字方向を変える文字のない文字列",
            "a text without characters that have no width or turn the direction of writing",
        ),
        blocks: true,
    }
}

/// The field of that name.
pub fn field(name: &str) -> Option<&'static Field> {
    FACILITY.iter().find(|field| field.name == name)
}

/// A text with full-width letters, digits and marks made plain, and no spaces at its ends.
pub fn plain(text: &str) -> Cow<'_, str> {
    let trimmed = text.trim();
    if trimmed.is_ascii() {
        return Cow::Borrowed(trimmed);
    }
    Cow::Owned(trimmed.nfkc().collect::<String>().trim().to_owned())
}

/// Whether a text has full-width digits, letters or marks that should be plain ones.
pub fn is_wide(text: &str) -> bool {
    text.trim()
        .chars()
        .any(|c| matches!(c, '\u{ff01}'..='\u{ff5e}' | '\u{3000}'))
}

/// Whether a text only says that there is nothing: a dash, or some of them.
pub fn is_dash(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(|c| {
            matches!(
                c,
                '-' | '‐'
                    | '‑'
                    | '‒'
                    | '–'
                    | '—'
                    | '―'
                    | '─'
                    | '━'
                    | '−'
                    | '－'
                    | 'ー'
                    | 'ｰ'
                    | '*'
                    | '＊'
                    | '…'
                    | '・'
                    | '/'
                    | '／'
            )
        })
}

/// Whether a target's cells hold words of a list.
pub fn is_of_words(name: &str) -> bool {
    !words::slugs(name).is_empty()
}

/// What a column that holds this may have in its cells: of texts that could be anything, any.
pub fn fits(name: &str, text: &str) -> bool {
    match name {
        "amenities" | "uses" => !claims::read(name, text).affirmed.is_empty(),
        "website" => text.contains("://") || text.starts_with("www."),
        "phone" => contacts::phone(text).value.is_some(),
        "built_year" | "seats" | "price_hour_yen" | "checked_on" | "status_asof" | "synthetic" => {
            field(name).is_some_and(|field| read(field, text).value.is_some())
        }
        "position" => text.chars().filter(char::is_ascii_digit).count() >= 4,
        "hours.days" => hours::days(text).is_some(),
        "hours.from" | "hours.to" => hours::time(text).is_some(),
        _ if is_of_words(name) => words::slug(name, text).is_some(),
        _ if name.starts_with("amenities.") => words::flag(text).is_some(),
        _ => true,
    }
}

/// The parts of a cell that lists several things.
pub fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(['、', ',', '，', ';', '；', '／', '/', '\n', '|'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
}

/// Reads a cell as a field. The cell is not blank.
pub fn read(field: &Field, text: &str) -> Read {
    let text = full_kana(text.trim());
    let text = text.as_ref();
    if hidden(text).is_some() && matches!(field.shape, Shape::Text | Shape::Url) {
        return Read::from(hidden_text()).suggest(without_hidden(text));
    }
    // What a cell cannot write otherwise stands in it as in GeoJSON: our own export does so.
    if matches!(field.shape, Shape::Words(_) | Shape::Objects(_))
        && let Ok(value @ Value::Array(_)) = serde_json::from_str(text)
    {
        return checked(field, &value).map_or_else(Read::from, Read::value);
    }
    match field.name {
        "municipality" | "ward" => return codes::municipality(field, text),
        "phone" => return contacts::phone(text),
        "built_year" => return dates::year(text),
        "status_asof" => return dates::partial_date(text),
        "support" => return support(text),
        "sources" => return sources(text),
        _ => {}
    }
    match field.shape {
        Shape::Text if is_dash(text) => Read::value(Value::Null),
        Shape::Text | Shape::Moment | Shape::Objects(_) => {
            checked(field, &json!(text)).map_or_else(Read::from, Read::value)
        }
        Shape::Word(_) => match words::slug(field.name, text) {
            Some(word) => Read::value(word),
            // Nothing is said, so nothing changes.
            None if is_dash(text) => Read::default(),
            None => Read::unreadable(known_words(field)),
        },
        Shape::Words(_) => listed(field, text),
        Shape::Integer(_) => numbers::whole(field, text),
        Shape::Number(_) => match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Read::value(number),
            _ => Read::unreadable(("数", "a number")),
        },
        Shape::Date => dates::date(text),
        Shape::Url => contacts::website(text),
        Shape::Flag => match words::flag(text) {
            Some(flag) => Read::value(flag),
            None => Read::unreadable(("有 か 無", "yes or no")),
        },
    }
}

/// Reads a cell that means exactly what it says: our own export marks those that would be read as
/// something else otherwise.
pub fn exact(field: &Field, text: &str) -> Read {
    let value = match field.shape {
        Shape::Integer(_) | Shape::Flag | Shape::Objects(_) => serde_json::from_str(text).ok(),
        Shape::Words(_) => Some(split(text).collect()),
        _ => None,
    };
    let value = value.unwrap_or_else(|| json!(text));
    checked(field, &value).map_or_else(Read::from, Read::value)
}

/// A list of words. What the text clearly affirms is used; what it leaves in doubt is named.
fn listed(field: &Field, text: &str) -> Read {
    if is_dash(text) {
        return Read::value(Value::Null);
    }
    let claims = claims::read(field.name, text);
    // 駐車場なし and なし leave nothing; あり alone does not say what.
    let is_none = !claims.denied.is_empty() || words::flag(text) == Some(false);
    let is_said = !claims.affirmed.is_empty() || (claims.is_clear() && is_none);
    let value = is_said.then(|| json!(claims.affirmed));
    if claims.is_clear() && is_said {
        return Read {
            value,
            remark: None,
        };
    }
    Read {
        value,
        ..Read::unreadable(known_words(field))
    }
}

/// The words of a field's list, as people know them.
fn known_words(field: &Field) -> Wording {
    match field.shape {
        Shape::Word(slugs) | Shape::Words(slugs) => {
            Wording::new(words::labels(field.name).join("、"), slugs.join(", "))
        }
        _ => Wording::same(""),
    }
}

/// One of the four programmes, if the cell names one. How sure that is, the cell does not say.
fn support(text: &str) -> Read {
    let named: Vec<Value> = split(text)
        .filter_map(|part| words::slug("support", part))
        .map(|programme| json!({ "programme": programme, "certainty": "unknown" }))
        .collect();
    if named.is_empty() {
        return Read::unreadable((
            words::labels("support").join("、"),
            words::slugs("support").join(", "),
        ));
    }
    Read::value(named)
}

/// Titles with or without an address after each, one a line.
fn sources(text: &str) -> Read {
    let source = |line: &str| {
        let (title, url) = match line.find("http://").or_else(|| line.find("https://")) {
            Some(at) => line.split_at(at),
            None => (line, ""),
        };
        let url = url.trim_end_matches([')', '）', ' ', '　']);
        let title = title.trim().trim_end_matches(['(', '（']).trim();
        let title = if title.is_empty() { url } else { title };
        json!({ "title": title, "url": Website::new(url).ok() })
    };
    let lines = text.split(['\n', ';', '；']).map(str::trim);
    Read::value(
        lines
            .filter(|line| !line.is_empty())
            .map(source)
            .collect::<Vec<_>>(),
    )
}

/// A field's own rule: the value if the field may hold it. Each type's rule decides; the value is
/// kept as it was written.
pub fn checked(field: &Field, value: &Value) -> Result<Value, Refused> {
    if value.as_str().is_some_and(|text| hidden(text).is_some()) {
        return Err(hidden_text());
    }
    let rule = |error: BadText| refused(error.rule());
    let text = || {
        value
            .as_str()
            .map(str::trim)
            .ok_or_else(|| refused(("文字列", "a text")))
    };
    let same = |expected: Wording, keep: bool| {
        if keep {
            Ok(value.clone())
        } else {
            Err(refused(expected))
        }
    };
    match field.name {
        "id" => {
            // Numbers are ids in many programs' files.
            let id = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            FacilityId::new(&id).map(|id| json!(id)).map_err(rule)
        }
        "name" => Name::new(text()?)
            .map(|name| json!(name))
            .map_err(|e| Refused {
                code: "name-missing",
                expected: e.rule(),
                blocks: true,
            }),
        "municipality" => MunicipalityCode::new(text()?)
            .map(|code| json!(code))
            .map_err(|error| Refused {
                code: "municipality-code",
                expected: match error {
                    NoCode::CheckDigit { expected, .. } => Wording::same(expected),
                    NoCode::Malformed(_) => Wording::new(
                        "5桁、または検査数字つき6桁の全国地方公共団体コード",
                        "a municipality's code of 5 digits, or 6 with the check digit",
                    ),
                },
                blocks: true,
            }),
        // Elsewhere this is often the ward's name, which says nothing against the row.
        "ward" => MunicipalityCode::new(text()?)
            .map(|code| json!(code))
            .map_err(|_| refused(("区の5桁のコード", "a ward's code of 5 digits"))),
        "status_asof" => PartialDate::new(text()?)
            .map(|date| json!(date))
            .map_err(rule),
        "closures" => parsed::<Vec<Closure>>(value).map_err(refused),
        "support" => parsed::<Vec<Support>>(value).map_err(refused),
        "sources" => parsed::<Vec<Source>>(value).map_err(refused),
        _ => match field.shape {
            Shape::Text | Shape::Moment => text().map(|text| match tidied(text) {
                text if text.is_empty() => Value::Null,
                text => json!(text),
            }),
            Shape::Word(words) => same(
                Wording::same(words.join(", ")),
                value.as_str().is_some_and(|word| words.contains(&word)),
            ),
            Shape::Words(words) => {
                let known = |word: &Value| word.as_str().is_some_and(|word| words.contains(&word));
                let list = value.as_array().filter(|list| list.iter().all(known));
                let list = list.ok_or_else(|| refused(Wording::same(words.join(", "))))?;
                let mut once: Vec<&Value> = Vec::with_capacity(list.len());
                for word in list {
                    if !once.contains(&word) {
                        once.push(word);
                    }
                }
                Ok(json!(once))
            }
            Shape::Integer(_) => {
                // Years, seats, yen and metres: whole, and far below what 32 bits hold.
                same(
                    Wording::new("0以上の整数", "a whole number of 0 or more"),
                    value.as_u64().is_some_and(|n| n <= 100_000_000),
                )
            }
            Shape::Date => Date::new(text()?).map(|date| json!(date)).map_err(rule),
            Shape::Url => Website::new(text()?).map(|url| json!(url)).map_err(rule),
            Shape::Flag => same(
                Wording::new("true か false", "true or false"),
                value.is_boolean(),
            ),
            Shape::Objects(keys) => Err(refused(Wording::same(keys.join(", ")))),
            Shape::Number(_) => same(Wording::new("数", "a number"), value.is_number()),
        },
    }
}

/// A text without what no sheet can hold: control characters. Its lines end as lines end everywhere.
fn tidied(text: &str) -> Cow<'_, str> {
    let is_odd = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t')) || matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    if !text.contains(is_odd) {
        return Cow::Borrowed(text);
    }
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    Cow::Owned(text.replace(is_odd, "").trim().to_owned())
}

/// The value, if it reads as a `T`.
fn parsed<T: serde::de::DeserializeOwned>(value: &Value) -> Result<Value, Wording> {
    T::deserialize(value)
        .map(|_| value.clone())
        .map_err(|error| Wording::same(error.to_string()))
}
