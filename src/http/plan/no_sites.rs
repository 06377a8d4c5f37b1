//! Why there are no sites, in the words of who asked for them.

use crate::coverage::siting::answer::Refusal;
use crate::directory::siting::{MOST_MEASURED, MOST_SITES, NoProposal, Question};
use crate::http::plan::query::{self as p, Parameter, QueryParams};
use crate::http::problem::{Problem, Text};
use crate::http::wire::turns;

/// What was asked, as a problem names it.
pub struct Asked {
    area: String,
    count: String,
    within: String,
    objective: String,
}

impl Asked {
    /// Kept while the question itself is computed.
    pub fn of(given: &QueryParams, question: &Question) -> Asked {
        Asked {
            area: given.get(&p::AREA).unwrap_or("00").to_owned(),
            count: question.count.to_string(),
            within: question.within.to_string(),
            objective: given.get(&p::OBJECTIVE).unwrap_or("").to_owned(),
        }
    }

    /// The problem that says why there is no answer.
    pub fn problem(&self, error: NoProposal) -> Problem {
        let problem = |parameter: &Parameter, value: &str, ja: String, en: String| {
            Problem::parameter(parameter.name, value, Text::new(ja, en))
        };
        match error {
            NoProposal::Error(error) => error.into(),
            NoProposal::Stopped => turns::too_long(),
            NoProposal::NoArea(en) => problem(
                &p::AREA,
                &self.area,
                "2桁の都道府県コードか、5桁（検査数字付きは6桁）の全国地方公共団体コードを指定してください".to_owned(),
                en,
            ),
            NoProposal::Outside(id, lon, lat, name) => Problem::body(Text::new(
                format!("候補「{id}」（{lon},{lat}）は{name}の外にあります"),
                format!("candidate “{id}” at {lon},{lat} lies outside {name}"),
            )),
            NoProposal::NoCandidates(name) => problem(
                &p::AREA,
                &self.area,
                format!("{name}には候補にできる町がありません。候補を送ってください"),
                format!("{name} has no towns to choose from: send candidates"),
            ),
            NoProposal::NoTownInZones(zones) => Problem::body(Text::new(
                format!("区域{}の中に代表点のある町がありません。候補を送るか、区域を広げてください", zones.ja),
                format!("no town has its point in {}: send candidates, or larger zones", zones.en),
            )),
            NoProposal::NoneInZones(count, zones) => Problem::body(Text::new(
                format!("候補{count}件はどれも区域{}の中にありません", zones.ja),
                format!("none of the {count} candidates lies in {}", zones.en),
            )),
            NoProposal::NobodyInZones(zones) => Problem::body(Text::new(
                format!("区域{}に住んでいる人がいません", zones.ja),
                format!("nobody lives in {}", zones.en),
            )),
            NoProposal::TooManySites(_) => problem(
                &p::COUNT,
                &self.count,
                format!("一度に選べるのは{MOST_SITES}か所までです"),
                format!("at most {MOST_SITES} sites are chosen at once"),
            ),
            NoProposal::Nobody(name) => problem(
                &p::AREA,
                &self.area,
                format!("{name}に住んでいる人がいません"),
                format!("nobody lives in {name}"),
            ),
            NoProposal::NoAges(name, source, weight) => problem(
                &p::WEIGHT,
                weight,
                format!("{}の人口（{source}）には年齢の内訳がありません。totalで数えるか、年齢のある国勢調査メッシュを取り込んでください", name.ja),
                format!("the people of {} ({source}) are not told by age: use total, or import census squares with ages", name.en),
            ),
            NoProposal::TooManyPairs(most, _) => problem(
                &p::WITHIN,
                &self.within,
                format!("距離内にある候補とメッシュの組が{most}を超えます。距離か範囲を小さくしてください"),
                format!("more than {most} pairs of a candidate and a square within it: ask for a smaller distance or area"),
            ),
            NoProposal::TooManySquares(squares) => problem(
                &p::OBJECTIVE,
                &self.objective,
                format!("人が住むメッシュが{squares}個あります。この目的で計算できるのは{MOST_MEASURED}個までです。範囲を小さくしてください"),
                format!("{squares} squares have people; this objective takes at most {MOST_MEASURED}: ask for a smaller area"),
            ),
            NoProposal::Refused(Refusal::TooFewCandidates { candidates, .. }) => problem(
                &p::COUNT,
                &self.count,
                format!("候補は{candidates}か所しかありません"),
                format!("there are only {candidates} candidates"),
            ),
            NoProposal::Refused(refusal) => Problem::parameter(
                p::COUNT.name,
                &self.count,
                Text::new("この数の候補では答えがありません", refusal.to_string()),
            ),
        }
    }
}
