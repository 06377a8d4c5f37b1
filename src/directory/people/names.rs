//! Names of accounts: which are names, and which are the same.

use unicode_normalization::UnicodeNormalization;

/// The longest name of an account, in characters.
pub(super) const LONGEST_NAME: usize = 64;

/// The name as it is compared: without differences of case and width, and of variants of a character
/// that only some fonts show.
pub fn folded(name: &str) -> String {
    let variant = |c: &char| matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}');
    let same_width = name.nfkc().filter(|c| !variant(c));
    same_width.flat_map(char::to_lowercase).nfkc().collect()
}

/// What nobody sees in a name, of a person or a file, so that it would look like another: spaces without width, what turns
/// the direction of writing, blank letters.
pub(in crate::directory) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e00ff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_look_the_same_are_the_same() {
        for (a, b) in [
            ("Tanaka", "tanaka"),
            ("ＴＡＮＡＫＡ", "tanaka"),
            ("ﾀﾅｶ", "タナカ"),
            ("葛\u{e0100}城", "葛城"),
            ("山田　太郎", "山田 太郎"),
        ] {
            assert_eq!(folded(a), folded(b));
        }
        assert_ne!(folded("山田"), folded("山本"));
    }
}
