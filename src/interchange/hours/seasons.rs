//! Hours that change with the season: 4月～9月 9:00～18:00、10月～3月 9:00～17:00.
//!
//! Months or dates followed by hours are a season. Hours before them apply to the rest of the year.
//! Months that are not named are unknown. A sentence with anything unclear is not read at all, because
//! half of it could give a season the hours of another.

use super::lexing::{self, Word, words};
use super::text::{ParsedText, read_part};
use super::week::{Days, Span, Week};

/// From one day of the year to another, month and day; it may run past the year's end.
pub type Dates = ([u8; 2], [u8; 2]);

/// The hours of some part of the year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Season {
    /// Its parts.
    pub dates: Vec<Dates>,
    /// Days and their hours, as in [`Week::open`].
    pub open: Vec<(Option<Days>, Vec<Span>)>,
}

const LAST_DAYS: [u8; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// The last day a month can have.
pub fn last_day(month: u8) -> u8 {
    LAST_DAYS[usize::from(month.clamp(1, 12)) - 1]
}

/// Which days of the year some dates are, each month having 31.
fn days_of(dates: &[Dates]) -> [bool; 372] {
    let number = |[month, day]: [u8; 2]| (usize::from(month) - 1) * 31 + usize::from(day) - 1;
    let mut days = [false; 372];
    for (from, to) in dates {
        let (from, to) = (number(*from), number(*to));
        let length = (to + 372 - from) % 372;
        (0..=length).for_each(|i| days[(from + i) % 372] = true);
    }
    days
}

/// The parts of the year that are in none of the seasons.
pub fn rest_of_year(seasons: &[Season]) -> Vec<Dates> {
    let all: Vec<Dates> = seasons.iter().flat_map(|s| s.dates.clone()).collect();
    let named = days_of(&all);
    let is_named = |month: u8, day: u8| named[(usize::from(month) - 1) * 31 + usize::from(day) - 1];
    let year = (1..=12_u8).flat_map(|month| (1..=last_day(month)).map(move |day| [month, day]));
    let mut parts: Vec<Dates> = Vec::new();
    let mut before = None;
    for date in year {
        if is_named(date[0], date[1]) {
            before = None;
            continue;
        }
        match (before, parts.last_mut()) {
            (Some(()), Some((_, to))) => *to = date,
            _ => parts.push((date, date)),
        }
        before = Some(());
    }
    // The year's end and its beginning are one winter.
    if let ([.., (from, [12, 31])], true) = (parts.as_slice(), parts.len() > 1)
        && parts[0].0 == [1, 1]
    {
        let from = *from;
        parts.pop();
        parts[0].0 = from;
    }
    parts
}

/// What a sentence says of a part of the year.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Heading {
    Dates(Vec<Dates>),
    /// それ以外の期間
    Rest,
}

const REST: [&str; 12] = [
    "その他の期間",
    "その他の月",
    "それ以外の期間",
    "それ以外の月",
    "それ以外の時期",
    "上記以外の期間",
    "上記以外の月",
    "上記以外",
    "それ以外",
    "以外の月",
    "その他期間",
    "その他",
];
/// What seasons are called beside their dates.
const NAMES: [&str; 12] = [
    "夏期",
    "夏季",
    "夏時間",
    "夏場",
    "冬期",
    "冬季",
    "冬時間",
    "冬場",
    "春夏",
    "秋冬",
    "夏",
    "冬",
];
const CLOSING: [&str; 7] = [
    "休館日",
    "休業日",
    "定休日",
    "休所日",
    "閉館日",
    "休園日",
    "休室日",
];
const JOINTS: [char; 9] = ['、', ',', '・', ' ', '　', ':', '/', '|', '【'];

/// A sentence of seasons; `None` where it is not one, or not understood.
pub fn read(sentence: &str) -> Option<Week> {
    let headings = headings(sentence)?;
    let lead = &sentence[..headings.first()?.0];
    let mut pieces = Vec::new();
    for (i, (_, behind, heading)) in headings.iter().enumerate() {
        let end = headings.get(i + 1).map_or(sentence.len(), |next| next.0);
        pieces.push((heading.clone(), &sentence[*behind..end]));
    }
    behind_hours(lead, &pieces).or_else(|| before_hours(lead, &pieces))
}

/// 9:00～18:00（4月～9月）、9:00～17:00（10月～3月）
fn behind_hours(lead: &str, pieces: &[(Heading, &str)]) -> Option<Week> {
    let mut week = Week::default();
    let mut hours = lead;
    let mut tail = "";
    for (heading, piece) in pieces {
        let Heading::Dates(dates) = heading else {
            return None;
        };
        let inside = without_name(hours.trim_end());
        let before = inside.strip_suffix(['(', '【'])?;
        let rest = piece.trim_start().strip_prefix([')', '】'])?;
        let open = only_hours(before.trim_start_matches(JOINTS))?;
        week.seasons.push(Season {
            dates: dates.clone(),
            open: open.open,
        });
        week.working |= open.working;
        (hours, tail) = (rest, rest);
    }
    remainder(&mut week, tail)?;
    is_consistent(&week).then_some(week)
}

/// 4月～9月 9:00～18:00、10月～3月 9:00～17:00; 9:00～18:00（11月～3月は17:00まで）
fn before_hours(lead: &str, pieces: &[(Heading, &str)]) -> Option<Week> {
    let mut week = Week::default();
    let (lead, mut closes) = end_of(lead)?;
    let mut days = None;
    if !lead.is_empty() {
        let text = read_part(lead);
        let is_plain = text.unread.is_empty() && !text.week.closes() && text.week.until.is_empty();
        if !is_plain || text.week.is_doubtful {
            return None;
        }
        week.working = text.week.working;
        week.notes = text.week.notes;
        if text.week.open.is_empty() {
            days = Some(text.week.days).filter(|days| !days.is_empty());
        }
        week.open = text.week.open;
        week.breaks = text.week.breaks;
    }
    let last = pieces.len() - 1;
    for (i, (heading, piece)) in pieces.iter().enumerate() {
        let is_closed = closes;
        let (piece, rest) = in_own_brackets(piece);
        let (piece, ends_closing) = end_of(beginning_of(piece))?;
        closes = ends_closing;
        if i != last && !rest.trim_matches(JOINTS).is_empty() {
            return None;
        }
        let said = words(piece);
        let said = said.as_deref();
        if is_closed || matches!(said, Some([Word::Closed])) {
            let is_bare = matches!(said, Some([] | [Word::Closed] | [Word::Until]));
            let Heading::Dates(dates) = heading else {
                return None;
            };
            if !is_bare {
                return None;
            }
            week.closed_dates.extend(dates.iter().copied());
        } else {
            let mut own = hours_in(piece, said, &week, i == last)?;
            if let Some(days) = days {
                // 平日 4月～9月 …、土日祝 …: whose are the latter?
                if own.open.iter().any(|(own, _)| own.is_some()) {
                    return None;
                }
                own.open = super::named(&own.open, days);
            }
            week.working |= own.working;
            match heading {
                Heading::Dates(dates) => week.seasons.push(Season {
                    dates: dates.clone(),
                    open: std::mem::take(&mut own.open),
                }),
                Heading::Rest if week.open.is_empty() => week.open = std::mem::take(&mut own.open),
                Heading::Rest => return None,
            }
            week.close_with(own);
        }
        if i == last {
            remainder(&mut week, rest)?;
        }
    }
    (!closes && is_consistent(&week)).then_some(week)
}

/// The hours of a season: its own, or those of the rest of the year with another end.
fn hours_in(piece: &str, said: Option<&[Word]>, base: &Week, may_close: bool) -> Option<Week> {
    if let Some([Word::Time(end, _), Word::Until] | [Word::To, Word::Time(end, _)]) = said {
        let mut week = Week {
            open: base.open.clone(),
            until: vec![(Days::ALL, *end)],
            ..Week::default()
        };
        return (!week.open.is_empty() && week.end_early()).then_some(week);
    }
    // を除く 9:00～17:00: what is said of the dates is not what follows.
    if said.is_some_and(|said| said.first() == Some(&Word::Closed)) {
        return None;
    }
    let mut week = only_hours(piece).or_else(|| {
        let text = read_part(piece);
        let is_read = text.unread.is_empty() && !text.week.open.is_empty();
        (may_close && is_read && text.week.until.is_empty()).then_some(text.week)
    })?;
    week.days = Days::default();
    (!week.is_doubtful).then_some(week)
}

/// A text that says hours, and perhaps their days, and nothing else.
fn only_hours(text: &str) -> Option<Week> {
    let ParsedText { week, unread, .. } = read_part(text);
    let is_plain = unread.is_empty() && !week.closes() && week.until.is_empty();
    (is_plain && !week.open.is_empty() && week.notes.is_empty() && !week.is_doubtful)
        .then_some(week)
}

/// What follows a sentence of seasons: closing days, or nothing.
fn remainder(week: &mut Week, text: &str) -> Option<()> {
    let text = text.trim_matches(JOINTS).trim_start_matches([')', '】']);
    if text.is_empty() {
        return Some(());
    }
    let read = read_part(text);
    let is_read = read.unread.is_empty() && read.week.open.is_empty() && read.week.until.is_empty();
    if !is_read || !read.week.days.is_empty() {
        return None;
    }
    week.close_with(read.week);
    Some(())
}

/// Whether there is at least one season, no day belongs to two, and all are of the same days of the
/// week.
fn is_consistent(week: &Week) -> bool {
    let mut taken = [false; 372];
    for season in &week.seasons {
        for (day, is_in) in days_of(&season.dates).into_iter().enumerate() {
            if is_in && std::mem::replace(&mut taken[day], true) {
                return false;
            }
        }
    }
    // 10月～3月 平日 9:00～17:00、土日 10:00～16:00: are those of the weekend the whole year's?
    let mut days = week.seasons.iter().map(|season| named_days(&season.open));
    let Some(first) = days.next().filter(|days| !days.is_empty()) else {
        return false;
    };
    let base = named_days(&week.open);
    days.all(|days| days == first) && (base.is_empty() || base == first)
}

/// The days that some hours are of; hours of no days in particular are of all.
fn named_days(open: &[(Option<Days>, Vec<Span>)]) -> Days {
    open.iter().fold(Days::default(), |all, (days, _)| {
        all.and(days.unwrap_or(Days::ALL))
    })
}

/// A text up to a bracket that was opened before it, and what follows that.
fn in_own_brackets(text: &str) -> (&str, &str) {
    // ）9:00～18:00: the bracket around the dates ends first.
    let start = text.len() - text.trim_start_matches([')', '】', ' ']).len();
    let mut depth = 0_usize;
    for (at, c) in text[start..].char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return (&text[..start + at], &text[start + at + 1..]),
            ')' => depth -= 1,
            _ => {}
        }
    }
    (text, "")
}

fn beginning_of(text: &str) -> &str {
    const BETWEEN: [&str; 7] = ["の期間", "の間", "期間中", "期間", "は", "に", "の"];
    let mut rest = text;
    loop {
        let bare = rest
            .trim_start_matches(JOINTS)
            .trim_start_matches([')', '】']);
        let bare = BETWEEN
            .iter()
            .find_map(|word| bare.strip_prefix(word))
            .unwrap_or(bare);
        if bare == rest {
            return rest;
        }
        rest = bare;
    }
}

fn without_name(text: &str) -> &str {
    let bare = NAMES.iter().find_map(|name| text.strip_suffix(name));
    bare.unwrap_or(text).trim_end()
}

/// A text without what only leads to the dates behind it, and whether it ends as a heading of days
/// of closing; `None` where it ends with another name of a time.
fn end_of(text: &str) -> Option<(&str, bool)> {
    let mut rest = text;
    loop {
        let bare = rest.trim_end_matches(JOINTS).trim_end_matches(['(', '。']);
        let bare = ["ただし", "但し", "なお", "また"]
            .iter()
            .find_map(|word| bare.strip_suffix(word))
            .unwrap_or(bare);
        let bare = without_name(bare);
        if bare == rest {
            break;
        }
        rest = bare;
    }
    let heading = rest.trim_end_matches('は');
    if let Some(before) = CLOSING.iter().find_map(|word| heading.strip_suffix(word)) {
        return Some((before.trim_end_matches(JOINTS).trim_end_matches('('), true));
    }
    let is_other = super::periods::without_period(rest).is_some();
    (!is_other).then_some((rest, false))
}

/// Where the parts of the year stand in a sentence; `None` without any, or where a year of its own
/// makes them no season.
fn headings(sentence: &str) -> Option<Vec<(usize, usize, Heading)>> {
    let mut found: Vec<(usize, usize, Heading)> = Vec::new();
    let (mut at, mut before) = (0, ' ');
    while let Some(c) = sentence[at..].chars().next() {
        let rest = &sentence[at..];
        let is_inside = before.is_ascii_digit() || "第.:-~/毎各翌".contains(before);
        let dates = Some(rest).filter(|_| c.is_ascii_digit() && !is_inside);
        if let Some((dates, left)) = dates.and_then(all_dates) {
            if before == '年' {
                return None;
            }
            let end = sentence.len() - left.len();
            found.push((at, end, Heading::Dates(dates)));
            (at, before) = (end, ' ');
            continue;
        }
        if let Some(left) = REST.iter().find_map(|word| rest.strip_prefix(word)) {
            let end = sentence.len() - left.len();
            found.push((at, end, Heading::Rest));
            (at, before) = (end, ' ');
            continue;
        }
        at += c.len_utf8();
        before = c;
    }
    let has_dates = |(_, _, heading): &(_, _, Heading)| matches!(heading, Heading::Dates(_));
    found.iter().any(has_dates).then_some(found)
}

/// 4月～6月、9月～11月; 7・8月
fn all_dates(text: &str) -> Option<(Vec<Dates>, &str)> {
    let mut dates = Vec::new();
    let mut rest = text;
    // 7・8月: numbers of which only the last has its 月.
    let mut listed = Vec::new();
    while let Some((month, left)) = number(rest).filter(|(n, _)| (1..=12).contains(n))
        && let Some(left) = left.strip_prefix(['・', '、', ','])
        && number(left).is_some()
    {
        listed.push(month);
        rest = left;
    }
    if !listed.is_empty() && !number(rest).is_some_and(|(_, left)| left.starts_with('月')) {
        return None;
    }
    dates.extend(listed.into_iter().map(whole_month));
    let (first, mut rest) = one(rest)?;
    dates.push(first);
    loop {
        let joint = rest
            .strip_prefix(['・', '、', ','])
            .or_else(|| rest.strip_prefix("と"))
            .or_else(|| rest.strip_prefix("及び"));
        let Some((more, left)) = joint.and_then(one) else {
            break;
        };
        dates.push(more);
        rest = left;
    }
    Some((dates, rest))
}

fn whole_month(month: u8) -> Dates {
    ([month, 1], [month, last_day(month)])
}

fn number(text: &str) -> Option<(u8, &str)> {
    let (number, rest) = lexing::number(text)?;
    Some((u8::try_from(number).ok()?, rest))
}

/// One stretch of the year; a month alone is one.
fn one(text: &str) -> Option<(Dates, &str)> {
    let (month, rest) = number(text).filter(|(month, _)| (1..=12).contains(month))?;
    // 4～9月
    if let Some(length) = to(rest)
        && !rest.starts_with(['月', '/'])
    {
        let (last, left) = number(&rest[length..]).filter(|(month, _)| (1..=12).contains(month))?;
        let left = left.strip_prefix('月').filter(|left| is_month(left))?;
        return Some((([month, 1], [last, last_day(last)]), &left[behind(left)..]));
    }
    if let Some(left) = rest.strip_prefix('/') {
        let (from, length) = day(left, month)?;
        let left = &left[length..];
        let left = &left[to(left)?..];
        let (last, left) = number(left).filter(|(month, _)| (1..=12).contains(month))?;
        let left = left.strip_prefix('/')?;
        let (until, length) = day(left, last)?;
        let left = &left[length..];
        return Some((([month, from], [last, until]), &left[behind(left)..]));
    }
    let left = rest.strip_prefix('月')?;
    if let Some((from, length)) = day(left, month) {
        let left = &left[length..];
        let left = &left[to(left)?..];
        let (last, left) = number(left)?;
        if let Some(days) = left.strip_prefix('日') {
            let is_day = (from..=last_day(month)).contains(&last);
            return is_day.then(|| (([month, from], [month, last]), &days[behind(days)..]));
        }
        let left = left
            .strip_prefix('月')
            .filter(|_| (1..=12).contains(&last))?;
        if let Some((until, length)) = day(left, last) {
            let left = &left[length..];
            return Some((([month, from], [last, until]), &left[behind(left)..]));
        }
        let left = left.strip_prefix("末日").or(left.strip_prefix('末'))?;
        return Some((
            ([month, from], [last, last_day(last)]),
            &left[behind(left)..],
        ));
    }
    if !is_month(left) {
        return None;
    }
    if let Some(length) = to(left)
        && let Some((last, left)) =
            number(&left[length..]).filter(|(month, _)| (1..=12).contains(month))
        && let Some(left) = left.strip_prefix('月')
    {
        if let Some((until, length)) = day(left, last) {
            let left = &left[length..];
            return Some((([month, 1], [last, until]), &left[behind(left)..]));
        }
        return is_month(left)
            .then(|| (([month, 1], [last, last_day(last)]), &left[behind(left)..]));
    }
    Some((whole_month(month), left))
}

/// The length of a word for "to" at the front of a text.
fn to(text: &str) -> Option<usize> {
    let bare = text.trim_start();
    let left = ["~", "-", "から", "より"]
        .iter()
        .find_map(|word| bare.strip_prefix(word))?;
    let left = left.trim_start();
    let left = left.strip_prefix("翌年の").unwrap_or(left);
    let left = left
        .strip_prefix("翌年")
        .or(left.strip_prefix('翌'))
        .unwrap_or(left);
    Some(text.len() - left.len())
}

/// The length of a word for the end of a period at the front of a text.
fn behind(text: &str) -> usize {
    let left = ["末日", "末"]
        .iter()
        .find_map(|word| text.strip_prefix(word))
        .unwrap_or(text);
    let left = left
        .strip_prefix("まで")
        .or(left.strip_prefix('迄'))
        .unwrap_or(left);
    text.len() - left.len()
}

/// A day of the month at the front of a text, and its length.
fn day(text: &str, month: u8) -> Option<(u8, usize)> {
    let (day, left) = number(text).filter(|(day, _)| (1..=last_day(month)).contains(day))?;
    if let Some(left) = left.strip_prefix('日') {
        return Some((day, text.len() - left.len()));
    }
    let is_cut = !left.starts_with([':', '時']) && !left.starts_with(|c: char| c.is_ascii_digit());
    is_cut.then_some((day, text.len() - left.len()))
}

/// Whether what stands behind 月 leaves it a month: not 4月曜, 8月中旬, 2月分.
fn is_month(behind: &str) -> bool {
    !behind.starts_with([
        '曜', '上', '中', '下', '分', '第', '頃', '初', '額', '会', '半',
    ]) && !behind.starts_with(|c: char| c.is_ascii_digit())
}
