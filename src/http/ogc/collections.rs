//! OGC API Features' collections: the list, each one's description, its fields, and the way to
//! its items.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use crate::districts::Level;
use crate::domain::fields::{FACILITY, Field, Shape};
use crate::http::answer::{Link, Stop};
use crate::http::document::{document, document_of, own_links, with_query};
use crate::http::find::{districts, facilities, stations};
use crate::http::language::Language;
use crate::http::negotiate::{GEOJSON, HTML, JSON, SCHEMA, TILEJSON};
use crate::http::plan::{coverage, population};
use crate::http::problem::{Problem, Text};
use crate::http::query::{self as p, Parameter};
use crate::http::site::Site;

/// One of the collections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Collection {
    /// The hubs.
    Facilities,
    /// Municipalities and the wards of designated cities.
    Municipalities,
    /// The 47.
    Prefectures,
    /// People by grid square.
    Population,
    /// What share of them has a hub near, by district.
    Coverage,
    /// Railway stations.
    Stations,
}

impl Collection {
    /// All of them.
    pub const ALL: [Collection; 6] = [
        Collection::Facilities,
        Collection::Municipalities,
        Collection::Prefectures,
        Collection::Population,
        Collection::Coverage,
        Collection::Stations,
    ];

    /// Its id in paths, and its layer's name in tiles.
    pub const fn id(self) -> &'static str {
        match self {
            Collection::Facilities => "facilities",
            Collection::Municipalities => "municipalities",
            Collection::Prefectures => "prefectures",
            Collection::Population => "population",
            Collection::Coverage => "coverage",
            Collection::Stations => "stations",
        }
    }

    /// The collection of a path.
    pub fn of(id: &str) -> Result<Collection, Problem> {
        Collection::ALL
            .into_iter()
            .find(|collection| collection.id() == id)
            .ok_or_else(|| {
                let known = Collection::ALL.map(Collection::id).join(", ");
                Problem::not_found(Text::new(
                    format!("「{id}」というコレクションはありません。あるもの: {known}"),
                    format!("there is no collection “{id}”; there are {known}"),
                ))
            })
    }

    /// The levels of its districts, the most local first. Facilities and squares are none, and coverage
    /// is cut as it is asked for.
    pub const fn levels(self) -> &'static [Level] {
        match self {
            Collection::Facilities
            | Collection::Population
            | Collection::Coverage
            | Collection::Stations => &[],
            Collection::Municipalities => &[Level::Ward, Level::Municipality],
            Collection::Prefectures => &[Level::Prefecture],
        }
    }

    /// Its title.
    pub fn title(self, language: Language) -> &'static str {
        match self {
            Collection::Facilities => language.pick("テレワーク拠点", "Telework hubs"),
            Collection::Municipalities => language.pick("市区町村と区", "Municipalities and wards"),
            Collection::Prefectures => language.pick("都道府県", "Prefectures"),
            Collection::Population => {
                language.pick("人口（メッシュ）", "Population by grid square")
            }
            Collection::Coverage => language.pick(
                "テレワーク拠点の徒歩圏人口カバー率",
                "Share of people within reach of a telework hub",
            ),
            Collection::Stations => language.pick("鉄道駅", "Railway stations"),
        }
    }

    /// What it holds.
    pub fn description(self, language: Language) -> &'static str {
        match self {
            Collection::Facilities => language.pick(
                "まちなかのコワーキングスペース、サテライトオフィス、ワーケーション施設など。不明な項目はnull。",
                "Coworking spaces, satellite offices, workation facilities and the like in town centres. What is unknown is null.",
            ),
            Collection::Municipalities => language.pick(
                "1,741市区町村と政令指定都市の171区（推定境界はapproximate）。",
                "The 1,741 municipalities and the 171 wards of designated cities (estimated borders are marked approximate).",
            ),
            Collection::Prefectures => language.pick("47都道府県。", "The 47 prefectures."),
            Collection::Population => language.pick(
                "カバー率の計算に使う人口（JIS X 0410のメッシュ、市区町村ごと）。国勢調査メッシュを取り込むまでは推計モデル（people_sourceがmodel）。",
                "The people that coverage counts, by grid square (JIS X 0410) and municipality. A model until census squares are imported (people_source is model).",
            ),
            Collection::Coverage => language.pick(
                "拠点から直線距離800 m以内に住む人の割合（距離はwithin）。市区町村ごと。by=prefecture、by=wardで都道府県ごと、政令指定都市の区ごと。/coverageと同じ数値で、人口が推計モデルならpeople_sourceがmodel。",
                "The share of people living within 800 m of a hub in a straight line (`within` takes another distance), by municipality; by=prefecture or by=ward by prefecture or ward. The same figures as /coverage; people_source is model where people are modelled.",
            ),
            Collection::Stations => language.pick(
                "主な鉄道駅（乗換駅、新幹線の駅、役所に近い駅など）。import-stationsで国土数値情報の全国の駅に置き換わる。路線名は正式名。空港は含まない（/placesにある）。",
                "Principal railway stations (interchanges, Shinkansen stops, those near town halls and so on); import-stations puts all of Japan's in their place. Lines have their legal names. Airports are not in it but in /places.",
            ),
        }
    }

    /// The fields of its features.
    fn fields(self) -> &'static [Field] {
        match self {
            Collection::Facilities => FACILITY,
            Collection::Municipalities => districts::MUNICIPALITY_FIELDS,
            Collection::Prefectures => districts::PREFECTURE_FIELDS,
            Collection::Population => population::FIELDS,
            Collection::Coverage => coverage::fields::FIELDS,
            Collection::Stations => stations::FIELDS,
        }
    }

    /// What its `items` take.
    pub const fn of_items(self) -> &'static [&'static Parameter] {
        match self {
            Collection::Facilities => facilities::ITEMS,
            Collection::Municipalities => districts::ITEMS_OF_TWO_KINDS,
            Collection::Prefectures => districts::ITEMS,
            Collection::Population => population::ITEMS,
            Collection::Coverage => coverage::collection::ITEMS,
            Collection::Stations => stations::ITEMS,
        }
    }

    /// What one of its features takes.
    pub const fn of_one(self) -> &'static [&'static Parameter] {
        match self {
            Collection::Facilities => facilities::ITEM,
            Collection::Municipalities | Collection::Prefectures => districts::ITEM,
            Collection::Population => population::ITEM,
            Collection::Coverage => coverage::collection::ITEM,
            Collection::Stations => stations::ITEM,
        }
    }

    /// What its description and that of its tiles take, and of that what stands in the links of both.
    pub fn asked(
        self,
        request: &HttpRequest,
    ) -> Result<(&'static [&'static Parameter], String), Problem> {
        match self {
            Collection::Coverage => {
                let query = coverage::collection::described_query(request)?;
                Ok((coverage::collection::DESCRIBED, query))
            }
            _ => Ok((p::DOCUMENT, String::new())),
        }
    }

    /// Its description, whose links to itself, its items and its tiles repeat the query.
    fn describe(self, site: &Site, query: &str, language: Language) -> Value {
        let here = site.url(&format!("/collections/{}", self.id()));
        let asked = |path: &str, f: &str| {
            let address = [&here, path].concat();
            with_query(with_query(address, query), f)
        };
        let mut links = vec![
            Link::new(asked("", ""), "self", JSON),
            Link::new(asked("", "f=html"), "alternate", HTML),
            Link::new(asked("/items", ""), "items", GEOJSON),
            Link::new(asked("/items", "f=html"), "items", HTML),
            Link::new(format!("{here}/schema"), "describedby", SCHEMA),
            Link::new(
                format!("{here}/queryables"),
                "http://www.opengis.net/def/rel/ogc/1.0/queryables",
                SCHEMA,
            ),
            Link::new(
                format!("{here}/tiles"),
                "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector",
                JSON,
            ),
            Link::new(
                asked("/tiles/WebMercatorQuad", "f=tilejson"),
                "enclosure",
                TILEJSON,
            ),
            Link::new(site.url("/credits?f=html"), "license", HTML),
        ];
        links[1].title = Some("HTML");
        json!({
            "id": self.id(), "title": self.title(language), "description": self.description(language),
            "itemType": "feature",
            "extent": { "spatial": { "bbox": [[122.0, 20.0, 154.0, 46.0]], "crs": p::CRS84 } },
            "crs": [p::CRS84],
            "storageCrs": p::CRS84,
            "links": links,
        })
    }
}

/// `/collections`.
pub async fn list(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    document(&request, &[JSON, HTML], |site, format, language| {
        let all = Collection::ALL.map(|collection| collection.describe(site, "", language));
        let links = own_links(site, "/collections", format);
        (
            json!({ "links": links, "collections": all }),
            links,
            language.pick("コレクション", "Collections"),
        )
    })
}

/// `/collections/{collection}`. What is asked of coverage stands in its links as well, so that programs
/// that open a collection by its address can open any question.
pub async fn one(request: HttpRequest, id: web::Path<String>) -> Result<HttpResponse, Stop> {
    let collection = Collection::of(&id)?;
    let (known, query) = collection.asked(&request)?;
    let formats = &[JSON, HTML];
    document_of(&request, known, formats, |site, _, language| {
        (
            collection.describe(site, &query, language),
            vec![],
            collection.title(language),
        )
    })
}

/// `/collections/{collection}/items` of districts.
pub async fn items(request: HttpRequest, id: web::Path<String>) -> Result<HttpResponse, Stop> {
    match Collection::of(&id)? {
        Collection::Population => population::items(&request).await,
        Collection::Coverage => coverage::collection::items(&request).await,
        Collection::Stations => stations::items(&request).await,
        collection => districts::items(&request, collection.levels()).await,
    }
}

/// `/collections/{collection}/items/{id}` of districts.
pub async fn item(
    request: HttpRequest,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Stop> {
    let (collection, id) = path.into_inner();
    match Collection::of(&collection)? {
        Collection::Population => population::item(&request, &id).await,
        Collection::Coverage => coverage::collection::item(&request, &id).await,
        Collection::Stations => stations::item(&request, &id).await,
        collection => districts::item(&request, &id, collection.levels()).await,
    }
}

/// `/collections/{collection}/schema`: every property.
pub async fn schema(request: HttpRequest, id: web::Path<String>) -> Result<HttpResponse, Stop> {
    let collection = Collection::of(&id)?;
    fields(&request, collection, "schema", |_| true)
}

/// `/collections/{collection}/queryables`: what a filter can name.
pub async fn queryables(request: HttpRequest, id: web::Path<String>) -> Result<HttpResponse, Stop> {
    let collection = Collection::of(&id)?;
    // What a program may ask by a property's name is what `items` takes under that name, and nothing else.
    let asked = collection.of_items();
    fields(&request, collection, "queryables", |field| {
        asked.iter().any(|parameter| parameter.name == field.name)
    })
}

fn fields(
    request: &HttpRequest,
    collection: Collection,
    name: &str,
    keep: impl Fn(&Field) -> bool,
) -> Result<HttpResponse, Stop> {
    document(request, &[SCHEMA, HTML], |site, _, language| {
        let mut properties: serde_json::Map<String, Value> = collection
            .fields()
            .iter()
            .filter(|field| keep(field))
            .map(|field| (field.name.to_owned(), field_schema(field, language)))
            .collect();
        let geometry = match collection {
            Collection::Facilities | Collection::Stations => "geometry-point",
            _ => "geometry-polygon-any",
        };
        properties.insert(
            "geometry".to_owned(),
            json!({ "format": geometry, "x-ogc-role": "primary-geometry" }),
        );
        let body = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": site.url(&format!("/collections/{}/{name}", collection.id())),
            "type": "object", "title": collection.title(language), "properties": properties,
            "additionalProperties": false,
        });
        (body, vec![], collection.title(language))
    })
}

/// The JSON Schema of a field's value.
pub fn field_schema(field: &Field, language: Language) -> Value {
    let list = |items: Value| json!({ "type": "array", "items": items });
    let mut schema = match field.shape {
        Shape::Text => json!({ "type": "string" }),
        Shape::Word(words) => json!({ "type": "string", "enum": words }),
        // A list of names that no vocabulary has.
        Shape::Words([]) => list(json!({ "type": "string" })),
        Shape::Words(words) => list(json!({ "type": "string", "enum": words })),
        Shape::Integer(unit) => match unit {
            Some(unit) => json!({ "type": "integer", "x-ogc-unit": unit }),
            None => json!({ "type": "integer" }),
        },
        Shape::Number(unit) => match unit {
            Some(unit) => json!({ "type": "number", "x-ogc-unit": unit }),
            None => json!({ "type": "number" }),
        },
        Shape::Date => json!({ "type": "string", "format": "date" }),
        Shape::Moment => json!({ "type": "string", "format": "date-time" }),
        Shape::Url => json!({ "type": "string", "format": "uri" }),
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::Objects(keys) => {
            let keys: serde_json::Map<String, Value> = keys
                .iter()
                .map(|&key| (key.to_owned(), json!({})))
                .collect();
            list(json!({ "type": "object", "properties": keys }))
        }
    };
    if field.nullable {
        let kind = schema["type"].take();
        schema["type"] = json!([kind, "null"]);
        if let Some(words) = schema.get_mut("enum").and_then(Value::as_array_mut) {
            words.push(Value::Null);
        }
    }
    schema["title"] = language.pick(field.ja, field.en).into();
    schema
}
