//! The page of a browser's request that cannot be answered: what is wrong, and where to go on.

use askama::Template;
use serde_json::Value;

use super::{render, suffix};
use crate::http::language::Language;

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    language: Language,
    title: &'a str,
    detail: &'a str,
    status: u64,
    code: &'a str,
    about: String,
    /// What another language's page keeps of the address.
    kept: String,
}

/// A problem's document as a page.
pub fn problem(document: &Value, query: &str, language: Language) -> String {
    let text = |name: &str| document[name].as_str().unwrap_or_default();
    render(&ProblemPage {
        language,
        title: text("title"),
        detail: text("detail"),
        status: document["status"].as_u64().unwrap_or_default(),
        code: text("code"),
        about: [text("type"), suffix(language)].concat(),
        kept: super::list::kept(query),
    })
}
