//! Which representation a request gets: `f=` decides, else `Accept`; without either, JSON.

use actix_web::HttpRequest;
use actix_web::http::header;

use crate::http::problem::{Problem, Text};

/// A representation: what `f=` calls it and its media type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Format {
    /// The word for `f=`.
    pub name: &'static str,
    /// The media type sent.
    pub media_type: &'static str,
}

impl Format {
    /// Whether it is a file to take away, which holds all that match; anything else comes page by page.
    pub fn is_file(self) -> bool {
        [CSV, XLSX, KML, FGB, GPKG, GEOJSONL].contains(&self)
    }
}

/// For people.
pub const HTML: Format = Format {
    name: "html",
    media_type: "text/html; charset=utf-8",
};
/// Features.
pub const GEOJSON: Format = Format {
    name: "json",
    media_type: "application/geo+json",
};
/// Facilities as a table for spreadsheets.
pub const CSV: Format = Format {
    name: "csv",
    media_type: "text/csv; charset=utf-8; header=present",
};
/// Facilities as a workbook.
pub const XLSX: Format = Format {
    name: "xlsx",
    media_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};
/// Facilities for Google Earth.
pub const KML: Format = Format {
    name: "kml",
    media_type: "application/vnd.google-earth.kml+xml",
};
/// Facilities as FlatGeobuf.
pub const FGB: Format = Format {
    name: "fgb",
    media_type: "application/flatgeobuf",
};
/// Facilities as a GeoPackage.
pub const GPKG: Format = Format {
    name: "gpkg",
    media_type: "application/geopackage+sqlite3",
};
/// Facilities as a Feature a line.
pub const GEOJSONL: Format = Format {
    name: "geojsonl",
    media_type: "application/x-ndjson",
};
/// Everything else that is JSON.
pub const JSON: Format = Format {
    name: "json",
    media_type: "application/json",
};
/// A JSON Schema.
pub const SCHEMA: Format = Format {
    name: "json",
    media_type: "application/schema+json",
};
/// The API's definition as OpenAPI 3.0, which the OGC's suite reads.
pub const OPENAPI30: Format = Format {
    name: "openapi30",
    media_type: "application/vnd.oai.openapi+json;version=3.0",
};
/// The same as OpenAPI 3.1.
pub const OPENAPI31: Format = Format {
    name: "openapi31",
    media_type: "application/vnd.oai.openapi+json;version=3.1",
};
/// A tile set's own description.
pub const TILEJSON: Format = Format {
    name: "tilejson",
    media_type: "application/json",
};
/// How far the answer is, and then the answer (HTML's server-sent events).
pub const EVENTS: Format = Format {
    name: "events",
    media_type: "text/event-stream",
};
/// A feed.
pub const ATOM: Format = Format {
    name: "atom",
    media_type: "application/atom+xml; charset=utf-8",
};
/// A vector tile.
pub const MVT: Format = Format {
    name: "mvt",
    media_type: "application/vnd.mapbox-vector-tile",
};

/// The representation among `offered` (best first) that the request wants.
pub fn format(
    request: &HttpRequest,
    f: Option<&str>,
    offered: &[Format],
) -> Result<Format, Problem> {
    if let Some(name) = f {
        return offered
            .iter()
            .copied()
            .find(|format| format.name == name)
            .ok_or_else(|| {
                let names = offered
                    .iter()
                    .map(|format| format.name)
                    .collect::<Vec<_>>()
                    .join(", ");
                Problem::parameter(
                    "f",
                    name,
                    Text::new(format!("使えるもの: {names}"), format!("known are {names}")),
                )
            });
    }
    let Some(accept) = request.headers().get(header::ACCEPT) else {
        return Ok(offered[0]);
    };
    let accept = accept.to_str().unwrap_or("*/*");
    best(accept, offered).ok_or_else(|| {
        let types = offered
            .iter()
            .map(|format| format.media_type)
            .collect::<Vec<_>>()
            .join(", ");
        Problem::not_acceptable(accept, &types)
    })
}

/// Whether a person's browser asks, or `f=html`: what cannot be answered is then told on a page.
pub fn wants_page(request: &HttpRequest) -> bool {
    let mut pairs = request.query_string().split('&');
    if let Some(f) = pairs.find_map(|pair| pair.strip_prefix("f=")) {
        return f == HTML.name;
    }
    let accept = request.headers().get(header::ACCEPT);
    let accept = accept.and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| best(accept, &[GEOJSON, JSON, HTML]) == Some(HTML))
}

fn best(accept: &str, offered: &[Format]) -> Option<Format> {
    if accept == "*/*" || accept.is_empty() {
        return offered.first().copied();
    }
    // HTML must be named: a client that takes anything is a program, and gets JSON.
    let named =
        |format: &Format| *format != HTML || accept.to_ascii_lowercase().contains("text/html");
    let mut best: Option<(f64, Format)> = None;
    for &format in offered.iter().filter(|format| named(format)) {
        let quality = quality(accept, format.media_type);
        if quality > best.map_or(0.0, |(q, _)| q) {
            best = Some((quality, format));
        }
    }
    best.map(|(_, format)| format)
}

/// How much a media type is wanted, by the most specific range that covers it.
fn quality(accept: &str, media_type: &str) -> f64 {
    let plain = |text: &str| text.replace(' ', "").to_ascii_lowercase();
    let (wanted, base) = (
        plain(media_type),
        media_type.split(';').next().unwrap_or("").trim(),
    );
    let mut best = (0, 0.0);
    for range in accept.split(',') {
        let mut q = 1.0;
        let mut name = String::new();
        for (i, part) in range.split(';').map(plain).enumerate() {
            match part.strip_prefix("q=") {
                Some(value) if i > 0 => q = value.parse().unwrap_or(0.0),
                _ if i == 0 => name = part,
                _ => name = format!("{name};{part}"),
            }
        }
        // GeoJSON is JSON, and every client that asks for plain JSON means it too.
        let is_json = name == "application/json"
            && base.ends_with("json")
            && base != "application/schema+json";
        let rank = if name == wanted {
            4
        } else if name == base {
            3
        } else if is_json {
            2
        } else if name == "*/*"
            || name
                .strip_suffix("/*")
                .is_some_and(|kind| base.split('/').next() == Some(kind))
        {
            1
        } else {
            continue;
        };
        if rank >= best.0 {
            best = (rank, f64::max(if rank == best.0 { best.1 } else { 0.0 }, q));
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_only_where_it_is_named_and_preferred() {
        let offered = [GEOJSON, HTML];
        for (accept, expected) in [
            (
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
                Some(HTML),
            ),
            ("*/*", Some(GEOJSON)),
            ("text/*", None),
            ("application/json", Some(GEOJSON)),
            ("application/geo+json", Some(GEOJSON)),
            ("text/html;q=0.5, application/json", Some(GEOJSON)),
            ("application/json;q=0.1, text/html", Some(HTML)),
            ("application/json, text/html", Some(GEOJSON)),
            ("image/png", None),
            ("text/html;q=0", None),
        ] {
            assert_eq!(best(accept, &offered), expected, "{accept}");
        }
    }

    #[test]
    fn a_version_in_the_media_type_counts() {
        let offered = [OPENAPI31, OPENAPI30, HTML];
        assert_eq!(
            best("application/vnd.oai.openapi+json; version=3.0", &offered),
            Some(OPENAPI30)
        );
        assert_eq!(
            best("application/vnd.oai.openapi+json;version=3.1", &offered),
            Some(OPENAPI31)
        );
    }
}
