//! An address to the block or lot, beside the places of `/places`, where lists of blocks are imported.

use serde_json::{Value, json};

use crate::directory::addresses::Addresses;
use crate::directory::credits::official_credit;
use crate::directory::{Directory, Generation};
use crate::domain::municipality::MunicipalityCode;
use crate::domain::position::Metres;
use crate::domain::wording::Wording;
use crate::http::find::places::Choice;
use crate::http::language::Language;
use crate::places::blocks::{self, AddressPoint};
use crate::places::{Place, PlaceKind};

/// So many places are tried as the town of an address that does not begin with its municipality.
const TRIED: usize = 5;

/// What a block or lot may lie off where nothing tells, in metres.
const TOWN_ERROR: Metres = Metres(1_000.0);

/// A block or lot that a search text names.
pub struct Found {
    door: AddressPoint,
    /// Its municipality, and in a designated city its ward.
    codes: [Option<MunicipalityCode>; 2],
    /// How those who made its list ask to be named.
    credit: Option<Wording>,
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
        && let Some(door) = blocks::locate(&address, text, &addresses)
    {
        let codes = [Some(address.municipality), address.ward];
        return Some(Found {
            credit: credit(&addresses, codes),
            door,
            codes,
            is_clear: true,
        });
    }
    let towns = places.iter().filter(|place| place.kind == PlaceKind::Town);
    towns.take(TRIED).find_map(|town| {
        let district = town.ward.or(town.municipality)?;
        let door = blocks::locate_in(district, &town.name, TOWN_ERROR, text, &addresses)?;
        let codes = [town.municipality, town.ward];
        Some(Found {
            credit: credit(&addresses, codes),
            door,
            codes,
            is_clear: false,
        })
    })
}

/// Whom to name for the blocks of a municipality, or of its ward.
fn credit(addresses: &Addresses<'_>, codes: [Option<MunicipalityCode>; 2]) -> Option<Wording> {
    let mut codes = codes.into_iter().rev().flatten();
    let source = codes.find_map(|code| addresses.source(code))?;
    Some(official_credit(source))
}

impl Found {
    /// As one of several places that may be meant.
    pub fn choice(&self, generation: &Generation) -> Choice {
        let (context, latin, _) = self.around(generation);
        let full = format!("{context}{}", self.door.name);
        let full_en = (!latin.is_empty()).then(|| format!("{}, {latin}", self.door.name));
        Choice {
            name: full.clone(),
            name_en: full_en.clone(),
            full,
            full_en,
            position: self.door.position,
        }
    }

    /// The names of the districts around it, in Latin letters too, and their codes.
    fn around<'a>(&self, generation: &'a Generation) -> (String, String, Vec<&'a str>) {
        let districts = &generation.known.districts;
        let around: Vec<_> = self
            .codes
            .into_iter()
            .flatten()
            .filter_map(|code| districts.municipality(code))
            .collect();
        let prefecture = around.first().map(|district| &*district.prefecture);
        let names = around.iter().map(|district| &*district.name);
        let latin = around.iter().rev().map(|district| &*district.romaji);
        let latin: Vec<&str> = latin.filter(|name| !name.is_empty()).collect();
        let codes = around.iter().map(|district| &*district.code);
        (
            prefecture.into_iter().chain(names).collect(),
            latin.join(", "),
            codes.collect(),
        )
    }

    /// As a feature of `/places`.
    pub fn feature(&self, generation: &Generation, language: Language) -> Value {
        let door = &self.door;
        let (context, latin, codes) = self.around(generation);
        let id = format!("address-{}-{}", codes.last().unwrap_or(&""), door.name);
        json!({
            "type": "Feature", "id": id,
            "geometry": { "type": "Point", "coordinates": door.position },
            "properties": {
                "id": id, "type": "address", "kind": "address", "name": door.name, "name_kana": null, "name_en": null,
                "context": context, "context_en": latin,
                "municipality": codes.first(), "postal": null,
                "former": null, "lines": [], "guess": false, "dropped": null, "filters": [],
                "position_precision": "street", "position_error": door.error.0 as u32,
                "credit": self.credit.as_ref().map(|credit| credit.get(language)),
            },
        })
    }
}
