//! The operations for people and programs that are known: accounts, sessions, tokens, and what is handed in.
//!
//! One line an operation. What they take and give is said in the sentences and the schemas of
//! [`crate::http::manage::schemas`]; a test holds the list against the routes.

use serde_json::{Map, Value, json};

use crate::http::manage::{people, submissions, writes};
use crate::http::negotiate::GEOJSON;
use crate::http::query::Parameter;

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
    token("post", "/collections/facilities/items", "createFeature", "Make a facility: 201 where one may publish it, else 202 with the submission that waits for review; 409 likely-duplicate where one with its name is published at its place; Idempotency-Key is honoured", Some("newFacility"), (201, Some("facilityFeature"))).taking(writes::MAKE).reviewed(),
    token("put", "/collections/facilities/items/{featureId}", "replaceFeature", "Write all of a facility; what is left out becomes unknown. If-Match is its ETag", Some("newFacility"), (200, Some("facilityFeature"))).matching().reviewed(),
    token("patch", "/collections/facilities/items/{featureId}", "updateFeature", "Write some of a facility (RFC 7396). If-Match is its ETag", Some("facilityPatch"), (200, Some("facilityFeature"))).matching().reviewed(),
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
            let media_type = match name {
                "facilityFeature" => GEOJSON.media_type,
                _ => "application/json",
            };
            done["content"] = json!({ media_type: { "schema": reference(name) } });
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
                let own = match name {
                    "newFacility" => Some(GEOJSON.media_type),
                    "facilityPatch" => Some("application/merge-patch+json"),
                    _ => None,
                };
                let content: Map<String, Value> = ["application/json"]
                    .into_iter()
                    .chain(own)
                    .map(|taken| (taken.to_owned(), json!({ "schema": reference(name) })))
                    .collect();
                operation["requestBody"] = json!({ "required": true, "content": content });
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
        "session": { "type": "apiKey", "in": "cookie", "name": crate::http::manage::auth::COOKIE,
            "description": "The cookie of POST /session; requests that change something repeat its csrf in X-CSRF-Token and come from our own pages" },
        "token": { "type": "http", "scheme": "bearer", "description": "An API token, mchnk_…" },
    })
}
