//! A JSON body held against its schema in the API's definition.
//!
//! The definition promises what a body may have, and this is what keeps the promise. Only the parts
//! of JSON Schema that our own schemas use are known here; a test finds a schema that uses another.

use serde_json::{Map, Value};

use crate::domain::report::Problem;
use crate::domain::wording::Wording;
use crate::interchange::strict::{missing, unknown};

/// What of JSON Schema is understood. The rest describes and decides nothing.
#[cfg(test)]
const KNOWN: &[&str] = &[
    "$ref",
    "additionalProperties",
    "description",
    "enum",
    "format",
    "items",
    "maxLength",
    "maximum",
    "minLength",
    "minimum",
    "oneOf",
    "properties",
    "propertyNames",
    "required",
    "type",
    "uniqueItems",
];

/// Everything that is wrong with a value.
pub fn check(schema: &Value, value: &Value) -> Vec<Problem> {
    let mut problems = Vec::new();
    walk(schema, "", value, &mut problems);
    problems
}

fn walk(schema: &Value, path: &str, value: &Value, problems: &mut Vec<Problem>) {
    if let Some(choices) = schema["oneOf"].as_array() {
        let fits = |choice: &Value| check(choice, value).is_empty();
        if !choices.iter().any(fits) {
            let expected: Vec<Wording> = choices.iter().map(expected).collect();
            problems.push(refused(
                "value-unreadable",
                schema,
                path,
                value,
                joined(&expected),
            ));
        }
        return;
    }
    if !is_of_type(schema, value) || !is_of_enum(schema, value) {
        problems.push(refused(
            "value-unreadable",
            schema,
            path,
            value,
            expected(schema),
        ));
        return;
    }
    match value {
        Value::Object(object) => members(schema, path, object, problems),
        Value::Array(list) => {
            for (i, item) in list.iter().enumerate() {
                let path = format!("{path}[{i}]");
                walk(&schema["items"], &path, item, problems);
                if schema["uniqueItems"] == true && list[..i].contains(item) {
                    let once = Wording::new("同じ値は1回だけ", "each value once");
                    problems.push(refused("value-duplicate", schema, &path, item, once));
                }
            }
        }
        Value::Number(_) | Value::String(_) if !is_within(schema, value) => {
            let expected = expected(schema);
            problems.push(refused("value-range", schema, path, value, expected));
        }
        _ => {}
    }
}

fn members(schema: &Value, path: &str, object: &Map<String, Value>, problems: &mut Vec<Problem>) {
    let under = |name: &str| match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    };
    let properties = schema["properties"].as_object();
    for (name, value) in object {
        let known = properties.and_then(|properties| properties.get(name));
        let rest = &schema["additionalProperties"];
        match known {
            Some(schema) => walk(schema, &under(name), value, problems),
            None if *rest == false => {
                let names = properties.into_iter().flat_map(Map::keys).cloned();
                let names: Vec<String> = names.collect();
                problems.push(unknown(&under(name), Wording::same(names.join(", "))));
            }
            None if rest.is_object() => {
                let is_row = schema["propertyNames"]["pattern"].is_string();
                if is_row && !name.parse::<u32>().is_ok_and(|row| row > 0) {
                    let rows = Wording::new("行番号（1から）", "a row's number, from 1");
                    problems.push(unknown(&under(name), rows));
                } else {
                    walk(rest, &under(name), value, problems);
                }
            }
            None => {}
        }
    }
    let required = schema["required"].as_array();
    for name in required.into_iter().flatten().filter_map(Value::as_str) {
        if !object.contains_key(name) {
            problems.push(missing(&under(name)));
        }
    }
}

fn refused(
    code: &'static str,
    schema: &Value,
    path: &str,
    value: &Value,
    expected: Wording,
) -> Problem {
    let name = if path.is_empty() { "JSON" } else { path };
    let message = (
        format!(
            "{name} の値が正しくありません。使えるのは{}です",
            expected.ja
        ),
        format!("{name} is not valid: it must be {}", expected.en),
    );
    let mut problem = Problem::of_file(code, message);
    problem.column = Some(name.to_owned());
    problem.expected = Some(expected.clone());
    // A secret is never repeated, whatever stands in its place.
    if schema["format"] == "password" {
        return problem;
    }
    let found = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    problem.found(found, expected)
}

fn types(schema: &Value) -> Vec<&str> {
    match &schema["type"] {
        Value::String(one) => vec![one.as_str()],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn is_of_type(schema: &Value, value: &Value) -> bool {
    let types = types(schema);
    types.is_empty()
        || types.iter().any(|name| match *name {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "integer" => value.is_i64(),
            "number" => value.is_number(),
            "boolean" => value.is_boolean(),
            "null" => value.is_null(),
            _ => false,
        })
}

fn is_of_enum(schema: &Value, value: &Value) -> bool {
    schema["enum"]
        .as_array()
        .is_none_or(|words| words.contains(value))
}

/// Whether a text is as long, and a number as large, as it may be.
fn is_within(schema: &Value, value: &Value) -> bool {
    let limit = |name: &str| schema[name].as_i64();
    let (size, least, most) = match value {
        Value::String(text) => {
            let length = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
            (length, limit("minLength"), limit("maxLength"))
        }
        number => (
            number.as_i64().unwrap_or(i64::MAX),
            limit("minimum"),
            limit("maximum"),
        ),
    };
    least.is_none_or(|least| size >= least) && most.is_none_or(|most| size <= most)
}

/// What a schema allows, in words.
fn expected(schema: &Value) -> Wording {
    if let Some(words) = schema["enum"].as_array() {
        let words: Vec<&str> = words
            .iter()
            .map(|word| word.as_str().unwrap_or("null"))
            .collect();
        return Wording::same(words.join(", "));
    }
    let limit = |name: &str| schema[name].as_i64().map(|limit| limit.to_string());
    let kinds = types(schema).into_iter().map(|name| match name {
        "object" => Wording::new("オブジェクト", "an object"),
        "array" => Wording::new("一覧（[ ]）", "a list"),
        "integer" => {
            let (least, most) = (limit("minimum"), limit("maximum"));
            let (least, most) = (least.unwrap_or_default(), most.unwrap_or_default());
            match (least.as_str(), most.as_str()) {
                ("", "") => Wording::new("整数", "a whole number"),
                (least, "") => Wording::new(
                    format!("{least}以上の整数"),
                    format!("a whole number of {least} or more"),
                ),
                (least, most) => Wording::new(
                    format!("{least}〜{most}の整数"),
                    format!("a whole number from {least} to {most}"),
                ),
            }
        }
        "number" => Wording::new("数", "a number"),
        "boolean" => Wording::new("true か false", "true or false"),
        "null" => Wording::same("null"),
        _ => match limit("maxLength") {
            Some(most) => Wording::new(
                format!("{most}文字までの文字列"),
                format!("a text of at most {most} characters"),
            ),
            None => Wording::new("文字列", "a text"),
        },
    });
    joined(&kinds.collect::<Vec<_>>())
}

fn joined(words: &[Wording]) -> Wording {
    let ja: Vec<&str> = words.iter().map(|word| word.ja.as_str()).collect();
    let en: Vec<&str> = words.iter().map(|word| word.en.as_str()).collect();
    Wording::new(ja.join("、"), en.join(" or "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::http::manage::schemas;

    /// The members named, each with its code.
    fn found(name: &str, value: Value) -> Vec<(String, &'static str)> {
        let problems = check(schemas::of(name), &value);
        let named = problems.into_iter().map(|p| (p.column.unwrap(), p.code));
        named.collect()
    }

    #[test]
    fn every_member_that_is_wrong_is_named() {
        for (schema, value, expected) in [
            ("newUser", json!([]), &[("JSON", "value-unreadable")][..]),
            ("newUser", json!(null), &[("JSON", "value-unreadable")]),
            (
                "newUser",
                json!({ "name": 5, "role": "king", "areas": "25203" }),
                &[
                    ("name", "value-unreadable"),
                    ("role", "value-unreadable"),
                    ("areas", "property-unknown"),
                ],
            ),
            (
                "newUser",
                json!({ "name": "a" }),
                &[("role", "value-missing")],
            ),
            (
                "userChange",
                json!({ "role": null }),
                &[("role", "value-unreadable")],
            ),
            ("userChange", json!({ "area": null, "disabled": true }), &[]),
            (
                "userChange",
                json!({ "disabled": "true" }),
                &[("disabled", "value-unreadable")],
            ),
            (
                "newToken",
                json!({ "scope": "read", "expires_days": "30" }),
                &[("expires_days", "value-unreadable")],
            ),
            (
                "newToken",
                json!({ "scope": "read", "expires_days": 1e9 }),
                &[("expires_days", "value-unreadable")],
            ),
            (
                "newToken",
                json!({ "scope": "read", "expires_days": 100_000 }),
                &[("expires_days", "value-range")],
            ),
            (
                "newToken",
                json!({ "scope": "read", "expires_days": -1 }),
                &[("expires_days", "value-range")],
            ),
            (
                "decision",
                json!({ "decision": "approve", "rows": [1, "2", 1, 0] }),
                &[
                    ("rows[1]", "value-unreadable"),
                    ("rows[2]", "value-duplicate"),
                    ("rows[3]", "value-range"),
                ],
            ),
            (
                "decision",
                json!({ "decision": "approve", "rows": null, "note": null }),
                &[],
            ),
            (
                "submissionChange",
                json!({ "cells": { "5": { "席数": 4 }, "x": {} }, "left_out": { "7": "yes" },
                    "likeness": { "9": "same", "10": { "same": "hub-001" }, "11": "other", "12": null } }),
                &[
                    ("cells.5.席数", "value-unreadable"),
                    ("cells.x", "property-unknown"),
                    ("left_out.7", "value-unreadable"),
                    ("likeness.9", "value-unreadable"),
                ],
            ),
            (
                "visitorReport",
                json!({ "kind": "burning" }),
                &[("kind", "value-unreadable")],
            ),
            (
                "visitorReport",
                json!({ "kind": "other", "text": "長".repeat(2_001) }),
                &[("text", "value-range")],
            ),
        ] {
            let found = found(schema, value.clone());
            let found: Vec<_> = found
                .iter()
                .map(|(path, code)| (path.as_str(), *code))
                .collect();
            assert_eq!(found, expected, "{schema} {value}");
        }
    }

    #[test]
    fn a_secret_is_never_repeated() {
        for value in [json!(123_456_789), json!(["hunter2 hunter2"])] {
            let problems = check(
                schemas::of("signIn"),
                &json!({ "name": "a", "password": value }),
            );
            assert_eq!(problems.len(), 1);
            assert_eq!(problems[0].found, None, "{problems:?}");
            assert!(!format!("{problems:?}").contains("hunter2"));
        }
    }

    #[test]
    fn no_schema_of_a_body_asks_for_what_is_not_understood() {
        fn keys(schema: &Value) {
            let Some(object) = schema.as_object() else {
                return;
            };
            for (key, value) in object {
                assert!(KNOWN.contains(&key.as_str()), "{key}");
                match key.as_str() {
                    "properties" => value.as_object().unwrap().values().for_each(keys),
                    "items" | "additionalProperties" => keys(value),
                    "oneOf" => value.as_array().unwrap().iter().for_each(keys),
                    _ => {}
                }
            }
        }
        for name in [
            "signIn",
            "passwords",
            "code",
            "newUser",
            "userChange",
            "submissionChange",
            "decision",
            "redaction",
            "undo",
            "newToken",
            "visitorReport",
        ] {
            keys(schemas::of(name));
        }
    }
}
