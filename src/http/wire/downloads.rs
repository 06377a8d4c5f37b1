//! Files to take away. Each is written on the blocking pool, a few at a time, and once for all who ask
//! for the same.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::web::Bytes;

use crate::directory::geopackage;
use crate::domain::attributes::{Layer, Record};
use crate::http::negotiate::{FGB, Format, KML};
use crate::http::problem::Problem;
use crate::http::wire::blocking::off_thread;
use crate::http::wire::line::{Line, Rules, Size};
use crate::http::wire::remembered::Remembered;
use crate::http::wire::turns::Asker;
use crate::interchange::{flatgeobuf, kml};

static WRITERS: Line = Line::new(Rules {
    at_once: 2,
    large: 2,
    each: 1,
    each_large: 1,
    waiting: 64,
    waiting_each: 16,
    wait: Duration::from_secs(30),
});

/// Files kept for whoever asks for them next: how many, and how many bytes together.
const KEPT: usize = 16;
const KEPT_BYTES: usize = 64 << 20;

static WRITTEN: Remembered<Bytes> = Remembered::new(KEPT, KEPT_BYTES, |file| file.len());

/// The file that `write` makes, or the one that was made under the same key. An answer to a body has no
/// key.
pub async fn file(
    request: &HttpRequest,
    key: Option<String>,
    write: impl FnOnce() -> Result<Vec<u8>, Problem> + Send + 'static,
) -> Result<Bytes, Problem> {
    let known = || Some(Bytes::clone(&*WRITTEN.recall(key.as_deref()?)?));
    if let Some(file) = known() {
        return Ok(file);
    }
    let asker = Asker::of(request);
    let mut alone = None;
    if let Some(key) = &key {
        alone = Some(asker.client.while_there(WRITTEN.alone(key)).await?);
        if let Some(file) = known() {
            return Ok(file);
        }
    }
    let turn = asker.turn(&WRITERS, Size::Large).await?;
    let file = off_thread(move || {
        let _turn = turn;
        write().map(Bytes::from)
    });
    let file = file.await??;
    if let Some(key) = key {
        WRITTEN.keep(key, &file.clone().into());
    }
    drop(alone);
    Ok(file)
}

/// A layer as a file for GIS: FlatGeobuf, KML or else GeoPackage. `at` is when its data last changed.
pub fn layer(
    format: Format,
    layer: &Layer<'_>,
    at: &str,
    records: impl Iterator<Item = Record>,
) -> Result<Vec<u8>, Problem> {
    let mut out = Vec::new();
    let written = match format {
        FGB => flatgeobuf::flatgeobuf(layer, records, &mut out),
        KML => kml::kml(layer, records, &mut out),
        _ => return Ok(geopackage::geopackage(layer, at, records)?),
    };
    written.map_err(|error| Problem::internal(&error))?;
    Ok(out)
}
