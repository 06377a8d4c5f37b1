//! What there is, as OGC API Features and Tiles say it: the landing page, conformance, collections with
//! their fields and tiles, and the API's definition.

pub mod collections;
pub mod landing;
pub mod openapi;
pub mod tiles;

use super::resource::{Resource, at};

/// The resources of this folder. Their paths have names where others have words: they come last.
pub fn resources() -> Vec<Resource> {
    vec![
        at("/").get(landing::root),
        at("/conformance").get(landing::conformance),
        at("/api").get(openapi::definition),
        at("/collections").get(collections::list),
        at("/collections/{collection}").get(collections::one),
        at("/collections/{collection}/queryables").get(collections::queryables),
        at("/collections/{collection}/schema").get(collections::schema),
        at("/collections/{collection}/items").get(collections::items),
        at("/collections/{collection}/items/{id}").get(collections::item),
        at("/collections/{collection}/tiles").get(tiles::sets),
        at("/collections/{collection}/tiles/WebMercatorQuad").get(tiles::set),
        at("/collections/{collection}/tiles/WebMercatorQuad/{z}/{y}/{x}").get(tiles::collection),
        at("/basemap/{z}/{y}/{x}").get(tiles::basemap),
        at("/tileMatrixSets/WebMercatorQuad").get(tiles::matrix_set),
    ]
}
