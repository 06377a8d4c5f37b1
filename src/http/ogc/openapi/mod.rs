//! The API's definition, made from the same tables that answer requests.
//!
//! OpenAPI 3.1 and a 3.0 rendering of it: the OGC's suite and many clients read only 3.0. What
//! differs is the version and how `null` is written ([`as_30`]).

mod behind_login;
mod bodies;
mod facility;
mod older;
mod operations;
mod parts;

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Map, Value, json};

use crate::http::answer::{Answer, Stop};
use crate::http::html;
use crate::http::manage::schemas;
use crate::http::negotiate::{self, HTML, JSON, OPENAPI30, OPENAPI31};
use crate::http::plan::coverage::collection as covered;
use crate::http::problem::Kind;
use crate::http::query::{self as p, Parameter, QueryParams};
use crate::http::site::Site;
use crate::http::wire::blocking::compute;
use bodies::{coverage_of_a_body, report_of_a_visitor, sites_of_a_body};
use older::as_30;
use operations::{operations, tag};
use parts::{describe, describe_with, feature, feature_collection, path_parameter, responses};

/// `/api`.
pub async fn definition(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    let site = Site::of(&request);
    let given = QueryParams::of(&request, p::DOCUMENT)?;
    // Asked for plain JSON, the newer of the two.
    let offered = [OPENAPI31, OPENAPI30, HTML, JSON];
    let format = negotiate::format(&request, given.get(&p::F), &offered)?;
    let generation = site.directory.now();
    let answer = Answer::begin(&request, &generation, format)?;
    let (url, language) = (Arc::clone(&site.public_url), answer.language());
    let body = compute(move || {
        let document = openapi31(&url);
        match format {
            HTML => {
                let title = language.pick("APIの定義", "API definition");
                html::document(title, &document, language)
            }
            OPENAPI30 => as_30(document).to_string(),
            _ => document.to_string(),
        }
    });
    let body = body.await?;
    Ok(answer.finish(body))
}

fn openapi31(public_url: &str) -> Value {
    let operations = operations();
    let mut parameters = Map::new();
    let mut paths = Map::new();
    for operation in &operations {
        // What differs between operations is described with each.
        let shared = |parameter: &&&Parameter| {
            let own = matches!(
                (operation.id.as_str(), parameter.name),
                ("searchPlaces", "q") | ("getFeatures.municipalities", "kind")
            );
            parameter.name != p::F.name && !own
        };
        for parameter in operation.parameters.iter().filter(shared) {
            parameters.insert(parameter.name.to_owned(), describe(parameter));
        }
        let path_parameters = operation
            .path
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split('}').next());
        let mut list: Vec<Value> = path_parameters.map(path_parameter).collect();
        list.extend(operation.parameters.iter().map(|parameter| {
            // A district's `limit` is the same, a place's is smaller: it says so itself.
            match (operation.id.as_str(), parameter.name) {
                ("searchPlaces", "limit") => describe_with(
                    parameter,
                    json!({"type": "integer", "minimum": 1, "maximum": 100, "default": 10}),
                ),
                // Squares are a collection of their own.
                (id, "by") if id.ends_with(".coverage") => describe_with(
                    parameter,
                    json!({"type": "string", "enum": covered::BY, "default": "municipality"}),
                ),
                ("getSites", "method") => describe_with(
                    parameter,
                    json!({"type": "string", "enum": ["centre"], "default": "centre"}),
                ),
                ("getFeatures.municipalities", "kind") => describe(parameter),
                ("searchPlaces", "q") => {
                    let mut q = describe(parameter);
                    q["required"] = true.into();
                    q
                }
                // Each operation has representations of its own.
                (_, "f") => describe_with(
                    parameter,
                    json!({"type": "string", "enum": operation.formats.iter().map(|format| format.name).collect::<Vec<_>>()}),
                ),
                _ => json!({ "$ref": format!("#/components/parameters/{}", parameter.name) }),
            }
        }));
        paths.insert(
            operation.path.clone(),
            json!({ "get": {
                "operationId": operation.id, "summary": operation.summary, "tags": [tag(&operation.path)],
                "parameters": list, "responses": responses(operation),
            }}),
        );
    }
    behind_login::add(&mut paths);
    paths["/siting"]["post"] = sites_of_a_body(&paths["/siting"]["get"]);
    let reports = "/collections/facilities/items/{featureId}/reports";
    paths[reports]["post"] = report_of_a_visitor(&paths[reports]["get"]);
    paths["/coverage"]["post"] = coverage_of_a_body(&paths["/coverage"]["get"]);
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "machinaka", "version": env!("CARGO_PKG_VERSION"),
            "description": "The directory of Japan's urban telework hubs. OGC API Features, with nearest (`near`) as our own addition: \
                distances are metres on the WGS 84 ellipsoid. Coordinates are longitude, latitude in degrees. Unknown values are null.",
            "license": { "name": "MIT OR Apache-2.0", "url": "https://spdx.org/licenses/MIT.html" },
        },
        "servers": [{ "url": public_url }],
        // Reading needs no credentials.
        "security": [],
        "tags": [
            { "name": "capabilities", "description": "What there is" },
            { "name": "data", "description": "Features" },
            { "name": "tiles", "description": "Vector tiles" },
            { "name": "people", "description": "Accounts, sessions, tokens, and what is handed in" },
        ],
        "paths": paths,
        "components": {
            "securitySchemes": behind_login::security_schemes(),
            "parameters": parameters,
            "schemas": {
                "geometry": { "type": ["object", "null"], "properties": { "type": { "type": "string" }, "coordinates": { "type": "array", "items": {} } } },
                "feature": feature(),
                "featureCollection": feature_collection("feature"),
                "problem": { "type": "object", "required": ["type", "title", "status"], "properties": {
                    "type": { "type": "string", "format": "uri" }, "title": { "type": "string" }, "status": { "type": "integer" },
                    "detail": { "type": "string" }, "instance": { "type": "string" },
                    "code": { "type": "string", "enum": Kind::ALL.iter().map(|kind| kind.code()).collect::<Vec<_>>() },
                    "errors": { "type": "array", "items": { "type": "object" } },
                    "problems": { "type": "array", "description": "Each value that is not valid, as in a submission's report",
                        "items": { "$ref": "#/components/schemas/reportProblem" } },
                }},
            },
        },
    });
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        schemas.extend(facility::schemas());
        schemas.extend(schemas::schemas());
    }
    document
}

#[cfg(test)]
mod tests {
    use super::*;

    /// JSON Schema forbids it, and validators refuse the whole document for it.
    #[test]
    fn no_list_of_words_names_one_twice() {
        fn walk(value: &Value, at: &str) {
            match value {
                Value::Array(list) => list.iter().for_each(|value| walk(value, at)),
                Value::Object(object) => {
                    if let Some(Value::Array(words)) = object.get("enum") {
                        let mut once = words.clone();
                        once.sort_by_key(Value::to_string);
                        once.dedup();
                        assert_eq!(once.len(), words.len(), "{at}: {words:?}");
                    }
                    for (name, value) in object {
                        walk(value, name);
                    }
                }
                _ => {}
            }
        }
        walk(&openapi31("http://localhost"), "");
    }

    #[test]
    fn every_reference_and_operation_id_is_there_once() {
        let document = openapi31("http://localhost").to_string();
        let value: Value = serde_json::from_str(&document).unwrap();
        for reference in document
            .split("\"$ref\":\"#")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap())
        {
            assert!(value.pointer(reference).is_some(), "{reference}");
        }
        let mut ids: Vec<String> = operations()
            .into_iter()
            .map(|operation| operation.id)
            .collect();
        let all = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), all);
    }
}
