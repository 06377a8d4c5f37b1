//! The front door: the map for people, the OGC landing page for programs, and what we conform to.

use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use crate::http::answer::{Link, Stop};
use crate::http::document::{document, own_links};
use crate::http::negotiate::{self, HTML, JSON, OPENAPI30, OPENAPI31};
use crate::http::pages::web;

/// The classes declared; each is tested.
pub const CONFORMS_TO: &[&str] = &[
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
];

/// `/`.
pub async fn root(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    let asked = request
        .query_string()
        .split('&')
        .find_map(|pair| pair.strip_prefix("f="));
    if negotiate::format(&request, asked, &[JSON, HTML])? == HTML {
        // The map reads its own state from the address, and shared addresses gather foreign parameters: no strictness here.
        return Ok(web::index(&request));
    }
    document(&request, &[JSON, HTML], |site, format, language| {
        let mut links = own_links(site, "/", format);
        links.extend([
            Link::new(site.url("/api?f=openapi30"), "service-desc", OPENAPI30)
                .titled("OpenAPI 3.0"),
            Link::new(site.url("/api?f=openapi31"), "service-desc", OPENAPI31)
                .titled("OpenAPI 3.1"),
            Link::new(site.url("/api?f=html"), "service-doc", HTML).titled("API"),
            Link::new(site.url("/conformance"), "conformance", JSON),
            Link::new(
                site.url("/conformance"),
                "http://www.opengis.net/def/rel/ogc/1.0/conformance",
                JSON,
            ),
            Link::new(site.url("/collections"), "data", JSON),
            Link::new(
                site.url("/collections"),
                "http://www.opengis.net/def/rel/ogc/1.0/data",
                JSON,
            ),
            Link::new(
                site.url("/collections/facilities/tiles"),
                "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector",
                JSON,
            ),
            Link::new(site.url("/credits?f=html"), "license", HTML),
        ]);
        let body = json!({
            "title": language.pick("まちなか", "machinaka"),
            "description": language.pick(
                "日本のまちなかのテレワーク拠点の一覧と地図",
                "The directory of Japan's urban telework hubs, on a map",
            ),
            "links": links,
        });
        (body, links, language.pick("まちなか", "machinaka"))
    })
}

/// `/conformance`.
pub async fn conformance(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    document(&request, &[JSON, HTML], |site, format, language| {
        let links = own_links(site, "/conformance", format);
        (
            json!({ "conformsTo": CONFORMS_TO, "links": links }),
            links,
            language.pick("準拠する規格", "Conformance"),
        )
    })
}
