//! What stands in a page's head for those who never see the page: search engines and whoever shows a link.

use crate::http::language::Language;

/// The head of one page.
pub(super) struct Head {
    /// The title with its place.
    pub title: String,
    /// A sentence or two.
    pub description: String,
    /// The page's address in the language it is in.
    pub canonical: String,
    /// The same page in Japanese and in English.
    pub japanese: String,
    pub english: String,
    /// schema.org's JSON-LD, safe inside a script element; empty for none.
    pub data: String,
    /// A feed that belongs to the page.
    pub feed: Option<String>,
    /// Whether search engines may list it.
    pub is_listed: bool,
    /// `ja_JP` or `en_US`.
    pub locale: &'static str,
}

impl Head {
    /// The head of a page at a path.
    pub fn of(public_url: &str, path: &str, title: &str, language: Language) -> Head {
        let japanese = [public_url, path].concat();
        let english = [public_url, path, "?lang=en"].concat();
        Head {
            title: title.to_owned(),
            description: String::new(),
            canonical: language.pick(&japanese, &english).clone(),
            japanese,
            english,
            data: String::new(),
            feed: None,
            is_listed: true,
            locale: language.pick("ja_JP", "en_US"),
        }
    }
}
