//! The operations for people and programs that are known: accounts, sessions, tokens, and what is handed in.
//!
//! One line an operation. What they take and give is said in the sentences and the schemas of
//! [`schemas`]; a test holds the list against the routes.

use serde_json::{Map, Value, json};

use crate::domain::report::CODES;
use crate::domain::submission::State;
use crate::http::parameters::Parameter;
use crate::http::{people, submissions, writes};

/// One operation behind a login.
pub struct Operation {
    method: &'static str,
    path: &'static str,
    id: &'static str,
    summary: &'static str,
    /// The schema of the JSON it takes, or `bytes` for a file.
    takes: Option<&'static str>,
    /// The status of its answer, and the schema of the answer's JSON.
    gives: (u16, Option<&'static str>),
    /// Whether a token will do; else only a session.
    token: bool,
    /// The query parameters it takes.
    parameters: &'static [&'static Parameter],
    /// Whether `If-Match` is needed.
    matching: bool,
    /// Whether it may have to wait for review.
    reviewed: bool,
}

impl Operation {
    const fn taking(self, parameters: &'static [&'static Parameter]) -> Operation {
        Operation { parameters, ..self }
    }

    const fn matching(self) -> Operation {
        Operation {
            matching: true,
            ..self
        }
    }

    const fn reviewed(self) -> Operation {
        Operation {
            reviewed: true,
            ..self
        }
    }
}

const fn session(
    method: &'static str,
    path: &'static str,
    id: &'static str,
    summary: &'static str,
    takes: Option<&'static str>,
    gives: (u16, Option<&'static str>),
) -> Operation {
    Operation {
        method,
        path,
        id,
        summary,
        takes,
        gives,
        token: false,
        parameters: &[],
        matching: false,
        reviewed: false,
    }
}

const fn token(
    method: &'static str,
    path: &'static str,
    id: &'static str,
    summary: &'static str,
    takes: Option<&'static str>,
    gives: (u16, Option<&'static str>),
) -> Operation {
    Operation {
        token: true,
        ..session(method, path, id, summary, takes, gives)
    }
}

/// All of them.
#[rustfmt::skip]
pub const OPERATIONS: &[Operation] = &[
    session("get", "/session", "getSession", "Who is signed in", None, (200, Some("session"))),
    session("post", "/session", "signIn", "Sign in; sets the session's cookie", Some("signIn"), (201, Some("session"))),
    session("delete", "/session", "signOut", "Sign out", None, (204, None)),
    session("put", "/session/password", "changePassword", "Choose another password; other sessions end", Some("passwords"), (204, None)),
    session("post", "/session/second-factor", "offerSecondFactor", "Begin to set up a second factor (TOTP)", None, (200, Some("secondFactor"))),
    session("put", "/session/second-factor", "confirmSecondFactor", "Turn the second factor on with a first code", Some("code"), (204, None)),
    session("delete", "/session/second-factor", "dropSecondFactor", "Turn the second factor off with a code", Some("code"), (204, None)),
    token("get", "/submissions", "listSubmissions", "What was handed in, as far as one may see it", None, (200, Some("submissions"))).taking(submissions::LIST),
    token("post", "/submissions", "handIn", "Hand in a file (CSV in UTF-8 or CP932, XLSX, GeoJSON; at most 20 MiB, 20,000 rows, 100 columns); Idempotency-Key is honoured", Some("bytes"), (201, Some("submission"))).taking(submissions::HAND_IN),
    token("get", "/submissions/checks", "getChecks", "How far the checks of one's own are that the answering process does now: two whole files at a time, the others wait", None, (200, Some("checks"))).taking(submissions::ONE),
    token("get", "/submissions/{id}", "getSubmission", "A submission: its report, how its file was read, what may be done with it", None, (200, Some("submission"))).taking(submissions::ONE),
    token("patch", "/submissions/{id}", "changeSubmission", "Mend cells, match columns, send it, take it back; If-Match is its revision", Some("submissionChange"), (200, Some("submission"))).matching(),
    token("get", "/submissions/{id}/rows", "getSubmissionRows", "Its sheet, page by page, with what was mended", None, (200, Some("object"))).taking(submissions::ROWS),
    token("get", "/submissions/{id}/differences", "getSubmissionDifferences", "What it would change, field by field", None, (200, Some("object"))).taking(submissions::DIFFERENCES),
    token("get", "/submissions/{id}/file", "getSubmittedFile", "The file as it came", None, (200, Some("bytes"))).taking(submissions::ONE),
    token("get", "/submissions/{id}/corrected", "getCorrectedFile", "The file in its format and encoding, with what was mended and a column of notes", None, (200, Some("bytes"))).taking(submissions::ONE),
    token("post", "/submissions/{id}/decision", "decideSubmission", "Approve (all or some rows), send back, reject; If-Match is its revision", Some("decision"), (200, Some("submission"))).matching(),
    token("post", "/submissions/{id}/rest", "takeRest", "A draft of the rows that stayed out of what was published; asked for again, the same draft", None, (201, Some("submission"))).taking(submissions::ONE),
    token("post", "/submissions/{id}/told", "tellSubmitter", "The submitter has seen the decision", None, (204, None)),
    token("post", "/collections/facilities/items", "createFeature", "Make a facility: 201 where one may publish it, else 202 with the submission that waits for review; 409 likely-duplicate where one with its name is published at its place; Idempotency-Key is honoured", Some("facilityFeature"), (201, Some("facilityFeature"))).taking(writes::MAKE).reviewed(),
    token("put", "/collections/facilities/items/{featureId}", "replaceFeature", "Write all of a facility; what is left out becomes unknown. If-Match is its ETag", Some("facilityFeature"), (200, Some("facilityFeature"))).matching().reviewed(),
    token("patch", "/collections/facilities/items/{featureId}", "updateFeature", "Write some of a facility (RFC 7396). If-Match is its ETag", Some("facilityFeature"), (200, Some("facilityFeature"))).matching().reviewed(),
    token("delete", "/collections/facilities/items/{featureId}", "deleteFeature", "Withdraw the record: 410 from then on. If-Match is its ETag", None, (204, None)).matching().reviewed(),
    session("get", "/tokens", "listTokens", "One's own API tokens; an administrator's: all", None, (200, Some("tokens"))),
    session("post", "/tokens", "makeToken", "Make an API token; its secret is in this answer alone", Some("newToken"), (201, Some("token"))),
    session("delete", "/tokens/{id}", "revokeToken", "Revoke a token", None, (204, None)),
    token("get", "/collections/facilities/items/{featureId}/history", "getHistory", "Every version of a facility, newest first: who, when, from which file, which fields (staff of its place)", None, (200, Some("history"))),
    token("post", "/collections/facilities/items/{featureId}/undo", "undo", "A new version equal to an earlier one; If-Match names the current one by its ETag", Some("undo"), (200, Some("facilityFeature"))).matching().reviewed(),
    session("post", "/changes/{seq}/redaction", "redact", "Take a personal value out of the log, from every change of that facility in which it stands, and out of uploaded files (administrators)", Some("redaction"), (200, Some("redacted"))),
    session("get", "/users", "listUsers", "Accounts (administrators)", None, (200, Some("users"))),
    session("post", "/users", "addUser", "Make an account; its one-time password is in this answer alone (administrators)", Some("newUser"), (201, Some("newUserMade"))),
    session("patch", "/users/{id}", "changeUser", "Change an account (administrators)", Some("userChange"), (200, Some("userChanged"))),
    session("post", "/users/{id}/password", "resetPassword", "A one-time password, in this answer alone; sessions end and tokens are revoked (administrators)", None, (200, Some("oneTimePassword"))).taking(people::RESET),
];

/// Adds them to the paths.
pub fn add(paths: &mut Map<String, Value>) {
    for operation in OPERATIONS {
        let path = paths
            .entry(operation.path.to_owned())
            .or_insert_with(|| json!({}));
        path[operation.method] = operation.describe();
    }
}

impl Operation {
    fn describe(&self) -> Value {
        let path_parameters = self.path.split('{').skip(1);
        let mut parameters: Vec<Value> = path_parameters
            .filter_map(|rest| rest.split('}').next())
            .map(|name| {
                let schema = match name {
                    "featureId" => json!({ "type": "string" }),
                    // A submission's, a token's, a user's number.
                    _ => json!({ "type": "integer", "minimum": 1 }),
                };
                json!({ "name": name, "in": "path", "required": true, "schema": schema })
            })
            .collect();
        parameters.extend(
            self.parameters
                .iter()
                .map(|parameter| super::describe(parameter)),
        );
        if self.matching {
            parameters.push(json!({
                "name": "If-Match", "in": "header", "required": true, "schema": { "type": "string" },
                "description": "The version that is changed: 428 without, 412 where it is not the latest",
            }));
        }
        if self.method == "post" && matches!(self.id, "handIn" | "createFeature") {
            parameters.push(json!({
                "name": "Idempotency-Key", "in": "header", "required": false, "schema": { "type": "string", "maxLength": 255 },
                "description": "Repeated with the same key, the request is done once and answered the same; kept for 7 days",
            }));
        }
        if self.method != "get" {
            parameters.push(json!({
                "name": "X-CSRF-Token", "in": "header", "required": false, "schema": { "type": "string" },
                "description": "The csrf of GET /session; needed with a session's cookie",
            }));
        }
        let (status, answer) = self.gives;
        let mut done = json!({ "description": "Done" });
        if answer == Some("bytes") {
            done["content"] = json!({ "application/octet-stream": { "schema": { "type": "string", "format": "binary" } } });
        } else if let Some(name) = answer {
            done["content"] = json!({ "application/json": { "schema": reference(name) } });
        }
        let mut responses = Map::from_iter([(status.to_string(), done)]);
        if self.reviewed {
            responses.insert(
                "202".to_owned(),
                json!({ "description": "It waits for review", "content": {
                    "application/json": { "schema": reference("waiting") } } }),
            );
        }
        let conditional: &[(u16, &str)] = match (self.matching, self.takes.is_some()) {
            (true, _) => &[
                (409, "It conflicts with what others did"),
                (412, "Changed by somebody else meanwhile"),
                (413, "The body is too large"),
                (415, "The body is of a type that is not taken"),
                (422, "It cannot be published as it is"),
                (428, "If-Match is missing"),
            ],
            (false, true) => &[
                (409, "Not possible as things stand"),
                (413, "The body is too large"),
                (415, "The body is of a type that is not taken"),
                (422, "Not possible with these values"),
            ],
            (false, false) => &[],
        };
        for &(status, description) in conditional.iter().chain(&[
            (400, "The body or a parameter is not valid"),
            (401, "Nobody is signed in, or the token is no good"),
            (403, "Not allowed"),
            (404, "Not found"),
            (500, "An internal failure"),
            (503, "The database does not answer"),
        ]) {
            responses.insert(
                status.to_string(),
                json!({ "description": description, "content": {
                    "application/problem+json": { "schema": reference("problem") } } }),
            );
        }
        let mut operation = json!({
            "operationId": self.id, "summary": self.summary, "tags": ["people"],
            "parameters": parameters, "responses": responses,
            "security": if self.token { json!([{ "session": [] }, { "token": [] }]) } else { json!([{ "session": [] }]) },
        });
        if self.id == "signIn" {
            operation["security"] = json!([]);
        }
        // Where a secret is tried or made: whoever guesses is slowed down, and so is everybody at once.
        if self.method != "get"
            && ["/session", "/users"]
                .iter()
                .any(|path| self.path.starts_with(path))
        {
            operation["responses"]["429"] = json!({
                "description": "Too many attempts; Retry-After says when the next may be made", "content": {
                    "application/problem+json": { "schema": reference("problem") } } });
        }
        match self.takes {
            Some("bytes") => {
                operation["requestBody"] = json!({ "required": true, "content": {
                    "application/octet-stream": { "schema": { "type": "string", "format": "binary" } } } });
            }
            Some(name) => {
                operation["requestBody"] = json!({ "required": true, "content": {
                    "application/json": { "schema": reference(name) } } });
            }
            None => {}
        }
        operation
    }
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// How callers are known.
pub fn security_schemes() -> Value {
    json!({
        "session": { "type": "apiKey", "in": "cookie", "name": crate::http::auth::COOKIE,
            "description": "The cookie of POST /session; requests that change something repeat its csrf in X-CSRF-Token and come from our own pages" },
        "token": { "type": "http", "scheme": "bearer", "description": "An API token, mchnk_…" },
    })
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
    let user = object(
        &["id", "name", "role"],
        json!({ "id": { "type": "integer" }, "name": text(), "role": role, "area": nullable(), "area_name": nullable(),
            "second_factor": { "type": "string", "enum": ["on", "off"] }, "password_is_temporary": { "type": "boolean" },
            "created_at": moment(), "disabled_at": moment() }),
    );
    let token = object(
        &["id", "hint", "scope"],
        json!({ "id": { "type": "integer" }, "owner": { "type": "object" }, "hint": text(), "scope": scope, "token": text(),
            "created_at": moment(), "used_at": moment(), "expires_at": moment(), "revoked_at": moment() }),
    );
    let schemas = json!({
        "session": object(&["user", "csrf"], json!({ "user": reference("user"), "csrf": text(), "expires_at": moment(),
            "password_is_temporary": { "type": "boolean" }, "second_factor": { "type": "string", "enum": ["on", "off"] } })),
        "signIn": sent(&["name", "password"], json!({ "name": text(), "password": secret(), "code": { "type": ["string", "null"], "format": "password" } })),
        "passwords": sent(&["old", "new"], json!({ "old": secret(), "new": { "type": "string", "format": "password",
            "description": "12 to 200 characters" } })),
        "secondFactor": object(&["secret", "uri"], json!({ "secret": text(), "uri": text(),
            "qr": { "type": ["object", "null"], "description": "The same address as a QR code: the side of its square, and an SVG path of what is dark.",
                "properties": { "size": { "type": "integer" }, "path": text() } } })),
        "code": sent(&["code"], json!({ "code": secret() })),
        "user": user,
        "users": object(&["users"], json!({ "users": { "type": "array", "items": reference("user") } })),
        "newUser": sent(&["name", "role"], json!({ "name": text(), "role": role, "area": nullable() })),
        "newUserMade": object(&["user", "password"], json!({ "user": reference("user"), "password": text() })),
        "userChange": sent(&[], json!({ "role": role, "area": nullable(), "disabled": { "type": "boolean" },
            "second_factor": { "type": "string", "enum": ["off"] } })),
        "userChanged": object(&["user"], json!({ "user": reference("user") })),
        "oneTimePassword": object(&["password"], json!({ "password": text(), "tokens_revoked": { "type": "integer" }, "tokens_kept": { "type": "integer" } })),
        "token": token,
        "tokens": object(&["tokens"], json!({ "tokens": { "type": "array", "items": reference("token") } })),
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
        "history": object(&["versions"], json!({ "versions": { "type": "array", "items": reference("version") } })),
        "version": object(&["seq", "at", "actor", "submission", "change", "fields", "redacted"], json!({
            "seq": { "type": "integer" }, "at": moment(),
            "actor": object(&["id", "name"], json!({ "id": { "type": "integer" }, "name": nullable() })),
            "submission": { "type": ["object", "null"], "properties": { "id": { "type": "integer" }, "file_name": nullable() } },
            "token": nullable(),
            "change": { "type": "string", "enum": crate::domain::difference::ChangeKind::SLUGS },
            "fields": { "type": "array", "items": object(&["name", "before", "after"], json!({ "name": text(), "before": {}, "after": {} })) },
            "redacted": { "type": "array", "items": text() },
            "damaged": { "const": true, "description": "What is stored is not what the log's hash chain says, or cannot be read: nothing of it is shown." },
        })),
        "redaction": sent(&["field", "reason"], json!({
            "field": { "type": "string", "description": format!("One of {}", crate::directory::redaction::redactable().collect::<Vec<_>>().join(", ")) },
            "reason": { "type": "string", "minLength": 1, "maxLength": crate::directory::redaction::LONGEST_REASON },
        })),
        "redacted": object(&["facility", "changes"], json!({ "facility": text(), "changes": { "type": "array", "items": { "type": "integer" } },
            "submissions": { "type": "array", "items": { "type": "integer" }, "description": "Whose files the value was taken out of" },
            "not_reached": { "type": "array", "items": text(), "description": "Where the value may still be, for the operator to see to" } })),
        "undo": sent(&["seq"], json!({ "seq": { "type": "integer", "minimum": 1 } })),
        "newToken": sent(&["scope"], json!({ "scope": scope, "expires_days": { "type": "integer", "minimum": 1, "maximum": 3650 } })),
    });
    let mut schemas = match schemas {
        Value::Object(schemas) => schemas,
        _ => Map::new(),
    };
    schemas.insert("checks".to_owned(), checks());
    schemas
}

/// The encodings a text file can be said to have.
fn encodings() -> Vec<Value> {
    let all = crate::interchange::work::Encoding::ALL.iter();
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
