//! What is asked with a body, without an account.

use serde_json::{Map, Value, json};

use super::parts::describe;
use crate::http::manage::schemas;
use crate::http::plan::{query as p, siting};

/// The same question about areas somebody has drawn and facilities somebody imagines.
pub(super) fn coverage_of_a_body(get: &Value) -> Value {
    let mut post = get.clone();
    post["operationId"] = "askCoverage".into();
    post["summary"] = "The same for the body's polygons as districts, and with its points as imagined facilities (property `seats`)".into();
    post["requestBody"] = json!({ "required": true, "content": {
        "application/geo+json": { "schema": { "$ref": "#/components/schemas/featureCollection" } },
    }});
    if let Some(responses) = post["responses"].as_object_mut() {
        responses.remove("304");
    }
    post
}

/// The same question about candidates of one's own.
pub(super) fn sites_of_a_body(get: &Value) -> Value {
    let mut post = get.clone();
    post["operationId"] = "askSites".into();
    post["summary"] = "The same among the body's candidates, each with a name or an id and a position or an address: GeoJSON points, CSV or XLSX. \
        GeoJSON points with the property `imagined: true` are no candidates but facilities taken to be there. GeoJSON polygons are zones \
        (property `name`): sites are chosen in them, for the people living there, unless `zones` says otherwise; without candidates among \
        the towns whose points lie in them. Candidates outside are left out and counted in `candidates_outside_zones`; each site names \
        its `zone`. A form has a part `zones` and, for lists that are sheets too, a part `candidates`".into();
    if let Some(parameters) = post["parameters"].as_array_mut() {
        parameters.push(describe(&p::ZONES));
    }
    let mut content: Map<String, Value> = siting::TAKEN
        .iter()
        .map(|taken| {
            let schema = match taken.ends_with("json") {
                true => json!({ "$ref": "#/components/schemas/featureCollection" }),
                false => json!({ "type": "string" }),
            };
            ((*taken).to_owned(), json!({ "schema": schema }))
        })
        .collect();
    let form = json!({ "type": "object", "required": ["zones"], "properties": {
        "zones": { "type": "string", "description": "GeoJSON polygons; points among them are facilities taken to be there" },
        "candidates": { "type": "string", "description": "GeoJSON points, CSV or XLSX" },
    }});
    content.insert(siting::FORM.to_owned(), json!({ "schema": form }));
    post["requestBody"] = json!({ "required": true, "content": content });
    if let Some(responses) = post["responses"].as_object_mut() {
        responses.remove("304");
    }
    post
}

/// What a visitor says is wrong.
pub(super) fn report_of_a_visitor(get: &Value) -> Value {
    let body = schemas::of("visitorReport").clone();
    let problem = json!({ "application/problem+json": { "schema": { "$ref": "#/components/schemas/problem" } } });
    let refused = |description: &str| json!({ "description": description, "content": problem });
    json!({
        "operationId": "reportFacility", "tags": get["tags"], "parameters": get["parameters"],
        "summary": "Says what is wrong about a facility, without an account; it waits in the municipality's queue",
        "requestBody": { "required": true, "content": {
            "application/json": { "schema": body }, "application/x-www-form-urlencoded": { "schema": body },
        }},
        "responses": {
            "202": { "description": "It waits for somebody to look into it", "content": {
                "application/json": { "schema": { "type": "object" } }, "text/html": { "schema": { "type": "string" } },
            }},
            "400": refused("The body is malformed"),
            "403": refused("A page of another site sent it"),
            "404": refused("Not found"),
            "410": refused("The record was withdrawn"),
            "413": refused("The body is too large"),
            "415": refused("The body's media type is not taken here"),
            "422": refused("Values in the body are not valid; `problems` names each"),
            "429": refused("Too many reports came lately"),
            "500": refused("An internal failure"),
        },
    })
}
