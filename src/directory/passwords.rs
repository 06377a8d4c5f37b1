//! Passwords: which are fit, and their hashes (argon2id).
//!
//! A hash takes 19 MiB and some hundredths of a second, on purpose. Two are computed at a time, each in
//! memory that is used again for the next, and a few wait. Further ones are refused for the moment, so
//! that any number of sign-ins at once costs no more memory than two.

use std::collections::BTreeSet;
use std::sync::{Condvar, Mutex, PoisonError};

use argon2::password_hash::phc::{Output, Salt};
use argon2::{Algorithm, Argon2, Block, Params, PasswordHash, Version};
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
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(failed)?;
    let written = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: (&params).try_into().map_err(failed)?,
        salt: Some(Salt::new(&salt).map_err(failed)?),
        hash: Some(output(password, params, &salt)?),
    };
    Ok(written.to_string())
}

/// Whether a password has that hash. Where there is none, as much work is done for nothing, so that
/// the time of an answer does not tell whether an account exists.
pub fn is_right(password: &str, hash: Option<&str>) -> Result<bool, Error> {
    let damaged = || Error::Damaged("a stored password is no hash of argon2id".to_owned());
    let stored = PasswordHash::new(hash.unwrap_or(NOBODYS)).map_err(|_| damaged())?;
    let is_ours = stored.algorithm == Algorithm::Argon2id.ident()
        && stored.version == Some(Version::V0x13.into());
    let (Some(salt), Some(right), true) = (stored.salt, stored.hash, is_ours) else {
        return Err(damaged());
    };
    let params = Params::try_from(&stored).map_err(|_| damaged())?;
    // Compared in constant time.
    let is_right = output(password, params, salt.as_ref())? == right;
    Ok(is_right && hash.is_some())
}

/// What argon2id makes of a password.
fn output(password: &str, params: Params, salt: &[u8]) -> Result<Output, Error> {
    let (blocks, length) = (params.block_count(), params.output_len());
    let mut out = [0; Output::MAX_LENGTH];
    let out = &mut out[..length.unwrap_or(Params::DEFAULT_OUTPUT_LEN)];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut memory = pool().pop().unwrap_or_default();
    memory.resize(blocks, Block::new());
    let done = argon2.hash_password_into_with_memory(
        prepared(password).as_bytes(),
        salt,
        out,
        &mut memory[..],
    );
    let mut pool = pool();
    if pool.len() < AT_ONCE {
        pool.push(memory);
    }
    done.map_err(failed)?;
    Output::new(out).map_err(failed)
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::Internal(format!("a password cannot be hashed: {error}"))
}

/// Memory to compute hashes in. It is used again: given back to the system's allocator, each thread's
/// share of it would stay with that thread.
static MEMORY: Mutex<Vec<Vec<Block>>> = Mutex::new(Vec::new());

fn pool() -> std::sync::MutexGuard<'static, Vec<Vec<Block>>> {
    MEMORY.lock().unwrap_or_else(PoisonError::into_inner)
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
