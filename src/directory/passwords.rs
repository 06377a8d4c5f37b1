//! Passwords: which are fit, and their hashes (argon2id).
//!
//! A hash takes 19 MiB and some hundredths of a second, on purpose. Two are computed at a time and a
//! few wait; whoever comes then is told to try again, so that any number of sign-ins at once costs
//! no more memory than two.

use std::collections::BTreeSet;
use std::sync::{Condvar, Mutex, PoisonError};

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, PasswordHash, Version};
use unicode_normalization::UnicodeNormalization;

use super::{Error, secrets};

/// The shortest password people may choose, in characters: long enough that no composition rules are needed.
pub const SHORTEST: usize = 12;
/// The longest: room for any sentence, and no more work than for a short one.
pub const LONGEST: usize = 200;

/// OWASP's recommendation: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Hashes computed at once.
const AT_ONCE: usize = 2;
/// Callers that wait for one: about two seconds' work.
const WAITING: usize = 32;

/// A hash as ours are, of no known password.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// What is wrong with a password somebody chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// Fewer characters than [`SHORTEST`] or more than [`LONGEST`].
    Length,
    /// Among the first that are tried: repetitions, rows of the keyboard, the account's own name.
    Guessable,
    /// The same as before.
    Same,
}

/// Beginnings of what is tried first, folded.
const GUESSED_FIRST: &[&str] = &[
    "password",
    "passw0rd",
    "12345678",
    "87654321",
    "qwertyui",
    "asdfghjk",
    "zxcvbnm",
    "1q2w3e4r",
    "1qaz2wsx",
    "abcdefgh",
    "abcd1234",
    "iloveyou",
    "letmein",
    "welcome",
    "admin",
    "administrator",
    "sunshine",
    "princess",
    "football",
    "baseball",
    "superman",
    "changeme",
    "pa55word",
    "00000000",
    "machinaka",
    "パスワード",
    "ぱすわーど",
    "まちなか",
];

/// The same password typed elsewhere is the same: composed characters, plain spaces.
fn prepared(password: &str) -> String {
    let spaces = |c: char| if c.is_whitespace() { ' ' } else { c };
    password.nfc().map(spaces).collect()
}

/// Whether a password may be chosen by somebody of that name.
pub fn fit(password: &str, name: &str) -> Result<(), Unfit> {
    let password = prepared(password);
    let length = password.chars().count();
    if !(SHORTEST..=LONGEST).contains(&length) {
        return Err(Unfit::Length);
    }
    let folded: String = password.nfkc().flat_map(char::to_lowercase).collect();
    let different: BTreeSet<char> = folded.chars().collect();
    // What is left after a well-known beginning must be long enough by itself.
    let guessed = GUESSED_FIRST.iter().any(|first| {
        folded
            .strip_prefix(first)
            .is_some_and(|rest| rest.chars().count() < SHORTEST / 2)
    });
    let named = name.chars().count() >= 3 && {
        let rest = folded.replace(name, "");
        rest.len() < folded.len() && rest.chars().count() < SHORTEST / 2
    };
    if different.len() < 5 || guessed || named {
        return Err(Unfit::Guessable);
    }
    Ok(())
}

/// The hash of a password, as a PHC string.
pub fn hash(password: &str) -> Result<String, Error> {
    let salt: [u8; 16] = secrets::bytes()?;
    let hash = argon2()?.hash_password_with_salt(prepared(password).as_bytes(), &salt);
    hash.map(|hash| hash.to_string())
        .map_err(|error| Error::Internal(format!("a password cannot be hashed: {error}")))
}

/// Whether a password has that hash. Where there is none, as much work is done for nothing, so that
/// the time of an answer does not tell whether an account exists.
pub fn is_right(password: &str, hash: Option<&str>) -> Result<bool, Error> {
    let against = hash.unwrap_or(NOBODYS);
    let parsed = PasswordHash::new(against)
        .map_err(|error| Error::Damaged(format!("a stored password is no hash: {error}")))?;
    let right = argon2()?
        .verify_password(prepared(password).as_bytes(), &parsed)
        .is_ok();
    Ok(right && hash.is_some())
}

fn argon2() -> Result<Argon2<'static>, Error> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None)
        .map_err(|error| Error::Internal(format!("argon2 refuses its parameters: {error}")))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Leave to compute a hash; waits for a turn. `None` where too many wait already.
pub fn turn() -> Option<Turn> {
    let mut line = lock();
    if line.waiting >= WAITING {
        return None;
    }
    line.waiting += 1;
    while line.running >= AT_ONCE {
        line = FREE.wait(line).unwrap_or_else(PoisonError::into_inner);
    }
    line.waiting -= 1;
    line.running += 1;
    Some(Turn(()))
}

/// A turn; it ends when this is dropped.
pub struct Turn(());

impl Drop for Turn {
    fn drop(&mut self) {
        lock().running -= 1;
        FREE.notify_one();
    }
}

struct Line {
    running: usize,
    waiting: usize,
}

/// Of the process, as its memory is.
static LINE: Mutex<Line> = Mutex::new(Line {
    running: 0,
    waiting: 0,
});
static FREE: Condvar = Condvar::new();

fn lock() -> std::sync::MutexGuard<'static, Line> {
    LINE.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_argon2id_with_the_parameters_recommended_and_holds_only_for_its_password() {
        let hash = hash("正しい馬 電池 ホチキス").unwrap();
        let parameters = "$argon2id$v=19$m=19456,t=2,p=1$";
        assert!(hash.starts_with(parameters), "{hash}");
        assert!(is_right("正しい馬 電池 ホチキス", Some(&hash)).unwrap());
        // Another keyboard's space, and か + ゛ for が.
        assert!(is_right("正しい馬　電池 ホチキス", Some(&hash)).unwrap());
        assert!(!is_right("正しい馬 電池 ホッチキス", Some(&hash)).unwrap());
        assert!(!is_right("正しい馬 電池 ホチキス", None).unwrap());
        assert!(is_right("x", Some("no hash")).is_err());
        // As much work for nobody.
        assert!(NOBODYS.starts_with(parameters));
        PasswordHash::new(NOBODYS).unwrap();
    }

    #[test]
    fn short_and_guessable_passwords_are_unfit() {
        for (password, expected) in [
            ("correct horse battery", Ok(())),
            ("正しい馬の電池ホチキス留め", Ok(())),
            ("password and much more than that", Ok(())),
            ("elevenchars", Err(Unfit::Length)),
            (&"長".repeat(201), Err(Unfit::Length)),
            ("Password1234", Err(Unfit::Guessable)),
            ("ＰＡＳＳＷＯＲＤ１２３４", Err(Unfit::Guessable)),
            ("abababababab", Err(Unfit::Guessable)),
            ("tanaka-taro1", Err(Unfit::Guessable)),
        ] {
            assert_eq!(fit(password, "tanaka-taro"), expected, "{password}");
        }
    }
}
