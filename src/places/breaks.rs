//! Finds where in a town's reading a word begins with う.
//!
//! おう is one long o in 公園. In 竹之内 (たけのうち) the う begins 内 and stays. Only the kanji tell, so
//! kanji with such readings are looked up in the name and then in its reading.

/// Kanji, how they are read with an う at the beginning, and behind which others they are not: 相馬 is
/// そう and ま, 河内 such a long こう that no reader hears うち in it.
const BEGIN_WITH_U: [(char, &[&str], &str); 44] = [
    ('内', &["うち", "うつ"], "河川子垣高郷房"),
    ('浦', &["うら"], ""),
    ('裏', &["うら"], ""),
    ('上', &["うえ", "うわ"], ""),
    ('植', &["うえ"], ""),
    ('海', &["うみ", "うな"], "青近東任沢田直神光赤"),
    ('梅', &["うめ"], "青"),
    ('埋', &["うめ"], ""),
    ('打', &["うち", "うつ"], "田"),
    ('牛', &["うし"], ""),
    ('丑', &["うし"], ""),
    ('馬', &["うま"], "相宝合赤"),
    ('午', &["うま"], ""),
    ('厩', &["うま"], ""),
    ('歌', &["うた"], ""),
    ('唄', &["うた"], ""),
    ('臼', &["うす"], "夜"),
    ('碓', &["うす"], ""),
    ('薄', &["うす"], ""),
    ('氏', &["うじ"], "杜"),
    ('宇', &["う"], "赤由"),
    ('鵜', &["う"], ""),
    ('卯', &["う"], ""),
    ('瓜', &["うり"], ""),
    ('売', &["うり"], ""),
    ('魚', &["うお"], ""),
    ('浮', &["うき"], ""),
    ('姥', &["うば"], ""),
    ('姨', &["うば"], ""),
    ('漆', &["うるし"], ""),
    ('畝', &["うね"], "南八"),
    ('畦', &["うね"], ""),
    ('産', &["うぶ"], ""),
    ('生', &["うぶ"], ""),
    ('鰻', &["うなぎ"], ""),
    ('鶯', &["うぐいす"], ""),
    ('請', &["うけ"], ""),
    ('受', &["うけ"], ""),
    ('兎', &["うさぎ"], ""),
    ('渦', &["うず"], ""),
    ('後', &["うしろ"], ""),
    ('雲', &["うん"], ""),
    ('運', &["うん"], ""),
    ('温', &["うん"], ""),
];

/// A character is read in so many kana at most.
const MOST_KANA: usize = 5;

/// The places in a reading, as numbers of kana, where a kanji of the name begins with う; those that
/// might be at several are left out.
pub(super) fn breaks(kana: &[char], name: &str) -> Vec<usize> {
    let name: Vec<char> = name.chars().collect();
    let mut found = Vec::new();
    for (at, &kanji) in name.iter().enumerate().skip(1) {
        let before = name[at - 1];
        let Some((_, readings, not_behind)) = BEGIN_WITH_U.iter().find(|(own, ..)| *own == kanji)
        else {
            continue;
        };
        if not_behind.contains(before) {
            continue;
        }
        let behind = name.len() - at - 1;
        let fits = |start: usize, reading: &str| {
            let rest = &kana[start..];
            let length = reading.chars().count();
            rest.len() >= length
                && rest.iter().copied().zip(reading.chars()).all(|(a, b)| a == b)
                && (behind..=behind * MOST_KANA).contains(&(rest.len() - length))
                && (at..=at * MOST_KANA).contains(&start)
                // しょう and きゅう are of one kanji.
                && !matches!(kana[start - 1], 'ゅ' | 'ょ')
                && (!"のノ之乃".contains(before) || kana[start - 1] == 'の')
        };
        let is_there = |start: &usize| readings.iter().any(|reading| fits(*start, reading));
        let mut starts = (1..kana.len()).filter(is_there);
        if let (Some(start), None) = (starts.next(), starts.next()) {
            found.push(start);
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}
