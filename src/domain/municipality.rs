//! The codes by which local governments are known (全国地方公共団体コード).
//!
//! Five digits name a prefecture's municipality or a ward of a designated city; many sheets carry
//! a sixth, a check digit, which is verified and dropped.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A municipality's or ward's five-digit code, such as `13113` for 渋谷区.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MunicipalityCode(u32);

/// Why a text is no municipality code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoCode {
    /// Not five or six digits, or no prefecture 01 to 47.
    #[error(
        "“{0}” is no municipality code: five digits beginning with 01 to 47, or six with the check digit"
    )]
    Malformed(String),
    /// Six digits whose last does not follow from the others.
    #[error("“{found}” has a wrong check digit: {expected} was expected")]
    CheckDigit {
        /// As given.
        found: String,
        /// The six digits that would be right.
        expected: String,
    },
}

impl MunicipalityCode {
    /// Reads five digits, or six of which the last is the check digit.
    pub fn new(text: &str) -> Result<MunicipalityCode, NoCode> {
        let malformed = || NoCode::Malformed(text.to_owned());
        if !matches!(text.len(), 5 | 6) || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(malformed());
        }
        let code = MunicipalityCode(text[..5].parse().map_err(|_| malformed())?);
        if !(1..=47).contains(&(code.0 / 1000)) {
            return Err(malformed());
        }
        if text.len() == 6 && text != code.six_digits() {
            return Err(NoCode::CheckDigit {
                found: text.to_owned(),
                expected: code.six_digits(),
            });
        }
        Ok(code)
    }

    /// The two-digit prefecture: 1 for 北海道 to 47 for 沖縄県.
    pub const fn prefecture(self) -> u8 {
        (self.0 / 1000) as u8
    }

    /// The code as a number below 48,000, for tables and tiles.
    pub const fn number(self) -> u32 {
        self.0
    }

    /// With the check digit: 11 less the weighted sum modulo 11, last digit only.
    pub fn six_digits(self) -> String {
        let weighted: u32 = (0..5)
            .map(|i| self.0 / 10u32.pow(4 - i) % 10 * (6 - i))
            .sum();
        format!("{self}{}", (11 - weighted % 11) % 10)
    }
}

impl fmt::Display for MunicipalityCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:05}", self.0)
    }
}

impl TryFrom<String> for MunicipalityCode {
    type Error = NoCode;
    fn try_from(text: String) -> Result<Self, NoCode> {
        MunicipalityCode::new(&text)
    }
}

impl From<MunicipalityCode> for String {
    fn from(code: MunicipalityCode) -> String {
        code.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_and_six_digits_name_the_same_place() {
        for (six, five) in [
            ("131130", "13113"),
            ("011002", "01100"),
            ("401307", "40130"),
        ] {
            assert_eq!(MunicipalityCode::new(six), MunicipalityCode::new(five));
            assert_eq!(MunicipalityCode::new(five).unwrap().six_digits(), six);
        }
    }

    #[test]
    fn a_wrong_check_digit_says_the_right_one() {
        let error = MunicipalityCode::new("131131").unwrap_err();
        assert_eq!(
            error.to_string(),
            "“131131” has a wrong check digit: 131130 was expected"
        );
    }

    #[test]
    fn other_texts_are_no_codes() {
        for text in [
            "", "1311", "48101", "00100", "1311３", "abcde", "1311300", "-1311",
        ] {
            assert!(MunicipalityCode::new(text).is_err(), "{text}");
        }
    }
}
