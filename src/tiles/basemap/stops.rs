//! Stations on the map, each from a zoom with enough room.

use crate::snapshot::curve::{code, steps};
use crate::stations::{Station, Stations};
use crate::tiles::{Tile, curve};

use super::Basemap;
use super::railways::is_express;

/// The first zoom of the stations with most lines.
pub(super) const STATIONS_FROM: u8 = 9;

/// A station as the map shows it.
pub(super) struct MapStation {
    /// Its place on the curve.
    pub(super) place: u64,
    /// `博多駅`.
    pub(super) name: Box<str>,
    /// `Hakata Sta.`; empty where it is not known.
    pub(super) latin: Box<str>,
    /// Smaller is more important.
    pub(super) rank: u8,
    from: u8,
}

/// All stations, in the order of the curve.
pub(super) struct MapStations(Vec<MapStation>);

impl MapStations {
    pub(super) fn build(stations: &Stations) -> MapStations {
        let mut stops: Vec<MapStation> = stations.iter().map(stop).collect();
        stops.sort_by_key(|stop| stop.place);
        MapStations(stops)
    }

    /// What a tile shows, the more important first.
    pub(super) fn shown(&self, tile: Tile) -> Vec<&MapStation> {
        // Tiles deeper than a client need ask for show what the deepest shows.
        let zoom = tile.z.min(Basemap::MAX_ZOOM);
        if zoom < STATIONS_FROM {
            return Vec::new();
        }
        let here = curve::run(&self.0, tile, |stop| stop.place);
        let mut shown: Vec<&MapStation> = here.iter().filter(|stop| stop.from <= zoom).collect();
        shown.sort_by_key(|stop| stop.rank);
        shown
    }
}

fn stop(station: &Station) -> MapStation {
    let lines = station.line_names();
    let is_hub = lines.len() > 2 || lines.iter().any(|line| is_express(line));
    let latin = station.name_en.as_ref().map(|name| format!("{name} Sta."));
    MapStation {
        place: code(steps(station.position)),
        name: station.full_name().into(),
        latin: latin.unwrap_or_default().into(),
        rank: 50 - lines.len().min(50) as u8,
        from: match lines.len() {
            _ if is_hub => STATIONS_FROM,
            2 => 10,
            _ => 12,
        },
    }
}
