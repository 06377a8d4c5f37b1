//! What the definition is made of: schemas, parameters, responses.

use serde_json::{Map, Value, json};

use super::operations::Operation;
use crate::http::negotiate::{ATOM, GEOJSON, HTML, MVT};
use crate::http::query::Parameter;

pub(super) fn feature() -> Value {
    json!({ "type": "object", "required": ["type", "geometry", "properties"], "properties": {
        "type": { "type": "string", "enum": ["Feature"] },
        "id": { "type": "string" },
        "geometry": { "$ref": "#/components/schemas/geometry" },
        "properties": { "type": ["object", "null"] },
        "links": { "type": "array", "items": { "$ref": "#/components/schemas/link" } },
    }})
}

pub(super) fn feature_collection(of: &str) -> Value {
    json!({ "type": "object", "required": ["type", "features"], "properties": {
        "type": { "type": "string", "enum": ["FeatureCollection"] },
        "features": { "type": "array", "items": { "$ref": format!("#/components/schemas/{of}") } },
        "numberMatched": { "type": "integer", "minimum": 0 },
        "numberReturned": { "type": "integer", "minimum": 0 },
        "timeStamp": { "type": "string", "format": "date-time" },
        "links": { "type": "array", "items": { "$ref": "#/components/schemas/link" } },
    }})
}

pub(super) fn describe(parameter: &Parameter) -> Value {
    describe_with(parameter, (parameter.schema)())
}

pub(super) fn describe_with(parameter: &Parameter, schema: Value) -> Value {
    json!({
        "name": parameter.name, "in": "query", "required": false, "description": parameter.about,
        "style": "form", "explode": false, "schema": schema,
    })
}

pub(super) fn path_parameter(name: &str) -> Value {
    let schema = match name {
        "featureId" => json!({ "type": "string" }),
        _ => json!({ "type": "integer", "minimum": 0 }),
    };
    json!({ "name": name, "in": "path", "required": true, "schema": schema })
}

pub(super) fn responses(operation: &Operation) -> Value {
    let mut responses = Map::new();
    let content: Map<String, Value> = operation
        .formats
        .iter()
        .map(|format| {
            let one = operation.path.contains("featureId");
            let facilities = operation.path.starts_with("/collections/facilities/");
            let schema = match *format {
                GEOJSON => {
                    let schema = match (facilities, one) {
                        (true, true) => "facilityFeature",
                        (true, false) => "facilityCollection",
                        (false, true) => "feature",
                        (false, false) => "featureCollection",
                    };
                    json!({ "$ref": format!("#/components/schemas/{schema}") })
                }
                MVT => json!({ "type": "string", "format": "binary" }),
                HTML | ATOM => json!({ "type": "string" }),
                _ => json!({ "type": "object" }),
            };
            (format.media_type.to_owned(), json!({ "schema": schema }))
        })
        .collect();
    responses.insert(
        "200".to_owned(),
        json!({ "description": "The answer", "content": content }),
    );
    responses.insert(
        "304".to_owned(),
        json!({ "description": "Not modified since the ETag given" }),
    );
    for status in [400, 406, 414].iter().chain(operation.also).chain(&[500]) {
        let description = match status {
            204 => "Nothing in this tile",
            400 => "A parameter is unknown or malformed",
            404 => "Not found",
            406 => "No acceptable representation",
            410 => "The record was withdrawn",
            414 => "The query is too long",
            503 => {
                "The database does not answer, or too much is being computed: come again after `Retry-After`"
            }
            _ => "An internal failure",
        };
        let mut response = json!({ "description": description });
        if *status >= 400 {
            response["content"] = json!({ "application/problem+json": { "schema": { "$ref": "#/components/schemas/problem" } } });
        }
        responses.insert(status.to_string(), response);
    }
    Value::Object(responses)
}
