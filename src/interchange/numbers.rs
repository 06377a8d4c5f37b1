//! Reads whole numbers with units and other additions: 1,200円, 約30席, ３０.

use serde_json::json;

use crate::domain::fields::{Field, Shape};

use super::values::{Read, checked, is_dash, is_wide, plain};

/// What may stand before a number and say nothing.
const BEFORE: [&str; 9] = [
    "約",
    "およそ",
    "最大",
    "¥",
    "計",
    "1時間あたり",
    "1時間",
    "全",
    "合計",
];
/// What may stand after it.
const AFTER: [&str; 26] = [
    "円",
    "席",
    "人",
    "名",
    "程度",
    "席程度",
    "名程度",
    "人程度",
    "m",
    "メートル",
    "台",
    "脚",
    "yen",
    "jpy",
    "円/時間",
    "円/時",
    "円/h",
    "円/1時間",
    "円(税込)",
    "円(税込み)",
    "円/時間(税込)",
    "席分",
    "名様",
    "年",
    "人まで",
    "名まで",
];

/// Reads a whole number.
pub fn whole(field: &Field, cell: &str) -> Read {
    let text: String = plain(cell)
        .to_lowercase()
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    let is_price = matches!(field.shape, Shape::Integer(Some("JPY")));
    if is_price && matches!(text.as_str(), "無料" | "0円" | "free") {
        return Read::value(0);
    }
    let unreadable = || match is_price {
        true => Read::unreadable(("1時間の円の額（例: 500）", "yen for an hour, such as 500")),
        false => Read::unreadable(("数（例: 30）", "a number, such as 30")),
    };
    if is_dash(&text) {
        return unreadable().suggest("");
    }
    let bare = BEFORE.iter().fold(text.as_str(), |text, word| {
        text.strip_prefix(word).unwrap_or(text)
    });
    let digits = bare.trim_start_matches(':');
    let end = digits
        .find(|c: char| !c.is_ascii_digit() && c != ',')
        .unwrap_or(digits.len());
    let (number, rest) = digits.split_at(end);
    let rest = rest.strip_prefix(".0").unwrap_or(rest);
    let whole = number.replace(',', "").parse::<u64>().ok();
    let is_clear = rest.is_empty() || AFTER.contains(&rest);
    match whole {
        Some(whole) if is_clear => match checked(field, &json!(whole)) {
            Err(refused) => refused.into(),
            Ok(_) if is_wide(cell) => Read::full_width(whole, whole.to_string()),
            Ok(value) => Read::value(value),
        },
        Some(whole) => {
            // 2,000円/日 is no price of an hour, and 30〜40席 two numbers.
            let is_other = rest.contains(|c: char| c.is_ascii_digit())
                || (is_price && rest.contains(['日', '月', '分', '回']));
            if is_other {
                unreadable()
            } else {
                unreadable().suggest(whole.to_string())
            }
        }
        None => unreadable(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::values::field;
    use super::*;

    #[test]
    fn numbers_are_read_with_what_stands_around_them() {
        let read = |name: &str, text| whole(field(name).unwrap(), text);
        for (name, text, number) in [
            ("seats", "30", 30),
            ("seats", "20人", 20),
            ("seats", "約30席", 30),
            ("seats", " 12 名 ", 12),
            ("seats", "30.0", 30),
            ("price_hour_yen", "1,200円", 1200),
            ("price_hour_yen", "無料", 0),
            ("price_hour_yen", "¥500", 500),
            ("price_hour_yen", "1時間500円", 500),
            ("price_hour_yen", "500円/時間", 500),
        ] {
            assert_eq!(read(name, text), Read::value(number), "{text}");
        }
        assert_eq!(read("seats", "３０席"), Read::full_width(30, "30"));
        for (name, text, suggestion) in [
            ("seats", "30席（うち個室）", Some("30")),
            ("seats", "30〜40", None),
            ("seats", "多数", None),
            ("seats", "-", Some("")),
            ("price_hour_yen", "2,000円/日", None),
            ("price_hour_yen", "300円/30分", None),
            ("price_hour_yen", "500円～", Some("500")),
            ("seats", "-5", None),
            ("seats", "99999999999999999999999", None),
            ("seats", "1.5", None),
        ] {
            let read = read(name, text);
            assert_eq!(read.value, None, "{text}");
            assert_eq!(
                read.remark.unwrap().suggestion.as_deref(),
                suggestion,
                "{text}"
            );
        }
    }
}
