//! Reads telephone numbers and web addresses.

use serde_json::Value;

use crate::domain::facility::Website;
use crate::domain::wording::Wording;

use super::values::{Read, is_dash, is_wide, plain};

/// What is expected of a telephone number.
pub(super) const PHONE: (&str, &str) = (
    "市外局番からの電話番号（例: 03-1234-5678）",
    "a telephone number with its area code, such as 03-1234-5678",
);
/// Words that mean "none".
const NONE: [&str; 8] = [
    "なし",
    "無し",
    "無",
    "ナシ",
    "非公開",
    "未公開",
    "未設置",
    "電話なし",
];

/// Words that mean "unknown", which keep the published value.
const UNKNOWN: [&str; 4] = ["不明", "未定", "確認中", "調査中"];

/// What is expected of a website.
const WEBSITE: (&str, &str) = (
    "http:// か https:// で始まるアドレス1つ",
    "one address beginning with http:// or https://",
);

/// Reads a telephone number; it is kept with plain digits and hyphens.
pub fn phone(cell: &str) -> Read {
    if let Some(number) = number(cell) {
        return Read::value(number);
    }
    let text = plain(cell);
    if is_dash(&text) || NONE.contains(&&*text) {
        return Read::value(Value::Null);
    }
    if UNKNOWN.contains(&&*text) {
        return Read::default();
    }
    let unreadable = Read::unreadable(PHONE);
    if text.chars().all(|c| c == '0' || is_hyphen(c)) {
        return unreadable.suggest("");
    }
    // Several numbers, or something behind the number: the first is offered.
    let end = |c: char| !(c.is_ascii_digit() || is_hyphen(c) || matches!(c, '+' | '(' | ')' | ' '));
    let first = text.split(end).map(number).find_map(|number| number);
    if let Some(number) = first {
        return unreadable.suggest(number);
    }
    // 81-3-1234-5678: the number as it is dialled from abroad, without its +.
    let abroad = text.strip_prefix("81").and_then(|rest| {
        let rest = rest.trim_start_matches(is_hyphen);
        number(&format!("0{}", rest.strip_prefix("(0)").unwrap_or(rest)))
    });
    match number(&format!("0{text}")) {
        Some(number) => without_its_zero(number),
        None => abroad.map_or(Read::unreadable(PHONE), |number| unreadable.suggest(number)),
    }
}

/// A number that a spreadsheet took for a number, and made shorter by its 0.
fn without_its_zero(number: String) -> Read {
    let message = Wording::new(
        format!(
            "電話番号の先頭の0が落ちているようなので、不明として扱います。「{number}」と書いてください"
        ),
        format!(
            "the telephone number seems to have lost its first 0 and is taken as unknown: write {number}"
        ),
    );
    let mut read = Read::unreadable(Wording::same(number.clone())).suggest(number);
    if let Some(remark) = &mut read.remark {
        remark.message = Some(message);
    }
    read
}

/// Whether a text can hold a telephone number at all: the shortest, 110, has three digits.
pub(super) fn may_be_phone(text: &str) -> bool {
    plain(text).chars().filter(char::is_ascii_digit).count() >= 3
}

fn is_hyphen(c: char) -> bool {
    matches!(
        c,
        '-' | '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | 'ー' | '─' | '.'
    )
}

/// The number in its kept form: `054-629-4753`, with `内線123` behind it where there is one.
fn number(text: &str) -> Option<String> {
    let text = plain(text).to_lowercase();
    let text = ["tel", "電話番号", "電話", "代表", "℡"]
        .iter()
        .fold(text.as_str(), |text, word| {
            text.strip_prefix(word).unwrap_or(text)
        });
    let text = text
        .trim_start_matches([':', '.', ' ', '('])
        .trim_end_matches("(代表)")
        .trim_end_matches("(代)");
    let (number, extension) = match text.split_once("内線") {
        Some((number, extension)) => (number, Some(extension)),
        None => (text, None),
    };
    let extension = match extension {
        Some(text) => {
            let text =
                text.trim_matches(|c: char| c.is_whitespace() || matches!(c, ':' | ')' | '('));
            let is_number = !text.is_empty()
                && text
                    .chars()
                    .all(|c| c.is_ascii_digit() || matches!(c, '-' | ',' | '・' | '、'));
            Some(is_number.then_some(text)?)
        }
        None => None,
    };
    // +81 (0)3-1234-5678: from abroad without the 0.
    let number = match number.trim_start().starts_with('+') {
        true => number.replacen("(0)", " ", 1),
        false => number.to_owned(),
    };
    let number = number.trim().trim_end_matches(['(', '、', ',', ' ']);
    let mut kept = String::new();
    for c in number.chars() {
        match c {
            '0'..='9' => kept.push(c),
            '+' if kept.is_empty() => kept.push(c),
            c if is_hyphen(c) || matches!(c, '(' | ')' | ' ') => {
                if !kept.is_empty() && !kept.ends_with('-') {
                    kept.push('-');
                }
            }
            _ => return None,
        }
    }
    let kept = kept.trim_end_matches('-').to_owned();
    let digits: String = kept.chars().filter(char::is_ascii_digit).collect();
    let is_national = match digits.get(..3) {
        _ if kept.starts_with('+') => digits.starts_with("81") && matches!(digits.len(), 11 | 12),
        Some("020" | "050" | "060" | "070" | "080" | "090") => {
            digits.len() == 11 || (digits.starts_with("0800") && digits.len() == 11)
        }
        // After the 0 comes no other: 00 begins a call abroad.
        Some(_) => digits.starts_with('0') && !digits.starts_with("00") && digits.len() == 10,
        None => false,
    };
    let is_real = digits.bytes().skip(2).any(|digit| digit != b'0');
    if !is_national || !is_real {
        return None;
    }
    Some(match extension {
        Some(extension) => format!("{kept} 内線{extension}"),
        None => kept,
    })
}

/// Reads a web address.
pub fn website(cell: &str) -> Read {
    let cell = cell.trim();
    if is_dash(cell) || matches!(cell, "なし" | "無し" | "無") {
        return Read::value(Value::Null);
    }
    if let Ok(website) = Website::new(cell)
        && !is_wide(&cell.chars().take(8).collect::<String>())
    {
        return Read::value(website.as_str());
    }
    let unreadable = Read::unreadable(WEBSITE);
    let plain = plain(cell);
    let mut parts = plain.split(|c: char| c.is_whitespace() || matches!(c, '、' | '"' | '<' | '>'));
    match parts.find_map(mended) {
        // Several: the first is used, and the others are named by the warning.
        Some(first) if plain.starts_with(&first) && plain.len() > first.len() => Read {
            value: Some(first.as_str().into()),
            ..unreadable.suggest(first)
        },
        Some(first) if is_wide(cell) && plain == first => Read::full_width(first.clone(), first),
        Some(first) => unreadable.suggest(first),
        None => unreadable,
    }
}

/// An address with the beginning it must have, where what is meant is clear.
fn mended(text: &str) -> Option<String> {
    let rest = [
        "https://", "http://", "https:/", "http:/", "https//", "http//", "https:", "http:",
        "ttps://", "ttp://", "https;//", "http;//", "https.", "http.", "//",
    ]
    .iter()
    .find_map(|start| {
        Some((
            *start,
            text.get(..start.len())
                .filter(|head| head.eq_ignore_ascii_case(start))
                .map(|_| &text[start.len()..])?,
        ))
    });
    let (scheme, rest) = match rest {
        Some((start, rest)) if start.contains("tps") => ("https://", rest),
        Some((start, rest)) if start.contains("tp") => ("http://", rest),
        Some((_, rest)) => ("https://", rest),
        None => ("https://", text),
    };
    let host = rest.split(['/', '?', '#', ':']).next()?;
    let labels: Vec<&str> = host.split('.').collect();
    let is_host = labels.len() >= 2
        && labels.iter().all(|label| {
            !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        })
        && labels
            .last()
            .is_some_and(|top| top.len() >= 2 && top.chars().all(|c| c.is_ascii_alphabetic()));
    let address = format!("{scheme}{rest}");
    (is_host && Website::new(&address).is_ok()).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_kept_with_hyphens() {
        for (text, kept) in [
            ("03-1234-5678", "03-1234-5678"),
            ("(054)629-4753 ", "054-629-4753"),
            ("０３－１２３４－５６７８", "03-1234-5678"),
            ("03(1234)5678", "03-1234-5678"),
            ("0312345678", "0312345678"),
            ("0820‐45‐2126", "0820-45-2126"),
            ("03ー1234ー5678", "03-1234-5678"),
            ("090-1234-5678", "090-1234-5678"),
            ("0120-861009", "0120-861009"),
            ("04996-7-0788", "04996-7-0788"),
            ("TEL: 03-1234-5678", "03-1234-5678"),
            ("03-1234-5678（代表）", "03-1234-5678"),
            ("03-1234-5678（内線123）", "03-1234-5678 内線123"),
            ("+81-3-1234-5678", "+81-3-1234-5678"),
            ("+81 (0)3-1234-5678", "+81-3-1234-5678"),
            ("03 1234 5678", "03-1234-5678"),
            ("054.629.4753", "054-629-4753"),
            ("0800-123-4567", "0800-123-4567"),
        ] {
            assert_eq!(phone(text), Read::value(kept), "{text}");
        }
        for (text, suggestion) in [
            ("03-3657-3455（葛飾柴又寅さん記念館）", Some("03-3657-3455")),
            ("629-4753", None),
            ("000-000-0000", Some("")),
            ("info@example.jp", None),
            ("312345678", Some("0312345678")),
            ("9012345678", Some("09012345678")),
            ("120123456", Some("0120123456")),
            ("81-3-1234-5678", Some("03-1234-5678")),
            ("電話はありません", None),
            ("03-1234-5678、090-1234-5678", Some("03-1234-5678")),
            ("03-1234-5678 / 03-1234-5679", Some("03-1234-5678")),
            ("03-1234-567", None),
        ] {
            let read = phone(text);
            assert_eq!(
                (read.value, read.remark.unwrap().suggestion.as_deref()),
                (None, suggestion),
                "{text}"
            );
        }
    }

    #[test]
    fn that_there_is_no_number_is_no_warning() {
        for text in ["ー", "－", "-", "―", "なし", "無し", "無", "非公開", " － "] {
            assert_eq!(phone(text), Read::value(Value::Null), "{text}");
        }
        assert_eq!(phone("不明"), Read::default());
    }

    #[test]
    fn addresses_need_their_beginning() {
        for text in [
            "https://a.example/b?c=d#e",
            "http://www.city.kyoto.lg.jp/",
            "https://例え.jp/施設",
        ] {
            assert_eq!(website(text), Read::value(text), "{text}");
        }
        assert_eq!(
            website(" https://a.example\n"),
            Read::value("https://a.example")
        );
        assert_eq!(website("なし"), Read::value(Value::Null));
        assert_eq!(
            website("ｈｔｔｐｓ：／／ａ．ｊｐ"),
            Read::full_width("https://a.jp", "https://a.jp")
        );
        for (text, suggestion) in [
            ("www.x.jp", Some("https://www.x.jp")),
            ("x.co.jp/office", Some("https://x.co.jp/office")),
            ("ttp://x.jp/", Some("http://x.jp/")),
            ("https.www.x.jp", Some("https://www.x.jp")),
            ("https:/x.jp", Some("https://x.jp")),
            ("HTTP://x.jp", Some("http://x.jp")),
            ("javascript:alert(1)", None),
            ("info@x.jp", None),
            ("有", None),
            ("準備中", None),
            ("ftp://x.jp", None),
            ("公式サイト https://x.jp", Some("https://x.jp")),
            ("https://", None),
            ("1.5", None),
        ] {
            let read = website(text);
            assert_eq!(
                (read.value, read.remark.unwrap().suggestion.as_deref()),
                (None, suggestion),
                "{text}"
            );
        }
        let several = website("https://a.jp/ https://b.jp/");
        assert_eq!(several.value.unwrap(), "https://a.jp/");
        assert_eq!(
            several.remark.unwrap().suggestion.as_deref(),
            Some("https://a.jp/")
        );
    }
}
