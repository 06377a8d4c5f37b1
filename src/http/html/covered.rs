//! The page of coverage's districts, for those without a script.

use super::list::{Card, Files, Line, ListPage, kept};
use super::{href, render, suffix};
use crate::directory::coverage::Row;
use crate::http::answer::Link;
use crate::http::language::Language;
use crate::http::negotiate::Format;

/// A page of districts with who is covered in them, and what has to be said beside it.
pub fn covered(
    page: &[&Row],
    matched: usize,
    (asked, notes): (&str, &[String]),
    formats: &[Format],
    links: &[Link],
    language: Language,
) -> String {
    let people = |n: Option<f64>| n.map_or("―".to_owned(), |n| grouped(n.round() as u64));
    let card = |row: &&Row| {
        // Where nobody lives there is no share, neither none nor all.
        let share = row.coverage().map(|share| share * 100.0);
        let share = share.map_or("―".to_owned(), |share| format!("{share:.1}%"));
        let (within, all) = (people(row.within), people(row.people));
        let hubs = row.facilities;
        Card {
            href: Some(format!(
                "/collections/coverage/items/{}{}{}",
                row.code,
                suffix(language),
                of_one(asked)
            )),
            title: language
                .pick(&row.name, row.romaji.as_ref().unwrap_or(&row.name))
                .clone(),
            lines: vec![Line::from(language.pick(
                format!(
                    "{} カバー率 {share} ・ {all}人のうち{within}人 ・ 拠点{hubs}件",
                    row.code
                ),
                format!(
                    "{} {share} covered: {within} of {all} people; {hubs} facilities",
                    row.code
                ),
            ))],
        }
    };
    render(&ListPage {
        language,
        title: language
            .pick(
                "テレワーク拠点の徒歩圏人口カバー率",
                "Share of people within reach of a telework hub",
            )
            .to_owned(),
        summary: language.pick(
            format!(
                "{matched}件のうち{}件を表示。{}。",
                page.len(),
                notes.join("。")
            ),
            format!("Showing {} of {matched}. {}.", page.len(), notes.join(". ")),
        ),
        written: None,
        search: None,
        form: None,
        far: false,
        by_use: false,
        facts_first: false,
        moment: String::new(),
        named: None,
        kept: kept(asked),
        cards: page.iter().map(card).collect(),
        next: href(links, "next"),
        json: href(links, "alternate"),
        files: Files::of("coverage", asked, formats, matched),
        then: None,
    })
}

/// What of a question about many districts is one about each of them.
fn of_one(query: &str) -> String {
    let of_many = ["area", "by", "bbox", "limit"];
    let pairs = kept(query);
    let pairs = pairs.split('&').filter(|pair| !pair.is_empty());
    pairs
        .filter(|pair| !of_many.contains(&pair.split('=').next().unwrap_or("")))
        .map(|pair| format!("&{pair}"))
        .collect()
}

/// A number as people read it: 1,975,065.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_in_groups_of_three() {
        for (number, expected) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (12_345_678, "12,345,678"),
        ] {
            assert_eq!(grouped(number), expected);
        }
    }
}
