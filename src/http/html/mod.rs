//! Pages for people, made by the server: a facility, lists, districts, and any JSON document as
//! nested lists. They need no script. Everything that comes from data is escaped by the templates.

mod covered;
mod district;
mod facility;
mod form;
mod head;
mod hours;
mod list;
mod problem;
mod report;
mod station;
mod status;
mod structured;
mod texts;
mod usable;

use std::fmt::Write;

use askama::Template;
use serde_json::Value;

use crate::directory::Reference;
use crate::districts::District;
use crate::domain::change::Seq;
use crate::domain::facility::FacilityId;
use crate::http::answer::Link;
use crate::http::language::Language;

use facility::followable;

pub use covered::covered;
pub use district::{Hubs, district};
pub use facility::facility;
pub use list::{Search, SearchChoice, credits, districts, facilities};
pub use problem::problem;
pub use report::{report, reported};
pub use station::station;
pub use texts::{TEXTS, text};

/// That a page shows the directory as it was, and how its links keep to that.
pub struct Then {
    /// The pair of the query that asked for it, as it was written.
    pub query: String,
    /// When that was.
    pub timestamp: String,
    /// The number of the change.
    pub seq: Seq,
}

#[derive(Template)]
#[template(path = "document.html")]
struct DocumentPage<'a> {
    language: Language,
    title: &'a str,
    body: String,
}

fn unknown(language: Language) -> &'static str {
    language.pick("不明", "Unknown")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
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

/// Where a facility lies: 福岡県 福岡市, or Fukuoka-shi, Fukuoka and, beside it, 福岡県福岡市. A district
/// whose reading nobody has told stays as it is written.
fn place(known: &Reference, p: &PlaceOf<'_>, language: Language) -> (String, Option<String>) {
    let latin = |code: &str| {
        let district = known.districts.get(code)?;
        (!district.romaji.is_empty()).then_some(&*district.romaji)
    };
    let prefecture = p.municipality.get(..2).and_then(latin);
    match (language, latin(p.municipality), prefecture) {
        (Language::En, Some(municipality), Some(prefecture)) => (
            format!("{municipality}, {prefecture}"),
            Some(format!("{}{}", p.prefecture, p.name)),
        ),
        _ => (format!("{} {}", p.prefecture, p.name), None),
    }
}

/// A facility's municipality: code, name, and its prefecture's name.
struct PlaceOf<'a> {
    municipality: &'a str,
    name: &'a str,
    prefecture: &'a str,
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
