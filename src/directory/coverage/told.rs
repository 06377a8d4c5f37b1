//! The answer in words: a row's properties, and the notes that have to stand beside the numbers.

use serde_json::{Map, Value, json};

use super::super::credits::grid_note;
use super::super::reference::{self, ModelError};
use super::{Coverage, Imprecision, Measure, Question, Row, Shared, Supply};
use crate::coverage::access::{self, Distances};
use crate::coverage::population::Source;
use crate::domain::wording::Wording;

impl Row {
    /// The row's properties, as every format writes them.
    pub fn properties(&self, question: &Question) -> Map<String, Value> {
        let mut all = Map::new();
        let mut put = |name: &str, value: Value| drop(all.insert(name.to_owned(), value));
        put("code", self.code.as_str().into());
        put("name", self.name.as_str().into());
        put("name_romaji", json!(self.romaji));
        put("people", self.people.map_or(Value::Null, count));
        put("people_within", self.within.map_or(Value::Null, count));
        put("coverage", json!(self.coverage()));
        if !question.imagined.is_empty() {
            put(
                "people_within_before",
                self.before.map_or(Value::Null, count),
            );
            put("coverage_before", json!(self.coverage_before()));
        }
        put("facilities", self.facilities.into());
        put("facilities_imprecise", self.imprecise.into());
        put("seats", json!(self.seats));
        let source = self.source.as_ref().map(Source::to_string);
        put("people_source", json!(source));
        let measures = &question.measures;
        if measures.contains(&Measure::Nearest) {
            let of = |part: fn(&Distances) -> f64| {
                json!(self.nearest.as_ref().map(|d| rounded(part(d))))
            };
            put("distance_mean", of(|d| d.mean));
            put("distance_median", of(|d| d.median));
            put("distance_p90", of(|d| d.p90));
        }
        if measures.contains(&Measure::PerPerson) {
            let per = |n: f64| self.people.and_then(|people| access::per_10_000(n, people));
            put("facilities_per_10000", json!(per(self.facilities as f64)));
            let seats = self.seats.and_then(|seats| per(seats as f64));
            put("seats_per_10000", json!(seats));
        }
        let mut shared = |name: &str, shared: &Option<Shared>| {
            put(&format!("access_{name}"), json!(shared.map(|s| s.mean)));
            put(&format!("gini_{name}"), json!(shared.and_then(|s| s.gini)));
        };
        if measures.contains(&Measure::Catchment) {
            shared("2sfca", &self.catchment);
        }
        if measures.contains(&Measure::Enhanced) {
            shared("e2sfca", &self.enhanced);
        }
        all
    }
}

/// People: whole where all of a square count, else to the thousandth.
fn count(people: f64) -> Value {
    if people.fract() == 0.0 {
        json!(people as u64)
    } else {
        json!(rounded(people))
    }
}

fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// How distances are measured, for every figure.
pub(in crate::directory) fn straight_line() -> (&'static str, Wording) {
    (
        "straight-line",
        Wording::new(
            "直線距離（WGS 84楕円体の測地線）による。実際の徒歩到達圏を示すものではない",
            "By straight-line distance (geodesic of WGS 84): not the ground that can be reached on foot",
        ),
    )
}

/// How wrong the model's people make a figure at about this distance.
pub(in crate::directory) fn model_note(within: f64) -> Option<(&'static str, Wording)> {
    let told = |area: &str| {
        let errors = reference::model_errors()
            .iter()
            .filter(|error| error.area == area);
        errors.min_by(|a, b| {
            let off = |error: &ModelError| (f64::from(error.within) - within).abs();
            off(a).total_cmp(&off(b))
        })
    };
    let (all, tokyo) = (told("all")?, told("tokyo-23-wards")?);
    Some((
        "model",
        Wording::new(
            format!(
                "人口は推計モデル（国勢調査の統計ではない）。国勢調査500 mメッシュによるカバー率との差は、{} mで平均{}ポイント（東京23区では{}ポイント）",
                all.within, all.mean_points, tokyo.mean_points
            ),
            format!(
                "People are modelled, not counted: at {} m coverage differs from the census grid's by {} points on average ({} in Tokyo's 23 wards)",
                all.within, all.mean_points, tokyo.mean_points
            ),
        ),
    ))
}

impl Coverage {
    /// What has to be said beside the numbers, each with a code that programs know it by.
    pub fn notes(&self, question: &Question) -> Vec<(&'static str, Wording)> {
        let within = question.ask.within.0;
        let mut notes = vec![(
            "definition",
            Wording::new(
                format!(
                    "テレワーク拠点の徒歩圏人口カバー率（{within} m）＝拠点から{within} m以内に住む人口÷総人口。「都市構造の評価に関するハンドブック」（国土交通省）の徒歩圏人口カバー率の定義を借りたもの"
                ),
                format!(
                    "Share of people living within {within} m of a telework hub; the definition is borrowed from the handbook on evaluating urban structure (MLIT)"
                ),
            ),
        )];
        notes.push(straight_line());
        if self.used.people.contains(&Source::Model) {
            notes.extend(model_note(within));
        }
        notes.extend(grid_note(&self.used.people));
        if let Some(size) = self
            .largest
            .filter(|size| f64::from(size.metres()) > within)
        {
            let metres = size.metres();
            notes.push((
                "square-larger-than-distance",
                Wording::new(
                    format!("人口のメッシュ（{metres} m）が距離（{within} m）より大きいため、値は粗い"),
                    format!("The grid squares ({metres} m) are larger than the distance ({within} m): figures are coarse"),
                ),
            ));
        }
        notes.extend(self.imprecise_note(question.imprecision));
        if self.shared > 0 {
            let shared = self.shared;
            notes.push((
                "zones-overlap",
                Wording::new(
                    format!("区域が重なり、{shared}人が2つ以上の区域に数えられている。区域の合計は重複を含む"),
                    format!("Zones overlap: {shared} people are counted in more than one, and so more than once in a sum"),
                ),
            ));
        }
        let shares = [Measure::Catchment, Measure::Enhanced];
        if shares
            .iter()
            .any(|measure| question.measures.contains(measure))
        {
            notes.push(match question.supply {
                Supply::Facilities => (
                    "supply-facilities",
                    Wording::new(
                        "2SFCAの供給量は席数ではなく施設数（1施設を1とする）",
                        "2SFCA's supply is facilities, each counting 1, not seats",
                    ),
                ),
                Supply::Seats => (
                    "supply-seats",
                    Wording::new(
                        "2SFCAの供給量は席数。席数の分からない拠点が一つでもあれば求めない（supply=facilitiesで施設数による）",
                        "2SFCA's supply is seats; while any facility's are unknown there is no figure (supply=facilities counts facilities)",
                    ),
                ),
            });
        }
        notes.extend(self.credits.clone().map(|credits| ("credits", credits)));
        notes
    }

    /// What hubs come to whose position error exceeds the distance, wherever they lie.
    fn imprecise_note(&self, imprecision: Imprecision) -> Option<(&'static str, Wording)> {
        let (inside, people) = (self.imprecise.inside, self.imprecise.people.round());
        if inside == 0 && people == 0.0 {
            return None;
        }
        Some(match imprecision {
            Imprecision::LeaveOut => (
                "imprecise-left-out",
                Wording::new(
                    format!(
                        "位置の誤差が距離より大きい拠点は、だれの圏内にあるか分からないため数えていない（この範囲に{inside}件）。記録された位置にあるとして数えると（imprecise=keep）、圏内人口は{people}人増える"
                    ),
                    format!(
                        "Hubs whose position error exceeds the distance are not counted, because nobody knows whom they serve ({inside} in this area). Counted where they are recorded (imprecise=keep), they would add {people} people"
                    ),
                ),
            ),
            Imprecision::Keep => (
                "imprecise",
                Wording::new(
                    format!(
                        "位置の誤差が距離より大きい拠点も、記録された位置にあるものとして数えた（この範囲に{inside}件）。圏内人口のうち{people}人は、そうした拠点だけによる（imprecise=leave-outで除ける）"
                    ),
                    format!(
                        "Hubs whose position error exceeds the distance are counted where they are recorded ({inside} in this area). Of the people within, {people} are so only by such hubs (imprecise=leave-out leaves them out)"
                    ),
                ),
            ),
        })
    }
}
