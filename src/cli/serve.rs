//! `machinaka serve`.

use std::io::{self, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;

use super::{Failure, official, open};
use crate::directory::Reference;
use crate::directory::retention::Retention;
use crate::domain::facility::Website;
use crate::http::{self, OutsideBasemap, Site};
use crate::pmtiles::StreetMap;

/// How to serve.
#[derive(Args)]
pub struct Serve {
    /// Where to listen; port 0 picks a free one.
    #[arg(
        long,
        env = "MACHINAKA_LISTEN",
        default_value = "127.0.0.1:8080",
        value_name = "HOST:PORT"
    )]
    listen: String,
    /// How people reach this server, for the links in its answers; by default the address it listens on.
    #[arg(long, env = "MACHINAKA_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    /// Addresses of the proxies before this server, whose X-Forwarded-For is believed: without it, all
    /// who come through a proxy share its slow-down after failed sign-ins.
    #[arg(
        long,
        env = "MACHINAKA_TRUSTED_PROXIES",
        value_name = "ADDRESS,…",
        value_delimiter = ','
    )]
    trusted_proxies: Vec<IpAddr>,
    /// After how many days without a change the file of a draft is deleted; 0 keeps it.
    #[arg(long, env = "MACHINAKA_KEEP_DRAFTS", value_name = "DAYS", default_value_t = Retention::DEFAULT.drafts)]
    keep_drafts: u32,
    /// How many days after the decision the file of a rejected submission is deleted; 0 keeps it.
    #[arg(long, env = "MACHINAKA_KEEP_REJECTED", value_name = "DAYS", default_value_t = Retention::DEFAULT.rejected)]
    keep_rejected: u32,
    /// A folder of official files as downloaded: boundaries (N03), railways (N02), census grid files, the
    /// projected population (its people of 2020), lists of blocks and lots, a basemap (PMTiles). What is new in it is imported before the server answers, and never twice.
    #[arg(long, env = "MACHINAKA_OFFICIAL", value_name = "DIR")]
    official: Option<PathBuf>,
    /// Leave an empty directory empty instead of filling it with the shipped facilities.
    #[arg(long, env = "MACHINAKA_EMPTY")]
    empty: bool,
    /// A basemap of your own: a PMTiles file (version 3) of vector tiles by Protomaps, OpenMapTiles or
    /// the Geospatial Information Authority, whose streets are drawn under the pins.
    #[arg(long, env = "MACHINAKA_BASEMAP", value_name = "FILE.pmtiles")]
    basemap: Option<PathBuf>,
    /// Do not offer the tiles of the Geospatial Information Authority (地理院タイル), which a visitor's
    /// browser asks of cyberjapandata.gsi.go.jp once its user says so.
    #[arg(long, env = "MACHINAKA_NO_GSI_TILES")]
    no_gsi_tiles: bool,
    /// Raster tiles of another server to offer in place of those, with {z}, {x} and {y}.
    #[arg(
        long,
        env = "MACHINAKA_BASEMAP_TILES",
        value_name = "URL",
        requires = "basemap_attribution"
    )]
    basemap_tiles: Option<String>,
    /// Whom that other server wants credited.
    #[arg(long, env = "MACHINAKA_BASEMAP_ATTRIBUTION", value_name = "TEXT")]
    basemap_attribution: Option<String>,
    /// The deepest zoom that other server has.
    #[arg(
        long,
        env = "MACHINAKA_BASEMAP_MAX_ZOOM",
        value_name = "ZOOM",
        default_value_t = 18
    )]
    basemap_max_zoom: u8,
}

/// Serves until it is told to stop.
pub fn run(database: Option<String>, options: Serve) -> Result<ExitCode, Failure> {
    // First of all: an address in use should be known before a database is touched.
    let listener = listen(&options.listen)?;
    let address = listener.local_addr()?;
    let public_url = options
        .public_url
        .unwrap_or_else(|| format!("http://{}", reachable(address)));
    // Every link is built from it.
    Website::new(&public_url).map_err(|error| format!("--public-url: {error}"))?;
    let mut street_map = options.basemap.as_deref().map(street_map).transpose()?;
    let reference = Reference::shipped();
    let directory = open(database, reference)?;
    if !options.empty {
        directory.fill()?;
        if let Some(id) = directory.offer_release()? {
            tracing::info!(submission = id.0, "facts of this release wait for review");
        }
    }
    let found = match &options.official {
        Some(folder) => official::import(&directory, folder)?,
        None => None,
    };
    // A basemap that the operator names comes before one that lies in the folder.
    if street_map.is_none()
        && let Some(path) = found
    {
        match self::street_map(&path) {
            Ok(map) => street_map = Some(map),
            Err(fault) => tracing::warn!("the basemap in the folder is not served: {fault}"),
        }
    }
    directory.follow();
    directory.keep_files_for(Retention {
        drafts: options.keep_drafts,
        rejected: options.keep_rejected,
    });
    if options.trusted_proxies.is_empty() && public_url.starts_with("https://") {
        tracing::info!(
            "--public-url is https, so that a proxy stands before this server, and --trusted-proxies \
             is empty: all who come through it share one slow-down after failed sign-ins"
        );
    }
    let outside_basemap = match options.basemap_tiles {
        Some(tiles) => {
            let attribution = options.basemap_attribution.unwrap_or_default();
            let max_zoom = options.basemap_max_zoom;
            Some(OutsideBasemap::of_operator(tiles, attribution, max_zoom))
        }
        None => (!options.no_gsi_tiles).then(OutsideBasemap::gsi),
    };
    let site = Site {
        directory,
        public_url: public_url.trim_end_matches('/').into(),
        trusted_proxies: options.trusted_proxies.into(),
        untrusted_proxy: Arc::default(),
        outside_basemap: outside_basemap.map(Arc::new),
        street_map: street_map.map(Arc::new),
    };
    let system = actix_web::rt::System::new();
    system.block_on(async move {
        let server = http::server(listener, site, |_| ())?;
        let mut out = io::stdout().lock();
        writeln!(out, "machinaka is ready at http://{}", reachable(address))?;
        out.flush()?;
        drop(out);
        server.await
    })?;
    Ok(ExitCode::SUCCESS)
}

/// An operator's own basemap file.
fn street_map(path: &Path) -> Result<StreetMap, Failure> {
    let shown = path.display();
    let map = StreetMap::open(path).map_err(|fault| format!("--basemap {shown}: {fault}"))?;
    if let Some(archive) = map.archive() {
        let (header, metadata) = (archive.header(), archive.metadata());
        let [west, south, east, north] = header.bounds;
        let (least, most) = (header.min_zoom, header.max_zoom);
        tracing::info!(
            file = %shown, schema = ?metadata.schema, zooms = %format!("{least}-{most}"),
            credit = metadata.attribution, "the basemap file is served"
        );
        // Empty bounds are bounds that nobody wrote down.
        let is_elsewhere =
            west < east && (east < 122.0 || west > 154.0 || north < 20.0 || south > 46.0);
        if is_elsewhere {
            tracing::warn!(
                "--basemap {shown}: it covers {west}, {south} to {east}, {north} (degrees), no part of Japan"
            );
        }
    }
    Ok(map)
}

fn listen(address: &str) -> Result<TcpListener, Failure> {
    let failed = |error: io::Error| format!("cannot listen on {address}: {error}");
    let addresses: Vec<SocketAddr> = address.to_socket_addrs().map_err(failed)?.collect();
    Ok(TcpListener::bind(&*addresses).map_err(failed)?)
}

/// An address a person can open: "everywhere" is nowhere to go to.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(if address.is_ipv4() {
            [127, 0, 0, 1].into()
        } else {
            std::net::Ipv6Addr::LOCALHOST.into()
        });
    }
    address
}
