//! Random texts: sessions, tokens, temporary passwords. Who holds one is recognised by its SHA-256;
//! a plain digest is enough because nobody can guess 100 bits and more, which is not so of passwords
//! people choose (those are in [`passwords`](super::passwords)).

use sha2::{Digest, Sha256};

use super::Error;

/// Thirty-two letters and digits that are not taken for one another: five random bits each.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// 260 bits: more than anybody guesses, and than SHA-256 keeps.
const LONG: usize = 52;

/// Every token begins so, so that programs that look for leaked secrets know ours.
pub const TOKEN_PREFIX: &str = "mchnk_";

/// Checks that a token was written down right; anybody can compute it.
const CHECKSUM: usize = 6;

/// Characters of a token that may be shown to recognise it by: 30 of its 260 bits.
const HINT: usize = TOKEN_PREFIX.len() + 6;

/// A session's secret, or what a form of it must repeat.
pub fn session() -> Result<String, Error> {
    text(LONG)
}

/// An API token: the prefix, 52 random characters, and six of the SHA-256 of both.
pub fn token() -> Result<String, Error> {
    let body = format!("{TOKEN_PREFIX}{}", text(LONG)?);
    let checksum = checksum(&body);
    Ok(body + &checksum)
}

/// Whether a text is a token as we write them, which spares the database most of what isn't.
pub fn is_token(text: &str) -> bool {
    let Some((body, end)) = text.split_at_checked(TOKEN_PREFIX.len() + LONG) else {
        return false;
    };
    body.starts_with(TOKEN_PREFIX) && end == checksum(body)
}

/// The first characters of a token, for lists.
pub fn hint(token: &str) -> String {
    token.chars().take(HINT).collect()
}

/// A password to be typed once: 100 bits in four groups.
pub fn temporary_password() -> Result<String, Error> {
    let text = text(20)?;
    Ok([&text[..5], &text[5..10], &text[10..15], &text[15..]].join("-"))
}

/// Random bytes.
pub fn bytes<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .map_err(|error| Error::Internal(format!("the system gives no random numbers: {error}")))?;
    Ok(bytes)
}

/// The SHA-256 in hexadecimal.
pub fn hash(text: &str) -> String {
    let digest = Sha256::digest(text);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether two secrets are the same, in a time that does not tell where they begin to differ.
pub fn same(a: &str, b: &str) -> bool {
    // Digests of what one side cannot foresee: how far they agree says nothing.
    Sha256::digest(a) == Sha256::digest(b)
}

fn text(length: usize) -> Result<String, Error> {
    let mut text = String::with_capacity(length);
    while text.len() < length {
        let letters = bytes::<32>()?.map(|byte| char::from(LETTERS[usize::from(byte & 31)]));
        text.extend(letters.iter().take(length - text.len()));
    }
    Ok(text)
}

fn checksum(body: &str) -> String {
    let digest = Sha256::digest(body);
    let letters = digest.iter().take(CHECKSUM);
    letters
        .map(|byte| char::from(LETTERS[usize::from(byte & 31)]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_recognised_and_a_mistyped_one_is_not() {
        let token = token().unwrap();
        assert_eq!(token.len(), 64);
        assert!(is_token(&token));
        assert_ne!(token, super::token().unwrap());
        for i in 0..token.len() {
            let mut other = token.clone();
            let letter = if &token[i..=i] == "a" { "b" } else { "a" };
            other.replace_range(i..=i, letter);
            assert!(!is_token(&other), "{other}");
        }
        for other in ["", "mchnk_", "日本語", &token[1..], &format!("{token}a")] {
            assert!(!is_token(other), "{other}");
        }
    }

    #[test]
    fn texts_are_as_long_as_they_should_be_and_of_our_letters() {
        assert_eq!(session().unwrap().len(), LONG);
        let password = temporary_password().unwrap();
        assert_eq!(password.len(), 23);
        assert!(password.bytes().all(|b| b == b'-' || LETTERS.contains(&b)));
    }
}
