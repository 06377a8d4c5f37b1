//! Protects against cells that a spreadsheet would run as formulas, with a `'` in front.
//!
//! Opening a sheet must not run text that somebody typed into a form. Removing the mark restores the
//! text exactly, because a text that already begins with such marks gets one more.

use std::borrow::Cow;

/// The text with a mark before it if it could be taken for a formula. For texts only: a negative
/// number is a number.
pub fn guarded(text: &str) -> Cow<'_, str> {
    match is_formula(text.trim_start_matches('\'')) {
        true => Cow::Owned(format!("'{text}")),
        false => Cow::Borrowed(text),
    }
}

/// The text without the mark that [`guarded`] put there.
pub fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if is_formula(rest.trim_start_matches('\'')) => rest,
        _ => text,
    }
}

/// The text with a mark that says of a sheet of our own that it means exactly this, however odd, and
/// is not to be read the way people write such things.
pub fn exactly(text: &str) -> String {
    format!("'{text}")
}

/// What a cell of our own sheet means exactly, if it is marked so.
pub fn meant_exactly(cell: &str) -> Option<&str> {
    cell.strip_prefix('\'')
}

fn is_formula(text: &str) -> bool {
    text.starts_with([
        '=', '+', '-', '@', '＝', '＋', '－', '＠', '\u{2212}', '\t', '\r',
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_a_formula_is_disarmed() {
        for text in [
            "=1+1", "+81-3", "-", "@SUM(A1)", "＝1", "＋1", "－1", "＠x", "−1", "\t=1", "\r=1",
        ] {
            assert_eq!(guarded(text), format!("'{text}"));
        }
        for text in ["", "図書館", "a=1", "'quoted'", "\"=1\"", " =1"] {
            assert_eq!(guarded(text), text);
        }
    }

    proptest::proptest! {
        #[test]
        fn every_text_comes_back(text in "'{0,3}[=＝+−a\t]?.{0,5}") {
            assert_eq!(unguarded(&guarded(&text)), text);
        }
    }
}
