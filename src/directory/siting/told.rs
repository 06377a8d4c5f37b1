//! The answer in words and numbers, as every way of asking gives it.

use serde_json::{Map, Value, json};

use super::{Candidate, Chosen, Other, Proposal};
use crate::coverage::population::Source;
use crate::coverage::siting::answer::{Objective, Step};
use crate::directory::coverage::{Imprecision, model_note, straight_line};
use crate::directory::credits::grid_note;
use crate::domain::wording::Wording;

impl Proposal {
    /// What is said of the whole: value and proof, people, curve and robustness; not the sites.
    pub fn told(&self) -> Map<String, Value> {
        let answer = &self.answer;
        let mut all = Map::new();
        let mut put = |name: &str, value: Value| drop(all.insert(name.to_owned(), value));
        put("objective", answer.objective.name().into());
        put("value", json!(answer.value));
        put("bound", json!(answer.bound));
        put("gap", json!(answer.gap() * 100.0));
        put("proved", answer.is_proved().into());
        put("method", answer.method.into());
        put("seconds", json!(self.seconds));
        put("cut", answer.cut.into());
        put("area", json!(self.area.0));
        put("area_name", self.area.1.as_str().into());
        if let Some(zones) = &self.zones {
            put("zones", json!(zones.names));
            put("zones_limit", zones.limit.slug().into());
            put("candidates_outside_zones", zones.outside.into());
        }
        put("within", json!(self.within));
        put("weight", self.weight.slug().into());
        put("count", self.sites.len().into());
        put("candidates", self.candidates.into());
        put("candidates_by_town", self.candidates_by_town.into());
        put("people", self.people.into());
        put("people_within_before", self.served.into());
        if answer.objective == Objective::Cover {
            let after = self.served as f64 + answer.value;
            put("people_within_after", json!(after as u64));
            let step = |step: &Step| json!({ "count": step.count, "value": step.value, "bound": step.bound });
            put("curve", answer.curve.iter().map(step).collect());
            put("robustness", self.robustness.iter().map(other).collect());
        } else {
            put("value_before", json!(self.before));
        }
        if answer.objective == Objective::Median {
            let people = self.people as f64;
            put("mean", json!(answer.value / people));
            put(
                "mean_before",
                json!(self.before.map(|before| before / people)),
            );
        }
        if !self.best.is_empty() {
            let best = self.best.iter();
            let told = |(candidate, value): &(Candidate, f64)| {
                let mut told = place(candidate);
                told.insert("gain".to_owned(), json!(value));
                Value::Object(told)
            };
            put("best", best.map(told).collect());
        }
        put("people_source", self.source.to_string().into());
        put("reference", self.reference.into());
        all
    }

    /// What has to be said beside the numbers, each with a code that programs know it by.
    pub fn notes(&self) -> Vec<(&'static str, Wording)> {
        let within = self.within;
        let mut notes = vec![(
            "definition",
            match self.answer.objective {
                Objective::Cover => Wording::new(
                    format!(
                        "いまの拠点から{within} m以内に住んでいない人のうち、新しい拠点から{within} m以内に住む人が最も多くなる候補の組み合わせ（最大被覆問題）"
                    ),
                    format!(
                        "Of the people who do not live within {within} m of a hub now, the candidates that together have most within {within} m (maximal covering location problem)"
                    ),
                ),
                Objective::Median => Wording::new(
                    "いまの拠点も使えるとして、全員の最寄りの拠点までの距離の合計が最も小さくなる候補の組み合わせ（p-メディアン問題）",
                    "With the hubs there are, the candidates that make the sum of everybody's distance to the nearest hub smallest (p-median problem)",
                ),
                Objective::Center => Wording::new(
                    "いまの拠点も使えるとして、最寄りの拠点が最も遠い人の距離が最も小さくなる候補の組み合わせ（p-センター問題）",
                    "With the hubs there are, the candidates that make the longest distance anybody has to the nearest hub smallest (p-center problem)",
                ),
            },
        )];
        if let Some(zones) = &self.zones {
            notes.extend(zones.notes(&self.area.1));
        }
        notes.push(straight_line());
        notes.push((
            "centre",
            Wording::new(
                "人はメッシュの中心点にいるものとして数える",
                "People count at the centre of their grid square",
            ),
        ));
        if self.used.people.contains(&Source::Model) {
            notes.extend(model_note(within));
        }
        notes.extend(grid_note(&self.used.people));
        notes.extend(self.imprecise_note());
        if self.candidates_by_town > 0 {
            let count = self.candidates_by_town;
            notes.push((
                "candidates-by-town",
                Wording::new(
                    format!("候補のうち{count}件は座標がないため、住所の町の代表点で計算した"),
                    format!("{count} candidates have no coordinates and stand at the point of their address's town"),
                ),
            ));
        }
        if self.answer.objective == Objective::Cover && self.answer.value == 0.0 {
            notes.push((
                "nothing-gained",
                Wording::new(
                    "どの候補を選んでも、圏内の人は増えない",
                    "No candidate has anybody within the distance who is not served already",
                ),
            ));
        }
        notes.extend(self.credits.clone().map(|credits| ("credits", credits)));
        notes
    }

    fn imprecise_note(&self) -> Option<(&'static str, Wording)> {
        let count = self.imprecise;
        if count == 0 {
            return None;
        }
        Some(match self.imprecision {
            Imprecision::LeaveOut => (
                "imprecise-left-out",
                Wording::new(
                    format!(
                        "位置の誤差が距離より大きい拠点{count}件（全国）は、ないものとして計算した（imprecise=keepで数える）"
                    ),
                    format!(
                        "{count} hubs of all Japan have a position error greater than the distance and are taken not to be there (imprecise=keep counts them)"
                    ),
                ),
            ),
            Imprecision::Keep => (
                "imprecise",
                Wording::new(
                    format!(
                        "位置の誤差が距離より大きい拠点{count}件（全国）も、記録された位置にあるものとして計算した（imprecise=leave-outで除ける）"
                    ),
                    format!(
                        "{count} hubs of all Japan have a position error greater than the distance and are taken to be where they are recorded (imprecise=leave-out leaves them out)"
                    ),
                ),
            ),
        })
    }
}

impl Chosen {
    /// The site, with its place among the others counted from 1.
    pub fn told(&self, rank: usize) -> Map<String, Value> {
        let mut told = Map::new();
        told.insert("rank".to_owned(), rank.into());
        told.extend(place(&self.candidate));
        if let Some(gain) = self.gain {
            told.insert("gain".to_owned(), json!(gain));
        }
        told
    }
}

fn place(candidate: &Candidate) -> Map<String, Value> {
    let mut told = Map::new();
    told.insert("id".to_owned(), candidate.id.as_str().into());
    told.insert("name".to_owned(), candidate.name.as_str().into());
    told.insert("lon".to_owned(), json!(candidate.position.lon()));
    told.insert("lat".to_owned(), json!(candidate.position.lat()));
    if let Some(zone) = &candidate.zone {
        told.insert("zone".to_owned(), zone.as_str().into());
    }
    told
}

fn other(other: &Other) -> Value {
    json!({
        "within": other.within, "value": other.value, "best": other.best, "bound": other.bound,
        "kept": other.kept,
    })
}
