//! Reads municipality codes in sheets.

use serde_json::{Value, json};

use crate::domain::fields::Field;
use crate::domain::municipality::{MunicipalityCode, NoCode};
use crate::domain::wording::Wording;

use super::values::{Read, Remark, checked, is_wide, plain};

/// Reads a municipality's or ward's code. A prefecture's code, which the national templates allow, is
/// accepted but tells no municipality.
pub fn municipality(field: &Field, cell: &str) -> Read {
    let text = plain(cell);
    // What a spreadsheet makes of a number.
    let text = text.strip_suffix(".0").unwrap_or(&text);
    let read = MunicipalityCode::new(text);
    if is_prefecture(text) {
        return Read::default();
    }
    if let Ok(code) = &read
        && code.number() % 1000 >= 100
    {
        return match is_wide(cell) {
            true => Read::full_width(json!(code), text),
            false => Read::value(json!(code)),
        };
    }
    let unusable = if let Err(refused) = checked(field, &Value::from(text)) {
        refused
    } else {
        // Five digits that no municipality can have.
        checked(field, &Value::from("")).expect_err("nothing is no code")
    };
    let Read { value, remark } = Read::from(unusable);
    let remark = remark.map(|remark| reason(field, text, read.err(), remark));
    Read { value, remark }
}

/// The remark, with what is wrong with the code and what is meant, where that is clear.
fn reason(field: &Field, text: &str, error: Option<NoCode>, remark: Remark) -> Remark {
    // A spreadsheet drops the 0 of 北海道 to 栃木県.
    let restored = format!("0{text}");
    if text.len() < 6
        && MunicipalityCode::new(&restored).is_ok_and(|code| code.number() % 1000 >= 100)
    {
        return Remark {
            expected: Wording::same(restored.clone()),
            suggestion: Some(restored),
            message: Some(Wording::new(
                format!("{}の先頭の0が抜けています", field.ja),
                format!("the 0 at the beginning of {} is missing", field.en),
            )),
            ..remark
        };
    }
    let message = match error {
        Some(NoCode::CheckDigit { .. }) => Wording::new(
            format!(
                "{}の6桁目（検査数字）が合いません。どの桁かが違っています",
                field.ja
            ),
            format!(
                "the sixth digit of {}, a check digit, does not fit: some digit is wrong",
                field.en
            ),
        ),
        _ => Wording::new(
            format!(
                "{}として読めません。5桁または6桁の数字で書いてください",
                field.ja
            ),
            format!("this cannot be read as {}: write 5 or 6 digits", field.en),
        ),
    };
    Remark {
        message: Some(message),
        ..remark
    }
}

/// `22`, `22000` or `220001`; also with its 0 lost.
fn is_prefecture(text: &str) -> bool {
    let number: u32 = match text.parse() {
        Ok(number) if text.bytes().all(|b| b.is_ascii_digit()) => number,
        _ => return false,
    };
    let whole =
        |text: &str| MunicipalityCode::new(text).is_ok_and(|code| code.number() % 1000 == 0);
    match text.len() {
        1 | 2 => (1..=47).contains(&number),
        4 => whole(&format!("0{text}")),
        5 => whole(text) || whole(&format!("0{text}")),
        6 => whole(text),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::values::field;
    use super::*;

    #[test]
    fn codes_are_read_with_their_zeros() {
        let read = |text| municipality(field("municipality").unwrap(), text);
        for (text, code) in [
            ("131130", "13113"),
            ("13113", "13113"),
            ("011002", "01100"),
            ("131130.0", "13113"),
            (" 222127 ", "22212"),
        ] {
            assert_eq!(read(text), Read::value(code), "{text}");
        }
        assert_eq!(read("１３１１３０"), Read::full_width("13113", "131130"));
        for prefecture in ["22", "220001", "22000", "1", "010006", "10006", "1000"] {
            assert_eq!(read(prefecture), Read::default(), "{prefecture}");
        }
        for (text, suggestion) in [
            ("11002", Some("011002")),
            ("1100", Some("01100")),
            ("12025", Some("012025")),
            ("131131", None),
            ("長浜市", None),
            ("1311300", None),
            ("13050", None),
        ] {
            let remark = read(text).remark.unwrap();
            assert!(
                remark.blocks && remark.code == "municipality-code",
                "{text}"
            );
            assert_eq!(remark.suggestion.as_deref(), suggestion, "{text}");
        }
        assert_eq!(read("131131").remark.unwrap().expected.ja, "131130");
    }
}
