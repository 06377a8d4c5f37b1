//! A status in words: what a source said, and when.

use crate::directory::reference::label;
use crate::domain::facility::Source;
use crate::http::language::Language;
use crate::http::opening::month_name;

/// Whether the status is that of an ordinance or a rule: it says that a facility was provided for,
/// not that somebody saw it open.
pub(super) fn is_by_rule(sources: &[Source]) -> bool {
    const RULES: [&str; 5] = ["条例", "規則", "要綱", "規程", "告示"];
    sources.iter().any(|source| {
        let fields = source.fields.as_deref().unwrap_or_default();
        fields.iter().any(|field| field == "status")
            && RULES.iter().any(|rule| source.title.contains(rule))
    })
}

/// 「2022年時点で開業」: a status is what a source said at its time.
/// Of what was said long ago it says that, too.
pub(super) fn status_words(
    status: &str,
    asof: Option<&str>,
    age: Option<&str>,
    is_by_rule: bool,
    language: Language,
) -> String {
    if status == "unknown" {
        let unknown = language.pick("営業状況は不明", "Not known whether it is open");
        return unknown.to_owned();
    }
    let english = language == Language::En;
    let word = label("status", status, english);
    let old = age.filter(|age| *age != "fresh");
    let old = old.map(|age| label("status_age", age, english));
    let rule = asof.filter(|_| is_by_rule && status == "open");
    let year = rule.and_then(|asof| asof.get(..4));
    let said = asof.map(|asof| day(asof, language));
    match (year, said, old) {
        (Some(year), _, None) => language.pick(
            format!("条例による施設（{year}年施行）"),
            format!("Facility under an ordinance in force in {year}"),
        ),
        (Some(year), _, Some(old)) => language.pick(
            format!("条例による施設（{year}年施行・{old}）"),
            format!("Facility under an ordinance in force in {year} ({old})"),
        ),
        (None, Some(said), Some(old)) => language.pick(
            format!("{word}（{said}時点・{old}）"),
            format!("{word} (as of {said}: {old})"),
        ),
        (None, Some(said), None) => language.pick(
            format!("{word}（{said}時点）"),
            format!("{word} (as of {said})"),
        ),
        (None, None, _) => word.to_owned(),
    }
}

/// A year, a month or a day as it is spoken; anything else as it is written.
pub(super) fn day(text: &str, language: Language) -> String {
    let parts: Vec<Option<u32>> = text.split('-').map(|part| part.parse().ok()).collect();
    match parts[..] {
        [Some(year)] => language.pick(format!("{year}年"), year.to_string()),
        [Some(year), Some(month @ 1..=12)] => language.pick(
            format!("{year}年{month}月"),
            format!("{} {year}", month_name(month)),
        ),
        [Some(year), Some(month @ 1..=12), Some(of_month)] => language.pick(
            format!("{year}年{month}月{of_month}日"),
            format!("{of_month} {} {year}", month_name(month)),
        ),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_says_when_it_was_said_and_that_this_is_long_ago() {
        for (status, asof, age, by_rule, ja, en) in [
            (
                "open",
                Some("2025"),
                Some("fresh"),
                false,
                "開業（2025年時点）",
                "Open (as of 2025)",
            ),
            (
                "open",
                Some("2010-04"),
                Some("old"),
                false,
                "開業（2010年4月時点・5年以上前の情報）",
                "Open (as of Apr 2010: Said five years ago or more)",
            ),
            (
                "open",
                Some("2022-04-01"),
                Some("ageing"),
                true,
                "条例による施設（2022年施行・2〜4年前の情報）",
                "Facility under an ordinance in force in 2022 (Said two to four years ago)",
            ),
            (
                "unknown",
                None,
                None,
                false,
                "営業状況は不明",
                "Not known whether it is open",
            ),
            ("open", None, Some("old"), false, "開業", "Open"),
        ] {
            assert_eq!(status_words(status, asof, age, by_rule, Language::Ja), ja);
            assert_eq!(status_words(status, asof, age, by_rule, Language::En), en);
        }
        assert_eq!(day("2026-13", Language::Ja), "2026-13");
        assert_eq!(day("令和8年", Language::Ja), "令和8年");
    }
}
