//! What every handler shares: the directory, and how this server is reached and set up.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use actix_web::HttpRequest;

use crate::directory::coverage::Demand;
use crate::directory::{Directory, Generation};
use crate::http::problem::Problem;
use crate::http::wire::blocking::off_thread;
use crate::pmtiles::StreetMap;

/// What handlers share.
#[derive(Clone)]
pub struct Site {
    /// The directory.
    pub directory: Arc<Directory>,
    /// How people reach this server, without a slash at the end; links are built from it.
    pub public_url: Arc<str>,
    /// Proxies whose word about a client's address is believed.
    pub trusted_proxies: Arc<[IpAddr]>,
    /// Whether a proxy that is none of these named a client.
    pub untrusted_proxy: Arc<AtomicBool>,
    /// Map tiles from elsewhere, shown under ours when the operator asks for it.
    pub outside_basemap: Option<Arc<OutsideBasemap>>,
    /// The operator's own basemap file, drawn over ours.
    pub street_map: Option<Arc<StreetMap>>,
}

/// A raster basemap of another server. Nobody's browser asks that server before its user says so.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct OutsideBasemap {
    /// Its address with `{z}`, `{x}`, `{y}`.
    pub tiles: String,
    /// Whom to credit.
    pub attribution: String,
    /// Its least zoom.
    pub min_zoom: u8,
    /// Its greatest zoom.
    pub max_zoom: u8,
    /// The server that browsers ask, as `HOST` or `HOST:PORT`.
    pub host: String,
    /// Whether it is that of the Geospatial Information Authority of Japan.
    pub is_gsi: bool,
}

impl OutsideBasemap {
    /// Tiles of an operator's choice.
    pub fn of_operator(tiles: String, attribution: String, max_zoom: u8) -> OutsideBasemap {
        let host = origin(&tiles).and_then(|origin| origin.split("://").nth(1));
        OutsideBasemap {
            host: host.unwrap_or_default().to_owned(),
            tiles,
            attribution,
            min_zoom: 0,
            max_zoom,
            is_gsi: false,
        }
    }

    /// 地理院タイル（淡色地図）, which have zooms 5 to 18.
    pub fn gsi() -> OutsideBasemap {
        OutsideBasemap {
            tiles: "https://cyberjapandata.gsi.go.jp/xyz/pale/{z}/{x}/{y}.png".to_owned(),
            attribution: "地理院タイル".to_owned(),
            min_zoom: 5,
            max_zoom: 18,
            host: "cyberjapandata.gsi.go.jp".to_owned(),
            is_gsi: true,
        }
    }
}

impl Site {
    /// What the server gave a request.
    pub fn of(request: &HttpRequest) -> &Site {
        request
            .app_data::<Site>()
            .expect("the server gives every request its site")
    }

    /// The public address of a path of ours.
    pub fn url(&self, path: &str) -> String {
        [&*self.public_url, path].concat()
    }

    /// The people, read off the threads that answer.
    pub async fn demand(&self, generation: &Arc<Generation>) -> Result<Arc<Demand>, Problem> {
        let (directory, generation) = (Arc::clone(&self.directory), Arc::clone(generation));
        Ok(off_thread(move || directory.demand(&generation)).await??)
    }
}

/// `https://host:port` of an address.
pub fn origin(address: &str) -> Option<&str> {
    let host = address.find("://")? + 3;
    let end = address[host..]
        .find('/')
        .map_or(address.len(), |slash| host + slash);
    Some(&address[..end])
}
