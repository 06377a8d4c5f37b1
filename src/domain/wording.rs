//! Sentences for people, in the two languages they read.
//!
//! A sentence is made once, where its reason is known, in both languages; which of them is shown is
//! decided at the edge.

/// The languages sentences exist in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Japanese.
    Ja,
    /// English.
    En,
}

/// A sentence, or a few words, in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
}

impl Language {
    /// As HTML's and HTTP's headers write it.
    pub fn code(self) -> &'static str {
        match self {
            Language::Ja => "ja",
            Language::En => "en",
        }
    }

    /// Whether this is English, for templates.
    pub fn is_english(self) -> bool {
        self == Language::En
    }

    /// The attribute that tells a screen reader that a text of an English page is Japanese; empty where
    /// it is not, or the page is.
    pub fn mark(self, text: &str) -> &'static str {
        let is_japanese = |c: char| matches!(c, '\u{3040}'..='\u{30fa}' | '\u{3400}'..='\u{9fff}');
        if self.is_english() && text.contains(is_japanese) {
            " lang=\"ja\""
        } else {
            ""
        }
    }

    /// One of two forms.
    pub fn pick<T>(self, ja: T, en: T) -> T {
        match self {
            Language::Ja => ja,
            Language::En => en,
        }
    }
}

impl Wording {
    /// A sentence from its two forms.
    pub fn new(ja: impl Into<String>, en: impl Into<String>) -> Wording {
        Wording {
            ja: ja.into(),
            en: en.into(),
        }
    }

    /// What is the same in both: a code, a number, a name.
    pub fn same(text: impl Into<String>) -> Wording {
        let ja = text.into();
        Wording { en: ja.clone(), ja }
    }

    /// The form in a language.
    pub fn get(&self, language: Language) -> &str {
        language.pick(&self.ja, &self.en)
    }
}

/// `("日本語", "English")`.
impl<J: Into<String>, E: Into<String>> From<(J, E)> for Wording {
    fn from((ja, en): (J, E)) -> Wording {
        Wording::new(ja, en)
    }
}
