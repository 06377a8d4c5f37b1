//! What is told of a district: the properties of coverage's rows, as schemas and pages name them.

use crate::domain::fields::{Field, Shape};

const fn whole(name: &'static str, ja: &'static str, en: &'static str, nullable: bool) -> Field {
    Field {
        shape: Shape::Integer(None),
        ..Field::text(name, ja, en, nullable)
    }
}

const fn number(
    name: &'static str,
    ja: &'static str,
    en: &'static str,
    unit: Option<&'static str>,
) -> Field {
    Field {
        shape: Shape::Number(unit),
        ..Field::text(name, ja, en, true)
    }
}

/// A district's properties. Those from `people_within_before` on come with the parameters that ask for them.
pub const FIELDS: &[Field] = &[
    Field::text("code", "コード", "Code", false),
    Field::text("name", "名称", "Name", false),
    Field::text(
        "name_romaji",
        "名称（ローマ字）",
        "Name in Latin letters",
        true,
    ),
    number("people", "人口", "People", None),
    number("people_within", "圏内人口", "People within", None),
    number(
        "coverage",
        "徒歩圏人口カバー率（0〜1）",
        "Share of people within (0 to 1)",
        None,
    ),
    whole("facilities", "拠点", "Facilities", false),
    whole(
        "facilities_imprecise",
        "位置の誤差が距離より大きい拠点",
        "Facilities placed less exactly than the distance",
        false,
    ),
    whole("seats", "席数", "Seats", true),
    Field::text(
        "people_source",
        "人口の出典（modelは推計モデル）",
        "Source of the people (model: not counted)",
        true,
    ),
    number(
        "people_within_before",
        "想定した拠点のないときの圏内人口",
        "People within, without the imagined facilities",
        None,
    ),
    number(
        "coverage_before",
        "想定した拠点のないときのカバー率",
        "Share, without the imagined facilities",
        None,
    ),
    number(
        "distance_mean",
        "最寄りの拠点までの距離（平均）",
        "Distance to the nearest facility: mean",
        Some("m"),
    ),
    number(
        "distance_median",
        "最寄りの拠点までの距離（中央値）",
        "Distance to the nearest facility: median",
        Some("m"),
    ),
    number(
        "distance_p90",
        "最寄りの拠点までの距離（90パーセンタイル）",
        "Distance to the nearest facility: 90th percentile",
        Some("m"),
    ),
    number(
        "facilities_per_10000",
        "人口1万人あたりの拠点",
        "Facilities per 10,000 people",
        None,
    ),
    number(
        "seats_per_10000",
        "人口1万人あたりの席数",
        "Seats per 10,000 people",
        None,
    ),
    number("access_2sfca", "2SFCA（平均）", "2SFCA: mean", None),
    number(
        "gini_2sfca",
        "2SFCAのジニ係数",
        "Gini coefficient of 2SFCA",
        None,
    ),
    number("access_e2sfca", "E2SFCA（平均）", "E2SFCA: mean", None),
    number(
        "gini_e2sfca",
        "E2SFCAのジニ係数",
        "Gini coefficient of E2SFCA",
        None,
    ),
];
