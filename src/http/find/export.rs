//! Facilities as files: the tables that `f=` names, and whatever the command line exports. Both find
//! them by the parameters of `/collections/facilities/items`.

use std::io::{self, Write};
use std::sync::Arc;

use constcat::concat_slices;

use crate::directory::credits::{Used, has_openstreetmap};
use crate::directory::{Directory, Generation, geopackage};
use crate::domain::attributes::{self, Layer};
use crate::http::negotiate::{CSV, FGB, Format, GEOJSONL, GPKG, KML, XLSX};
use crate::http::query::{self as p, Parameter, QueryParams, as_of, filter};
use crate::interchange::{export, flatgeobuf, kml};
use crate::snapshot::find::{Hit, Query};

/// What narrows down an export: all that `items` takes but pages and representations.
pub const FILTERS: &[&Parameter] = concat_slices!([&Parameter]:
    &[&p::NEAR, &p::MAX_DISTANCE, &p::BBOX],
    filter::PARAMETERS,
    &[&p::AS_OF]
);

/// A sort of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// A FeatureCollection.
    GeoJson,
    /// A Feature a line.
    GeoJsonLines,
    /// A table as text, in UTF-8 with a byte order mark.
    Csv,
    /// A workbook.
    Xlsx,
    /// KML.
    Kml,
    /// FlatGeobuf, with its index: in the order of that.
    FlatGeobuf,
    /// A GeoPackage.
    GeoPackage,
}

impl Sort {
    /// The file a representation is.
    pub fn of(format: Format) -> Option<Sort> {
        match format {
            CSV => Some(Sort::Csv),
            XLSX => Some(Sort::Xlsx),
            KML => Some(Sort::Kml),
            FGB => Some(Sort::FlatGeobuf),
            GPKG => Some(Sort::GeoPackage),
            GEOJSONL => Some(Sort::GeoJsonLines),
            _ => None,
        }
    }
}

/// Facilities that were found, and the state of the directory they are from.
pub struct Found {
    generation: Arc<Generation>,
    hits: Vec<Hit>,
}

impl Found {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.hits.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.hits.is_empty()
    }

    /// Writes them.
    pub fn write(&self, directory: &Directory, sort: Sort, out: &mut impl Write) -> io::Result<()> {
        write(directory, &self.generation, &self.hits, sort, out)
    }
}

/// Finds what a query string of [`FILTERS`] asks for, all of it; or says in one sentence why it cannot be asked.
pub fn find(directory: &Directory, query: &str) -> Result<Found, String> {
    let read = || {
        let given = QueryParams::read(query, FILTERS)?;
        let asked = Query {
            near: given.near()?,
            within: given.max_distance()?,
            bbox: given.bbox()?,
            filter: filter::read(&given, directory)?,
            include_unknown: given.include_unknown()?,
            ..Query::default()
        };
        let generation = as_of::then(directory, &given)?;
        let everything = generation.snapshot.len().max(1);
        let found = generation.snapshot.find(&asked, None, everything);
        let hits = found.hits;
        Ok(Found { generation, hits })
    };
    read().map_err(|problem: crate::http::problem::Problem| problem.detail().en.to_string())
}

/// Writes the facilities that were found, in their order.
pub fn write(
    directory: &Directory,
    generation: &Generation,
    hits: &[Hit],
    sort: Sort,
    out: &mut impl Write,
) -> io::Result<()> {
    let entries = || hits.iter().map(|hit| generation.snapshot.entry(hit.slot));
    let facilities = || entries().map(|entry| (entry.facility(), entry.at));
    let used = Used {
        facilities: true,
        openstreetmap: has_openstreetmap(&generation.snapshot),
        addresses: directory
            .addresses(generation)
            .sources_of(generation, Some(hits)),
        ..Used::default()
    };
    let credits = used.note(&generation.known);
    let layer = Layer {
        about: credits
            .map(|credits| format!("{}\n{}", credits.ja, credits.en))
            .unwrap_or_default(),
        ..attributes::facilities()
    };
    let records = || facilities().map(|(facility, at)| attributes::record(&facility, at));
    let collection = sort == Sort::GeoJson;
    match sort {
        Sort::GeoJson | Sort::GeoJsonLines => {
            if collection {
                out.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[\n")?;
            }
            for (i, entry) in entries().enumerate() {
                if i > 0 {
                    out.write_all(if collection { b",\n" } else { b"\n" })?;
                }
                out.write_all(entry.feature.as_bytes())?;
            }
            if !hits.is_empty() {
                out.write_all(b"\n")?;
            }
            if collection {
                out.write_all(b"]}\n")?;
            }
            Ok(())
        }
        Sort::Csv => export::csv(facilities(), out),
        Sort::Xlsx => export::xlsx(facilities(), out),
        Sort::Kml => kml::kml(&layer, records(), out),
        Sort::FlatGeobuf => flatgeobuf::flatgeobuf(&layer, records(), out),
        Sort::GeoPackage => {
            let file = geopackage::geopackage(&layer, &generation.timestamp, records());
            out.write_all(&file.map_err(io::Error::other)?)
        }
    }
}
