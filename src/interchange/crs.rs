//! GeoJSON's member `crs`, which older programs still write: converts coordinates to WGS 84.

use serde_json::{Value, json};

use super::datum::{self, Datum, StatedDatum};
use crate::domain::report::Problem;

/// What the member says of its coordinates.
pub fn stated(crs: &Value) -> StatedDatum {
    let properties = &crs["properties"];
    let text = match (crs, &properties["name"], &properties["code"]) {
        (Value::Null, ..) => return StatedDatum::Nothing,
        (Value::String(name), ..) | (_, Value::String(name), _) => name.clone(),
        (_, _, Value::Number(code)) => format!("EPSG:{code}"),
        (_, _, Value::String(code)) => format!("EPSG:{code}"),
        (other, ..) => other.to_string(),
    };
    datum::stated(&text)
}

/// Converts a feature's coordinates to WGS 84 from its own `crs` or its collection's, and returns that
/// system.
pub fn to_world(feature: &mut Value, collection: &StatedDatum) -> Result<Option<Datum>, String> {
    let own = stated(&feature["crs"]);
    let datum = match if own == StatedDatum::Nothing {
        collection
    } else {
        &own
    } {
        StatedDatum::Nothing | StatedDatum::Known(Datum::World) => return Ok(None),
        StatedDatum::Known(datum) => *datum,
        StatedDatum::Other(name) => return Err(name.clone()),
    };
    if feature["geometry"]["coordinates"].is_null() {
        return Ok(None);
    }
    convert(datum, &mut feature["geometry"]["coordinates"]);
    Ok(Some(datum))
}

/// That coordinates are in a system that cannot be used: in one feature, or in all of them.
pub fn refused(name: &str, feature: Option<usize>) -> Problem {
    let message = (
        format!(
            "座標系「{name}」の座標は使えません。世界測地系（WGS84）の緯度・経度で書き出し直してください"
        ),
        format!(
            "coordinates in “{name}” cannot be used: export them as longitude and latitude on WGS 84"
        ),
    );
    let problem = match feature {
        Some(number) => Problem::blocking(number, "datum-unknown", message),
        None => Problem::of_file("datum-unknown", message),
    };
    let expected = ("世界測地系または日本測地系", "WGS 84, JGD2011 or Tokyo");
    problem.in_column("crs").found(name, expected)
}

/// Converts every point in arrays of whatever depth.
fn convert(datum: Datum, coordinates: &mut Value) {
    let mut open = vec![coordinates];
    while let Some(value) = open.pop() {
        let Value::Array(parts) = value else { continue };
        let point = match parts.as_slice() {
            [x, y, ..] => x.as_f64().zip(y.as_f64()),
            _ => None,
        };
        match point {
            Some((x, y)) => {
                let [lon, lat] = datum.to_world([x, y]);
                // As many decimals as a stored position has.
                let rounded = |degrees: f64| json!((degrees * 1e7).round() / 1e7);
                parts[0] = rounded(lon);
                parts[1] = rounded(lat);
            }
            None => open.extend(parts),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_naming_a_system_is_read() {
        for (crs, expected) in [
            (json!(null), StatedDatum::Nothing),
            (json!("EPSG:4301"), StatedDatum::Known(Datum::Tokyo)),
            (
                json!({ "type": "name", "properties": { "name": "urn:ogc:def:crs:EPSG::4301" } }),
                StatedDatum::Known(Datum::Tokyo),
            ),
            (
                json!({ "type": "EPSG", "properties": { "code": 6668 } }),
                StatedDatum::Known(Datum::World),
            ),
            (
                json!({ "type": "name", "properties": { "name": "urn:ogc:def:crs:OGC:1.3:CRS84" } }),
                StatedDatum::Known(Datum::World),
            ),
            (
                json!({ "type": "name", "properties": { "name": "EPSG:6677" } }),
                StatedDatum::Other("EPSG:6677".to_owned()),
            ),
        ] {
            assert_eq!(stated(&crs), expected, "{crs}");
        }
        let link = json!({ "type": "link", "properties": { "href": "http://a.example/crs" } });
        assert!(matches!(stated(&link), StatedDatum::Other(_)));
    }

    #[test]
    fn all_points_of_a_geometry_are_converted() {
        let ring = json!([[
            [139.6985, 35.6585],
            [139.6986, 35.6585],
            [139.6985, 35.6585]
        ]]);
        let mut feature = json!({
            "geometry": { "type": "Polygon", "coordinates": ring }, "properties": {},
        });
        let tokyo = StatedDatum::Known(Datum::Tokyo);
        assert_eq!(to_world(&mut feature, &tokyo), Ok(Some(Datum::Tokyo)));
        let point = &feature["geometry"]["coordinates"][0][1];
        let (lon, lat) = (point[0].as_f64().unwrap(), point[1].as_f64().unwrap());
        assert!(
            (lon - 139.695_37).abs() < 2e-4 && (lat - 35.661_74).abs() < 2e-4,
            "{point}"
        );
    }
}
