//! The API's definition, made from the same tables that answer requests.
//!
//! OpenAPI 3.1 and a 3.0 rendering of it: the OGC's suite and many clients read only 3.0. What
//! differs is the version and how `null` is written ([`as_30`]).

mod behind_login;

use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Map, Value, json};

use super::Site;
use super::answer::{Answer, Stop};
use super::collections::{Collection, field_schema};
use super::coverage::collection as covered;
use super::language::Language;
use super::negotiate::{
    self, ATOM, Format, GEOJSON, HTML, JSON, MVT, OPENAPI30, OPENAPI31, SCHEMA, TILEJSON,
};
use super::parameters::{self as p, Given, Parameter};
use super::problem::KINDS;
use super::{
    changes, coverage, districts, facets, facilities, feed, landing, page, places, population,
    reports, siting,
};
use crate::directory::reports::Wrong;
use crate::domain::fields::FACILITY;

/// One path that is read.
struct Operation {
    path: String,
    id: String,
    summary: &'static str,
    parameters: &'static [&'static Parameter],
    formats: &'static [Format],
    /// Statuses beside 200, 304, 400, 406, 414 and 500.
    also: &'static [u16],
}

/// `/api`.
pub async fn definition(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    let site = Site::of(&request);
    let given = Given::read(request.query_string(), landing::DOCUMENT)?;
    // Asked for plain JSON, the newer of the two.
    let offered = [OPENAPI31, OPENAPI30, HTML, JSON];
    let format = negotiate::format(&request, given.get(&p::F), &offered)?;
    let generation = site.directory.now();
    let answer = Answer::begin(&request, &generation, format)?;
    let document = openapi31(&site.public_url);
    if format == HTML {
        let html = page::document(
            answer.language().pick("APIの定義", "API definition"),
            &document,
            answer.language(),
        );
        return Ok(answer.finish(html));
    }
    let document = if format == OPENAPI30 {
        as_30(document)
    } else {
        document
    };
    Ok(answer.finish(document.to_string()))
}

fn operations() -> Vec<Operation> {
    const DOCUMENT: &[Format] = &[JSON, HTML];
    let operation = |path: &str, id: &str, summary, parameters, formats, also| Operation {
        path: path.to_owned(),
        id: id.to_owned(),
        summary,
        parameters,
        formats,
        also,
    };
    let mut all = vec![
        operation(
            "/",
            "getLandingPage",
            "The landing page; as HTML the map",
            landing::DOCUMENT,
            DOCUMENT,
            &[],
        ),
        operation(
            "/conformance",
            "getConformance",
            "What this API conforms to",
            landing::DOCUMENT,
            DOCUMENT,
            &[],
        ),
        operation(
            "/api",
            "getDefinition",
            "This definition",
            landing::DOCUMENT,
            &[OPENAPI31, OPENAPI30, HTML],
            &[],
        ),
        operation(
            "/collections",
            "getCollections",
            "The collections",
            landing::DOCUMENT,
            DOCUMENT,
            &[],
        ),
    ];
    for collection in Collection::ALL {
        let id = collection.id();
        let (items, item, tile, of_items) = match collection {
            Collection::Facilities => (
                facilities::ITEMS,
                facilities::ITEM,
                facilities::TILE,
                facilities::OF_ITEMS,
            ),
            Collection::Population => (
                population::ITEMS,
                landing::DOCUMENT,
                landing::TILE,
                facilities::FORMATS,
            ),
            Collection::Coverage => (
                covered::ITEMS,
                covered::ITEM,
                covered::TILE,
                coverage::FORMATS,
            ),
            _ => (
                districts::ITEMS,
                landing::DOCUMENT,
                landing::TILE,
                facilities::FORMATS,
            ),
        };
        let is_coverage = collection == Collection::Coverage;
        // What takes seconds waits for its turn, and may be told to come again.
        let (busy, described): (&[u16], _) = match is_coverage {
            true => (&[503], covered::DESCRIBED),
            false => (&[], landing::DOCUMENT),
        };
        let path = format!("/collections/{id}");
        let named = |name: &str| format!("{name}.{id}");
        all.extend([
            operation(
                &path,
                &named("describeCollection"),
                "The collection",
                described,
                DOCUMENT,
                &[],
            ),
            operation(
                &format!("{path}/items"),
                &named("getFeatures"),
                "Its features",
                items,
                of_items,
                busy,
            ),
            operation(
                &format!("{path}/items/{{featureId}}"),
                &named("getFeature"),
                "One feature",
                item,
                facilities::FORMATS,
                match collection {
                    Collection::Facilities => &[404, 410],
                    Collection::Coverage => &[404, 503],
                    _ => &[404],
                },
            ),
            operation(
                &format!("{path}/queryables"),
                &named("getQueryables"),
                "What a filter can name",
                landing::DOCUMENT,
                &[SCHEMA, HTML],
                &[],
            ),
            operation(
                &format!("{path}/schema"),
                &named("getSchema"),
                "Every property",
                landing::DOCUMENT,
                &[SCHEMA, HTML],
                &[],
            ),
            operation(
                &format!("{path}/tiles"),
                &format!("collection.{id}.vector.getTileSetsList"),
                "Its tile sets",
                landing::DOCUMENT,
                DOCUMENT,
                &[],
            ),
            operation(
                &format!("{path}/tiles/WebMercatorQuad"),
                &format!("collection.{id}.vector.getTileSet"),
                "The tile set",
                described,
                &[JSON, TILEJSON, HTML],
                &[],
            ),
            operation(
                &format!("{path}/tiles/WebMercatorQuad/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"),
                &format!("collection.{id}.vector.getTile"),
                "A vector tile",
                tile,
                &[MVT],
                if is_coverage {
                    &[204, 404, 503]
                } else {
                    &[204, 404]
                },
            ),
        ]);
    }
    all.push(operation(
        "/collections/facilities/facets",
        "countFacilities",
        "How many facilities each choice of a filter would leave: each field counted among what all other filters leave",
        facets::PARAMETERS,
        &[JSON],
        &[],
    ));
    for (path, id, also) in [
        ("/collections/facilities/feed", "getFeed", &[][..]),
        (
            "/collections/municipalities/items/{featureId}/feed",
            "getFeed.municipalities",
            &[404],
        ),
        (
            "/collections/prefectures/items/{featureId}/feed",
            "getFeed.prefectures",
            &[404],
        ),
    ] {
        all.push(operation(
            path,
            id,
            "The facilities that changed last, as Atom with GeoRSS points",
            feed::PARAMETERS,
            &[ATOM],
            also,
        ));
    }
    all.push(operation(
        "/collections/facilities/items/{featureId}/reports",
        "getReportForm",
        "The form to say what is wrong about a facility",
        reports::PARAMETERS,
        &[HTML],
        &[404, 410],
    ));
    all.extend([
        operation(
            "/basemap/{tileMatrix}/{tileRow}/{tileCol}",
            "getBasemapTile",
            "A vector tile of the basemap",
            landing::TILE,
            &[MVT],
            &[204, 404],
        ),
        operation(
            "/places",
            "searchPlaces",
            "Places by their words",
            places::PARAMETERS,
            &[GEOJSON],
            &[],
        ),
        operation(
            "/coverage",
            "getCoverage",
            "What share of people live within a distance of a hub, by district; as HTML the planner's page",
            coverage::PARAMETERS,
            coverage::FORMATS,
            &[503],
        ),
        operation(
            "/siting",
            "getSites",
            "Where the next hubs should go, among the towns of an area: the chosen sites, best first, with `value`, proved `bound`, \
             `gap` in per cent, `proved`, `method`, `seconds`, whether the clock `cut` it, the `curve` of people covered against \
             the number of sites, and `robustness` at a radius 10 % shorter and longer. Asked for `text/event-stream`, it tells twice \
             a second how far it is, in events `progress` (`share` of the work spent, best `value` so far, `bound`, `gap` in per cent, \
             `seconds`), then the same answer in an event `answer`, or why there is none in an event `problem`; a client that closes \
             the connection stops the work",
            siting::PARAMETERS,
            siting::FORMATS,
            &[503],
        ),
        operation(
            "/changes",
            "listChanges",
            "What changed since a number: never who, from which submission or why",
            changes::PARAMETERS,
            &[JSON],
            &[503],
        ),
        operation(
            "/vocabularies",
            "getVocabularies",
            "Words, programmes and their facts",
            landing::DOCUMENT,
            DOCUMENT,
            &[],
        ),
        operation(
            "/credits",
            "getCredits",
            "Whose data is used",
            landing::DOCUMENT,
            DOCUMENT,
            &[],
        ),
        operation(
            "/tileMatrixSets/WebMercatorQuad",
            "getTileMatrixSet",
            "The tiling scheme",
            landing::DOCUMENT,
            DOCUMENT,
            &[],
        ),
    ]);
    all
}

fn openapi31(public_url: &str) -> Value {
    let operations = operations();
    let mut parameters = Map::new();
    let mut paths = Map::new();
    for operation in &operations {
        // What differs between operations is described with each: `f`, and a place's `q`.
        let shared = |parameter: &&&Parameter| {
            let is_place = operation.id == "searchPlaces" && parameter.name == p::Q.name;
            parameter.name != p::F.name && !is_place
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
                // Siting leaves out what it cannot place.
                ("getSites", "imprecise") => describe_with(
                    parameter,
                    json!({"type": "string", "enum": ["leave-out", "keep"], "default": "leave-out"}),
                ),
                ("getSites", "method") => describe_with(
                    parameter,
                    json!({"type": "string", "enum": ["centre"], "default": "centre"}),
                ),
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
    let fields: Map<String, Value> = FACILITY
        .iter()
        .map(|field| (field.name.to_owned(), field_schema(field, Language::En)))
        .collect();
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
                "facility": { "type": "object", "properties": fields },
                "geometry": { "type": ["object", "null"], "properties": { "type": { "type": "string" }, "coordinates": { "type": "array", "items": {} } } },
                "feature": feature(),
                "featureCollection": feature_collection("feature"),
                "facilityFeature": { "allOf": [{ "$ref": "#/components/schemas/feature" }, { "type": "object", "properties": {
                    "properties": { "$ref": "#/components/schemas/facility" },
                }}]},
                "facilityCollection": feature_collection("facilityFeature"),
                "problem": { "type": "object", "required": ["type", "title", "status"], "properties": {
                    "type": { "type": "string", "format": "uri" }, "title": { "type": "string" }, "status": { "type": "integer" },
                    "detail": { "type": "string" }, "instance": { "type": "string" },
                    "code": { "type": "string", "enum": KINDS.iter().map(|kind| kind.0).collect::<Vec<_>>() },
                    "errors": { "type": "array", "items": { "type": "object" } },
                }},
            },
        },
    });
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        schemas.extend(behind_login::schemas());
    }
    document
}

/// The same question about areas somebody has drawn and facilities somebody imagines.
fn coverage_of_a_body(get: &Value) -> Value {
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
fn sites_of_a_body(get: &Value) -> Value {
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
fn report_of_a_visitor(get: &Value) -> Value {
    let text = |most: usize| json!({ "type": "string", "maxLength": most });
    let body = json!({ "type": "object", "required": ["kind"], "properties": {
        "kind": { "type": "string", "enum": Wrong::SLUGS },
        "text": text(2_000),
        "contact": text(200),
        "website": { "type": "string", "maxLength": 0, "description": "Left empty: programs that fill in everything are caught by it" },
    }});
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
            "429": refused("Too many reports came lately"),
            "500": refused("An internal failure"),
        },
    })
}

fn tag(path: &str) -> &'static str {
    if path.contains("/tile") || path.starts_with("/basemap") {
        "tiles"
    } else if path.contains("/items")
        || path.ends_with("/facets")
        || matches!(path, "/places" | "/changes" | "/coverage" | "/siting")
    {
        "data"
    } else {
        "capabilities"
    }
}

fn feature() -> Value {
    json!({ "type": "object", "required": ["type", "geometry", "properties"], "properties": {
        "type": { "type": "string", "enum": ["Feature"] },
        "id": { "type": "string" },
        "geometry": { "$ref": "#/components/schemas/geometry" },
        "properties": { "type": ["object", "null"] },
        "links": { "type": "array", "items": { "type": "object" } },
    }})
}

fn feature_collection(of: &str) -> Value {
    json!({ "type": "object", "required": ["type", "features"], "properties": {
        "type": { "type": "string", "enum": ["FeatureCollection"] },
        "features": { "type": "array", "items": { "$ref": format!("#/components/schemas/{of}") } },
        "numberMatched": { "type": "integer", "minimum": 0 },
        "numberReturned": { "type": "integer", "minimum": 0 },
        "timeStamp": { "type": "string", "format": "date-time" },
        "links": { "type": "array", "items": { "type": "object" } },
    }})
}

fn describe(parameter: &Parameter) -> Value {
    describe_with(parameter, (parameter.schema)())
}

fn describe_with(parameter: &Parameter, schema: Value) -> Value {
    json!({
        "name": parameter.name, "in": "query", "required": false, "description": parameter.about,
        "style": "form", "explode": false, "schema": schema,
    })
}

fn path_parameter(name: &str) -> Value {
    let schema = match name {
        "featureId" => json!({ "type": "string" }),
        _ => json!({ "type": "integer", "minimum": 0 }),
    };
    json!({ "name": name, "in": "path", "required": true, "schema": schema })
}

fn responses(operation: &Operation) -> Value {
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

/// The 3.0 rendering of a 3.1 document.
fn as_30(mut document: Value) -> Value {
    document["openapi"] = "3.0.3".into();
    downgrade(&mut document);
    document
}

/// `type: [x, null]` becomes `nullable`, `examples` of a schema becomes `example`, and a list of required
/// members, which may not be empty in 3.0, is left out when it is; the rest is the same in both.
fn downgrade(value: &mut Value) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(downgrade),
        Value::Object(object) => {
            if let Some(Value::Array(types)) = object.get("type").cloned() {
                let kind = types
                    .iter()
                    .find(|kind| *kind != "null")
                    .cloned()
                    .unwrap_or(Value::Null);
                object.insert("type".to_owned(), kind);
                object.insert("nullable".to_owned(), true.into());
            }
            if object.contains_key("type")
                && let Some(Value::Array(examples)) = object.remove("examples")
            {
                object.extend(
                    examples
                        .into_iter()
                        .next()
                        .map(|first| ("example".to_owned(), first)),
                );
            }
            if object
                .get("required")
                .and_then(Value::as_array)
                .is_some_and(Vec::is_empty)
            {
                object.remove("required");
            }
            object.values_mut().for_each(downgrade);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_30_rendering_has_nothing_that_only_31_has() {
        fn walk(value: &Value) {
            match value {
                Value::Array(list) => list.iter().for_each(walk),
                Value::Object(object) => {
                    assert!(
                        !object.get("type").is_some_and(Value::is_array),
                        "{object:?}"
                    );
                    assert_ne!(object.get("required"), Some(&json!([])), "{object:?}");
                    object.values().for_each(walk);
                }
                _ => {}
            }
        }
        let document = as_30(openapi31("http://localhost"));
        walk(&document);
        assert_eq!(document["openapi"], "3.0.3");
        assert_eq!(
            document["components"]["schemas"]["facility"]["properties"]["kind"]["nullable"],
            true
        );
    }

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
