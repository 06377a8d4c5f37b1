//! The schemas of what is sent and answered behind a login, and of a visitor's report.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use crate::directory::reports::ReportReason;
use crate::domain::report::CODES;
use crate::domain::submission::State;
use crate::http::manage::history::History;
use crate::http::manage::people::{ChangedAccount, NewAccount, OneTimePassword, Tokens, Users};
use crate::http::manage::redaction::Redacted;
use crate::http::manage::session::{SecondFactor, SessionView};
use crate::http::schema;

/// The schema of a body that is sent, by its name.
pub fn of(name: &str) -> &'static Value {
    static SCHEMAS: LazyLock<Map<String, Value>> = LazyLock::new(|| {
        let mut schemas = schemas();
        schemas.insert("visitorReport".to_owned(), report());
        schemas
    });
    SCHEMAS
        .get(name)
        .unwrap_or_else(|| panic!("no schema is called {name}"))
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// What these operations take and give.
pub fn schemas() -> Map<String, Value> {
    let text = || json!({ "type": "string" });
    // Never repeated in an answer.
    let secret = || json!({ "type": "string", "format": "password" });
    let by_row = |of: Value| json!({ "type": "object", "additionalProperties": of, "propertyNames": { "pattern": "^[1-9][0-9]*$" } });
    let nullable = || json!({ "type": ["string", "null"] });
    let moment = || json!({ "type": ["string", "null"], "format": "date-time" });
    let object = |required: &[&str], properties: Value| json!({ "type": "object", "required": required, "properties": properties });
    // What is sent has no other members: a misspelt one is refused, not passed over.
    let sent = |required: &[&str], properties: Value| json!({ "type": "object", "required": required, "properties": properties, "additionalProperties": false });
    let role = json!({ "type": "string", "enum": crate::domain::user::Role::SLUGS });
    let scope = json!({ "type": "string", "enum": crate::domain::user::Scope::SLUGS });
    let schemas = json!({
        "signIn": sent(&["name", "password"], json!({ "name": text(), "password": secret(), "code": { "type": ["string", "null"], "format": "password" } })),
        "passwords": sent(&["old", "new"], json!({ "old": secret(), "new": { "type": "string", "format": "password",
            "description": "12 to 200 characters" } })),
        "code": sent(&["code"], json!({ "code": secret() })),
        "newUser": sent(&["name", "role"], json!({ "name": text(), "role": role, "area": nullable() })),
        "userChange": sent(&[], json!({ "role": role, "area": nullable(), "disabled": { "type": "boolean" },
            "second_factor": { "type": "string", "enum": ["off"] } })),
        "object": { "type": "object" },
        "submission": object(&["id", "kind", "state", "revision"], json!({ "id": { "type": "integer" },
            "kind": { "type": "string", "enum": crate::domain::submission::Kind::SLUGS },
            "state": { "type": "string", "enum": State::SLUGS }, "revision": { "type": "integer" },
            "file_name": nullable(), "title": nullable(), "note": nullable(), "summary": { "type": "object" },
            "undecided": { "type": "integer" }, "blanks": { "type": "object", "additionalProperties": { "type": "integer" } },
            "created_at": moment(), "sent_at": moment(), "decided_at": moment(), "report": reference("report"),
            "file": { "type": "object", "properties": { "has_kinds": { "type": "boolean" }, "kind": { "type": ["string", "null"], "enum": kinds() } } }, "may": { "type": "object" }, "work": { "type": "object" } })),
        "submissions": object(&["submissions", "next"], json!({ "submissions": { "type": "array", "items": reference("submission") },
            "next": { "type": ["integer", "null"] }, "waiting": { "type": "integer" }, "untold": { "type": "integer" } })),
        "waiting": object(&["submission"], json!({ "submission": reference("submission") })),
        "report": object(&["rows", "accepted", "problems"], json!({ "rows": { "type": "integer" }, "accepted": { "type": "integer" },
            "problems": { "type": "array", "items": reference("reportProblem") } })),
        "reportProblem": object(&["row", "column", "code", "message", "blocks"], json!({
            "row": { "type": ["integer", "null"] }, "column": nullable(), "code": { "type": "string", "enum": CODES.iter().map(|code| code.code).collect::<Vec<_>>() },
            "message": text(), "found": nullable(), "expected": nullable(), "blocks": { "type": "boolean" }, "suggestion": { "type": "object" } })),
        "submissionChange": sent(&[], json!({ "encoding": { "type": "string", "enum": encodings() }, "sheet": text(), "header_row": { "type": "integer", "minimum": 1 },
            "hidden": { "type": "boolean", "description": "Whether rows are read, too, that the workbook hides." },
            "kind": { "type": ["string", "null"], "enum": kinds(), "description": "The kind of all rows of a file that says none (`file.has_kinds`); null takes it back. Published facilities keep theirs." },
            "columns": { "type": "object", "additionalProperties": nullable() },
            "cells": by_row(json!({ "type": "object", "additionalProperties": nullable() })),
            "left_out": by_row(json!({ "type": "boolean" })),
            "likeness": by_row(json!({ "description": "A decision a row: `{\"same\": id}` updates that facility, `{\"keep\": id}` leaves it as it is, `other` is another one; null takes it back.", "oneOf": [
                { "type": ["string", "null"], "enum": ["other", null] }, sent(&["same"], json!({ "same": text() })), sent(&["keep"], json!({ "keep": text() })) ] })),
            "same": { "type": ["string", "null"], "enum": ["update", "keep", "new", null], "description": "The decision for all other rows with the name and place of a published facility." },
            "blank": { "type": ["string", "null"], "enum": ["keep", "clear", null], "description": "What empty cells do to published values." },
            "feature": { "type": "object" }, "contact": text(), "seen": { "type": "integer", "minimum": 0 },
            "state": { "type": "string", "enum": ["draft", "sent", "withdrawn"] } })),
        "decision": sent(&["decision"], json!({ "decision": { "type": "string", "enum": ["approve", "return", "reject"] },
            "rows": { "type": ["array", "null"], "items": { "type": "integer", "minimum": 1 }, "uniqueItems": true,
                "description": "Only these rows are approved; with `approve` alone" },
            "note": { "type": ["string", "null"], "description": "At most 2,000 characters; needed with `return`" } })),
        "redaction": sent(&["field", "reason"], json!({
            "field": { "type": "string", "description": format!("One of {}", crate::directory::redaction::redactable().collect::<Vec<_>>().join(", ")) },
            "reason": { "type": "string", "minLength": 1, "maxLength": crate::directory::redaction::LONGEST_REASON },
        })),
        "undo": sent(&["seq"], json!({ "seq": { "type": "integer", "minimum": 1 } })),
        "newToken": sent(&["scope"], json!({ "scope": scope, "expires_days": { "type": "integer", "minimum": 1, "maximum": 3650 } })),
    });
    let mut schemas = match schemas {
        Value::Object(schemas) => schemas,
        _ => Map::new(),
    };
    schemas.insert("checks".to_owned(), checks());
    schema::add::<SessionView>(&mut schemas);
    schema::add::<SecondFactor>(&mut schemas);
    schema::add::<Users>(&mut schemas);
    schema::add::<NewAccount>(&mut schemas);
    schema::add::<ChangedAccount>(&mut schemas);
    schema::add::<OneTimePassword>(&mut schemas);
    schema::add::<Tokens>(&mut schemas);
    schema::add::<History>(&mut schemas);
    schema::add::<Redacted>(&mut schemas);
    schemas
}

/// The encodings a text file can be said to have.
fn encodings() -> Vec<Value> {
    let all = crate::interchange::edits::Encoding::ALL.iter();
    all.map(|encoding| json!(encoding)).collect()
}

/// The slugs of kinds, and `null` for none.
fn kinds() -> Vec<Option<&'static str>> {
    let slugs = crate::domain::vocabulary::Kind::SLUGS.iter().copied();
    slugs.map(Some).chain([None]).collect()
}

/// How far the checks of files are.
fn checks() -> Value {
    let check = json!({
        "type": "object",
        "required": ["state", "before", "done"],
        "properties": {
            "submission": { "type": ["integer", "null"], "description": "null of a file that is being handed in" },
            "request": { "type": ["string", "null"], "description": "The Idempotency-Key it is handed in with" },
            "state": { "type": "string", "enum": ["waiting", "reading", "comparing"] },
            "before": { "type": "integer", "description": "How many others wait before it" },
            "rows": { "type": ["integer", "null"], "description": "Rows of the file; null while nobody knows" },
            "done": { "type": "integer", "description": "Rows that are read, or compared with what is published" },
        },
    });
    json!({ "type": "object", "required": ["checks"], "properties": { "checks": { "type": "array", "items": check } } })
}

/// The schema of a visitor's report.
fn report() -> Value {
    let text = |most: usize| json!({ "type": "string", "maxLength": most });
    json!({ "type": "object", "required": ["kind"], "additionalProperties": false, "properties": {
        "kind": { "type": "string", "enum": ReportReason::SLUGS },
        "text": text(2_000),
        "contact": text(200),
        "website": { "type": "string", "description": "Left empty: programs that fill in everything are caught by it" },
    }})
}
