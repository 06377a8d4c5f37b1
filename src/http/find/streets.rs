//! The operator's own basemap file (`serve --basemap`) as vector tiles and TileJSON, beside ours.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use crate::http::answer::{Answer, Stop};
use crate::http::negotiate::{self, MVT, TILEJSON};
use crate::http::problem::{Problem, Text};
use crate::http::query::{self as p, QueryParams};
use crate::http::site::Site;
use crate::http::wire::blocking::off_thread;
use crate::pmtiles::{Archive, Header, StreetMap};

/// Tiles read at once: each may hold some megabytes until it is sent.
const MOST_READING: usize = 8;
static READING: Semaphore = Semaphore::const_new(MOST_READING);

/// Where the tiles are, below the server's address.
const TILES: &str = "/basemap/streets/{z}/{y}/{x}";

/// `/basemap/streets`: TileJSON.
pub async fn description(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    let given = QueryParams::of(&request, p::TILE)?;
    let format = negotiate::format(&request, given.get(&p::F), &[TILEJSON])?;
    let site = Site::of(&request);
    let archive = archive(street_map(site)?).await?;
    let generation = site.directory.now();
    let tag = format!("s{}", archive.fingerprint());
    let answer = Answer::tagged(&request, &generation, format, &tag)?;
    let (header, metadata) = (archive.header(), archive.metadata());
    let body = json!({
        "tilejson": "3.0.0", "scheme": "xyz", "name": metadata.name.as_deref().unwrap_or("streets"),
        "tiles": [site.url(TILES)], "minzoom": header.min_zoom, "maxzoom": header.max_zoom,
        "bounds": header.bounds, "attribution": metadata.attribution, "vector_layers": metadata.layers,
        "schema": metadata.schema,
    });
    Ok(answer.finish(body.to_string()))
}

/// `/basemap/streets/{z}/{y}/{x}`.
pub async fn tile(
    request: HttpRequest,
    path: web::Path<(String, String, String)>,
) -> Result<HttpResponse, Stop> {
    let site = Site::of(&request);
    let map = street_map(site)?;
    let (z, y, x) = path.into_inner();
    let given = QueryParams::of(&request, p::TILE)?;
    let format = negotiate::format(&request, given.get(&p::F), &[MVT])?;
    let Header {
        min_zoom, max_zoom, ..
    } = *archive(map).await?.header();
    let number = |text: &str| text.parse::<u32>().ok();
    let address =
        number(&z).and_then(|z| Some((u8::try_from(z).ok()?, number(x.as_str())?, number(&y)?)));
    let address = address.filter(|&(z, x, y)| z <= max_zoom && x >> z == 0 && y >> z == 0);
    let Some((z, x, y)) = address else {
        return Err(Problem::not_found(Text::new(
            format!(
                "タイル {z}/{y}/{x} はありません（z は{min_zoom}〜{max_zoom}、y と x は0以上2^z未満）"
            ),
            format!(
                "there is no tile {z}/{y}/{x} (z from {min_zoom} to {max_zoom}, y and x from 0 to 2^z - 1)"
            ),
        ))
        .into());
    };
    let read = {
        let map = Arc::clone(map);
        let _reading = READING.acquire().await;
        off_thread(move || map.tile(z, x, y)).await?
    };
    let bytes = read.map_err(|_| unreadable())?;
    let generation = site.directory.now();
    // Replicas with equal files name a tile alike, and a file that is replaced keeps what it keeps.
    let digest = Sha256::digest(bytes.as_deref().unwrap_or_default());
    let digest: String = digest[..12]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let answer = Answer::tagged(&request, &generation, format, &format!("s{digest}"))?;
    Ok(match bytes {
        Some(bytes) => answer.finish(bytes),
        None => answer.nothing(),
    })
}

/// What the page must know to draw it; null where there is none, or none that can be read.
pub async fn configuration(site: &Site) -> Result<Value, Problem> {
    let Some(archive) = served(site).await? else {
        return Ok(Value::Null);
    };
    let (header, metadata) = (archive.header(), archive.metadata());
    Ok(json!({
        "tiles": TILES, "schema": metadata.schema, "min_zoom": header.min_zoom, "max_zoom": header.max_zoom,
        "attribution": metadata.attribution, "version": archive.fingerprint(),
    }))
}

/// Its credit, as `/credits` lists them.
pub async fn credit(site: &Site) -> Result<Option<Value>, Problem> {
    let archive = served(site).await?;
    Ok(archive.map(|archive| {
        let text = &archive.metadata().attribution;
        json!({
            "title": "街路などの背景地図（このサーバーの運営者が加えたファイル）",
            "text": text,
            "licence": "データの作成者が定める利用条件による",
            "title_en": "Streets of the basemap (a file that this server's operator added)",
            "text_en": text,
            "licence_en": "By the terms of those who made the data",
            "files": [],
        })
    }))
}

/// What is wrong with the file just now.
pub async fn fault(site: &Site) -> Result<Option<String>, Problem> {
    match &site.street_map {
        Some(map) => {
            let map = Arc::clone(map);
            off_thread(move || map.fault()).await
        }
        None => Ok(None),
    }
}

async fn served(site: &Site) -> Result<Option<Arc<Archive>>, Problem> {
    match &site.street_map {
        Some(map) => {
            let map = Arc::clone(map);
            off_thread(move || map.archive()).await
        }
        None => Ok(None),
    }
}

fn street_map(site: &Site) -> Result<&Arc<StreetMap>, Problem> {
    site.street_map.as_ref().ok_or_else(|| {
        Problem::not_found(Text::new(
            "このサーバーには街路の背景地図がありません（serve --basemap で加えられます）",
            "this server has no basemap of streets (serve --basemap adds one)",
        ))
    })
}

async fn archive(map: &Arc<StreetMap>) -> Result<Arc<Archive>, Problem> {
    let map = Arc::clone(map);
    off_thread(move || map.archive())
        .await?
        .ok_or_else(unreadable)
}

/// The log says what is wrong; a visitor need not know where the file lies.
fn unreadable() -> Problem {
    Problem::unavailable(Text::new(
        "街路の背景地図のファイルを、いまは読めません。運営者の記録に理由があります。そのほかの地図と一覧は使えます",
        "the file of the basemap of streets cannot be read just now: the server's log says why. Everything else goes on",
    ))
}
