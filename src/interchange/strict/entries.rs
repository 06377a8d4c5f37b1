//! Lists of small records: closures, programmes' support, sources.

use serde_json::{Map, Value};

use super::{limits, missing, unknown, unreadable, wrong};
use crate::domain::facility::{Date, PartialDate, Website};
use crate::domain::fields::FACILITY;
use crate::domain::report::Problem;
use crate::domain::vocabulary::{Certainty, Programme};
use crate::domain::wording::Wording;

/// The longest text in an entry, in characters.
const LONGEST: usize = 2_000;

/// The type of an entry's member.
#[derive(Clone, Copy)]
enum MemberType {
    Text,
    Day,
    /// A day, a month or a year.
    Time,
    /// Names of fields.
    Fields,
    Address,
    Word(&'static [&'static str]),
    /// A fiscal year, or the first and the last of several.
    Years,
}

/// A member of an entry, and whether it must be there.
type Member = (&'static str, MemberType, bool);

const CLOSURE: &[Member] = &[
    ("from", MemberType::Day, true),
    ("to", MemberType::Day, false),
    ("note", MemberType::Text, false),
];

const SUPPORT: &[Member] = &[
    ("programme", MemberType::Word(Programme::SLUGS), true),
    ("type", MemberType::Text, false),
    ("fiscal_year", MemberType::Years, false),
    ("area", MemberType::Text, false),
    ("evidence_title", MemberType::Text, false),
    ("evidence_url", MemberType::Address, false),
    ("certainty", MemberType::Word(Certainty::SLUGS), true),
];

const SOURCE: &[Member] = &[
    ("title", MemberType::Text, true),
    ("url", MemberType::Address, false),
    ("date", MemberType::Time, false),
    ("fields", MemberType::Fields, false),
];

/// Finds what is wrong with a list of records.
pub(super) fn check(field: &str, value: &Value, today: &str, problems: &mut Vec<Problem>) {
    let Some(list) = value.as_array() else {
        problems.push(unreadable(field, value, ("一覧（[ ]）", "a list")));
        return;
    };
    let members = match field {
        "closures" => CLOSURE,
        "support" => SUPPORT,
        _ => SOURCE,
    };
    if field == "support" && list.is_empty() {
        // An empty list would say that somebody looked and found none.
        let expected = (
            "1件以上の一覧か、不明なら null",
            "one entry or more, or null where it is not known",
        );
        problems.push(unreadable(field, value, expected));
    }
    for (i, entry) in list.iter().enumerate() {
        let path = format!("{field}[{i}]");
        let Some(object) = entry.as_object() else {
            problems.push(unreadable(&path, entry, ("オブジェクト", "an object")));
            continue;
        };
        if list[..i].contains(entry) {
            let once = ("同じものは1回だけ", "each entry once");
            problems.push(wrong("value-duplicate", &path, entry, once));
        }
        let before = problems.len();
        entry_members(&path, object, members, today, problems);
        if field == "closures" && problems.len() == before {
            order(&path, object, problems);
        }
    }
}

fn entry_members(
    path: &str,
    entry: &Map<String, Value>,
    members: &[Member],
    today: &str,
    problems: &mut Vec<Problem>,
) {
    for name in entry.keys() {
        if !members.iter().any(|member| member.0 == name) {
            let names: Vec<&str> = members.iter().map(|member| member.0).collect();
            let expected = Wording::same(names.join(", "));
            problems.push(unknown(&format!("{path}.{name}"), expected));
        }
    }
    for &(name, holds, required) in members {
        let path = format!("{path}.{name}");
        match entry.get(name).filter(|value| !value.is_null()) {
            None if required => problems.push(missing(&path)),
            None => {}
            Some(value) => {
                if let Some(expected) = refuses(holds, value, today) {
                    problems.push(unreadable(&path, value, expected));
                }
            }
        }
    }
}

/// What a member holds instead of this value.
fn refuses(holds: MemberType, value: &Value, today: &str) -> Option<Wording> {
    let text = value.as_str();
    match holds {
        MemberType::Text => {
            let fits =
                text.is_some_and(|text| !text.trim().is_empty() && text.chars().count() <= LONGEST);
            (!fits).then(|| {
                Wording::new(
                    format!("1〜{LONGEST}文字の文字列"),
                    format!("a text of 1 to {LONGEST} characters"),
                )
            })
        }
        MemberType::Day => match text.map(Date::new) {
            Some(Ok(_)) => None,
            Some(Err(error)) => Some(error.rule()),
            None => Some(Wording::new("日付（例: 2026-11-22）", "a date: YYYY-MM-DD")),
        },
        MemberType::Time => match text.map(PartialDate::new) {
            Some(Ok(_)) => None,
            Some(Err(error)) => Some(error.rule()),
            None => Some(Wording::new(
                "年、年月または日付（例: 2026、2026-11、2026-11-22）",
                "a date: YYYY, YYYY-MM or YYYY-MM-DD",
            )),
        },
        MemberType::Fields => {
            let is_field = |name: &Value| {
                let known = FACILITY.iter().map(|field| field.name);
                let mut known = known.chain(["position"]);
                name.as_str().is_some_and(|name| known.any(|it| it == name))
            };
            let fits = value
                .as_array()
                .is_some_and(|list| list.iter().all(is_field));
            (!fits).then(|| {
                Wording::new(
                    "項目名の一覧（例: [\"opening_hours\"]）",
                    "a list of properties' names, such as [\"opening_hours\"]",
                )
            })
        }
        MemberType::Address => match Website::new(text.unwrap_or_default()) {
            Ok(_) => None,
            Err(error) => Some(error.rule()),
        },
        MemberType::Word(words) => {
            let known = text.is_some_and(|word| words.contains(&word));
            (!known).then(|| Wording::same(words.join(", ")))
        }
        MemberType::Years => {
            let latest = limits::this_year(today).saturating_add(10);
            let year = |part: &str| {
                let year = part.parse::<i64>().ok().filter(|_| part.len() == 4);
                year.filter(|year| (1950..=latest).contains(year))
            };
            let years = text.map(|text| text.split('-').map(year).collect::<Vec<_>>());
            let fits = match years.as_deref() {
                Some([Some(_)]) => true,
                Some([Some(first), Some(last)]) => first <= last,
                _ => false,
            };
            (!fits).then(|| {
                Wording::new(
                    "年度の文字列（例: \"2021\"、\"2023-2027\"）",
                    "a fiscal year as a text, such as \"2021\" or \"2023-2027\"",
                )
            })
        }
    }
}

/// A closure ends on the day it begins or later.
fn order(path: &str, closure: &Map<String, Value>, problems: &mut Vec<Problem>) {
    let day = |name: &str| closure.get(name).and_then(Value::as_str);
    if let (Some(from), Some(to)) = (day("from"), day("to"))
        && to < from
    {
        let expected = Wording::new(format!("{from}以後"), format!("{from} or later"));
        let path = format!("{path}.to");
        problems.push(wrong("value-range", &path, &to.into(), expected));
    }
}
