//! Reads days, months and years in the notations of people and spreadsheets.

use chrono::{Days, NaiveDate};

use crate::domain::facility::{Date, PartialDate};

use super::values::{Read, is_dash, is_wide, plain};

/// The eras, by what a date begins with, and the year before their first.
const ERAS: [(&str, i32); 10] = [
    ("令和", 2018),
    ("平成", 1988),
    ("昭和", 1925),
    ("大正", 1911),
    ("明治", 1867),
    ("r", 2018),
    ("h", 1988),
    ("s", 1925),
    ("t", 1911),
    ("m", 1867),
];

/// A year, with its month and day if they were written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Parts {
    year: i32,
    month: Option<u32>,
    day: Option<u32>,
}

/// Reads a day: 2026/4/1, 令和8年4月1日, R8.4.1, 20260401, a spreadsheet's 46113.
pub fn date(cell: &str) -> Read {
    let whole = parts(cell).filter(|parts| parts.day.is_some());
    let Some(date) = whole.and_then(|parts| Date::new(&written(parts)).ok()) else {
        return unreadable(
            cell,
            ("日付（例: 2026-11-22）", "a date, such as 2026-11-22"),
        );
    };
    as_date(cell, date.as_str())
}

/// Reads a day, a month or a year.
pub fn partial_date(cell: &str) -> Read {
    let Some(date) = parts(cell).and_then(|parts| PartialDate::new(&written(parts)).ok()) else {
        return unreadable(
            cell,
            (
                "年、年月または日付（例: 2026、2026-11、2026-11-22）",
                "a year, a month or a date: 2026, 2026-11, 2026-11-22",
            ),
        );
    };
    as_date(cell, date.as_str())
}

/// Reads the year something was built in: 1970, 昭和45年, 1970年頃, 1970/3/31.
pub fn year(cell: &str) -> Read {
    match parts(cell) {
        Some(Parts { year, .. }) if (1..=9999).contains(&year) => {
            let read = as_date(cell, &year.to_string());
            Read {
                value: Some(year.into()),
                ..read
            }
        }
        _ => unreadable(cell, ("西暦の年（例: 1970）", "a year, such as 1970")),
    }
}

fn unreadable(cell: &str, expected: (&str, &str)) -> Read {
    let read = Read::unreadable(expected);
    if is_dash(cell.trim()) {
        read.suggest("")
    } else {
        read
    }
}

fn as_date(cell: &str, date: &str) -> Read {
    if is_wide(cell) {
        Read::full_width(date, date)
    } else {
        Read::value(date)
    }
}

fn written(Parts { year, month, day }: Parts) -> String {
    match (month, day) {
        (Some(month), Some(day)) => format!("{year:04}-{month:02}-{day:02}"),
        (Some(month), None) => format!("{year:04}-{month:02}"),
        _ => format!("{year:04}"),
    }
}

/// A cell's date without time of day, notes and words such as 約 and 時点.
fn bare(cell: &str) -> String {
    let text = plain(cell).to_lowercase();
    // A time of day says nothing here: 2026-04-01T00:00:00.000Z, 2026/4/1 0:00.
    let before_time = text.find(':').map_or(&*text, |at| {
        text[..at]
            .trim_end_matches(|c: char| c.is_ascii_digit())
            .trim_end_matches(['t', ' '])
    });
    let before_note = before_time.split(['(', '[']).next().unwrap_or("");
    let text: String = before_note.chars().filter(|c| !c.is_whitespace()).collect();
    let text = [
        "現在", "時点", "頃", "ごろ", "付", "付け", "末", "竣工", "建築", "築", "完成",
    ]
    .iter()
    .fold(text.as_str(), |text, word| {
        text.strip_suffix(word).unwrap_or(text)
    });
    text.strip_prefix('約')
        .or(text.strip_prefix("西暦"))
        .unwrap_or(text)
        .to_owned()
}

fn parts(cell: &str) -> Option<Parts> {
    let text = bare(cell);
    let text = text.as_str();
    let era = ERAS
        .iter()
        .find_map(|(era, before)| Some((text.strip_prefix(era)?, *before)));
    let (rest, before) = era.unwrap_or((text, 0));
    let rest = rest
        .trim_start_matches('.')
        .replacen('元', "1", usize::from(era.is_some()));
    if !rest
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '年' | '度' | '月' | '日' | '/' | '.' | '-'))
    {
        return None;
    }
    let groups: Vec<&str> = rest
        .split(|c: char| !c.is_ascii_digit())
        .filter(|group| !group.is_empty())
        .collect();
    let number = |text: &str| text.parse::<u32>().ok();
    let year = |text: &str| {
        let fits = if era.is_some() {
            (1..=2).contains(&text.len())
        } else {
            text.len() == 4
        };
        text.parse::<i32>()
            .ok()
            .filter(|_| fits)
            .map(|year| before + year)
    };
    let parts = match groups[..] {
        [one] if era.is_none() && one.len() == 8 => Parts {
            year: one[..4].parse().ok()?,
            month: number(&one[4..6]),
            day: number(&one[6..]),
        },
        [one] if era.is_none() && one.len() == 6 => Parts {
            year: one[..4].parse().ok()?,
            month: number(&one[4..]),
            day: None,
        },
        // A spreadsheet counts days from 1899-12-30 on: 36526 is 2000-01-01.
        [one] if era.is_none() && one.len() == 5 && rest.len() == 5 => {
            use chrono::Datelike;
            let start = NaiveDate::from_ymd_opt(1899, 12, 30)?;
            let day = start.checked_add_days(Days::new(one.parse().ok()?))?;
            Parts {
                year: day.year(),
                month: Some(day.month()),
                day: Some(day.day()),
            }
        }
        [one] => Parts {
            year: year(one)?,
            month: None,
            day: None,
        },
        [one, month] => Parts {
            year: year(one)?,
            month: Some(number(month)?),
            day: None,
        },
        [one, month, day] => Parts {
            year: year(one)?,
            month: Some(number(month)?),
            day: Some(number(day)?),
        },
        _ => return None,
    };
    // Whatever stands for a month and a day must be some.
    let whole = Parts {
        month: parts.month.or(Some(1)),
        day: parts.day.or(Some(1)),
        ..parts
    };
    Date::new(&written(whole)).ok().map(|_| parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_however_they_are_written() {
        for text in [
            "2026-04-01",
            "2026/4/1",
            "2026.4.1",
            "20260401",
            "2026年4月1日",
            "令和8年4月1日",
            "R8.4.1",
            "R08/04/01",
            "r8-4-1",
            "46113",
            "2026-04-01T00:00:00.000Z",
            "2026/4/1 0:00",
            "2026年4月1日(水)",
            "令和8年4月1日現在",
            " 2026 / 4 / 1 ",
            "㋿8年4月1日",
        ] {
            assert_eq!(date(text), Read::value("2026-04-01"), "{text}");
        }
        assert_eq!(
            date("２０２６年４月１日"),
            Read::full_width("2026-04-01", "2026-04-01")
        );
        assert_eq!(date("平成元年5月3日"), Read::value("1989-05-03"));
        for text in [
            "",
            "2026",
            "2026-13-01",
            "2026-02-30",
            "4月1日",
            "26/4/1",
            "R8",
            "未定",
            "令和百年",
            "99999999999",
            "0000/00/00",
            "2026-04-01-05",
        ] {
            let read = date(text);
            assert_eq!(
                (read.value, read.remark.unwrap().code),
                (None, "value-unreadable"),
                "{text}"
            );
        }
    }

    #[test]
    fn months_and_years_are_enough_where_they_may_be() {
        for (text, expected) in [
            ("2026", "2026"),
            ("2026年", "2026"),
            ("令和4年度", "2022"),
            ("平成元年", "1989"),
            ("H31.4", "2019-04"),
            ("2026-11", "2026-11"),
            ("202611", "2026-11"),
            ("昭和64年1月7日", "1989-01-07"),
            ("2026年11月末時点", "2026-11"),
        ] {
            assert_eq!(partial_date(text).value.unwrap(), expected, "{text}");
        }
        for (text, expected) in [
            ("1970", 1970),
            ("昭和45年", 1970),
            ("1970年頃", 1970),
            ("S45.3.31", 1970),
            ("明治元年", 1868),
            ("約1900年", 1900),
        ] {
            assert_eq!(year(text).value.unwrap(), expected, "{text}");
        }
        for text in ["築50年", "江戸時代", "不明", "50"] {
            assert_eq!(year(text).value, None, "{text}");
        }
    }
}
