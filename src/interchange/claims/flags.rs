//! Yes or no in a column about one thing.

use super::lexicon::tidy;
use super::{Joint, LONGEST, Mention, Reader, State};

/// What stands alone for yes, besides the signs that stand in sentences too.
const YES: [&str; 4] = ["y", "レ", "1", "t"];
/// The same for no.
const NO: [&str; 5] = ["n", "x", "0", "f", "-"];

/// Whether a text says yes or no: 有, ○, 10台, 無（各店による）. `None` where it says neither.
pub fn flag(text: &str) -> Option<bool> {
    if text.len() > LONGEST {
        return None;
    }
    let chars = tidy(text);
    let whole: String = chars.iter().collect();
    if YES.contains(&whole.as_str()) {
        return Some(true);
    }
    if NO.contains(&whole.as_str()) {
        return Some(false);
    }
    let mut reader = Reader::new("");
    reader.mentions.push(Mention {
        slug: "",
        word: String::new(),
        state: State::Named,
        is_apart: false,
        joint: Joint::None,
    });
    reader.has_mention = true;
    reader.run(&chars, 0);
    // 有 しかし遠い: what is not understood after the sign may take it back.
    let is_doubtful = |text: &String| super::lexicon::is_doubtful(text);
    match reader.mentions[0].state {
        State::Yes if !reader.unread.iter().any(is_doubtful) => Some(true),
        State::No => Some(false),
        _ => None,
    }
}
