//! Pages for people, made by the server: a facility, lists, districts, and any JSON document as
//! nested lists. They need no script. Everything that comes from data is escaped by the templates.

use std::fmt::Write;

use askama::Template;
use serde::Deserialize;
use serde_json::Value;

use super::answer::Link;
use super::language::Language;
use crate::directory::Generation;
use crate::directory::reference::{self, label};
use crate::districts::District;
use crate::domain::change::Seq;
use crate::domain::facility::FacilityId;
use crate::domain::fields::{FACILITY, Shape};
use crate::snapshot::entries::Entry;
use crate::snapshot::facets::Facet;
use crate::snapshot::find::{Hit, Page};

#[derive(Template)]
#[template(path = "facility.html")]
struct FacilityPage<'a> {
    language: Language,
    title: String,
    other_name: Option<String>,
    place: String,
    kind: String,
    status: String,
    status_slug: String,
    synthetic: bool,
    map_link: String,
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
    url: Option<String>,
}

#[derive(Template)]
#[template(path = "list.html")]
struct ListPage<'a> {
    language: Language,
    title: String,
    summary: String,
    cards: Vec<Card>,
    next: Option<String>,
    json: Option<String>,
    then: Option<&'a Then>,
}

/// That a page shows the directory as it was, and how its links keep to that.
pub struct Then {
    /// The pair of the query that asked for it, as it was written.
    pub query: String,
    /// When that was.
    pub timestamp: String,
    /// The number of the change.
    pub seq: Seq,
}

struct Card {
    href: Option<String>,
    title: String,
    lines: Vec<String>,
}

#[derive(Template)]
#[template(path = "document.html")]
struct DocumentPage<'a> {
    language: Language,
    title: &'a str,
    body: String,
}

/// The rows of a facility's page, in the order people ask: is it there for me, then what is it.
const ROWS: &[&str] = &[
    "address",
    "position_precision",
    "opening_hours",
    "closures",
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
    "checked_on",
    "confidence",
];

/// A facility's own page.
pub fn facility(entry: &Entry, then: Option<&Then>, language: Language) -> String {
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
        name_en => (name, text("name_kana").or(name_en)),
    };
    let status = text("status").unwrap_or_default();
    // What is known only to its city is somewhere in a wide disc: show all of that.
    let zoom = if p["position_precision"] == "city" {
        10
    } else {
        14
    };
    let page = FacilityPage {
        language,
        title,
        other_name,
        place: format!(
            "{} {}",
            text("prefecture").unwrap_or_default(),
            text("municipality_name").unwrap_or_default()
        ),
        kind: word("kind", "kind"),
        status: status_words(&status, p["status_asof"].as_str(), language),
        status_slug: status,
        synthetic: p["synthetic"] == true,
        map_link: map_link(entry.position.into(), zoom, Some(&entry.id), language),
        rows: ROWS.iter().map(|name| row(name, &p, language)).collect(),
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
        sources: list(&p["sources"]).iter().map(source).collect(),
        id: entry.id.to_string(),
        updated_at: entry.at.rfc3339(),
        then,
    };
    render(&page)
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
    let url = match name {
        "website" => value.as_str().map(str::to_owned),
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

fn source(source: &Value) -> SourceLine {
    SourceLine {
        title: source["title"].as_str().unwrap_or_default().to_owned(),
        url: source["url"]
            .as_str()
            .filter(|url| followable(url))
            .map(str::to_owned),
    }
}

/// Only addresses of the web become links.
fn followable(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// 「2022年時点で営業」: a status is what a source said at its time.
fn status_words(status: &str, asof: Option<&str>, language: Language) -> String {
    let word = label("status", status, language == Language::En);
    match asof {
        Some(asof) => language.pick(
            format!("{word}（{asof}時点）"),
            format!("{word} (as of {asof})"),
        ),
        None => word.to_owned(),
    }
}

fn unknown(language: Language) -> &'static str {
    language.pick("不明", "Unknown")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A page of facilities.
pub fn facilities(
    generation: &Generation,
    page: &Page,
    links: &[Link],
    then: Option<&Then>,
    language: Language,
) -> String {
    let cards = page
        .hits
        .iter()
        .map(|hit| facility_card(generation.snapshot.entry(hit.slot), hit, then, language))
        .collect();
    let (matched, shown) = (page.matched, page.hits.len());
    render(&ListPage {
        language,
        title: language.pick("テレワーク拠点", "Telework hubs").to_owned(),
        summary: language.pick(
            format!("{matched}件のうち{shown}件を表示"),
            format!("Showing {shown} of {matched}"),
        ),
        cards,
        next: href(links, "next"),
        json: href(links, "alternate"),
        then,
    })
}

fn facility_card(entry: &Entry, hit: &Hit, then: Option<&Then>, language: Language) -> Card {
    #[derive(Deserialize)]
    struct Brief {
        name: String,
        kind: Option<String>,
        status: String,
        status_asof: Option<String>,
        prefecture: String,
        municipality_name: String,
        position_precision: String,
    }
    let brief: Brief = entry.properties();
    let english = language == Language::En;
    let kind = brief
        .kind
        .as_deref()
        .map_or(unknown(language), |kind| label("kind", kind, english));
    let mut lines = vec![
        format!(
            "{} ・ {}",
            kind,
            status_words(&brief.status, brief.status_asof.as_deref(), language)
        ),
        format!("{} {}", brief.prefecture, brief.municipality_name),
    ];
    // A place known only to its city has no distance worth telling.
    if let Some(distance) = hit.distance.filter(|_| brief.position_precision != "city") {
        let minutes = (distance.0 / 80.0).ceil();
        lines.push(language.pick(
            format!("直線距離 {:.0} m・徒歩{minutes:.0}分", distance.0),
            format!(
                "{:.0} m in a straight line, {minutes:.0} minutes on foot",
                distance.0
            ),
        ));
    }
    Card {
        href: Some(format!(
            "/collections/facilities/items/{}{}{}",
            entry.id,
            suffix(language),
            then.map_or(String::new(), |then| format!("&{}", then.query)),
        )),
        title: brief.name,
        lines,
    }
}

/// A page of districts.
pub fn districts(page: &[&District], matched: usize, links: &[Link], language: Language) -> String {
    let card = |district: &&District| Card {
        href: Some(format!(
            "/collections/{}/items/{}{}",
            collection(district),
            district.code,
            suffix(language)
        )),
        title: language.pick(&*district.name, &*district.romaji).to_owned(),
        lines: vec![format!(
            "{} {}",
            district.code,
            language.pick(&*district.kana, &*district.name)
        )],
    };
    render(&ListPage {
        language,
        title: language
            .pick("市区町村・都道府県", "Municipalities and prefectures")
            .to_owned(),
        summary: language.pick(
            format!("{matched}件のうち{}件を表示", page.len()),
            format!("Showing {} of {matched}", page.len()),
        ),
        cards: page.iter().map(card).collect(),
        next: href(links, "next"),
        json: href(links, "alternate"),
        then: None,
    })
}

/// A district's own page.
pub fn district(
    district: &District,
    generation: &Generation,
    links: &[Link],
    language: Language,
) -> String {
    let number = district.code.parse().unwrap_or(0);
    let count = match district.code.len() {
        2 => generation.snapshot.count(Facet::Prefecture(number)),
        _ => crate::domain::municipality::MunicipalityCode::new(&district.code)
            .map_or(0, |code| generation.snapshot.count(Facet::District(code))),
    };
    let mut lines = vec![
        language.pick(&*district.kana, &*district.romaji).to_owned(),
        district.code.to_string(),
    ];
    if district.approximate {
        lines.push(
            language
                .pick("境界は推定です", "its border is estimated")
                .to_owned(),
        );
    }
    let filter = format!(
        "municipality={}&status=*{}",
        district.code,
        language.pick("", "&lang=en")
    );
    let link = |href: String, title: &str, lines: Vec<String>| Card {
        href: Some(href),
        title: title.to_owned(),
        lines,
    };
    render(&ListPage {
        language,
        title: match language {
            Language::Ja if district.code.len() == 5 => {
                format!("{} {}", district.prefecture, district.name)
            }
            Language::Ja => district.name.to_string(),
            Language::En => district.romaji.to_string(),
        },
        summary: lines.join(" ・ "),
        cards: vec![
            link(
                format!("/collections/facilities/items?f=html&{filter}"),
                language.pick("ここにある拠点", "Hubs here"),
                vec![language.pick(format!("{count}件"), format!("{count} listed"))],
            ),
            link(
                map_link(district.label, 11, None, language),
                language.pick("地図で見る", "Show on the map"),
                vec![],
            ),
        ],
        next: None,
        json: href(links, "alternate"),
        then: None,
    })
}

/// The map at a place, with a facility's card open: the address that `web/src/mode.ts` reads.
fn map_link(
    [lon, lat]: [f64; 2],
    zoom: u8,
    open: Option<&FacilityId>,
    language: Language,
) -> String {
    let open = open.map_or(String::new(), |id| format!("open={id}&"));
    format!(
        "/?{open}map={zoom}/{lat:.5}/{lon:.5}{}",
        language.pick("", "&lang=en")
    )
}

/// Whose data is used.
pub fn credits(language: Language) -> String {
    let credits = list(&reference::credits()["credits"]);
    let text = |credit: &Value, key: &str| credit[key].as_str().unwrap_or_default().to_owned();
    let card = |credit: &Value| Card {
        href: credit["url"]
            .as_str()
            .filter(|url| followable(url))
            .map(str::to_owned),
        title: text(credit, "title"),
        lines: vec![text(credit, "text"), text(credit, "licence")],
    };
    render(&ListPage {
        language,
        title: language.pick("データの出典", "Data credits").to_owned(),
        summary: language
            .pick(
                "この地図と一覧は、次のデータを加工して作られています。",
                "This map and directory are made from the following data.",
            )
            .to_owned(),
        cards: credits.iter().map(card).collect(),
        next: None,
        json: Some("/credits?f=json".to_owned()),
        then: None,
    })
}

fn collection(district: &District) -> &'static str {
    if district.code.len() == 2 {
        "prefectures"
    } else {
        "municipalities"
    }
}

fn suffix(language: Language) -> &'static str {
    language.pick("?f=html", "?f=html&lang=en")
}

fn href(links: &[Link], rel: &str) -> Option<String> {
    links
        .iter()
        .find(|link| link.rel == rel)
        .map(|link| link.href.clone())
}

/// Any JSON document as nested lists.
pub fn document(title: &str, value: &Value, language: Language) -> String {
    let mut body = String::new();
    write_value(value, &mut body);
    render(&DocumentPage {
        language,
        title,
        body,
    })
}

fn write_value(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push('—'),
        Value::Array(list)
            if list
                .iter()
                .all(|item| !item.is_object() && !item.is_array()) =>
        {
            for (i, item) in list.iter().enumerate() {
                out.push_str(if i > 0 { ", " } else { "" });
                write_value(item, out);
            }
        }
        Value::Array(list) => {
            out.push_str("<ul>");
            for item in list {
                out.push_str("<li>");
                write_value(item, out);
                out.push_str("</li>");
            }
            out.push_str("</ul>");
        }
        Value::Object(object) => {
            out.push_str("<ul>");
            for (key, value) in object {
                write!(out, "<li><span class=\"key\">{}</span>", escaped(key))
                    .expect("writing to memory");
                write_value(value, out);
                out.push_str("</li>");
            }
            out.push_str("</ul>");
        }
        Value::String(text) if followable(text) && !text.contains(char::is_whitespace) => {
            let text = escaped(text);
            write!(out, "<a href=\"{text}\">{text}</a>").expect("writing to memory");
        }
        Value::String(text) => out.push_str(&escaped(text)),
        other => out.push_str(&other.to_string()),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

fn render(page: &impl Template) -> String {
    page.render().expect("writing to memory")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_document_holds_is_shown_as_text() {
        let hostile = serde_json::json!({ "<script>": ["\"><img src=x>", { "a": "javascript:alert(1)", "b": "https://x/\"onclick=1" }] });
        let html = document("<b>", &hostile, Language::Ja);
        assert!(!html.contains("<script>") && !html.contains("<img") && !html.contains("<b>"));
        assert!(!html.contains("href=\"javascript") && !html.contains("\"onclick"));
    }
}
