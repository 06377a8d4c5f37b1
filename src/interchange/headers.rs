//! Additions to a header that do not name its field: （必須）, a unit in brackets, a number at the end.

use unicode_normalization::UnicodeNormalization;

/// What may stand in brackets and change nothing, folded.
const ASIDES: [&str; 58] = [
    "",
    "必須",
    "任意",
    "必須項目",
    "任意項目",
    "必須入力",
    "入力必須",
    "要入力",
    "半角",
    "全角",
    "半角数字",
    "半角英数",
    "半角英数字",
    "自由記述",
    "選択",
    "選択式",
    "複数可",
    "複数選択可",
    "人",
    "名",
    "席",
    "台",
    "円",
    "円時間",
    "円時",
    "円1時間",
    "時間",
    "分",
    "件",
    "箇所",
    "か所",
    "ヶ所",
    "室",
    "戸",
    "部屋",
    "平米",
    "m2",
    "m",
    "西暦",
    "和暦",
    "年",
    "年月日",
    "税込",
    "税抜",
    "税別",
    "概数",
    "代表",
    "有無",
    "可否",
    "ありなし",
    "10進",
    "10進度",
    "度",
    "公開用",
    "分室",
    "本室",
    "ハイフンあり",
    "市外局番から",
];

/// What may stand at a header's end without brackets.
const ENDINGS: [&str; 5] = ["必須", "任意", "分室", "本室", "入力必須"];

/// A header without what people write differently: width, case, spaces, dashes, long marks,
/// brackets and other marks.
pub fn fold(header: &str) -> String {
    header
        .nfkc()
        .filter(|c| c.is_alphanumeric() && *c != 'ー')
        .flat_map(char::to_lowercase)
        .collect()
}

/// The folded forms of a header, each with less than the one before it; the first is all of it.
pub fn forms(header: &str) -> Vec<String> {
    let mut forms = vec![fold(header), fold(&without_asides(header))];
    let mut bare = forms[1].as_str();
    loop {
        let shorter = ENDINGS
            .iter()
            .find_map(|ending| bare.strip_suffix(ending))
            .unwrap_or_else(|| bare.trim_end_matches(|c: char| c.is_ascii_digit()));
        if shorter == bare {
            break;
        }
        bare = shorter;
    }
    let unnumbered = bare.trim_start_matches(|c: char| c.is_ascii_digit());
    let rest = [bare.to_owned(), unnumbered.to_owned()];
    forms.extend(rest);
    forms.dedup();
    forms.retain(|form| !form.is_empty());
    forms
}

/// The number at a header's end, of 施設所在地２ 2; none where it is part of a word.
pub fn number(header: &str) -> Option<u32> {
    let folded = fold(&without_asides(header));
    let digits = folded.trim_start_matches(|c: char| !c.is_ascii_digit());
    (digits.len() < folded.len() && digits.len() <= 2)
        .then(|| digits.parse().ok())
        .flatten()
}

/// The header without brackets that hold nothing but an aside.
fn without_asides(header: &str) -> String {
    let plain: String = header.nfkc().collect();
    let mut kept = String::with_capacity(plain.len());
    let mut rest = plain.as_str();
    while let Some(open) = rest.find(is_open) {
        let length = rest[open..].chars().next().map_or(1, char::len_utf8);
        let inside = &rest[open + length..];
        let Some(close) = inside.find(is_close) else {
            break;
        };
        let aside = fold(&inside[..close]);
        let says_nothing = ASIDES.iter().any(|known| fold(known) == aside)
            || aside.starts_with('例')
            || aside.bytes().all(|b| b.is_ascii_digit());
        let closing = inside[close..].chars().next().map_or(1, char::len_utf8);
        let end = open + length + close + closing;
        kept.push_str(match says_nothing {
            true => &rest[..open],
            false => &rest[..end],
        });
        rest = &rest[end..];
    }
    kept + rest
}

fn is_open(c: char) -> bool {
    matches!(c, '(' | '[' | '【' | '〔' | '<' | '《' | '「' | '{')
}

fn is_close(c: char) -> bool {
    matches!(c, ')' | ']' | '】' | '〕' | '>' | '》' | '」' | '}')
}

/// Words of people. What such a column holds is never taken unasked: it may be a private person's.
const PEOPLE: [&str; 38] = [
    "申請者",
    "営業者",
    "開設者",
    "代表者",
    "氏名",
    "担当者",
    "管理者",
    "責任者",
    "届出者",
    "所有者",
    "許可者",
    "申込者",
    "経営者",
    "事業主",
    "設置者",
    "施設長",
    "館長",
    "所長",
    "店長",
    "園長",
    "校長",
    "理事長",
    "社長",
    "会長",
    "世帯主",
    "名義",
    "記入者",
    "作成者",
    "提出者",
    "登録者",
    "契約者",
    "保護者",
    "役職",
    "本人",
    "applicant",
    "representative",
    "owner",
    "personincharge",
];

/// Whether a folded header is about people.
pub fn is_about_people(folded: &str) -> bool {
    PEOPLE.iter().any(|word| folded.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_to_a_header_is_taken_away_step_by_step() {
        for (header, last) in [
            ("施設名称１", "施設名称"),
            ("施設名称（必須）", "施設名称"),
            ("【必須】施設名", "施設名"),
            ("定員（人）", "定員"),
            ("定員\n（名）", "定員"),
            ("駐車場［台］", "駐車場"),
            ("①施設名", "施設名"),
            ("施設名※必須", "施設名"),
            ("施設名称（分室）", "施設名称"),
            ("施設名称 分室", "施設名称"),
            ("料金（円／時間）", "料金"),
            ("電話番号（例：03-1234-5678）", "電話番号"),
            ("名称（カナ）", "名称カナ"),
            ("名称（英語", "名称英語"),
            ("1", "1"),
        ] {
            assert_eq!(forms(header).last().unwrap(), last, "{header}");
        }
        assert_eq!(forms(""), [""; 0]);
        assert_eq!(forms("（）"), [""; 0]);
        assert_eq!(number("施設所在地２"), Some(2));
        assert_eq!(number("住所"), None);
    }

    #[test]
    fn columns_of_people_are_known() {
        for header in [
            "営業者申請者名",
            "代表者氏名",
            "管理者",
            "担当者電話番号",
            "開設者住所",
            "Owner",
        ] {
            assert!(is_about_people(&fold(header)), "{header}");
        }
        for header in [
            "施設名称",
            "運営主体",
            "代表電話番号",
            "利用者",
            "対象者",
            "会議室",
        ] {
            assert!(!is_about_people(&fold(header)), "{header}");
        }
    }
}
