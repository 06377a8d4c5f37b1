//! Reference data: boundaries, places, stations, vocabularies.
//!
//! It ships inside the program. Imported official boundaries replace the shipped ones by prefecture,
//! imported stations replace all of them. Districts are read at the start, because a position needs
//! them. Towns and the basemap are read on a thread of their own, so that the first answer does not wait.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::sync::{Arc, LazyLock, OnceLock};

use flate2::read::GzDecoder;
use serde_json::Value;

use crate::coverage::mesh::Mesh;
use crate::coverage::population::{People, Placed};
use crate::districts::{District, Districts, Unreadable};
use crate::domain::municipality::MunicipalityCode;
use crate::places::Places;
use crate::stations::official::Railways;
use crate::stations::{Airport, Stations};
use crate::store::boundaries::{Stamp, StoredBoundaries};
use crate::store::railways::StoredRailways;
use crate::tiles::Basemap;

/// The shipped facilities, as GeoJSON.
pub const FACILITIES: &str = include_str!("../../geodata/facilities.geojson");
const PREFECTURES: &str = include_str!("../../geodata/prefectures.geojson");
const MUNICIPALITIES: &str = include_str!("../../geodata/municipalities.geojson");
const WARDS: &str = include_str!("../../geodata/wards.geojson");
const TOWNS: &[u8] = include_bytes!("../../geodata/towns.csv.gz");
const POSTAL: &[u8] = include_bytes!("../../geodata/postal.csv.gz");
const COUNTIES: &str = include_str!("../../geodata/counties.csv");
const FORMER: &str = include_str!("../../geodata/former.csv");
const STATIONS: &str = include_str!("../../geodata/stations.csv");
const AIRPORTS: &str = include_str!("../../geodata/airports.csv");
const PEOPLE: &[u8] = include_bytes!("../../geodata/people.csv.gz");
const POPULATION: &[u8] = include_bytes!("../../geodata/population.csv.gz");
const POPULATION_MODEL: &str = include_str!("../../geodata/population_model.json");
const PROGRAMMES: &str = include_str!("../../geodata/programmes.json");
const CREDITS: &str = include_str!("../../geodata/credits.json");

/// The reference data.
pub struct Reference {
    /// Prefectures, municipalities, wards.
    pub districts: Districts,
    imported: Stamp,
    /// Where the boundaries of imported prefectures are from, by their two digits.
    official: BTreeMap<String, String>,
    /// The stations, imported or shipped.
    pub stations: Stations,
    /// The lines, where an official file that had them is imported; else none.
    pub railways: Railways,
    /// The reference number that imported stations came with, and where they are from.
    imported_stations: Option<(i64, String)>,
    model: OnceLock<Vec<Placed>>,
    later: OnceLock<Later>,
}

struct Later {
    places: Places,
    basemap: Basemap,
}

impl Reference {
    /// The shipped districts.
    pub fn shipped() -> Arc<Reference> {
        let read = Reference::with(Vec::new(), &[], None);
        Arc::new(read.expect("the shipped data were read when they were built"))
    }

    /// The shipped districts and stations, with imported districts in place of some prefectures', and
    /// imported stations in place of all.
    pub(super) fn with(
        imported: Stamp,
        boundaries: &[StoredBoundaries],
        railways: Option<(i64, StoredRailways)>,
    ) -> Result<Reference, Damaged> {
        let official: Vec<(&str, &str)> = boundaries
            .iter()
            .map(|stored| (&*stored.prefecture, &*stored.districts))
            .collect();
        let districts = Districts::with_official(PREFECTURES, MUNICIPALITIES, WARDS, &official)?;
        let (stations, lines) = match &railways {
            Some((_, stored)) => (
                Stations::read(&stored.stations)?,
                Railways::read(&stored.lines)?,
            ),
            None => (shipped_stations(), Railways::default()),
        };
        Ok(Reference {
            official: boundaries
                .iter()
                .map(|stored| (stored.prefecture.clone(), stored.source.clone()))
                .collect(),
            districts,
            stations,
            railways: lines,
            imported_stations: railways.map(|(stamp, stored)| (stamp, stored.source)),
            imported,
            model: OnceLock::new(),
            later: OnceLock::new(),
        })
    }

    /// Starts reading towns and basemap, so that the first request for them waits less.
    pub(super) fn begin(self: &Arc<Self>) {
        let reader = Arc::clone(self);
        std::thread::spawn(move || {
            reader.later();
        });
    }

    /// Which prefectures' boundaries are imported, and the reference number each came with.
    pub(super) fn imported(&self) -> &Stamp {
        &self.imported
    }

    /// The reference number that imported stations came with.
    pub(super) fn stations_stamp(&self) -> Option<i64> {
        self.imported_stations.as_ref().map(|(stamp, _)| *stamp)
    }

    /// Where the stations are from, if they were imported.
    pub(super) fn stations_source(&self) -> Option<&str> {
        self.imported_stations.as_ref().map(|(_, source)| &**source)
    }

    /// Where a prefecture's boundaries are from, if they were imported.
    pub(super) fn official_source(&self, prefecture: &str) -> Option<&str> {
        self.official.get(prefecture).map(String::as_str)
    }

    /// Towns, municipalities and postal codes by their words. Waits until they are read: not for async code.
    pub fn places(&self) -> &Places {
        &self.later().places
    }

    /// The basemap. Waits likewise.
    pub fn basemap(&self) -> &Basemap {
        &self.later().basemap
    }

    /// The modelled population (推計モデル). Waits while it is read, when it is first asked for.
    pub fn model(&self) -> &[Placed] {
        self.model.get_or_init(|| {
            let text = BufReader::new(unzipped(POPULATION));
            let row = |line: &str| {
                let (code, rest) = line.split_once(',')?;
                let (mesh, people) = rest.split_once(',')?;
                let mesh: Mesh = mesh.parse().ok()?;
                let code = MunicipalityCode::new(code).ok()?;
                let code_of = |district: &District| MunicipalityCode::new(&district.code).ok();
                let (municipality, ward) = match self.districts.municipality(code) {
                    Some(district) => match district.parent {
                        Some(city) => (city, Some(code)),
                        None => (code, None),
                    },
                    // Imported boundaries of another year have other districts.
                    None => {
                        let found = self.districts.at_or_nearest(mesh.centre())?;
                        (code_of(found.municipality)?, found.ward.and_then(code_of))
                    }
                };
                Some(Placed {
                    mesh,
                    municipality,
                    ward,
                    people: People {
                        total: people.parse().ok()?,
                        ..People::default()
                    },
                })
            };
            let read = "the shipped population was read when it was built";
            let rows = text.lines().skip(1);
            rows.map(|line| row(&line.expect(read)).expect(read))
                .collect()
        })
    }

    fn later(&self) -> &Later {
        self.later.get_or_init(|| {
            let places = Places::read(unzipped(TOWNS), unzipped(POSTAL), &self.districts)
                .and_then(|places| places.with_counties(COUNTIES))
                .and_then(|places| places.with_former(FORMER))
                .map(|places| {
                    let airports = self.stations.airports(&listed_airports());
                    places.with_stations(&self.stations, &airports, &self.districts)
                })
                .and_then(|places| places.with_people(unzipped(PEOPLE)))
                .expect("the shipped towns were read when they were built");
            let basemap =
                Basemap::build(&self.districts, &places, &self.stations, &self.railways.all);
            Later { places, basemap }
        })
    }
}

/// The airports that ship.
fn listed_airports() -> Vec<Airport> {
    Airport::listed(AIRPORTS).expect("the shipped airports were read when they were built")
}

/// The stations that ship.
pub(super) fn shipped_stations() -> Stations {
    Stations::read(STATIONS).expect("the shipped stations were read when they were built")
}

/// Imported data that cannot be read again.
#[derive(Debug, thiserror::Error)]
pub(super) enum Damaged {
    /// Boundaries.
    #[error("imported boundaries: {0}")]
    Boundaries(#[from] Unreadable),
    /// Stations.
    #[error("imported {0}")]
    Stations(#[from] crate::stations::Unreadable),
    /// Lines.
    #[error("imported lines: {0}")]
    Lines(#[from] serde_json::Error),
}

/// The credits that ship.
pub(super) fn shipped_credits() -> &'static Value {
    static VALUE: LazyLock<Value> = LazyLock::new(|| json(CREDITS));
    &VALUE
}

/// Programmes and vocabularies with their labels, as shipped.
pub fn programmes() -> &'static Value {
    static VALUE: LazyLock<Value> = LazyLock::new(|| json(PROGRAMMES));
    &VALUE
}

/// How far coverage by the modelled population is from coverage by census grids, as measured when it was made.
pub fn model_errors() -> &'static [ModelError] {
    static VALUE: LazyLock<Vec<ModelError>> = LazyLock::new(|| {
        let mut file = json(POPULATION_MODEL);
        serde_json::from_value(file["errors"].take())
            .expect("the shipped JSON was read when it was built")
    });
    &VALUE
}

/// The model's measured error over some districts at some distance.
#[derive(Debug, Clone, serde::Deserialize, serde::Serialize)]
pub struct ModelError {
    /// Where: `all` districts measured, or `tokyo-23-wards`.
    pub area: String,
    /// At how many metres.
    pub within: u32,
    /// In how many districts.
    pub districts: u32,
    /// The mean difference of the two coverages, in percentage points.
    pub mean_points: f64,
    /// What nine in ten differences stay below.
    pub p90_points: f64,
}

/// The label of a vocabulary's word; the word itself where it has none.
pub fn label<'a>(vocabulary: &str, slug: &'a str, english: bool) -> &'a str {
    let list = match vocabulary {
        "programme" => &programmes()["programmes"],
        name => &programmes()["vocabularies"][name],
    };
    let word = list
        .as_array()
        .into_iter()
        .flatten()
        .find(|word| word["slug"] == slug);
    word.and_then(|word| word[if english { "en" } else { "ja" }].as_str())
        .unwrap_or(slug)
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("the shipped JSON was read when it was built")
}

/// Read piece by piece: a whole text of 14 MB would leave as much unused memory behind.
fn unzipped(bytes: &'static [u8]) -> GzDecoder<&'static [u8]> {
    GzDecoder::new(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::vocabulary::*;

    #[test]
    fn every_word_has_its_labels_and_every_label_its_word() {
        let shipped = |name: &str| -> Vec<&str> {
            let list = match name {
                "programme" => &programmes()["programmes"],
                name => &programmes()["vocabularies"][name],
            };
            list.as_array()
                .unwrap()
                .iter()
                .map(|word| {
                    assert!(
                        !word["ja"].as_str().unwrap().is_empty()
                            && !word["en"].as_str().unwrap().is_empty()
                    );
                    word["slug"].as_str().unwrap()
                })
                .collect()
        };
        for (name, slugs) in [
            ("kind", Kind::SLUGS),
            ("stock", Stock::SLUGS),
            ("status", Status::SLUGS),
            ("precision", Precision::SLUGS),
            ("status_age", StatusAge::SLUGS),
            ("eligibility", Eligibility::SLUGS),
            ("amenities", Amenity::SLUGS),
            ("uses", Use::SLUGS),
            ("confidence", Confidence::SLUGS),
            ("certainty", Certainty::SLUGS),
            ("programme", Programme::SLUGS),
        ] {
            assert_eq!(shipped(name), slugs, "{name}");
        }
    }
}
