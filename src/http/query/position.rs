//! The parameters of where: a point, a box, a distance, and the one coordinate reference system.

use serde_json::json;

use super::QueryParams;
use super::text::{number, numbers};
use crate::domain::position::{Metres, NoPosition, Position};
use crate::http::problem::{Problem, Text};
use crate::snapshot::find::Bbox;

/// The longest distance asked for makes sense: Japan's box is 4,000 km across.
const FARTHEST: f64 = 5_000_000.0;

/// The one coordinate reference system: longitude and latitude on WGS 84.
pub const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

/// Other spellings of it, in capitals: clients write what their libraries print.
const ALSO_CRS84: &[&str] = &[
    "HTTP://WWW.OPENGIS.NET/DEF/CRS/OGC/1.3/CRS84",
    "HTTPS://WWW.OPENGIS.NET/DEF/CRS/OGC/1.3/CRS84",
    "HTTP://WWW.OPENGIS.NET/DEF/CRS/OGC/0/CRS84",
    "HTTPS://WWW.OPENGIS.NET/DEF/CRS/OGC/0/CRS84",
    "URN:OGC:DEF:CRS:OGC:1.3:CRS84",
    "URN:OGC:DEF:CRS:OGC:0:CRS84",
    "URN:OGC:DEF:CRS:OGC::CRS84",
    "OGC:CRS84",
    "CRS:84",
    "CRS84",
];

parameters! {
    BBOX = "bbox", "West, south, east, north in degrees (CRS84); west greater than east crosses 180°. With six numbers heights are ignored. A box without area is a point.",
        json!({"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}, "examples": [[139.6, 35.6, 139.8, 35.7]]});
    CRS = "crs", "The coordinate reference system of the answer's geometries. There is one: CRS84, longitude and latitude on WGS 84.",
        json!({"type": "string", "format": "uri", "default": CRS84});
    BBOX_CRS = "bbox-crs", "The coordinate reference system of `bbox`. There is one: CRS84, longitude and latitude on WGS 84.",
        json!({"type": "string", "format": "uri", "default": CRS84});
    NEAR = "near", "Longitude, latitude in degrees: nearest first by the geodesic on the WGS 84 ellipsoid; adds the property `distance` in metres.",
        json!({"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "number"}, "examples": [[139.7016, 35.658]]});
    PLACE = "place", "Instead of `near`: the name of a place or facility, or a postal code. Nearest to it first.",
        json!({"type": "string", "maxLength": 2000});
    NEAR_NAME = "near-name", "What `near` is called, on pages; a `place` of the same name is `near` itself.",
        json!({"type": "string", "maxLength": 100});
    MAX_DISTANCE = "max-distance", "At most so many metres from `near`.",
        json!({"type": "number", "minimum": 0, "maximum": FARTHEST});
}

impl QueryParams<'_> {
    /// Where to search from.
    pub fn near(&self) -> Result<Option<Position>, Problem> {
        let Some(text) = self.get(&NEAR) else {
            return Ok(None);
        };
        let wrong = |rule| Problem::parameter(NEAR.name, text, rule);
        let numbers = numbers(text)
            .filter(|numbers| numbers.len() == 2)
            .ok_or_else(|| {
                wrong(Text::new(
                    "経度,緯度の2つの数を指定してください",
                    "must be two numbers: longitude,latitude",
                ))
            })?;
        Position::exact(numbers[0], numbers[1])
            .map(Some)
            .map_err(|error| {
                wrong(match error {
                    NoPosition::Swapped { lon, lat } => Text::new(
                        format!("緯度と経度が逆のようです。{lat},{lon} なら日本の中です"),
                        format!(
                            "latitude and longitude look swapped: {lat},{lon} would be in Japan"
                        ),
                    ),
                    NoPosition::Malformed { .. } => {
                        Text::new("有限の数を指定してください", "must be finite numbers")
                    }
                    _ => Text::new(
                        "日本の外です（経度 122〜154、緯度 20〜46）",
                        "outside Japan (longitude 122 to 154, latitude 20 to 46)",
                    ),
                })
            })
    }

    /// How far at most.
    pub fn max_distance(&self) -> Result<Option<Metres>, Problem> {
        let Some(text) = self.get(&MAX_DISTANCE) else {
            return Ok(None);
        };
        let metres = number(text)
            .filter(|metres| (0.0..=FARTHEST).contains(metres))
            .ok_or_else(|| {
                let rule = Text::new(
                    format!("0以上{FARTHEST}以下のメートル数を指定してください"),
                    format!("must be metres from 0 to {FARTHEST}"),
                );
                Problem::parameter(MAX_DISTANCE.name, text, rule)
            })?;
        if self.get(&NEAR).is_none() {
            let rule = Text::new("nearと一緒に指定してください", "needs near");
            return Err(Problem::parameter(MAX_DISTANCE.name, text, rule));
        }
        Ok(Some(Metres(metres)))
    }

    /// The box.
    pub fn bbox(&self) -> Result<Option<Bbox>, Problem> {
        let Some(text) = self.get(&BBOX) else {
            return Ok(None);
        };
        let wrong = |ja: &str, en: &str| Problem::parameter(BBOX.name, text, Text::new(ja, en));
        let bbox = match numbers(text).as_deref() {
            Some(&[west, south, east, north]) | Some(&[west, south, _, east, north, _]) => Bbox {
                west,
                south,
                east,
                north,
            },
            _ => {
                return Err(wrong(
                    "西,南,東,北の4つの数を指定してください",
                    "must be four numbers: west,south,east,north",
                ));
            }
        };
        let degrees = |value: f64, most: f64| (-most..=most).contains(&value);
        if !(degrees(bbox.west, 180.0)
            && degrees(bbox.east, 180.0)
            && degrees(bbox.south, 90.0)
            && degrees(bbox.north, 90.0))
        {
            return Err(wrong(
                "経度は±180、緯度は±90までです",
                "longitudes go to ±180, latitudes to ±90",
            ));
        }
        if bbox.south > bbox.north {
            return Err(wrong(
                "南が北より大きくなっています",
                "south is greater than north",
            ));
        }
        Ok(Some(bbox))
    }
}

/// Whether a text names CRS84: its address, its URN or a short name, also in brackets as a CURIE.
pub(super) fn is_crs84(text: &str) -> bool {
    let text = text.trim();
    let curie = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let name = curie.unwrap_or(text).to_ascii_uppercase();
    ALSO_CRS84.contains(&&*name)
}

#[cfg(test)]
mod tests {
    use super::super::encoded;
    use super::*;

    #[test]
    fn the_one_crs_has_several_spellings_and_no_other_is_taken() {
        let read = |text: &str| {
            let query = format!("crs={}&bbox-crs={}", encoded(text), encoded(text));
            QueryParams::read(&query, &[&CRS, &BBOX_CRS]).map(|_| ())
        };
        for good in [
            CRS84,
            "https://www.opengis.net/def/crs/OGC/1.3/CRS84",
            "http://www.opengis.net/def/crs/OGC/0/CRS84",
            "urn:ogc:def:crs:OGC:1.3:CRS84",
            "urn:ogc:def:crs:OGC::CRS84",
            "OGC:CRS84",
            "[OGC:CRS84]",
            "CRS84",
            "crs84",
            "CRS:84",
        ] {
            assert_eq!(read(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "EPSG:4326",
            "http://www.opengis.net/def/crs/EPSG/0/4326",
            "http://www.opengis.net/def/crs/EPSG/0/6668",
            "http://www.opengis.net/def/crs/OGC/0/CRS84h",
            "http://www.opengis.net/def/crs/0/unsupported",
            "[OGC:CRS84",
            "CRS84,CRS84",
            "4326",
        ] {
            let problem = read(bad).expect_err(bad);
            assert!(problem.detail().en.contains(CRS84), "{bad}");
        }
    }
}
