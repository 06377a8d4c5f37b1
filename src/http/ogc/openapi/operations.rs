//! Everything that can be read without credentials.

use crate::http::features;
use crate::http::find::{changes, facets, facilities, feed, places, stations};
use crate::http::manage::reports;
use crate::http::negotiate::{
    ATOM, Format, GEOJSON, HTML, JSON, MVT, OPENAPI30, OPENAPI31, SCHEMA, TILEJSON,
};
use crate::http::ogc::collections::Collection;
use crate::http::plan::coverage::collection as covered;
use crate::http::plan::{coverage, siting};
use crate::http::query::{self as p, Parameter};

/// One path that is read.
pub(super) struct Operation {
    pub(super) path: String,
    pub(super) id: String,
    pub(super) summary: &'static str,
    pub(super) parameters: &'static [&'static Parameter],
    pub(super) formats: &'static [Format],
    /// Statuses beside 200, 304, 400, 406, 414 and 500.
    pub(super) also: &'static [u16],
}

pub(super) fn operations() -> Vec<Operation> {
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
            p::DOCUMENT,
            DOCUMENT,
            &[],
        ),
        operation(
            "/conformance",
            "getConformance",
            "What this API conforms to",
            p::DOCUMENT,
            DOCUMENT,
            &[],
        ),
        operation(
            "/api",
            "getDefinition",
            "This definition",
            p::DOCUMENT,
            &[OPENAPI31, OPENAPI30, HTML],
            &[],
        ),
        operation(
            "/collections",
            "getCollections",
            "The collections",
            p::DOCUMENT,
            DOCUMENT,
            &[],
        ),
    ];
    for collection in Collection::ALL {
        let id = collection.id();
        let (items, item) = (collection.of_items(), collection.of_one());
        let (tile, of_items) = match collection {
            Collection::Facilities => (facilities::TILE, features::OF_ITEMS),
            Collection::Coverage => (covered::TILE, coverage::FORMATS),
            Collection::Stations => (p::TILE, stations::OF_ITEMS),
            _ => (p::TILE, features::FORMATS),
        };
        let is_coverage = collection == Collection::Coverage;
        // What takes seconds waits for its turn, and may be told to come again.
        let (busy, described): (&[u16], _) = match is_coverage {
            true => (&[503], covered::DESCRIBED),
            false => (&[], p::DOCUMENT),
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
                features::FORMATS,
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
                p::DOCUMENT,
                &[SCHEMA, HTML],
                &[],
            ),
            operation(
                &format!("{path}/schema"),
                &named("getSchema"),
                "Every property",
                p::DOCUMENT,
                &[SCHEMA, HTML],
                &[],
            ),
            operation(
                &format!("{path}/tiles"),
                &format!("collection.{id}.vector.getTileSetsList"),
                "Its tile sets",
                p::DOCUMENT,
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
            p::TILE,
            &[MVT],
            &[204, 404],
        ),
        operation(
            "/basemap/streets",
            "getStreets",
            "The operator's own basemap file (`serve --basemap`) as TileJSON",
            p::TILE,
            &[TILEJSON],
            &[404, 503],
        ),
        operation(
            "/basemap/streets/{tileMatrix}/{tileRow}/{tileCol}",
            "getStreetTile",
            "A vector tile of the operator's own basemap file",
            p::TILE,
            &[MVT],
            &[204, 404, 503],
        ),
        operation(
            "/places",
            "searchPlaces",
            "Places by their words: districts, towns, stations, postal codes, coordinates and facilities, the likeliest first. `clear` \
             says whether the first may be taken without asking; `filters` are words of the text that filter facilities, each with \
             its parameter and value, and `rest` is the text without them; `missing` says that no station or airport has the name \
             asked for. Of a place, `guess` says that its spelling was bent or a part of the text left out, and `dropped` which.",
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
            p::DOCUMENT,
            DOCUMENT,
            &[],
        ),
        operation(
            "/credits",
            "getCredits",
            "Whose data is used",
            p::DOCUMENT,
            DOCUMENT,
            &[],
        ),
        operation(
            "/tileMatrixSets/WebMercatorQuad",
            "getTileMatrixSet",
            "The tiling scheme",
            p::DOCUMENT,
            DOCUMENT,
            &[],
        ),
    ]);
    all
}

pub(super) fn tag(path: &str) -> &'static str {
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
