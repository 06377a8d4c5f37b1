//! The form to say what is wrong about a facility, and the thanks for it.

use askama::Template;

use super::{render, suffix};
use crate::http::language::Language;

#[derive(Template)]
#[template(path = "report.html")]
struct ReportPage<'a> {
    language: Language,
    title: &'static str,
    name: &'a str,
    facility: String,
    problem: Option<String>,
    done: bool,
}

/// The form for what is wrong about a facility; with what is wrong about the form.
pub fn report(id: &str, name: &str, problem: Option<String>, language: Language) -> String {
    render(&ReportPage {
        language,
        title: language.pick("違っているところを報告する", "Report what is wrong"),
        name,
        facility: format!("/collections/facilities/items/{id}{}", suffix(language)),
        problem,
        done: false,
    })
}

/// The page that thanks for a report.
pub fn reported(id: &str, name: &str, language: Language) -> String {
    render(&ReportPage {
        language,
        title: language.pick("報告を受け取りました", "Your report has arrived"),
        name,
        facility: format!("/collections/facilities/items/{id}{}", suffix(language)),
        problem: None,
        done: true,
    })
}
