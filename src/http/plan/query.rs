//! The parameters of planners' questions, beside those that all questions share.

use serde_json::json;

pub use crate::http::query::*;

use crate::coverage::reach::Site;
use crate::directory::coverage::Measure;
use crate::directory::siting::MOST_SITES;
use crate::domain::position::{Metres, Position};
use crate::http::problem::{Problem, Text};
use crate::http::query::text::numbers;
use crate::http::query::{SEMICOLONS, parameters, words_or};

/// The distances within which people can be counted, in metres, and the handbook's own.
pub const SHORTEST_REACH: f64 = 1.0;

/// The longest: beyond it nobody walks, and every answer is nearly all.
pub const LONGEST_REACH: f64 = 100_000.0;

/// 一般的な徒歩圏.
pub const DEFAULT_REACH: f64 = 800.0;

parameters! {
    BY = "by", "Into what the area is cut: `prefecture`, `municipality`, `ward`, or `square` for grid squares of one prefecture, municipality or ward.",
        json!({"type": "string", "enum": ["prefecture", "municipality", "ward", "square"]});
    WITHIN = "within", "How far, in metres over the ground in a straight line; exactly so far counts.",
        json!({"type": "number", "minimum": SHORTEST_REACH, "maximum": LONGEST_REACH, "default": DEFAULT_REACH});
    METHOD = "method", "When a grid square's people count: `centre` all of them when its centre is within, `area` as many as the share of its area that is (面積按分).",
        json!({"type": "string", "enum": ["centre", "area"], "default": "centre"});
    WEIGHT = "weight", "Which people count.", json!({"type": "string", "enum": ["total", "15-64", "65+"], "default": "total"});
    MEASURES = "measures", "What else is wanted, or `all`.", words_or(Measure::SLUGS, "all");
    SUPPLY = "supply", "What a facility supplies to those who share it: its `seats`, which are null where unknown, or itself (`facilities`).",
        json!({"type": "string", "enum": ["seats", "facilities"], "default": "seats"});
    ADD = "add", "Facilities that are imagined: LON,LAT or LON,LAT,SEATS each, separated by semicolons. The answer then also says what was before.",
        json!({"type": "string", "format": SEMICOLONS, "examples": ["130.401,33.590;130.42,33.58,40"]});
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
}

impl QueryParams<'_> {
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
}

/// Everything an answer depends on: the directory's state, as its tag names it, and the question. How it is
/// written is no part of it.
pub fn cache_key(tag: &str, query: &str) -> String {
    let plain = |pair: &&str| {
        let name = pair.split('=').next().unwrap_or("");
        !pair.is_empty() && ![F.name, LANG.name, GEOMETRY.name].contains(&name)
    };
    let mut pairs: Vec<&str> = query.split('&').filter(plain).collect();
    // Members of one list keep their order.
    pairs.sort_by_key(|pair| pair.split('=').next());
    format!("{tag} {}", pairs.join("&"))
}
