//! Opening hours: from columns and Japanese sentences to OpenStreetMap's syntax.
//!
//! Only what is read for certain becomes a rule. The rest is added as a comment, as the syntax allows
//! (`Mo-Fr 09:00-17:00 "年末年始休業"`). A cell that cannot be read gives no hours.

mod lexing;
mod periods;
mod seasons;
#[cfg(test)]
mod tests;
mod text;
mod understand;
mod week;
mod written;

use super::values::{is_dash, plain};
use week::{Shift, Span, Week};

pub use week::Days;

/// A row's cells about its hours. All may be blank.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Cells<'a> {
    /// Everything in one cell, or OpenStreetMap's syntax.
    pub whole: &'a str,
    /// On which days.
    pub days: &'a str,
    /// From when.
    pub from: &'a str,
    /// Until when.
    pub to: &'a str,
    /// On which days not.
    pub closed: &'a str,
    /// What else there is to say.
    pub note: &'a str,
    /// From when until when on each day, Monday first.
    pub week: [[&'a str; 2]; 7],
}

/// The hours read from a row's cells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hours {
    /// The hours in OpenStreetMap's syntax; `None` where nothing is said or it cannot be read.
    pub value: Option<String>,
    /// The part (`hours.from`, `opening_hours` …) whose cell cannot be read, and what it says.
    pub unreadable: Option<(&'static str, String)>,
    /// What the unreadable cell probably says, in OpenStreetMap's syntax.
    pub suggestion: Option<String>,
}

/// Whether a text is OpenStreetMap's syntax, as its own programs write it.
pub fn is_valid(text: &str) -> bool {
    let has_words =
        text.contains(|c: char| c.is_ascii_alphabetic()) && text.contains([':', 'o', 'f']);
    // Hours alone are that syntax too, where they have two digits: 9:00-9:00 is somebody's slip.
    let are_hours = text.contains(':')
        && text
            .split(|c: char| !(c.is_ascii_digit() || c == ':'))
            .all(|time| time.is_empty() || time.len() == 5);
    let looks_so = has_words || text.starts_with('"') || text == "24/7" || are_hours;
    looks_so && opening_hours_syntax::parse(text).is_ok()
}

/// Reads a row's cells about its hours.
pub fn read(cells: &Cells<'_>) -> Hours {
    let is_given = |cell: &str| !cell.trim().is_empty();
    if is_given(cells.whole) {
        return whole(cells);
    }
    let days = if cells.week.iter().flatten().any(|cell| is_given(cell)) {
        by_day(&cells.week)
    } else if [cells.days, cells.from, cells.to].into_iter().any(is_given) {
        by_parts(cells)
    } else {
        Ok(Week::default())
    };
    let mut week = match days {
        Ok(week) => week,
        Err(unreadable) => {
            return Hours {
                unreadable: Some(unreadable),
                ..Hours::default()
            };
        }
    };
    add_closed(&mut week, cells.closed);
    add_note(&mut week, cells.note);
    written(&week)
}

/// The hours in one cell.
fn whole(cells: &Cells<'_>) -> Hours {
    let cell = cells.whole.trim();
    let has_letters = cell.contains(|c: char| c.is_ascii_alphabetic()) || cell.starts_with('"');
    let others = [cells.closed, cells.note];
    let stands_alone = others
        .iter()
        .all(|cell| cell.trim().is_empty() || is_dash(cell.trim()));
    // 09:00-17:00 is that syntax too, but a column of closing days beside it counts.
    if is_valid(cell) && (has_letters || cell == "24/7" || stands_alone) {
        return with_closings(cell, cells);
    }
    if is_dash(cell) || matches!(cell, "なし" | "無し" | "不明") {
        return Hours::default();
    }
    let text = text::read(cell);
    // A sentence about days or times that was not understood may say the contrary of the rest.
    let mut is_certain = !text.is_doubtful();
    let mut week = text.week;
    // 営業日: 月～金, 営業時間: 9:00～17:00
    let is_of_no_days = week.open.iter().all(|(days, _)| days.is_none());
    if !week.days.is_empty() && week.days != Days::HOLIDAYS && is_of_no_days {
        week.open = named(&week.open, week.days);
        for season in &mut week.seasons {
            season.open = named(&season.open, week.days);
        }
    }
    is_certain &= week.end_early() && !week.is_absurd();
    // 火曜（祝日の場合は翌日）: a day that moves is one of closing, which nobody has said here.
    let moves =
        (week.moved.iter()).any(|moved| matches!(moved.shift, Shift::NextDay | Shift::Workday));
    is_certain &= !moves || week.closes_on_some() || !cells.closed.trim().is_empty();
    let has_hours = !week.open.is_empty() || !week.seasons.is_empty();
    let is_read = has_hours || !week.days.is_empty();
    week.note(text.unread);
    add_closed(&mut week, cells.closed);
    add_note(&mut week, cells.note);
    let read = written(&week);
    if is_certain && is_read {
        return read;
    }
    Hours {
        value: None,
        unreadable: Some(("opening_hours", cell.to_owned())),
        suggestion: read.value.filter(|_| is_read),
    }
}

/// Hours in OpenStreetMap's syntax, with the days of closing of other columns behind them.
fn with_closings(hours: &str, cells: &Cells<'_>) -> Hours {
    let mut week = Week::default();
    add_closed(&mut week, cells.closed);
    add_note(&mut week, cells.note);
    let closings = week.closings();
    let rules = [Some(hours.to_owned()), closings].into_iter().flatten();
    let value = rules.collect::<Vec<_>>().join("; ");
    let is_read = opening_hours_syntax::parse(&value).is_ok();
    Hours {
        value: Some(if is_read { value } else { hours.to_owned() }),
        ..Hours::default()
    }
}

/// Opening and closing of each day; a day without both is closed.
fn by_day(cells: &[[&str; 2]; 7]) -> Result<Week, (&'static str, String)> {
    const PARTS: [&str; 7] = [
        "hours.mo.from",
        "hours.tu.from",
        "hours.we.from",
        "hours.th.from",
        "hours.fr.from",
        "hours.sa.from",
        "hours.su.from",
    ];
    let mut week = Week::default();
    for (day, [from, to]) in cells.iter().enumerate() {
        let today = Days(1 << day);
        let is_shut = |cell: &str| {
            let cell = cell.trim();
            cell.is_empty()
                || is_dash(cell)
                || matches!(cell, "休" | "休み" | "休館" | "定休日" | "×" | "なし")
        };
        if is_shut(from) && is_shut(to) {
            continue;
        }
        let span = (time(from))
            .zip(time(to))
            .and_then(|(from, to)| Span::new(from, to));
        let Some(span) = span else {
            return Err((PARTS[day], format!("{}-{}", from.trim(), to.trim())));
        };
        match week.open.iter_mut().find(|(_, spans)| *spans == [span]) {
            Some((days, _)) => *days = days.map(|days| days.and(today)),
            None => week.open.push((Some(today), vec![span])),
        }
    }
    Ok(week)
}

/// Days, opening and closing.
fn by_parts(cells: &Cells<'_>) -> Result<Week, (&'static str, String)> {
    let [days_cell, from, to] = [cells.days, cells.from, cells.to].map(str::trim);
    let mut week = Week::default();
    let days = match days_cell {
        "" => None,
        cell => Some(days(cell).ok_or_else(|| ("hours.days", cell.to_owned()))?),
    };
    let is_blank = |cell: &str| cell.is_empty() || is_dash(cell);
    if is_blank(from) && is_blank(to) {
        week.days = days.unwrap_or_default();
        return Ok(week);
    }
    let unreadable = || ("hours.from", format!("{from}-{to}"));
    let spans = match (time(from), time(to)) {
        (Some(from), Some(to)) => vec![Span::new(from, to).ok_or_else(unreadable)?],
        (Some(from), None) if is_blank(to) => vec![Span { from, to: None }],
        // Both times, or several, in one cell.
        _ => {
            let text = text::read(&format!("{from} {to}"));
            let is_plain = text.unread.is_empty() && text.week.seasons.is_empty();
            let mut open = text.week.open;
            match (open.pop(), open.is_empty() && is_plain) {
                (Some((None, spans)), true) => spans,
                _ => return Err(unreadable()),
            }
        }
    };
    week.open.push((days, spans));
    Ok(week)
}

/// The days of closing, as far as they are read; else what the cell says.
fn add_closed(week: &mut Week, cell: &str) {
    let cell = cell.trim();
    if cell.is_empty() || is_dash(cell) {
        return;
    }
    let closing = |part: &str, is_whole: bool| {
        let text = text::read(&format!("定休日 {part}"));
        let is_read = match is_whole {
            true => text.unread.is_empty(),
            // 臨時休業あり: what is not read says nothing of certain days.
            false => !text.is_doubtful(),
        };
        let says_hours = !text.week.open.is_empty()
            || !text.week.seasons.is_empty()
            || !text.week.until.is_empty()
            || !text.week.breaks.is_empty();
        (is_read && !says_hours).then(|| {
            let mut week = text.week;
            let notes = text.unread.into_iter();
            week.note(notes.map(|note| match note.strip_prefix("定休日 ") {
                Some(bare) if bare.contains('休') => bare.to_owned(),
                _ => note,
            }));
            week
        })
    };
    let mut add = |closed: Week| {
        week.days = week.days.and(closed.days);
        week.close_with(closed);
    };
    if let Some(closed) = closing(cell, true) {
        return add(closed);
    }
    // 月曜・その他臨時休業あり: what is read of it counts, the rest is said.
    for part in parts(cell) {
        match closing(part, false) {
            Some(closed) => add(closed),
            None => {
                let note = if part.contains('休') {
                    part.to_owned()
                } else {
                    format!("定休日 {part}")
                };
                // Which days it closes on is not understood, unless that is by chance.
                let mut closed = Week {
                    is_doubtful: text::is_doubtful(&note),
                    ..Week::default()
                };
                closed.note([note]);
                add(closed);
            }
        }
    }
}

/// The parts of a cell of closing days; what stands in brackets belongs to what is before it.
fn parts(cell: &str) -> Vec<&str> {
    let dots = !cell.contains(['第', '~', '～', '〜']);
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_i32);
    for (at, c) in cell.char_indices() {
        match c {
            '(' | '（' => depth += 1,
            ')' | '）' => depth = (depth - 1).max(0),
            '、' | ',' | '，' | '\n' | '。' | '・' if depth == 0 && (dots || c != '・') => {
                parts.push(&cell[start..at]);
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&cell[start..]);
    parts.retain(|part| !part.trim().is_empty());
    parts
}

/// What a note adds: days of closing, other hours of some days, the hours where there are none
/// yet; else its own words.
fn add_note(week: &mut Week, cell: &str) {
    let cell = cell.trim();
    if cell.is_empty() || is_dash(cell) || matches!(cell, "なし" | "特になし" | "無し") {
        return;
    }
    let text = text::read(cell);
    let is_doubtful = text.is_doubtful();
    let mut said = text.week;
    let says_nothing = said.is_empty() && said.until.is_empty() && said.notes.is_empty();
    // Whose season's hours would the others be?
    let is_mixed = match (week.seasons.is_empty(), said.seasons.is_empty()) {
        (false, _) => !said.open.is_empty() || !said.seasons.is_empty(),
        (true, false) => !week.open.is_empty(),
        (true, true) => false,
    };
    if is_mixed {
        week.is_doubtful = true;
        return week.note([cell.to_owned()]);
    }
    if week.open.is_empty() && week.seasons.is_empty() {
        if is_doubtful || (says_nothing && text.unread.is_empty()) || !said.end_early() {
            // Part of it is not understood: the whole is said instead of half of it.
            week.is_doubtful |= is_doubtful;
            return week.note([cell.to_owned()]);
        }
        let open = std::mem::take(&mut said.open);
        week.open = if week.days.is_empty() {
            open
        } else {
            for season in &mut said.seasons {
                season.open = named(&season.open, week.days);
            }
            named(&open, week.days)
        };
        week.days = week.days.and(said.days);
    } else {
        let is_of_days = said.open.iter().all(|(days, _)| days.is_some());
        let is_same = said.open == week.open || is_all_day(&said, week);
        let until = std::mem::take(&mut said.until);
        let mut changed = week.clone();
        changed.until = until;
        changed.breaks = std::mem::take(&mut said.breaks);
        if !(is_of_days || is_same) || !changed.end_early() {
            week.is_doubtful |= text::is_doubtful(cell);
            return week.note([cell.to_owned()]);
        }
        *week = changed;
        if is_of_days && !is_same {
            week.replace_with(&said.open);
        }
        week.is_doubtful |= is_doubtful;
    }
    // 祝日は開館 beside the days of the week.
    if said.days == Days::HOLIDAYS
        && said.open.is_empty()
        && let [(Some(days), _)] = week.open.as_mut_slice()
    {
        *days = days.and(Days::HOLIDAYS);
    }
    // 火曜が祝日の場合は翌日休 beside open Tuesdays: which days it is about is not clear.
    let named = week.open.iter().filter_map(|(days, _)| *days);
    let named = named.fold(week.days, Days::and);
    if !said.moved.is_empty() && said.closed.0 & named.0 & Days::ALL.0 != 0 {
        week.is_doubtful = true;
        return week.note([cell.to_owned()]);
    }
    week.close_with(said);
    week.note(text.unread);
}

/// Hours of no days in particular, on these.
fn named(open: &[(Option<Days>, Vec<Span>)], days: Days) -> Vec<(Option<Days>, Vec<Span>)> {
    let with_days = open
        .iter()
        .map(|(own, spans)| (own.or(Some(days)), spans.clone()));
    with_days.collect()
}

/// Whether a note only says again that it is open all day.
fn is_all_day(note: &Week, week: &Week) -> bool {
    let only = |week: &Week| week.open.iter().all(|(_, spans)| *spans == [Span::DAY]);
    only(note) && only(week)
}

/// The week in OpenStreetMap's syntax, checked by who reads it.
fn written(week: &Week) -> Hours {
    let value = week
        .written()
        .filter(|text| opening_hours_syntax::parse(text).is_ok());
    Hours {
        value,
        ..Hours::default()
    }
}

/// The days a cell names: 月火水木金, 平日, 土日祝, 月～金.
pub fn days(cell: &str) -> Option<Days> {
    let text = text::read(cell);
    let Week {
        open,
        days,
        closed,
        notes,
        seasons,
        ..
    } = text.week;
    let is_plain = text.unread.is_empty()
        && open.is_empty()
        && seasons.is_empty()
        && notes.is_empty()
        && closed.without(Days::HOLIDAYS).is_empty();
    Some(days).filter(|days| is_plain && !days.is_empty())
}

/// The time a cell says, in minutes after midnight: `9:00`, 午後5時半, `0.375`,
/// `1899-12-30T09:00:00.000Z`.
pub fn time(cell: &str) -> Option<u16> {
    let text: String = plain(cell)
        .to_lowercase()
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    // What spreadsheets make of a time: a moment of their first day, or a part of a day.
    let text = ["1899-12-30t", "1899-12-31t", "1900-01-00", "1899/12/30"]
        .iter()
        .fold(text.as_str(), |text, day| {
            text.strip_prefix(day).unwrap_or(text)
        });
    let text = text.strip_suffix('z').unwrap_or(text);
    let text = text.strip_suffix(".000").unwrap_or(text);
    if let Ok(part) = text.parse::<f64>()
        && text.starts_with("0.")
        && (0.0..1.0).contains(&part)
    {
        return Some((part * 1440.0).round() as u16);
    }
    let text = text
        .strip_suffix("から")
        .or(text.strip_suffix("まで"))
        .unwrap_or(text);
    match lexing::clock(text) {
        Some((minutes, _, "")) => Some(minutes),
        _ => None,
    }
}
