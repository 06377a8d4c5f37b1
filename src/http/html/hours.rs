//! Opening hours of the usual forms in words. Others stay in the syntax of OpenStreetMap, which says
//! them exactly; the week ahead on the same page shows what they come to.

use crate::http::language::Language;

/// Days as the syntax has them, in Japanese and in English; public holidays last.
const DAYS: [(&str, &str, &str); 8] = [
    ("Mo", "月", "Mon"),
    ("Tu", "火", "Tue"),
    ("We", "水", "Wed"),
    ("Th", "木", "Thu"),
    ("Fr", "金", "Fri"),
    ("Sa", "土", "Sat"),
    ("Su", "日", "Sun"),
    ("PH", "祝日", "public holidays"),
];

/// `Mo-Fr 10:00-21:00; PH off` as 「月〜金 10:00–21:00、祝日 休み」; none where a part of it is not understood.
pub(super) fn in_words(text: &str, language: Language) -> Option<String> {
    if text == "24/7" {
        let always = language.pick("24時間・年中無休", "24 hours, every day");
        return Some(always.to_owned());
    }
    let rules = text
        .split(';')
        .map(|rule| rule_in_words(rule.trim(), language));
    let rules: Option<Vec<String>> = rules.collect();
    Some(rules?.join(language.pick("、", "; ")))
}

fn rule_in_words(rule: &str, language: Language) -> Option<String> {
    let (days, times) = match rule.rsplit_once(' ') {
        Some((days, times)) => (Some(days), times),
        None => (None, rule),
    };
    let times = match times {
        "off" | "closed" => language.pick("休み", "closed").to_owned(),
        times => {
            let spans: Option<Vec<String>> = times.split(',').map(span).collect();
            spans?.join(language.pick("・", ", "))
        }
    };
    let Some(days) = days else { return Some(times) };
    let parts: Option<Vec<String>> = days
        .split(',')
        .map(|part| part_in_words(part.trim(), language))
        .collect();
    Some(format!(
        "{} {times}",
        parts?.join(language.pick("・", ", "))
    ))
}

/// A day, or the first and last of several.
fn part_in_words(part: &str, language: Language) -> Option<String> {
    let word = |day: &str| {
        let found = DAYS.iter().find(|(own, ..)| *own == day)?;
        Some(language.pick(found.1, found.2))
    };
    match part.split_once('-') {
        Some((from, to)) if from != "PH" && to != "PH" => Some(format!(
            "{}{}{}",
            word(from)?,
            language.pick("〜", "–"),
            word(to)?
        )),
        Some(_) => None,
        None => word(part).map(str::to_owned),
    }
}

/// `10:00-21:00` of one day.
fn span(text: &str) -> Option<String> {
    let (from, to) = text.split_once('-')?;
    let minutes = |time: &str| {
        let (hours, minutes) = time.split_once(':')?;
        let is_two = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_two(hours) || !is_two(minutes) {
            return None;
        }
        Some(hours.parse::<u32>().ok()? * 60 + minutes.parse::<u32>().ok()?)
    };
    let is_of_one_day = minutes(from)? < minutes(to)? && minutes(to)? <= 24 * 60;
    is_of_one_day.then(|| format!("{from}–{to}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_hours_are_words_and_others_stay_as_they_are() {
        for (text, ja, en) in [
            (
                "Mo-Fr 10:00-21:00; Sa,Su 10:00-18:00",
                "月〜金 10:00–21:00、土・日 10:00–18:00",
                "Mon–Fri 10:00–21:00; Sat, Sun 10:00–18:00",
            ),
            (
                "Mo-Sa 09:00-12:00,13:00-17:00; PH off",
                "月〜土 09:00–12:00・13:00–17:00、祝日 休み",
                "Mon–Sat 09:00–12:00, 13:00–17:00; public holidays closed",
            ),
            ("09:00-24:00", "09:00–24:00", "09:00–24:00"),
            ("24/7", "24時間・年中無休", "24 hours, every day"),
        ] {
            assert_eq!(in_words(text, Language::Ja).as_deref(), Some(ja));
            assert_eq!(in_words(text, Language::En).as_deref(), Some(en));
        }
        for other in [
            "Mo-Fr 22:00-02:00",
            "Mo-Fr sunrise-sunset",
            "Th[2] off",
            "Jan 01-Jan 03 off",
            "Mo-Fr 9:00-17:00+",
            "Mo-Fr 10:00-21:00 \"予約制\"",
            "PH-Su 10:00-12:00",
            "",
            "不定休",
        ] {
            assert_eq!(in_words(other, Language::Ja), None, "{other}");
        }
    }
}
