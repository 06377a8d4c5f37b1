//! What is where: facilities, districts, stations and places, feeds and changes, and the operator's streets.

pub mod address;
pub mod changes;
pub mod districts;
pub mod export;
pub mod facets;
pub mod facilities;
pub mod feed;
pub mod named;
pub mod places;
pub mod stations;
pub mod streets;

use super::resource::{Resource, at};

/// The resources of this folder.
pub fn resources() -> Vec<Resource> {
    vec![
        at("/collections/facilities/items").get(facilities::items),
        at("/collections/facilities/items/{id}").get(facilities::item),
        at("/collections/facilities/facets").get(facets::show),
        at("/collections/facilities/feed").get(feed::all),
        at("/collections/municipalities/items/{id}/feed").get(feed::municipality),
        at("/collections/prefectures/items/{id}/feed").get(feed::prefecture),
        at("/places").get(places::search),
        at("/changes").get(changes::list),
        at("/basemap/streets").get(streets::description),
        at("/basemap/streets/{z}/{y}/{x}").get(streets::tile),
    ]
}
