//! An address to the block or lot, beside the places of `/places`, where lists of blocks are imported.

use serde_json::{Value, json};

use crate::directory::{Directory, Generation};
use crate::domain::municipality::MunicipalityCode;
use crate::domain::position::Metres;
use crate::places::blocks::{self, Door};
use crate::places::{Place, Sort};

/// So many places are tried as the town of an address that does not begin with its municipality.
const TRIED: usize = 5;

/// What a block or lot may lie off where nothing tells, in metres.
const TOWN_ERROR: Metres = Metres(1_000.0);

/// A block or lot that a search text names.
pub struct Found {
    /// As a feature.
    pub feature: Value,
    /// Whether no other was meant: the text begins with its municipality.
    pub is_clear: bool,
}

/// What a search text names within a town.
pub fn find(
    directory: &Directory,
    generation: &Generation,
    text: &str,
    places: &[Place],
) -> Option<Found> {
    let is_number = |c: char| c.is_numeric() || "〇一二三四五六七八九十百".contains(c);
    if !text.contains(is_number) {
        return None;
    }
    let addresses = directory.addresses(generation);
    if addresses.is_empty() {
        return None;
    }
    if let Some(address) = generation.known.places().address(text, &[])
        && let Some(door) = blocks::door(&address, text, &addresses)
    {
        return Some(Found {
            feature: feature(
                generation,
                [Some(address.municipality), address.ward],
                &door,
            ),
            is_clear: true,
        });
    }
    let towns = places.iter().filter(|place| place.sort == Sort::Town);
    towns.take(TRIED).find_map(|town| {
        let district = town.ward.or(town.municipality)?;
        let door = blocks::door_in(district, &town.name, TOWN_ERROR, text, &addresses)?;
        Some(Found {
            feature: feature(generation, [town.municipality, town.ward], &door),
            is_clear: false,
        })
    })
}

/// A block or lot of a municipality, and of a ward in a designated city.
fn feature(generation: &Generation, codes: [Option<MunicipalityCode>; 2], door: &Door) -> Value {
    let districts = &generation.known.districts;
    let around: Vec<_> = codes
        .into_iter()
        .flatten()
        .filter_map(|code| districts.municipality(code))
        .collect();
    let prefecture = around.first().map(|district| &*district.prefecture);
    let names = around.iter().map(|district| &*district.name);
    let context: String = prefecture.into_iter().chain(names).collect();
    let latin = around.iter().rev().map(|district| &*district.romaji);
    let latin: Vec<&str> = latin.filter(|name| !name.is_empty()).collect();
    let code = around.last().map_or("", |district| &*district.code);
    let id = format!("address-{code}-{}", door.name);
    json!({
        "type": "Feature", "id": id,
        "geometry": { "type": "Point", "coordinates": door.position },
        "properties": {
            "id": id, "type": "address", "name": door.name, "name_kana": null, "name_en": null,
            "context": context, "context_en": latin.join(", "),
            "municipality": around.first().map(|district| &*district.code), "postal": null,
            "former": null, "lines": [], "guess": false, "dropped": null, "filters": [],
            "position_precision": "street", "position_error": door.error.0 as u32,
        },
    })
}
