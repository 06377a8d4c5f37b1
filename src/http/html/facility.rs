//! A facility's own page: whether it is open first, then what people ask, then where that is from.

use askama::Template;
use serde_json::Value;

use super::head::Head;
use super::status::{is_by_rule, status_words};
use super::{PlaceOf, Then, hours, list, map_link, place, render, structured, suffix, unknown};
use crate::directory::reference::label;
use crate::directory::{Generation, Reference};
use crate::domain::facility::Source;
use crate::domain::fields::{FACILITY, Shape};
use crate::domain::municipality::MunicipalityCode;
use crate::http::language::Language;
use crate::http::opening::{self, Shown};
use crate::opening::{Minute, State};
use crate::snapshot::entries::Entry;

#[derive(Template)]
#[template(path = "facility.html")]
struct FacilityPage<'a> {
    language: Language,
    head: Head,
    title: String,
    other_name: Option<String>,
    place: (String, Option<String>),
    kind: String,
    status: String,
    status_slug: String,
    /// How long ago it was said.
    age_slug: String,
    opening: String,
    /// Whether that is told of another minute than this, and how the other language asks for the same.
    is_now: bool,
    kept: String,
    opening_slug: &'static str,
    /// The week ahead, a day each, where a machine can read the hours.
    week: Vec<(String, String)>,
    /// The hours as they were written, where no machine can read them.
    unreadable: Option<String>,
    synthetic: bool,
    map_link: String,
    /// Its municipality's page.
    municipality: String,
    rows: Vec<Row>,
    supports: Vec<SupportBlock>,
    no_support: &'static str,
    sources: Vec<SourceLine>,
    id: String,
    updated_at: String,
    then: Option<&'a Then>,
}

/// One line of a facility's table.
struct Row {
    label: &'static str,
    value: String,
    note: Option<String>,
    url: Option<String>,
    unknown: bool,
}

struct SupportBlock {
    programme: String,
    certainty: String,
    certainty_slug: String,
    lines: Vec<String>,
    evidence: Option<String>,
    url: Option<String>,
}

struct SourceLine {
    title: String,
    /// When it was said, and which fields are from it.
    about: Option<String>,
    url: Option<String>,
}

/// The rows of a facility's page, in the order people ask: is it there for me, then what is it.
const ROWS: &[&str] = &[
    "closures",
    "address",
    "position_precision",
    "opening_hours",
    "eligibility",
    "price_hour_yen",
    "seats",
    "amenities",
    "uses",
    "phone",
    "website",
    "operator",
    "stock",
    "built_year",
    "status_asof",
    "osm_id",
    "checked_on",
    "confidence",
];

/// A facility's own page.
pub fn facility(
    (generation, entry): (&Generation, &Entry),
    public_url: &str,
    shown: Shown,
    then: Option<&Then>,
    language: Language,
) -> String {
    let minute = shown.minute;
    let p: Value = entry.properties();
    let text = |name: &str| p[name].as_str().map(str::to_owned);
    let english = language == Language::En;
    let word = |vocabulary: &str, name: &str| {
        p[name].as_str().map_or_else(
            || unknown(language).to_owned(),
            |slug| label(vocabulary, slug, english).to_owned(),
        )
    };
    let (name, name_en) = (text("name").unwrap_or_default(), text("name_en"));
    let (title, other_name) = match name_en {
        Some(name_en) if english && name_en != name => (name_en, Some(name)),
        name_en => {
            let other = text("name_kana").or(name_en).filter(|other| *other != name);
            (name, other)
        }
    };
    let status = text("status").unwrap_or_default();
    // What is known only to its city is somewhere in a wide disc: show all of that.
    let zoom = if p["position_precision"] == "city" {
        10
    } else {
        14
    };
    let place = place(
        &generation.known,
        &PlaceOf {
            municipality: p["municipality"].as_str().unwrap_or_default(),
            name: p["municipality_name"].as_str().unwrap_or_default(),
            prefecture: p["prefecture"].as_str().unwrap_or_default(),
        },
        language,
    );
    let whole = match &place.1 {
        Some(japanese) => format!("{} ({japanese})", place.0),
        None => place.0.clone(),
    };
    let kind = word("kind", "kind");
    let path = format!("/collections/facilities/items/{}", entry.id);
    let head = Head {
        description: described(&p, &kind, &whole, language),
        data: structured::facility(entry, &p, &[public_url, &path].concat(), minute),
        // What it was is no page to find it by, nor is what is made up.
        is_listed: then.is_none() && p["synthetic"] != true,
        ..Head::of(public_url, &path, &format!("{title} - {whole}"), language)
    };
    let page = FacilityPage {
        language,
        head,
        title,
        other_name,
        place,
        kind,
        municipality: format!(
            "/collections/municipalities/items/{}{}",
            text("municipality").unwrap_or_default(),
            suffix(language)
        ),
        status: status_words(
            &status,
            p["status_asof"].as_str(),
            p["status_age"].as_str(),
            is_by_rule(
                &serde_json::from_value::<Vec<Source>>(p["sources"].clone()).unwrap_or_default(),
            ),
            language,
        ),
        status_slug: status,
        age_slug: text("status_age").unwrap_or_default(),
        opening: opening::words(&entry.opening, shown, language),
        is_now: shown.is_now,
        kept: shown.query(),
        opening_slug: entry.opening.at(minute).slug(),
        week: week(entry, minute, language),
        unreadable: text("opening_hours").filter(|_| !entry.opening.is_readable()),
        synthetic: p["synthetic"] == true,
        map_link: map_link(entry.position.into(), zoom, Some(&entry.id), language),
        rows: ROWS
            .iter()
            // Few hubs have them, and nobody misses them.
            .filter(|name| {
                let is_rare = matches!(**name, "osm_id" | "closures");
                !is_rare
                    || !(p[**name].is_null() || list(&p[**name]).is_empty() && p[**name].is_array())
            })
            .map(|name| match (*name, row(name, &p, language)) {
                ("address", row) if row.note.is_none() => Row {
                    note: estimated_ward(&generation.known, &p, language),
                    ..row
                },
                (_, row) => row,
            })
            .collect(),
        supports: list(&p["support"])
            .iter()
            .map(|support| support_block(support, language))
            .collect(),
        no_support: if p["support"].is_null() {
            language.pick(
                "不明（支援を受けなかったという意味ではありません）",
                "Unknown (this does not mean that there was none)",
            )
        } else {
            language.pick(
                "調べた範囲では、支援事業による支援はありません",
                "None, as far as was looked into",
            )
        },
        sources: list(&p["sources"])
            .iter()
            .map(|told| source(told, language))
            .collect(),
        id: entry.id.to_string(),
        updated_at: entry.at.rfc3339(),
        then,
    };
    render(&page)
}

/// Which ward it is in, where only an estimated border tells.
fn estimated_ward(known: &Reference, p: &Value, language: Language) -> Option<String> {
    let code = |name: &str| MunicipalityCode::new(p[name].as_str()?).ok();
    let (ward, city) = (code("ward")?, code("municipality")?);
    let district = known.districts.municipality(ward)?;
    let is_named = |address: &str| {
        let read = known.places().address(address, &[city]);
        address.contains(&*district.name) || read.is_some_and(|read| read.ward == Some(ward))
    };
    if !district.approximate || p["address"].as_str().is_some_and(is_named) {
        return None;
    }
    let (ja, en) = (&district.name, &district.romaji);
    Some(language.pick(
        format!("区は{ja}（住所に区名がなく、区の境界は推定です）"),
        format!("Ward: {en} (the address names none, and the ward’s border is estimated)"),
    ))
}

/// Today and the six days after it, holidays and closures put in.
fn week(entry: &Entry, minute: Minute, language: Language) -> Vec<(String, String)> {
    if !entry.opening.is_readable() {
        return Vec::new();
    }
    let time = |of_day: u16| format!("{}:{:02}", of_day / 60, of_day % 60);
    let days = (0..7).map(|ahead| minute.day() + ahead);
    days.map(|day| {
        let (_, month, of_month, weekday) = Minute::midnight(day).date();
        let weekday = weekday as usize;
        let named = language.pick(
            format!(
                "{month}月{of_month}日（{}）",
                ["月", "火", "水", "木", "金", "土", "日"][weekday]
            ),
            format!(
                "{} {of_month} {}",
                ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][weekday],
                opening::month_name(month)
            ),
        );
        let stretches = entry.opening.on(day);
        let stretches: Vec<String> = stretches
            .iter()
            .map(|stretch| {
                let times = format!("{}–{}", time(stretch.from), time(stretch.to));
                if stretch.state == State::Open {
                    return times;
                }
                let why = stretch.note.as_deref();
                let ja = why.map_or_else(|| "不明".to_owned(), |why| format!("不明：{why}"));
                let en = why.map_or_else(|| "unknown".to_owned(), |why| format!("unknown: {why}"));
                language.pick(format!("{times}（{ja}）"), format!("{times} ({en})"))
            })
            .collect();
        let spans = match (stretches.is_empty(), entry.opening.is_shut_on(day)) {
            (true, true) => language.pick("臨時休業", "temporarily closed").to_owned(),
            (true, false) => language.pick("休み", "closed").to_owned(),
            (false, _) => stretches.join(language.pick("、", ", ")),
        };
        (named, spans)
    })
    .collect()
}

/// What a search engine shows below the name: what does not change by the minute.
fn described(p: &Value, kind: &str, place: &str, language: Language) -> String {
    let english = language == Language::En;
    let text = |name: &str| p[name].as_str();
    let mut parts = vec![match p["kind"].as_str() {
        Some(_) => language.pick(format!("{place}の{kind}"), format!("{kind} in {place}")),
        None => language.pick(
            format!("{place}のテレワーク拠点"),
            format!("Telework hub in {place}"),
        ),
    }];
    if let Some(status) = text("status").filter(|status| *status != "open") {
        parts.push(label("status", status, english).to_owned());
    }
    parts.extend(text("address").map(str::to_owned));
    let hours = text("opening_hours")
        .map(|hours| language.pick(format!("利用時間 {hours}"), format!("Open {hours}")));
    parts.extend(hours);
    if let Some(yen) = p["price_hour_yen"].as_u64() {
        parts.push(language.pick(format!("1時間{yen}円"), format!("¥{yen} an hour")));
    }
    parts.extend(text("eligibility").map(|who| label("eligibility", who, english).to_owned()));
    let mut described = parts.join(language.pick("。", ". "));
    described.push_str(language.pick("。", "."));
    described
}

fn row(name: &str, p: &Value, language: Language) -> Row {
    let field = FACILITY
        .iter()
        .find(|field| field.name == name)
        .expect("the rows are fields");
    let english = language == Language::En;
    let value = &p[name];
    let vocabulary = match name {
        "position_precision" => "precision",
        name => name,
    };
    let worded =
        |slug: &Value| label(vocabulary, slug.as_str().unwrap_or_default(), english).to_owned();
    let shown = match (field.shape, value) {
        (_, Value::Null) => None,
        (Shape::Word(_), slug) => Some(worded(slug)),
        (Shape::Words(_), words) if list(words).is_empty() => {
            Some(language.pick("なし", "None").to_owned())
        }
        (Shape::Words(_), words) => Some(
            list(words)
                .iter()
                .map(worded)
                .collect::<Vec<_>>()
                .join(language.pick("、", ", ")),
        ),
        (Shape::Objects(_), closures) => Some(
            list(closures)
                .iter()
                .map(|c| closure(c, language))
                .collect::<Vec<_>>()
                .join(" / "),
        ),
        (_, Value::Number(n)) if name == "price_hour_yen" => Some(format!("¥{n}")),
        (_, Value::String(text)) if name == "opening_hours" => {
            Some(hours::in_words(text, language).unwrap_or_else(|| text.clone()))
        }
        (_, Value::String(text)) => Some(text.clone()),
        (_, other) => Some(other.to_string()),
    };
    let note = match name {
        "position_precision" => p["position_error"].as_u64().map(|metres| {
            let distance = if metres < 1000 {
                format!("{metres} m")
            } else {
                format!("{:.1} km", metres as f64 / 1000.0)
            };
            language.pick(
                format!("実際の場所は約{distance}以内の見込みです"),
                format!("the true place is probably within about {distance}"),
            )
        }),
        "opening_hours" => p["hours_note"].as_str().map(str::to_owned),
        "price_hour_yen" => p["price_note"].as_str().map(str::to_owned),
        "amenities" => p["amenities_note"].as_str().map(str::to_owned),
        "status_asof" => p["status_age"]
            .as_str()
            .filter(|age| *age != "fresh")
            .map(|age| label("status_age", age, english).to_owned()),
        "eligibility" => p["eligibility_note"].as_str().map(str::to_owned),
        "stock" => p["stock_note"].as_str().map(str::to_owned),
        "checked_on" if value.is_null() => Some(
            language
                .pick(
                    "掲載後に現地や運営者へ確認した記録はありません",
                    "nobody has checked since it was listed",
                )
                .to_owned(),
        ),
        _ => None,
    };
    // What no reader took as a value is known all the same.
    let is_text = matches!(
        name,
        "opening_hours" | "price_hour_yen" | "eligibility" | "amenities"
    );
    let (shown, note) = match (shown, note) {
        (None, Some(note)) if is_text => (Some(note), None),
        both => both,
    };
    let url = match name {
        "website" => value.as_str().map(str::to_owned),
        "osm_id" => value
            .as_str()
            .map(|id| format!("https://www.openstreetmap.org/{id}")),
        "phone" => value.as_str().map(|phone| {
            format!(
                "tel:{}",
                phone.replace(|c: char| !c.is_ascii_digit() && c != '+', "")
            )
        }),
        _ => None,
    };
    Row {
        label: language.pick(field.ja, field.en),
        unknown: shown.is_none(),
        value: shown.unwrap_or_else(|| unknown(language).to_owned()),
        note,
        url,
    }
}

fn closure(closure: &Value, language: Language) -> String {
    let end = closure["to"]
        .as_str()
        .unwrap_or(language.pick("未定", "open end"));
    let note = closure["note"].as_str().unwrap_or_default();
    format!(
        "{}{}{end} {note}",
        closure["from"].as_str().unwrap_or_default(),
        language.pick("〜", " to ")
    )
}

fn support_block(support: &Value, language: Language) -> SupportBlock {
    let text = |name: &str| support[name].as_str().map(str::to_owned);
    let english = language == Language::En;
    let certainty = text("certainty").unwrap_or_default();
    let line = |ja, en, value: Option<String>| {
        value.map(|value| format!("{}: {value}", language.pick(ja, en)))
    };
    SupportBlock {
        programme: label("programme", &text("programme").unwrap_or_default(), english).to_owned(),
        certainty: label("certainty", &certainty, english).to_owned(),
        certainty_slug: certainty,
        lines: [
            line("型", "Type", text("type")),
            line("年度", "Fiscal year", text("fiscal_year")),
            line("区域", "Area", text("area")),
        ]
        .into_iter()
        .flatten()
        .collect(),
        evidence: text("evidence_title").or_else(|| text("evidence_url")),
        url: text("evidence_url").filter(|url| followable(url)),
    }
}

fn source(source: &Value, language: Language) -> SourceLine {
    let date = source["date"].as_str().map(str::to_owned);
    let titled = |name: &Value| {
        let name = name.as_str()?;
        let field = FACILITY.iter().find(|field| field.name == name);
        match field {
            Some(field) => Some(language.pick(field.ja, field.en)),
            None if name == "position" => Some(language.pick("位置", "Position")),
            None => None,
        }
    };
    let fields: Vec<&str> = list(&source["fields"]).iter().filter_map(titled).collect();
    let fields = (!fields.is_empty()).then(|| fields.join(language.pick("・", ", ")));
    let about: Vec<String> = [date, fields].into_iter().flatten().collect();
    SourceLine {
        about: (!about.is_empty()).then(|| about.join(language.pick("、", "; "))),
        title: source["title"].as_str().unwrap_or_default().to_owned(),
        url: source["url"]
            .as_str()
            .filter(|url| followable(url))
            .map(str::to_owned),
    }
}

/// Only addresses of the web become links.
pub(super) fn followable(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}
