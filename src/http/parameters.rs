//! The parameters of the API: one table that both reads them and describes them.
//!
//! Reading is strict. A parameter that an operation does not list, a value that breaks its rule,
//! the same parameter twice with different values, and a broken percent-encoding are each
//! answered by a problem that names them.

use std::borrow::Cow;

use actix_web::HttpRequest;
use serde_json::{Value, json};

use super::cursor;
use super::negotiate::{self, Format};
use super::problem::{Problem, Text};
use crate::coverage::reach::Site;
use crate::directory::coverage::Measure;
use crate::directory::siting::MOST_SITES;
use crate::districts::Districts;
use crate::domain::change::Seq;
use crate::domain::municipality::MunicipalityCode;
use crate::domain::position::{Metres, NoPosition, Position};
use crate::domain::vocabulary::{
    Amenity, Certainty, Eligibility, Kind, Precision, Programme, Status, StatusAge, Stock, Use,
};
use crate::snapshot::facets::Facet;
use crate::snapshot::find::{Bbox, Cursor, End, Filter, Line};

/// A query parameter.
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it does, for the API's definition.
    pub about: &'static str,
    /// Its JSON Schema.
    pub schema: fn() -> Value,
}

/// The longest query string read: 200 codes of municipalities take less than a tenth of it.
pub const LONGEST_QUERY: usize = 16_384;
/// Features a page when nobody says how many.
pub const DEFAULT_LIMIT: usize = 100;
/// Features a page at most; more is capped.
pub const GREATEST_LIMIT: usize = 10_000;
/// The distances within which people can be counted, in metres, and the handbook's own.
pub const SHORTEST_REACH: f64 = 1.0;
/// The longest: beyond it nobody walks, and every answer is nearly all.
pub const LONGEST_REACH: f64 = 100_000.0;
/// 一般的な徒歩圏.
pub const DEFAULT_REACH: f64 = 800.0;
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

/// The one value of `sortby`.
pub const USABLE: &str = "usable";

macro_rules! parameters {
    ($($(#[$doc:meta])* $name:ident = $key:literal, $about:literal, $schema:expr;)+) => {
        $($(#[$doc])* #[doc = concat!("`", $key, "`: ", $about)]
        pub const $name: Parameter = Parameter { name: $key, about: $about, schema: || $schema };)+
    };
}

parameters! {
    F = "f", "The representation, whatever Accept says.", json!({"type": "string"});
    LANG = "lang", "The language of sentences.", json!({"type": "string", "enum": ["ja", "en"]});
    LIMIT = "limit", "Features a page. More than the maximum is capped. A file (`f=csv` and so on) holds all that match, or as many as this says.",
        json!({"type": "integer", "minimum": 1, "maximum": GREATEST_LIMIT, "default": DEFAULT_LIMIT});
    CURSOR = "cursor", "Where a page begins: opaque, from the `next` link.", json!({"type": "string"});
    BBOX = "bbox", "West, south, east, north in degrees (CRS84); west greater than east crosses 180°. With six numbers heights are ignored. A box without area is a point.",
        json!({"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}});
    CRS = "crs", "The coordinate reference system of the answer's geometries. There is one: CRS84, longitude and latitude on WGS 84.",
        json!({"type": "string", "format": "uri", "default": CRS84});
    BBOX_CRS = "bbox-crs", "The coordinate reference system of `bbox`. There is one: CRS84, longitude and latitude on WGS 84.",
        json!({"type": "string", "format": "uri", "default": CRS84});
    DATETIME = "datetime", "An instant, an interval (`..` or nothing for an open end) or a start and an ISO 8601 duration, held against the day a facility was last checked. A facility that nobody checked has no such day and is left out.",
        json!({"type": "string", "minLength": 1});
    NEAR = "near", "Longitude, latitude in degrees: nearest first by the geodesic on the WGS 84 ellipsoid; adds the property `distance` in metres.",
        json!({"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "number"}});
    VISITOR = "near", "Where the visitor is: longitude, latitude. Of like-named places the nearer is likelier.",
        json!({"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "number"}});
    WINDOW = "bbox", "What the visitor's map shows: west, south, east, north in degrees. Of like-named places those in a small window are likelier.",
        json!({"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}});
    PLACE = "place", "Instead of `near`: the name of a place or facility, or a postal code. Nearest to it first.",
        json!({"type": "string", "maxLength": 2000});
    NEAR_NAME = "near-name", "What `near` is called, on pages; a `place` of the same name is `near` itself.",
        json!({"type": "string", "maxLength": 100});
    MAX_DISTANCE = "max-distance", "At most so many metres from `near`.",
        json!({"type": "number", "minimum": 0, "maximum": FARTHEST});
    MUNICIPALITY = "municipality", "Codes of municipalities or wards (five digits, or six with the check digit) or prefectures (two digits), separated by commas. A city includes its wards.",
        list(json!({"type": "string", "pattern": "^[0-9]{2}([0-9]{3,4})?$"}));
    KIND = "kind", "Sorts of places, or `unknown`.", words(Kind::SLUGS);
    STOCK = "stock", "Former buildings, or `unknown`.", words(Stock::SLUGS);
    PROGRAMME = "programme", "Programmes that supported it, or `unknown`.", words(Programme::SLUGS);
    CERTAINTY = "certainty", "How sure a programme's support is.", words(Certainty::SLUGS);
    ELIGIBILITY = "eligibility", "Who may use it, or `unknown`.", words(Eligibility::SLUGS);
    AMENITY = "amenity", "What it offers, or `unknown`: any of these.", words(Amenity::SLUGS);
    AMENITY_ALL = "amenity-all", "What it offers: all of these.", words(Amenity::SLUGS);
    USE = "use", "How it can be used, or `unknown`.", words(Use::SLUGS);
    PRECISION = "precision", "How exactly its position is known.", words(Precision::SLUGS);
    STATUS = "status", "Whether it works; `*` for all. Without it: open, suspended and unknown.", words(Status::SLUGS);
    STATUS_AGE = "status-age", "How long ago its status was said, in calendar years: `fresh` this year or last year, `ageing` two to four years ago, `old` five or more; or `unknown`.", words(StatusAge::SLUGS);
    INCLUDE_UNKNOWN = "include-unknown", "Whether those follow whose value is unknown where one is asked for.",
        json!({"type": "boolean", "default": false});
    SORTBY = "sortby", "What comes first: `usable` is what a visitor can use (known to be open, with facts and a position to go to), in the usual order where that is equal.",
        json!({"type": "string", "enum": [USABLE]});
    PRICE_MAX = "price-max", "An hour costs at most so many yen.", json!({"type": "integer", "minimum": 0, "examples": [400]});
    SEATS_MIN = "seats-min", "At least so many seats.", json!({"type": "integer", "minimum": 0});
    OPEN_AT = "open-at", "Open at this minute, by opening hours, Japan's public holidays and temporary closures: `now`, or a moment (RFC 3339). Adds the property `opening`.",
        json!({"type": "string", "examples": ["now", "2026-04-01T09:00:00+09:00"]});
    OPENING = "opening", "Adds the property `opening` for this minute, `now` or a moment (RFC 3339): its `state` (`open`, `closed`, `unknown`), `until` when (null if nothing is known to change), whether the hours are `readable`, and a `note`: why it is closed for a time, or what leaves it unknown.",
        json!({"type": "string", "examples": ["now"]});
    NAMED = "q", "Words that a facility's names hold, each of them: in kanji, kana or Latin letters, however wide.",
        json!({"type": "string", "minLength": 1, "maxLength": 100});
    AS_OF = "as-of", "What the directory said then: the number of a change, or a moment (RFC 3339).",
        json!({"type": "string", "minLength": 1, "examples": ["2026-04-01T09:00:00+09:00", "1"]});
    SINCE = "since", "Changes after this number; 0 is from the first.",
        json!({"type": "integer", "minimum": 0, "default": 0});
    AREA = "area", "Whose coverage, or where sites are sought: a prefecture (two digits) gives its municipalities, a municipality or ward (five digits) itself; without it all prefectures, in the collection `coverage` all municipalities.",
        json!({"type": "string", "examples": ["13", "40130"]});
    BY = "by", "Into what the area is cut: `prefecture`, `municipality`, `ward`, or `square` for grid squares of one prefecture, municipality or ward.",
        json!({"type": "string", "enum": ["prefecture", "municipality", "ward", "square"]});
    WITHIN = "within", "How far, in metres over the ground in a straight line; exactly so far counts.",
        json!({"type": "number", "minimum": SHORTEST_REACH, "maximum": LONGEST_REACH, "default": DEFAULT_REACH});
    METHOD = "method", "When a grid square's people count: `centre` all of them when its centre is within, `area` as many as the share of its area that is (面積按分).",
        json!({"type": "string", "enum": ["centre", "area"], "default": "centre"});
    WEIGHT = "weight", "Which people count.", json!({"type": "string", "enum": ["total", "15-64", "65+"], "default": "total"});
    MEASURES = "measures", "What else is wanted, or `all`.", words(Measure::SLUGS);
    SUPPLY = "supply", "What a facility supplies to those who share it: its `seats`, which are null where unknown, or itself (`facilities`).",
        json!({"type": "string", "enum": ["seats", "facilities"], "default": "seats"});
    ADD = "add", "Facilities that are imagined: LON,LAT or LON,LAT,SEATS each, separated by semicolons. The answer then also says what was before.",
        json!({"type": "string", "examples": ["130.401,33.590;130.42,33.58,40"]});
    IMPRECISE = "imprecise", "Whether facilities count whose position error exceeds the distance: `leave-out`, because nobody knows whom they serve, or `keep`, as if they were where they are recorded.",
        json!({"type": "string", "enum": ["leave-out", "keep"], "default": "leave-out"});
    COUNT = "count", "How many sites are to be chosen.",
        json!({"type": "integer", "minimum": 1, "maximum": MOST_SITES, "default": 1});
    OBJECTIVE = "objective", "What is sought: to `cover` most people within the distance whom nothing serves yet, the least sum of everybody's distances (`median`), or the smallest longest distance (`center`).",
        json!({"type": "string", "enum": ["cover", "median", "center"], "default": "cover"});
    ZONES = "zones", "What the body's polygons limit, in place of `area`: the people counted and the candidates (`both`), or only one of them; the other is then the area's.",
        json!({"type": "string", "enum": ["both", "candidates", "people"], "default": "both"});
    SECONDS = "seconds", "How much work goes into the search: so many seconds on a machine half as fast as ours, whatever the clock says, so that the same question has the same answer.",
        json!({"type": "number", "minimum": 1, "maximum": 60, "default": 10});
    GEOMETRY = "geometry", "Whether districts come with their borders.", json!({"type": "boolean", "default": true});
    Q = "q", "What is looked for: the name of a municipality, town, station or facility in kanji, kana or Latin letters, an address, a postal code, coordinates, or the address of a map; words beside a place may be filters (渋谷 コワーキング).",
        json!({"type": "string", "minLength": 1, "maxLength": 2000});
}

fn list(items: Value) -> Value {
    json!({"type": "array", "items": items})
}

fn words(slugs: &'static [&'static str]) -> Value {
    list(json!({"type": "string", "examples": slugs}))
}

/// A request's parameters, decoded.
pub struct Given<'a>(Vec<(&'static str, Cow<'a, str>)>);

impl<'a> Given<'a> {
    /// Reads a request's query. Where a page is asked for, parameters that are not among `known` are
    /// ignored: shared links gather them.
    pub fn of(request: &'a HttpRequest, known: &[&Parameter]) -> Result<Given<'a>, Problem> {
        let is_page = negotiate::wants_page(request);
        Given::read_as(request.query_string(), known, is_page)
    }

    /// Reads a query string whose parameters are among `known`.
    pub fn read(query: &'a str, known: &[&Parameter]) -> Result<Given<'a>, Problem> {
        Given::read_as(query, known, false)
    }

    fn read_as(
        query: &'a str,
        known: &[&Parameter],
        ignores_unknown: bool,
    ) -> Result<Given<'a>, Problem> {
        if query.len() > LONGEST_QUERY {
            return Err(Problem::query_too_long(query.len(), LONGEST_QUERY));
        }
        let mut given: Vec<(&'static str, Cow<'a, str>)> = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            if ignores_unknown && !is_known(pair, known) {
                continue;
            }
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decoded(name)?, decoded(value)?);
            let Some(parameter) = known.iter().find(|parameter| parameter.name == name) else {
                let names: Vec<&str> = known.iter().map(|parameter| parameter.name).collect();
                return Err(Problem::unknown_parameter(&name, &names));
            };
            match given.iter().find(|(name, _)| *name == parameter.name) {
                Some((_, first)) if *first != value => {
                    let rule = Text::new(
                        format!("「{first}」と重ねて指定されています"),
                        format!("“{first}” was given too"),
                    );
                    return Err(Problem::parameter(parameter.name, &value, rule));
                }
                Some(_) => {}
                None if parameter.name == LANG.name && !matches!(&*value, "ja" | "en") => {
                    let rule = Text::new("使えるもの: ja, en", "known are ja, en");
                    return Err(Problem::parameter(LANG.name, &value, rule));
                }
                None if [CRS.name, BBOX_CRS.name].contains(&parameter.name)
                    && !is_crs84(&value) =>
                {
                    let rule =
                        Text::new(format!("使えるもの: {CRS84}"), format!("known is {CRS84}"));
                    return Err(Problem::parameter(parameter.name, &value, rule));
                }
                None => given.push((parameter.name, value)),
            }
        }
        Ok(Given(given))
    }

    /// The value of a parameter, if it was given.
    pub fn get(&self, parameter: &Parameter) -> Option<&str> {
        self.0
            .iter()
            .find(|(name, _)| *name == parameter.name)
            .map(|(_, value)| value.as_ref())
    }

    /// Features a page.
    pub fn limit(&self, default: usize, greatest: usize) -> Result<usize, Problem> {
        let Some(text) = self.get(&LIMIT) else {
            return Ok(default);
        };
        let digits = text.strip_prefix('+').unwrap_or(text);
        // Any whole number of at least 1, however long: more than the maximum is capped, not refused.
        if digits.is_empty()
            || !digits.bytes().all(|b| b.is_ascii_digit())
            || digits.bytes().all(|b| b == b'0')
        {
            let rule = Text::new(
                "1以上の整数を指定してください",
                "must be a whole number of at least 1",
            );
            return Err(Problem::parameter(LIMIT.name, text, rule));
        }
        Ok(digits.parse().unwrap_or(greatest).min(greatest))
    }

    /// Features of an answer: a page of them; in a file all that match, or as many as are asked for.
    pub fn limit_in(&self, format: Format) -> Result<usize, Problem> {
        match format.is_file() {
            true => self.limit(usize::MAX, usize::MAX),
            false => self.limit(DEFAULT_LIMIT, GREATEST_LIMIT),
        }
    }

    /// After which change.
    pub fn since(&self) -> Result<Seq, Problem> {
        let Some(text) = self.get(&SINCE) else {
            return Ok(Seq(0));
        };
        if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
            let rule = Text::new(
                "0以上の整数を指定してください",
                "must be a whole number of at least 0",
            );
            return Err(Problem::parameter(SINCE.name, text, rule));
        }
        // No log will ever be so long; after its end there is nothing, however far after.
        Ok(Seq(text.parse().unwrap_or(i64::MAX)))
    }

    /// A whole number of at least 0; what is greater than any value there is, is the greatest.
    pub fn whole(&self, parameter: &Parameter) -> Result<Option<u32>, Problem> {
        let Some(text) = self.get(parameter) else {
            return Ok(None);
        };
        if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
            let rule = Text::new(
                "0以上の整数を指定してください",
                "must be a whole number of at least 0",
            );
            return Err(Problem::parameter(parameter.name, text, rule));
        }
        Ok(Some(text.parse().unwrap_or(u32::MAX)))
    }

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

    /// Whether those of unknown value follow.
    pub fn include_unknown(&self) -> Result<bool, Problem> {
        Ok(self.flag(&INCLUDE_UNKNOWN)?.unwrap_or(false))
    }

    /// Whether the most usable come first, where it is said.
    pub fn usable_first(&self) -> Result<Option<bool>, Problem> {
        let Some(text) = self.get(&SORTBY) else {
            return Ok(None);
        };
        // A plus means ascending, and is the usual way without it.
        match text.trim().strip_prefix('+').unwrap_or(text.trim()) {
            USABLE => Ok(Some(true)),
            _ => Err(unknown_word(&SORTBY, text, &[USABLE])),
        }
    }

    /// A flag, where it is given.
    pub fn flag(&self, parameter: &Parameter) -> Result<Option<bool>, Problem> {
        match self.get(parameter) {
            None => Ok(None),
            Some("false") => Ok(Some(false)),
            Some("true") => Ok(Some(true)),
            Some(other) => {
                let rule = Text::new("trueかfalseを指定してください", "must be true or false");
                Err(Problem::parameter(parameter.name, other, rule))
            }
        }
    }

    /// One of a few words; the first where none is given.
    pub fn choice<T: Copy>(
        &self,
        parameter: &Parameter,
        choices: &[(&str, T)],
    ) -> Result<T, Problem> {
        let Some(text) = self.get(parameter) else {
            return Ok(choices[0].1);
        };
        let found = choices.iter().find(|(word, _)| *word == text.trim());
        found.map(|(_, choice)| *choice).ok_or_else(|| {
            let slugs: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            unknown_word(parameter, text, &slugs)
        })
    }

    /// How far people may live from a facility.
    pub fn reach(&self) -> Result<Metres, Problem> {
        let Some(text) = self.get(&WITHIN) else {
            return Ok(Metres(DEFAULT_REACH));
        };
        let allowed = SHORTEST_REACH..=LONGEST_REACH;
        let metres = number(text).filter(|metres| allowed.contains(metres));
        metres.map(Metres).ok_or_else(|| {
            let rule = Text::new(
                format!("{SHORTEST_REACH}以上{LONGEST_REACH}以下のメートル数を指定してください"),
                format!("must be metres from {SHORTEST_REACH} to {LONGEST_REACH}"),
            );
            Problem::parameter(WITHIN.name, text, rule)
        })
    }

    /// Facilities that are not there.
    pub fn imagined(&self) -> Result<Vec<Site>, Problem> {
        let Some(text) = self.get(&ADD) else {
            return Ok(Vec::new());
        };
        let each = text.split(';').map(str::trim).filter(|one| !one.is_empty());
        each.map(|one| {
            let wrong = |ja: String, en: String| Problem::parameter(ADD.name, one, Text::new(ja, en));
            let (lon, lat, seats) = match numbers(one).as_deref() {
                Some(&[lon, lat]) => (lon, lat, None),
                Some(&[lon, lat, seats]) if (0.0..1e6).contains(&seats) && seats.fract() == 0.0 => {
                    (lon, lat, Some(seats as u32))
                }
                _ => {
                    return Err(wrong(
                        "経度,緯度 または 経度,緯度,席数 を;で区切って指定してください".to_owned(),
                        "must be longitude,latitude or longitude,latitude,seats, separated by semicolons".to_owned(),
                    ));
                }
            };
            let position = Position::new(lon, lat)
                .map_err(|error| wrong(format!("日本の中の位置ではありません（{error}）"), error.to_string()))?;
            Ok(Site::new(position, seats))
        })
        .collect()
    }

    /// Which words are wanted.
    pub fn filter(&self, districts: &Districts) -> Result<Filter, Problem> {
        let status = match self.get(&STATUS) {
            None => None,
            Some("*") => Some(Status::ALL.to_vec()),
            Some(text) => Some(self.words(&STATUS, text, Status::SLUGS)?),
        };
        let mut lines = Vec::new();
        self.line(&KIND, Kind::SLUGS, Facet::Kind, &mut lines)?;
        self.line(&STOCK, Stock::SLUGS, Facet::Stock, &mut lines)?;
        self.line(&PROGRAMME, Programme::SLUGS, Facet::Programme, &mut lines)?;
        self.line(&CERTAINTY, Certainty::SLUGS, Facet::Certainty, &mut lines)?;
        self.line(
            &ELIGIBILITY,
            Eligibility::SLUGS,
            Facet::Eligibility,
            &mut lines,
        )?;
        self.line(&AMENITY, Amenity::SLUGS, Facet::Amenity, &mut lines)?;
        self.line(&USE, Use::SLUGS, Facet::Use, &mut lines)?;
        self.line(&STATUS_AGE, StatusAge::SLUGS, Facet::StatusAge, &mut lines)?;
        if let Some(text) = self.get(&PRECISION) {
            let any = self.words(&PRECISION, text, Precision::SLUGS)?;
            lines.push(Line {
                any: any.into_iter().map(Facet::Precision).collect(),
                unknown: vec![],
            });
        }
        if let Some(text) = self.get(&MUNICIPALITY) {
            lines.push(self.areas(text, districts)?);
        }
        let each = match self.get(&AMENITY_ALL) {
            Some(text) => self.words(&AMENITY_ALL, text, Amenity::SLUGS)?,
            None => vec![],
        };
        let each = each.into_iter().map(|amenity| Line {
            any: vec![Facet::Amenity(Some(amenity))],
            unknown: vec![Facet::Amenity(None)],
        });
        Ok(Filter {
            status,
            lines,
            each: each.collect(),
            ..Filter::default()
        })
    }

    /// A line of a vocabulary that can be unknown.
    fn line<W: std::str::FromStr>(
        &self,
        parameter: &Parameter,
        slugs: &'static [&'static str],
        facet: fn(Option<W>) -> Facet,
        lines: &mut Vec<Line>,
    ) -> Result<(), Problem> {
        let Some(text) = self.get(parameter) else {
            return Ok(());
        };
        let mut any = Vec::new();
        for word in text.split(',').map(str::trim) {
            // `certainty` has a word of its own called unknown; support nobody knows of is unknown as well.
            match word.parse() {
                Ok(word) => any.push(facet(Some(word))),
                Err(_) if word == "unknown" => {}
                Err(_) => return Err(unknown_word(parameter, word, slugs)),
            }
            if word == "unknown" {
                any.push(facet(None));
            }
        }
        lines.push(Line {
            any,
            unknown: vec![facet(None)],
        });
        Ok(())
    }

    /// Words separated by commas, each one of a few.
    pub fn among(
        &self,
        parameter: &Parameter,
        text: &str,
        known: &[&'static str],
    ) -> Result<Vec<&'static str>, Problem> {
        let word = |word: &str| {
            let found = known.iter().find(|known| **known == word).copied();
            found.ok_or_else(|| unknown_word(parameter, word, known))
        };
        text.split(',').map(str::trim).map(word).collect()
    }

    fn words<W: std::str::FromStr>(
        &self,
        parameter: &Parameter,
        text: &str,
        slugs: &[&str],
    ) -> Result<Vec<W>, Problem> {
        let word = |word: &str| {
            word.parse()
                .map_err(|_| unknown_word(parameter, word, slugs))
        };
        text.split(',').map(str::trim).map(word).collect()
    }

    fn areas(&self, text: &str, districts: &Districts) -> Result<Line, Problem> {
        let mut line = Line::default();
        for code in text.split(',').map(str::trim) {
            let wrong = |ja: String, en: String| {
                Problem::parameter(MUNICIPALITY.name, code, Text::new(ja, en))
            };
            let unknown = || {
                wrong(
                    "この番号の自治体はありません".to_owned(),
                    "no municipality, ward or prefecture has this code".to_owned(),
                )
            };
            if code.len() == 2 {
                let number = code
                    .parse::<u8>()
                    .ok()
                    .filter(|_| districts.get(code).is_some())
                    .ok_or_else(unknown)?;
                line.any.push(Facet::Prefecture(number));
                continue;
            }
            let code = MunicipalityCode::new(code).map_err(|error| {
                wrong(
                    "5桁、または検査数字の正しい6桁の全国地方公共団体コードではありません"
                        .to_owned(),
                    error.to_string(),
                )
            })?;
            let district = districts.municipality(code).ok_or_else(unknown)?;
            line.any.push(Facet::District(code));
            line.unknown.extend(district.parent.map(Facet::SomeWardOf));
        }
        Ok(line)
    }

    /// After which id the page begins, where nothing is in order of distance.
    pub fn cursor_after_id(&self) -> Result<Option<String>, Problem> {
        match self.cursor()?.map(|cursor| cursor.end) {
            None | Some(End::Start) => Ok(None),
            Some(End::Id(id)) => Ok(Some(id)),
            Some(End::Distance(_)) => {
                let rule = Text::new(
                    "このcursorは別の並び順のものです",
                    "this cursor belongs to another order",
                );
                let given = self.get(&CURSOR).unwrap_or("");
                Err(Problem::parameter(CURSOR.name, given, rule))
            }
        }
    }

    /// Where the page begins.
    pub fn cursor(&self) -> Result<Option<Cursor>, Problem> {
        let Some(text) = self.get(&CURSOR) else {
            return Ok(None);
        };
        cursor::read(text).map(Some).ok_or_else(|| {
            let rule = Text::new(
                "nextリンクの値をそのまま使ってください",
                "use the value of the next link as it is",
            );
            Problem::parameter(CURSOR.name, text, rule)
        })
    }
}

/// Whether a text names CRS84: its address, its URN or a short name, also in brackets as a CURIE.
fn is_crs84(text: &str) -> bool {
    let text = text.trim();
    let curie = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let name = curie.unwrap_or(text).to_ascii_uppercase();
    ALSO_CRS84.contains(&&*name)
}

fn unknown_word(parameter: &Parameter, word: &str, slugs: &[&str]) -> Problem {
    let known = slugs.join(", ");
    let rule = Text::new(format!("使えるもの: {known}"), format!("known are {known}"));
    Problem::parameter(parameter.name, word, rule)
}

/// Strictly: every `%` has its two digits and the result is UTF-8.
fn decoded(text: &str) -> Result<Cow<'_, str>, Problem> {
    if !text.contains(['%', '+']) {
        return Ok(Cow::Borrowed(text));
    }
    let broken = || Problem::malformed_query(text);
    let bytes = text.as_bytes();
    for (i, _) in text.match_indices('%') {
        let digits = bytes.get(i + 1..i + 3).ok_or_else(broken)?;
        if !digits.iter().all(u8::is_ascii_hexdigit) {
            return Err(broken());
        }
    }
    let spaced = text.replace('+', " ");
    let decoded = percent_encoding::percent_decode_str(&spaced)
        .decode_utf8()
        .map_err(|_| broken())?;
    Ok(Cow::Owned(decoded.into_owned()))
}

/// Whether a pair of a query is of a known parameter.
fn is_known(pair: &str, known: &[&Parameter]) -> bool {
    let name = decoded(pair.split('=').next().unwrap_or(""));
    name.is_ok_and(|name| known.iter().any(|parameter| parameter.name == name))
}

/// A request's query, as links repeat it: where a page is asked for, without what is not `known`.
pub fn query<'a>(request: &'a HttpRequest, known: &[&Parameter]) -> Cow<'a, str> {
    let query = request.query_string();
    if !negotiate::wants_page(request) {
        return query.into();
    }
    let pairs = query.split('&').filter(|pair| is_known(pair, known));
    pairs.collect::<Vec<_>>().join("&").into()
}

/// The pairs of a query that can be decoded, for whoever leaves out what cannot be read.
pub fn pairs(query: &str) -> impl Iterator<Item = (String, String)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs.filter_map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        Some((
            decoded(name).ok()?.into_owned(),
            decoded(value).ok()?.into_owned(),
        ))
    })
}

/// A value as a query has it; commas and colons keep it readable.
pub fn encoded(value: &str) -> String {
    const PLAIN: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'.')
        .remove(b'_')
        .remove(b',')
        .remove(b':');
    percent_encoding::utf8_percent_encode(value, PLAIN).to_string()
}

/// A form's query without the fields that were left empty.
pub fn without_empty(query: &str) -> String {
    let pairs = query.split('&').filter(|pair| {
        pair.split_once('=')
            .is_none_or(|(_, value)| !value.is_empty())
    });
    pairs.collect::<Vec<_>>().join("&")
}

/// A decimal number as people write it; not `inf`, `NaN` or hexadecimal.
pub fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let plain = text
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
    text.parse()
        .ok()
        .filter(|number: &f64| plain && number.is_finite())
}

fn numbers(text: &str) -> Option<Vec<f64>> {
    text.split(',').map(number).collect()
}

/// The query without some of its parameters.
pub fn without(query: &str, parameters: &[&Parameter]) -> String {
    let name = |pair: &str| pair.split('=').next().unwrap_or("").to_owned();
    let kept = query.split('&').filter(|pair| {
        let name = name(pair);
        !pair.is_empty() && parameters.iter().all(|parameter| parameter.name != name)
    });
    kept.collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALL: &[&Parameter] = &[&LIMIT, &NEAR, &MAX_DISTANCE, &BBOX, &KIND, &CURSOR];

    #[test]
    fn limits_below_one_and_no_numbers_are_refused_and_large_ones_capped() {
        let limit = |text: &str| {
            let query = format!("limit={text}");
            Given::read(&query, ALL).unwrap().limit(100, 10_000)
        };
        for bad in ["0", "-1", "", "1.5", "ten", "0000", "1e3"] {
            assert!(limit(bad).is_err(), "{bad}");
        }
        assert_eq!(limit("7"), Ok(7));
        assert_eq!(limit("10001"), Ok(10_000));
        assert_eq!(limit(&"9".repeat(400)), Ok(10_000));
    }

    #[test]
    fn broken_encodings_unknown_and_conflicting_parameters_are_refused() {
        for bad in [
            "near=%",
            "near=%zz",
            "near=%ff",
            "%E3%81=1",
            "nix=1",
            "limit=1&limit=2",
        ] {
            assert!(Given::read(bad, ALL).is_err(), "{bad}");
        }
        for good in ["", "&&", "limit=1&limit=1", "near=139%2C35", "kind=a+b"] {
            assert!(Given::read(good, ALL).is_ok(), "{good}");
        }
    }

    #[test]
    fn the_one_crs_has_several_spellings_and_no_other_is_taken() {
        let read = |text: &str| {
            let query = format!("crs={}&bbox-crs={}", encoded(text), encoded(text));
            Given::read(&query, &[&CRS, &BBOX_CRS]).map(|_| ())
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

    proptest! {
        #[test]
        fn no_text_makes_a_parser_panic(text in ".{0,40}", numbers in prop::collection::vec(any::<f64>(), 0..7)) {
            let listed = numbers.iter().map(f64::to_string).collect::<Vec<_>>().join(",");
            for value in [text, listed] {
                let encoded = percent_encoding::utf8_percent_encode(&value, percent_encoding::NON_ALPHANUMERIC).to_string();
                for parameter in ALL {
                    let query = format!("{}={encoded}", parameter.name);
                    let given = Given::read(&query, ALL).unwrap();
                    let _ = (given.limit(1, 2), given.near(), given.max_distance(), given.bbox(), given.cursor());
                }
            }
        }
    }
}
