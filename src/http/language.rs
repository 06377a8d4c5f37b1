//! Which language a person reads: `lang=` if the address says so, else what the browser prefers,
//! else Japanese.

use actix_web::HttpRequest;
use actix_web::http::header;

pub use crate::domain::wording::Language;

impl Language {
    /// The request's language.
    pub fn of(request: &HttpRequest) -> Language {
        let asked = request
            .query_string()
            .split('&')
            .find_map(|pair| pair.strip_prefix("lang="));
        match asked {
            Some("en") => Language::En,
            Some("ja") => Language::Ja,
            _ => {
                let accepted = request.headers().get(header::ACCEPT_LANGUAGE);
                accepted
                    .and_then(|value| value.to_str().ok())
                    .map_or(Language::Ja, preferred)
            }
        }
    }
}

/// English only where it is preferred to Japanese.
fn preferred(accept: &str) -> Language {
    let mut best = [0.0, 0.0];
    for part in accept.split(',') {
        let mut parts = part.trim().split(';');
        let tag = parts.next().unwrap_or("").trim();
        let q = parts
            .find_map(|p| p.trim().strip_prefix("q=")?.parse::<f64>().ok())
            .unwrap_or(1.0);
        let primary = tag.split('-').next().unwrap_or("");
        match primary {
            "ja" => best[0] = f64::max(best[0], q),
            "en" => best[1] = f64::max(best[1], q),
            _ => {}
        }
    }
    if best[1] > best[0] {
        Language::En
    } else {
        Language::Ja
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_only_where_it_is_preferred() {
        for (accept, expected) in [
            ("ja,en;q=0.8", Language::Ja),
            ("en-GB,en;q=0.9,ja;q=0.5", Language::En),
            ("fr", Language::Ja),
            ("*", Language::Ja),
            ("en;q=x", Language::En),
            ("", Language::Ja),
        ] {
            assert_eq!(preferred(accept), expected, "{accept}");
        }
    }
}
