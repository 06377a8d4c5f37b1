//! The schemas of a facility, made from the field table: as it is read, as it is written, and the words
//! its fields may hold, each list once and by name.

use serde_json::{Map, Value, json};

use super::parts::feature_collection;
use crate::domain::fields::{DERIVED, FACILITY};
use crate::domain::vocabulary::{Certainty, Programme};
use crate::http::language::Language;
use crate::http::ogc::collections::field_schema;

/// What one word of a field is called, where the field's own name says something else.
const NAMES: &[(&str, &str)] = &[
    ("position_precision", "precision"),
    ("amenities", "amenity"),
    ("uses", "use"),
    ("status_age", "statusAge"),
];

/// Fields that hold lists of objects, and the schema of one.
const OBJECTS: &[(&str, &str)] = &[
    ("closures", "closure"),
    ("support", "support"),
    ("sources", "source"),
];

/// All of them, by name.
pub(super) fn schemas() -> Map<String, Value> {
    let mut schemas = Map::new();
    let fields: Map<String, Value> = FACILITY
        .iter()
        .map(|field| {
            let schema = field_schema(field, Language::En);
            let schema = with_named_words(field.name, schema, &mut schemas);
            (field.name.to_owned(), schema)
        })
        .collect();
    for (name, required, properties, about) in objects() {
        let keys: Vec<&str> = properties.keys().map(String::as_str).collect();
        // What is read has every key.
        schemas.insert(name.to_owned(), object(&keys, json!(properties), about));
        let written = object(required, json!(properties), about);
        schemas.insert(written_name(name), written);
    }
    schemas.extend(shared());
    let point = json!({ "type": "object", "required": ["type", "coordinates"], "properties": {
        "type": { "const": "Point" },
        "coordinates": { "type": "array", "minItems": 2, "maxItems": 2, "items": { "type": "number" },
            "description": "Longitude, latitude in degrees (WGS 84)" },
    }});
    schemas.insert("point".to_owned(), point);
    schemas.insert("facility".to_owned(), facility(&fields));
    schemas.insert("facilityFeature".to_owned(), feature());
    let collection = feature_collection("facilityFeature");
    schemas.insert("facilityCollection".to_owned(), collection);
    let fields = written(fields);
    let values = object(&["name"], json!(fields), "What is left out is unknown");
    schemas.insert("facilityValues".to_owned(), values);
    let changes = object(&[], json!(fields), "What is left out stays as it is");
    schemas.insert("facilityChanges".to_owned(), changes);
    for name in ["facilityValues", "facilityChanges"] {
        for derived in DERIVED.iter().chain(&["id"]) {
            mark_read_only(&mut schemas[name]["properties"][*derived]);
        }
    }
    let geometry = || or_null(json!({ "$ref": reference("point") }));
    let new = object(
        &["type", "properties"],
        json!({ "type": { "const": "Feature" }, "geometry": geometry(), "properties": { "$ref": reference("facilityValues") } }),
        "A facility as it is written. Without a geometry the address says where it is. What answers have beside it may be sent back as it was read",
    );
    schemas.insert("newFacility".to_owned(), new);
    let patch = object(
        &[],
        json!({ "type": { "const": "Feature" }, "geometry": { "$ref": reference("point") }, "properties": { "$ref": reference("facilityChanges") } }),
        "A merge patch of a facility (RFC 7396): null makes a value unknown",
    );
    schemas.insert("facilityPatch".to_owned(), patch);
    schemas
}

fn reference(name: &str) -> String {
    format!("#/components/schemas/{name}")
}

fn object(required: &[&str], properties: Value, description: &str) -> Value {
    let mut schema =
        json!({ "type": "object", "description": description, "properties": properties });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

fn or_null(schema: Value) -> Value {
    json!({ "anyOf": [schema, { "type": "null" }] })
}

fn mark_read_only(schema: &mut Value) {
    // Beside a reference nothing else counts in every version of the standard.
    if let Some(schema) = schema.as_object_mut().filter(|it| !it.contains_key("$ref")) {
        schema.insert("readOnly".to_owned(), true.into());
    }
}

/// Every key is always there; two more are there where they are asked for.
fn facility(fields: &Map<String, Value>) -> Value {
    let always: Vec<&str> = fields.keys().map(String::as_str).collect();
    let mut properties = fields.clone();
    let distance = json!({ "type": "number", "x-ogc-unit": "m", "description": "From `near`; there where it is asked for" });
    properties.insert("distance".to_owned(), distance);
    let opening = json!({ "$ref": reference("opening") });
    properties.insert("opening".to_owned(), opening);
    let about = "Every key is always there, but for `distance` and `opening`: null is unknown, an empty list is known to be empty";
    object(&always, json!(properties), about)
}

fn feature() -> Value {
    let link = json!({ "type": "array", "items": { "$ref": reference("link") } });
    object(
        &["type", "id", "geometry", "properties"],
        json!({
            "type": { "const": "Feature" },
            "id": { "type": "string" },
            "geometry": { "$ref": reference("point") },
            "properties": { "$ref": reference("facility") },
            "links": link,
        }),
        "A facility",
    )
}

/// A field's schema, in which a list of words is a reference to the one schema that has it, and a list of
/// objects one of theirs.
fn with_named_words(field: &str, mut schema: Value, schemas: &mut Map<String, Value>) -> Value {
    let mut named = |words: &Value| {
        let words = words.as_array().cloned().unwrap_or_default();
        let words: Vec<Value> = words.into_iter().filter(|word| !word.is_null()).collect();
        let name = NAMES.iter().find(|(known, _)| *known == field);
        let name = name.map_or(field, |(_, name)| *name);
        schemas.insert(name.to_owned(), json!({ "type": "string", "enum": words }));
        json!({ "$ref": reference(name) })
    };
    if let Some((_, object)) = OBJECTS.iter().find(|(name, _)| *name == field) {
        schema["items"] = json!({ "$ref": reference(object) });
        return schema;
    }
    if let Some(words) = schema["items"].get("enum") {
        schema["items"] = named(words);
        return schema;
    }
    let Some(words) = schema.get("enum") else {
        return schema;
    };
    let word = named(words);
    let is_nullable = schema["type"].is_array();
    if !is_nullable {
        return word;
    }
    let mut choice = or_null(word);
    choice["title"] = schema["title"].take();
    choice
}

/// What the schema of an object is called where it is written.
fn written_name(name: &str) -> String {
    let (first, rest) = name.split_at(1);
    format!("new{}{rest}", first.to_uppercase())
}

/// The fields where they are written: objects may leave out what is unknown.
fn written(mut fields: Map<String, Value>) -> Map<String, Value> {
    for (field, object) in OBJECTS {
        fields[*field]["items"] = json!({ "$ref": reference(&written_name(object)) });
    }
    fields
}

/// An object in a facility's lists: its name, the keys it cannot be written without, all of them, what it is.
type Object = (
    &'static str,
    &'static [&'static str],
    Map<String, Value>,
    &'static str,
);

fn objects() -> [Object; 3] {
    let nullable = || json!({ "type": ["string", "null"] });
    let address = || json!({ "type": ["string", "null"], "format": "uri" });
    let keys = |keys: Value| keys.as_object().cloned().unwrap_or_default();
    [
        (
            "closure",
            &["from"],
            keys(json!({
                "from": { "type": "string", "format": "date" },
                "to": { "type": ["string", "null"], "format": "date", "description": "null where nobody said" },
                "note": nullable(),
            })),
            "Days on which it is closed",
        ),
        (
            "support",
            &["programme", "certainty"],
            keys(json!({
                "programme": { "$ref": reference("programme") }, "type": nullable(), "fiscal_year": nullable(), "area": nullable(),
                "evidence_title": nullable(), "evidence_url": address(), "certainty": { "$ref": reference("certainty") },
            })),
            "What a programme gave it, and the source that says so",
        ),
        (
            "source",
            &["title"],
            keys(json!({
                "title": { "type": "string" },
                "url": address(),
                "date": { "type": ["string", "null"], "description": "YYYY, YYYY-MM or YYYY-MM-DD" },
                "fields": { "type": ["array", "null"], "items": { "type": "string" }, "description": "Which fields are from it; null where nobody noted it" },
            })),
            "Where facts are from",
        ),
    ]
}

/// What facilities and documents share.
fn shared() -> Map<String, Value> {
    let words = |words: &[&str]| json!({ "type": "string", "enum": words });
    let opening = json!({
        "state": words(&["open", "closed", "unknown"]),
        "until": { "type": ["string", "null"], "format": "date-time", "description": "When that changes; null when nobody knows, or never" },
        "readable": { "type": "boolean", "description": "Whether the hours could be read as they are written" },
        "note": { "type": ["string", "null"], "description": "Why it is closed for a time, or what leaves it unknown" },
    });
    let link = json!({
        "href": { "type": "string", "format": "uri" },
        "rel": { "type": "string" },
        "type": { "type": "string" },
        "title": { "type": "string" },
    });
    let all = [
        ("programme", words(Programme::SLUGS)),
        ("certainty", words(Certainty::SLUGS)),
        (
            "opening",
            object(
                &["state", "until", "readable", "note"],
                opening,
                "Whether it is open at the minute asked for",
            ),
        ),
        ("link", object(&["href", "rel", "type"], link, "A link")),
    ];
    let all = all.map(|(name, schema)| (name.to_owned(), schema));
    all.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fields::Shape;

    #[test]
    fn a_facility_promises_every_key_and_names_every_list_of_words_once() {
        let schemas = schemas();
        let facility = &schemas["facility"];
        let required = facility["required"].as_array().unwrap();
        let names: Vec<Value> = FACILITY.iter().map(|field| json!(field.name)).collect();
        assert_eq!(*required, names);
        for (name, schema) in facility["properties"].as_object().unwrap() {
            assert!(!schema.to_string().contains("\"enum\""), "{name}: {schema}");
        }
        let kind = json!({ "anyOf": [{ "$ref": "#/components/schemas/kind" }, { "type": "null" }], "title": "Kind" });
        assert_eq!(facility["properties"]["kind"], kind);
    }

    #[test]
    fn the_objects_in_lists_have_the_keys_of_the_field_table() {
        let schemas = schemas();
        let lists = FACILITY.iter().filter_map(|field| match field.shape {
            Shape::Objects(keys) => Some((field.name, keys)),
            _ => None,
        });
        for (field, keys) in lists {
            let (_, object) = OBJECTS.iter().find(|(name, _)| *name == field).unwrap();
            let properties = schemas[*object]["properties"].as_object().unwrap();
            let described: Vec<&str> = properties.keys().map(String::as_str).collect();
            assert_eq!(described, keys, "{field}");
        }
    }
}
