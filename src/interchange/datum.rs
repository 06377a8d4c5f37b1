//! The geodetic datum of coordinates, and the conversion of the old Japanese datum to WGS 84.
//!
//! Positions here are WGS 84. Japan's present datum (JGD2000, JGD2011, JGD2024) agrees to well under a
//! metre. The old one (日本測地系, Tokyo, EPSG:4301, in use until 2002) differs by 400 to 450 m. The
//! three parameters of EPSG:15483 convert it: earth-centred coordinates on Bessel's ellipsoid are shifted
//! to GRS 80. EPSG states an accuracy of 9 m on the main islands. Only the national grid (TKY2JGD) is
//! exact, because the old network is distorted.

use unicode_normalization::UnicodeNormalization;

use crate::domain::report::Problem;
use crate::domain::wording::Wording;

/// A coordinate system whose numbers are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Datum {
    /// WGS 84 and those that agree with it.
    World,
    /// The old Japanese one.
    Tokyo,
    /// Metres of web maps (EPSG:3857).
    WebMercator,
}

/// The datum that a header, a cell or a `crs` member states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatedDatum {
    /// Nothing of a coordinate system.
    Nothing,
    /// One that is used.
    Known(Datum),
    /// Another one, or what nobody understands: its name.
    Other(String),
}

/// Words of systems that agree with WGS 84.
const WORLD: [&str; 20] = [
    "世界測地系",
    "新測地系",
    "日本測地系2000",
    "日本測地系2011",
    "日本測地系2024",
    "測地成果2000",
    "測地成果2011",
    "測地成果2024",
    "wgs84",
    "wgs1984",
    "worldgeodeticsystem1984",
    "jgd2000",
    "jgd2011",
    "jgd2024",
    "japanesegeodeticdatum2000",
    "japanesegeodeticdatum2011",
    "japanesegeodeticdatum2024",
    "grs80",
    "itrf",
    "crs84",
];

/// Words of the old Japanese one; `日本測地系` itself is one where no year follows.
const TOKYO: [&str; 7] = [
    "旧測地系",
    "旧日本測地系",
    "東京測地系",
    "tokyo",
    "bessel",
    "ベッセル",
    "ベツセル",
];

/// Words of projected coordinates, which are metres and no degrees.
const PROJECTED: [&str; 8] = [
    "平面直角",
    "公共座標",
    "planerectangular",
    "utm",
    "mercator",
    "メルカトル",
    "直交座標",
    "投影",
];

/// Words that say how coordinates are written, and nothing of their system.
const FORMS: [&str; 16] = [
    "緯度経度",
    "経緯度",
    "地理座標",
    "地理座標系",
    "10進",
    "10進度",
    "10進法",
    "十進",
    "十進度",
    "度",
    "degree",
    "degrees",
    "gps",
    "不明",
    "なし",
    "無",
];

/// Reads what a cell or a `crs` member says.
pub fn stated(text: &str) -> StatedDatum {
    let folded = fold(text);
    if folded.is_empty() || FORMS.contains(&folded.as_str()) {
        return StatedDatum::Nothing;
    }
    in_words(&folded)
        .or_else(|| by_number(text, &folded))
        .unwrap_or_else(|| StatedDatum::Other(shown(text)))
}

/// Reads what the header of a column of coordinates says: 緯度（日本測地系）, 旧経度, lat_tokyo.
pub fn in_header(header: &str) -> StatedDatum {
    let folded = fold(header);
    let is_old = ["旧緯度", "旧経度", "緯度旧", "経度旧"]
        .iter()
        .any(|word| folded.contains(word));
    if is_old {
        return StatedDatum::Known(Datum::Tokyo);
    }
    let numbered = || {
        folded
            .contains("epsg")
            .then(|| by_number(header, &folded))
            .flatten()
    };
    match in_words(&folded).or_else(numbered) {
        Some(StatedDatum::Other(_)) => StatedDatum::Other(shown(header)),
        Some(stated) => stated,
        None => StatedDatum::Nothing,
    }
}

/// The datum stated in several places; unknown if they disagree.
pub fn together(one: &StatedDatum, other: &StatedDatum) -> StatedDatum {
    match (one, other) {
        (StatedDatum::Nothing, stated) | (stated, StatedDatum::Nothing) => stated.clone(),
        (one, other) if one == other => one.clone(),
        (one, other) => StatedDatum::Other(format!("{} / {}", one.name(), other.name())),
    }
}

impl StatedDatum {
    fn name(&self) -> String {
        match self {
            StatedDatum::Nothing => String::new(),
            StatedDatum::Known(datum) => datum.name().ja,
            StatedDatum::Other(name) => name.clone(),
        }
    }
}

impl Datum {
    /// What people call it.
    pub fn name(self) -> Wording {
        match self {
            Datum::World => Wording::new("世界測地系", "WGS 84"),
            Datum::Tokyo => Wording::new("日本測地系", "the Tokyo datum"),
            Datum::WebMercator => Wording::new("EPSG:3857", "EPSG:3857"),
        }
    }

    /// How far a converted position may be from the true one, in metres; `None` where it is exact.
    pub fn error(self) -> Option<u32> {
        (self == Datum::Tokyo).then_some(10)
    }

    /// Longitude and latitude on WGS 84, in degrees.
    pub fn to_world(self, [x, y]: [f64; 2]) -> [f64; 2] {
        match self {
            Datum::World => [x, y],
            Datum::Tokyo => tokyo_to_world([x, y]),
            Datum::WebMercator => web_mercator_to_world([x, y]),
        }
    }
}

/// That rows' coordinates were converted: once for the file, with how many and from what.
pub fn converted(datum: Datum, rows: usize) -> Problem {
    let name = datum.name();
    let (ja, en) = match datum.error() {
        Some(metres) => (
            format!("（誤差 約{metres} m）"),
            format!(" (right to about {metres} m)"),
        ),
        None => Default::default(),
    };
    let message = (
        format!(
            "{rows}件の座標は{}なので、世界測地系に変換しました{ja}",
            name.ja
        ),
        format!(
            "coordinates of {rows} rows were converted from {} to WGS 84{en}",
            name.en
        ),
    );
    let problem = Problem {
        blocks: false,
        ..Problem::of_file("datum-converted", message)
    };
    let expected = ("世界測地系（JGD2011、WGS84）", "WGS 84 or JGD2011");
    problem.found(name.ja, expected)
}

fn in_words(folded: &str) -> Option<StatedDatum> {
    let holds = |words: &[&str]| words.iter().any(|word| folded.contains(word));
    // Web maps' metres are called by many names that hold others' words.
    if [
        "webmercator",
        "pseudomercator",
        "ウェブメルカトル",
        "webメルカトル",
    ]
    .iter()
    .any(|word| folded.contains(word))
    {
        return Some(StatedDatum::Known(Datum::WebMercator));
    }
    if holds(&PROJECTED) || is_zone(folded) {
        return Some(StatedDatum::Other(folded.to_owned()));
    }
    let is_world = holds(&WORLD);
    let without_years = WORLD
        .iter()
        .fold(folded.to_owned(), |text, word| text.replace(word, ""));
    let is_tokyo = holds(&TOKYO) || without_years.contains("日本測地系");
    match (is_world, is_tokyo) {
        (true, false) => Some(StatedDatum::Known(Datum::World)),
        (false, true) => Some(StatedDatum::Known(Datum::Tokyo)),
        (true, true) => Some(StatedDatum::Other(folded.to_owned())),
        (false, false) => None,
    }
}

/// Whether a text names a zone of plane coordinates: 9系, 第Ⅸ系.
fn is_zone(folded: &str) -> bool {
    let before = folded.split('系').rev().skip(1);
    let mut last = before.filter_map(|part| part.chars().last());
    last.any(|c| c.is_ascii_digit() || matches!(c, 'i' | 'v' | 'x'))
}

/// By its number in EPSG's register: `EPSG:4301`, `urn:ogc:def:crs:EPSG::4301`, `4301`.
fn by_number(text: &str, folded: &str) -> Option<StatedDatum> {
    let is_number_alone = folded.bytes().all(|b| b.is_ascii_digit());
    if !is_number_alone && !folded.contains("epsg") {
        return None;
    }
    let digits = text.nfkc().collect::<String>();
    let mut numbers = digits
        .split(|c: char| !c.is_ascii_digit())
        .filter(|digits| digits.len() >= 4)
        .map(str::parse::<u32>);
    let (Some(Ok(number)), None) = (numbers.next(), numbers.next()) else {
        return None;
    };
    match number {
        4326 | 4979 | 4612 | 4947 | 6667 | 6668 => Some(StatedDatum::Known(Datum::World)),
        4301 => Some(StatedDatum::Known(Datum::Tokyo)),
        3857 | 3785 | 102_100 | 102_113 | 900_913 => Some(StatedDatum::Known(Datum::WebMercator)),
        _ => Some(StatedDatum::Other(format!("EPSG:{number}"))),
    }
}

/// Width, case, spaces and marks away.
fn fold(text: &str) -> String {
    text.nfkc()
        .filter(|c| c.is_alphanumeric() && *c != 'ー')
        .flat_map(char::to_lowercase)
        .collect()
}

fn shown(text: &str) -> String {
    text.trim().chars().take(100).collect()
}

/// An ellipsoid: its equatorial radius in metres, and its flattening.
struct Ellipsoid {
    radius: f64,
    flattening: f64,
}

const BESSEL: Ellipsoid = Ellipsoid {
    radius: 6_377_397.155,
    flattening: 1.0 / 299.152_812_8,
};

const GRS80: Ellipsoid = Ellipsoid {
    radius: 6_378_137.0,
    flattening: 1.0 / 298.257_222_101,
};

/// From Tokyo to JGD2000 in metres, EPSG:15483.
const SHIFT: [f64; 3] = [-146.414, 507.337, 680.507];

impl Ellipsoid {
    fn eccentricity2(&self) -> f64 {
        self.flattening * (2.0 - self.flattening)
    }

    /// Earth-centred coordinates of a point on the ellipsoid.
    fn to_centred(&self, [lon, lat]: [f64; 2]) -> [f64; 3] {
        let (lon, lat) = (lon.to_radians(), lat.to_radians());
        let e2 = self.eccentricity2();
        let normal = self.radius / (1.0 - e2 * lat.sin().powi(2)).sqrt();
        [
            normal * lat.cos() * lon.cos(),
            normal * lat.cos() * lon.sin(),
            normal * (1.0 - e2) * lat.sin(),
        ]
    }

    /// Longitude and latitude of a point near the ellipsoid, by Bowring's formula.
    fn to_degrees(&self, [x, y, z]: [f64; 3]) -> [f64; 2] {
        let e2 = self.eccentricity2();
        let polar = self.radius * (1.0 - self.flattening);
        let across = x.hypot(y);
        let reduced = (z * self.radius).atan2(across * polar);
        let second = e2 / (1.0 - e2);
        let lat = (z + second * polar * reduced.sin().powi(3))
            .atan2(across - e2 * self.radius * reduced.cos().powi(3));
        [y.atan2(x).to_degrees(), lat.to_degrees()]
    }
}

fn tokyo_to_world(point: [f64; 2]) -> [f64; 2] {
    let centred = BESSEL.to_centred(point);
    GRS80.to_degrees([0, 1, 2].map(|axis| centred[axis] + SHIFT[axis]))
}

fn web_mercator_to_world([x, y]: [f64; 2]) -> [f64; 2] {
    let radius = GRS80.radius;
    [
        (x / radius).to_degrees(),
        (y / radius).sinh().atan().to_degrees(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    const WGS84: StatedDatum = StatedDatum::Known(Datum::World);
    const OLD: StatedDatum = StatedDatum::Known(Datum::Tokyo);

    #[test]
    fn systems_are_known_by_their_names_and_numbers() {
        for text in [
            "世界測地系",
            "世界測地系（JGD2011）",
            "日本測地系2000",
            "日本測地系２０１１",
            "JGD2000",
            "ＷＧＳ８４",
            "WGS 84",
            "EPSG:4326",
            "urn:ogc:def:crs:OGC:1.3:CRS84",
            "urn:ogc:def:crs:EPSG::6668",
            "http://www.opengis.net/def/crs/EPSG/0/4612",
            "4326",
        ] {
            assert_eq!(stated(text), WGS84, "{text}");
        }
        for text in [
            "TOKYO",
            "Tokyo Datum",
            "日本測地系",
            "旧日本測地系",
            "日本測地系（旧）",
            "旧測地系",
            "ベッセル楕円体",
            "EPSG:4301",
            "epsg4301",
            "urn:ogc:def:crs:EPSG::4301",
        ] {
            assert_eq!(stated(text), OLD, "{text}");
        }
        for text in [
            "EPSG:3857",
            "WGS 84 / Pseudo-Mercator",
            "urn:ogc:def:crs:EPSG::900913",
        ] {
            assert_eq!(
                stated(text),
                StatedDatum::Known(Datum::WebMercator),
                "{text}"
            );
        }
        for text in ["", "  ", "-", "緯度経度", "10進度", "不明"] {
            assert_eq!(stated(text), StatedDatum::Nothing, "{text}");
        }
        for text in [
            "EPSG:6677",
            "EPSG:2451",
            "EPSG:30169",
            "EPSG:32654",
            "平面直角座標系第9系",
            "JGD2011 9系",
            "世界測地系 平面直角座標系Ⅸ系",
            "JGD2011 / Japan Plane Rectangular CS IX",
            "WGS 84 / UTM zone 54N",
            "NAD27",
            "独自",
            "日本測地系から世界測地系",
        ] {
            assert!(matches!(stated(text), StatedDatum::Other(_)), "{text}");
        }
    }

    #[test]
    fn headers_of_coordinates_may_name_one() {
        for header in [
            "緯度（日本測地系）",
            "旧緯度",
            "経度_旧",
            "lat_tokyo",
            "経度 (EPSG:4301)",
        ] {
            assert_eq!(in_header(header), OLD, "{header}");
        }
        for header in ["緯度（世界測地系）", "緯度(WGS84)", "lon_jgd2011"] {
            assert_eq!(in_header(header), WGS84, "{header}");
        }
        for header in ["緯度", "lat", "Y座標", "緯度（10進）", "列C"] {
            assert_eq!(in_header(header), StatedDatum::Nothing, "{header}");
        }
        assert!(matches!(
            in_header("緯度 (EPSG:9999)"),
            StatedDatum::Other(_)
        ));
    }

    #[test]
    fn what_disagrees_is_not_known() {
        assert_eq!(together(&OLD, &StatedDatum::Nothing), OLD);
        assert_eq!(together(&WGS84, &WGS84), WGS84);
        assert!(matches!(together(&OLD, &WGS84), StatedDatum::Other(_)));
    }

    #[test]
    fn the_old_datum_comes_within_ten_metres() {
        // 日本経緯度原点: 139°44′40.5020″, 35°39′17.5148″ became 139°44′28.8759″, 35°39′29.1572″ in 2002.
        let (old, new) = ([139.744_583_9, 35.654_865_2], [139.741_354_4, 35.658_099_2]);
        let [lon, lat] = tokyo_to_world(old);
        let east = (lon - new[0]) * 111_300.0 * lat.to_radians().cos();
        let north = (lat - new[1]) * 111_000.0;
        assert!(east.hypot(north) < 10.0, "{lon} {lat}: {east} {north}");
    }

    #[test]
    fn web_maps_metres_become_degrees() {
        let [lon, lat] = web_mercator_to_world([15_551_165.66, 4_255_416.39]);
        assert!(
            (lon - 139.698).abs() < 1e-3 && (lat - 35.68).abs() < 0.05,
            "{lon} {lat}"
        );
    }
}
