//! Vector tiles at OGC API Tiles' addresses, `{tileMatrix}/{tileRow}/{tileCol}`: z/y/x.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use crate::directory::credits::{Prefectures, Used, has_openstreetmap};
use crate::directory::{BUILD, Reference};
use crate::http::answer::{Answer, Link, Stop};
use crate::http::document::{document, document_of, own_links, with_query};
use crate::http::find::facilities;
use crate::http::language::Language;
use crate::http::negotiate::{self, HTML, JSON, MVT, TILEJSON};
use crate::http::ogc::collections::Collection;
use crate::http::plan::{coverage, population};
use crate::http::problem::{Problem, Text};
use crate::http::query::{self as p, QueryParams, as_of, filter};
use crate::http::site::Site;
use crate::http::wire::blocking::compute;
use crate::tiles::{self, Tile};

/// `/collections/{collection}/tiles/WebMercatorQuad/{z}/{y}/{x}`.
pub async fn collection(
    request: HttpRequest,
    path: web::Path<(String, String, String, String)>,
) -> Result<HttpResponse, Stop> {
    let (collection, z, y, x) = path.into_inner();
    let collection = Collection::of(&collection)?;
    let tile = address(&z, &y, &x)?;
    if collection == Collection::Coverage {
        return coverage::collection::tile(&request, tile).await;
    }
    let site = Site::of(&request).clone();
    let known = if collection == Collection::Facilities {
        facilities::TILE
    } else {
        p::TILE
    };
    let given = QueryParams::of(&request, known)?;
    let format = negotiate::format(&request, given.get(&p::F), &[MVT])?;
    let filter = if collection == Collection::Facilities {
        // A tile has no order: what might match is drawn with what does.
        filter::read_lenient(&given, &site.directory)?
    } else {
        Default::default()
    };
    // Districts have no history: their tiles do not take the parameter.
    let generation = as_of::generation(&request, &given).await?;
    let opening = match collection {
        Collection::Facilities => filter::minute(&given, &p::OPENING)?,
        _ => None,
    };
    let tag = filter::tag(&generation, &given, opening.or(filter.open_at));
    let answer = Answer::tagged(&request, &generation, format, &tag)?;
    if collection == Collection::Population {
        // The people may have to be read first.
        site.demand(&generation).await?;
    }
    let asked = std::sync::Arc::clone(&generation);
    let bytes = compute(move || {
        let basemap = || asked.known.basemap();
        Ok(match collection {
            Collection::Facilities => tiles::facilities(&asked.snapshot, &filter, opening, tile),
            Collection::Population => population::tile(&site.directory, &asked, tile)?,
            Collection::Stations => tiles::stations(tile, asked.known.stations.iter()),
            of_districts => {
                let level = of_districts.levels().last();
                level.and_then(|&level| basemap().districts(level, tile))
            }
        })
    });
    let bytes: Result<_, Problem> = bytes.await?;
    Ok(finish(answer, bytes?))
}

/// `/basemap/{z}/{y}/{x}`.
pub async fn basemap(
    request: HttpRequest,
    path: web::Path<(String, String, String)>,
) -> Result<HttpResponse, Stop> {
    let (z, y, x) = path.into_inner();
    let tile = address(&z, &y, &x)?;
    let given = QueryParams::of(&request, p::TILE)?;
    let format = negotiate::format(&request, given.get(&p::F), &[MVT])?;
    let site = Site::of(&request).clone();
    let generation = site.directory.now();
    // The basemap does not change when a facility does.
    let tag = format!("b{BUILD}-{}", generation.reference);
    let answer = Answer::tagged(&request, &generation, format, &tag)?;
    let reference = std::sync::Arc::clone(&generation.known);
    let bytes = compute(move || reference.basemap().tile(tile));
    Ok(finish(answer, bytes.await?))
}

/// `/collections/{collection}/tiles`.
pub async fn sets(request: HttpRequest, id: web::Path<String>) -> Result<HttpResponse, Stop> {
    let collection = Collection::of(&id)?;
    document(&request, &[JSON, HTML], |site, format, language| {
        let path = format!("/collections/{}/tiles", collection.id());
        let links = own_links(site, &path, format);
        let set = set_links(site, collection, "");
        let body = json!({
            "links": links,
            "tilesets": [{
                "title": collection.title(language), "dataType": "vector", "crs": WEB_MERCATOR, "tileMatrixSetURI": MATRIX_SET, "links": set,
            }],
        });
        (body, links, collection.title(language))
    })
}

/// `/collections/{collection}/tiles/WebMercatorQuad`: the set's description, or as TileJSON. What is
/// asked of coverage stands in the tiles' address as well.
pub async fn set(request: HttpRequest, id: web::Path<String>) -> Result<HttpResponse, Stop> {
    let collection = Collection::of(&id)?;
    let (known, query) = collection.asked(&request)?;
    let used = used(Site::of(&request), collection).await?;
    document_of(
        &request,
        known,
        &[JSON, HTML, TILEJSON],
        |site, format, language| {
            let links = set_links(site, collection, &query);
            let tiles = format!(
                "{}/collections/{}/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}",
                site.public_url,
                collection.id()
            );
            let fields = match collection {
                Collection::Coverage => coverage::collection::tiled_fields(language),
                _ => json!({}),
            };
            let body = if format == TILEJSON {
                json!({
                    "tilejson": "3.0.0", "name": collection.id(), "description": collection.description(language),
                    "tiles": [with_query(tiles, &query)], "minzoom": 0, "maxzoom": Tile::MAX_ZOOM,
                    "bounds": [122.0, 20.0, 154.0, 46.0], "attribution": attribution(&used, &site.directory.reference(), language),
                    "vector_layers": [{ "id": collection.id(), "fields": fields }],
                })
            } else {
                json!({
                    "title": collection.title(language), "dataType": "vector", "crs": WEB_MERCATOR, "tileMatrixSetURI": MATRIX_SET,
                    "layers": [{ "id": collection.id(), "dataType": "vector" }], "links": links,
                })
            };
            (body, links, collection.title(language))
        },
    )
}

/// `/tileMatrixSets/WebMercatorQuad`.
pub async fn matrix_set(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    document(&request, &[JSON, HTML], |site, format, language| {
        // The half circumference of the projection's sphere, metres.
        const HALF: f64 = 20_037_508.342_789_244;
        let matrices: Vec<_> = (0..=Tile::MAX_ZOOM)
            .map(|z| {
                let across = 2u64.pow(u32::from(z));
                let cell = 2.0 * HALF / 256.0 / across as f64;
                json!({
                    "id": z.to_string(), "scaleDenominator": cell / 0.000_28, "cellSize": cell, "pointOfOrigin": [-HALF, HALF],
                    "tileWidth": 256, "tileHeight": 256, "matrixWidth": across, "matrixHeight": across,
                })
            })
            .collect();
        let links = own_links(site, "/tileMatrixSets/WebMercatorQuad", format);
        let body = json!({
            "id": "WebMercatorQuad", "title": "Google Maps Compatible for the World", "uri": MATRIX_SET, "crs": WEB_MERCATOR,
            "tileMatrices": matrices, "links": links,
        });
        (
            body,
            links,
            language.pick("タイルの区切り", "Tile matrix set"),
        )
    })
}

const WEB_MERCATOR: &str = "http://www.opengis.net/def/crs/EPSG/0/3857";
const MATRIX_SET: &str = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad";

fn set_links(site: &Site, collection: Collection, query: &str) -> Vec<Link> {
    let here = site.url(&format!(
        "/collections/{}/tiles/WebMercatorQuad",
        collection.id()
    ));
    let other = |f: &str| with_query(with_query(here.clone(), query), f);
    let template = format!("{here}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}");
    vec![
        Link::new(other(""), "self", JSON),
        Link::new(other("f=html"), "alternate", HTML),
        Link::new(other("f=tilejson"), "describedby", TILEJSON),
        Link::new(
            site.url("/tileMatrixSets/WebMercatorQuad"),
            "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme",
            JSON,
        ),
        Link::new(with_query(template, query), "item", MVT),
        Link::new(site.url("/credits?f=html"), "license", HTML),
    ]
}

/// What a collection's tiles are made of.
async fn used(site: &Site, collection: Collection) -> Result<Used, Problem> {
    let people = match collection {
        Collection::Population | Collection::Coverage => {
            site.demand(&site.directory.now()).await?.sources()
        }
        _ => Default::default(),
    };
    let facilities = matches!(collection, Collection::Facilities | Collection::Coverage);
    let now = site.directory.now();
    let directory = std::sync::Arc::clone(&site.directory);
    let addresses = match collection {
        // The map of facilities finds addresses by every list that is imported.
        Collection::Facilities => {
            let known = std::sync::Arc::clone(&now);
            compute(move || directory.addresses(&known).sources()).await?
        }
        Collection::Coverage => {
            let known = std::sync::Arc::clone(&now);
            compute(move || directory.addresses(&known).sources_of(&known, None)).await?
        }
        _ => Vec::new(),
    };
    Ok(Used {
        boundaries: match collection {
            Collection::Facilities | Collection::Stations => Prefectures::None,
            _ => Prefectures::All,
        },
        people,
        facilities,
        openstreetmap: facilities && has_openstreetmap(&now.snapshot),
        addresses,
        stations: collection == Collection::Stations,
    })
}

/// How those who gave a layer's data ask to be named.
fn attribution(used: &Used, known: &Reference, language: Language) -> String {
    let credits = used.credits(known);
    let texts: Vec<&str> = credits.iter().map(|credit| credit.get(language)).collect();
    texts.join(" / ")
}

fn address(z: &str, y: &str, x: &str) -> Result<Tile, Problem> {
    let number = |text: &str| text.parse::<u32>().ok();
    let tile = number(z).and_then(|z| Tile::new(u8::try_from(z).ok()?, number(x)?, number(y)?));
    tile.ok_or_else(|| {
        let deepest = Tile::MAX_ZOOM;
        Problem::not_found(Text::new(
            format!("タイル {z}/{y}/{x} はありません（z は0〜{deepest}、y と x は0以上2^z未満）"),
            format!(
                "there is no tile {z}/{y}/{x} (z from 0 to {deepest}, y and x from 0 to 2^z - 1)"
            ),
        ))
    })
}

fn finish(answer: Answer<'_>, bytes: Option<Vec<u8>>) -> HttpResponse {
    match bytes {
        Some(bytes) => answer.finish(bytes),
        None => answer.nothing(),
    }
}
