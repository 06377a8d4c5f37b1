//! Attempts to sign in are counted, and after some failures they must wait.
//!
//! A failure counts for the account at that address, for the address, and for the account from
//! everywhere. The last lets so many pass that a few strangers keep nobody out, and it holds back
//! neither a browser in which that account has signed in before nor whoever shows a code of its second
//! factor. A known browser has a count of its own and nothing else.

use super::{DAY, HOUR, MINUTE, Refusal, SECOND};
use crate::directory::{Directory, Error, passwords, secrets};
use crate::domain::change::Moment;
use crate::store::people::{Attempt, Subject};

/// What is counted, and how long somebody must wait after too much of it.
struct Rule {
    /// How the subject's name begins.
    prefix: &'static str,
    /// How long a failure counts.
    window: i64,
    /// Failures that cost nothing.
    free: i64,
    /// The longest wait.
    longest: i64,
}

/// One account at one address: some hundred guesses a day.
const PAIR: Rule = Rule {
    prefix: "pair:",
    window: DAY,
    free: 5,
    longest: 15 * MINUTE,
};
/// An address, behind which a whole town hall may sit.
const ADDRESS: Rule = Rule {
    prefix: "address:",
    window: HOUR,
    free: 20,
    longest: MINUTE,
};
/// An account from everywhere: many addresses that guess together.
const ACCOUNT: Rule = Rule {
    prefix: "account:",
    window: DAY,
    free: 100,
    longest: 5 * MINUTE,
};
/// A browser in which the account has signed in before.
const DEVICE: Rule = Rule {
    prefix: "device:",
    window: DAY,
    free: 5,
    longest: 15 * MINUTE,
};
/// Somebody who is signed in, and gives the password or a code once more.
const SESSION: Rule = Rule {
    prefix: "session:",
    window: DAY,
    free: 5,
    longest: 15 * MINUTE,
};

const RULES: [&Rule; 5] = [&PAIR, &ADDRESS, &ACCOUNT, &DEVICE, &SESSION];

/// The first wait. Each further failure doubles it.
const FIRST_WAIT: i64 = 5 * SECOND;

impl Rule {
    fn subject(&self, key: &str, now: Moment) -> Subject {
        Subject {
            name: format!("{}{key}", self.prefix),
            since: Moment(now.0 - self.window),
        }
    }

    /// How long to wait after the last of so many failures.
    fn wait(&self, failures: i64) -> i64 {
        if failures < self.free {
            return 0;
        }
        let doublings = u32::try_from(failures - self.free).unwrap_or(u32::MAX);
        let factor = 1_i64.checked_shl(doublings.min(32)).unwrap_or(i64::MAX);
        FIRST_WAIT.saturating_mul(factor).min(self.longest)
    }
}

/// How somebody comes who wants to sign in.
pub(super) struct Comer<'a> {
    /// The account's folded name, whether or not there is such an account.
    pub name: &'a str,
    /// Where they come from.
    pub address: &'a str,
    /// The hash of their browser's cookie, where the account has signed in there before.
    pub device: Option<&'a str>,
    /// Whether they show a code of the account's second factor.
    pub has_code: bool,
}

impl Comer<'_> {
    /// What their failure counts for. A success clears the first.
    pub(super) fn subjects(&self, now: Moment) -> Vec<Subject> {
        // Neither names nor addresses beside them are kept: people type passwords into that field.
        let account = secrets::hash(self.name);
        if let Some(device) = self.device {
            return vec![DEVICE.subject(&secrets::hash(&format!("{device} {account}")), now)];
        }
        let pair = secrets::hash(&format!("{account} {}", self.address));
        let mut subjects = vec![PAIR.subject(&pair, now), ADDRESS.subject(self.address, now)];
        if !self.has_code {
            subjects.push(ACCOUNT.subject(&account, now));
        }
        subjects
    }
}

/// What the failures of somebody who is signed in count for.
pub(super) fn session_subject(folded: &str, now: Moment) -> Subject {
    SESSION.subject(&secrets::hash(folded), now)
}

impl Directory {
    /// Counts an attempt as failed until it is taken back; refused where it comes too early.
    pub(super) fn count_attempt(
        &self,
        subjects: &[Subject],
        now: Moment,
    ) -> Result<Vec<i64>, Error> {
        let forgotten = Moment(now.0 - DAY);
        let attempt = self
            .store
            .attempt(subjects, forgotten, now, |subject, failures, last| {
                let rule = RULES
                    .into_iter()
                    .find(|rule| subject.name.starts_with(rule.prefix));
                Moment(last.0 + rule.map_or(0, |rule| rule.wait(failures)))
            })?;
        match attempt {
            Attempt::Counted(attempts) => Ok(attempts),
            Attempt::TooEarly(until) => {
                let seconds = (until.0 - now.0).div_euclid(SECOND) + 1;
                Err(Refusal::TooMany { seconds }.into())
            }
        }
    }
}

/// Passwords are worked on a few at a time.
pub(super) fn turn() -> Result<passwords::Turn, Error> {
    passwords::turn().ok_or_else(|| Refusal::Busy.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_begin_after_the_free_failures_double_and_end() {
        let seconds = |failures| PAIR.wait(failures) / SECOND;
        let waits: Vec<i64> = (3..14).map(seconds).collect();
        assert_eq!(waits, [0, 0, 5, 10, 20, 40, 80, 160, 320, 640, 900]);
        assert_eq!(seconds(i64::MAX), 900);
        assert_eq!(ADDRESS.wait(19), 0);
        assert_eq!(ADDRESS.wait(40), MINUTE);
        assert_eq!((ACCOUNT.wait(99), ACCOUNT.wait(100)), (0, 5 * SECOND));
    }

    #[test]
    fn a_known_browser_and_a_code_are_not_held_back_by_strangers() {
        let names = |device, has_code| {
            let comer = Comer {
                name: "tanaka",
                address: "192.0.2.1",
                device,
                has_code,
            };
            let subjects = comer.subjects(Moment(0));
            let kinds = subjects
                .iter()
                .map(|s| s.name.split(':').next().unwrap().to_owned());
            kinds.collect::<Vec<_>>()
        };
        assert_eq!(names(None, false), ["pair", "address", "account"]);
        assert_eq!(names(None, true), ["pair", "address"]);
        assert_eq!(names(Some("d"), false), ["device"]);
    }
}
