//! Attempts to sign in are counted, and after some failures they must wait.

use super::{DAY, HOUR, MINUTE, Refusal, SECOND};
use crate::directory::{Directory, Error, passwords, secrets};
use crate::domain::change::Moment;
use crate::store::people::{Attempt, Subject};

/// Failures to sign in that cost nothing.
const FREE_FAILURES: i64 = 5;
/// The first delay. Each further failure doubles it.
const FIRST_DELAY: i64 = 5 * SECOND;
/// How long failures count, and the longest delay. Against an account, some hundred guesses a day at
/// most; against an address behind which a whole town hall may sit, a minute's wait at most.
const ACCOUNT_FAILURES: (i64, i64) = (DAY, 15 * MINUTE);
const ADDRESS_FAILURES: (i64, i64) = (HOUR, MINUTE);

impl Directory {
    /// Counts an attempt as failed until it is taken back; refused where it comes too early.
    pub(super) fn count_attempt(
        &self,
        subjects: &[Subject],
        now: Moment,
    ) -> Result<Vec<i64>, Error> {
        let forgotten = Moment(now.0 - ACCOUNT_FAILURES.0);
        let attempt = self
            .store
            .attempt(subjects, forgotten, now, |subject, failures, last| {
                let longest = if subject.name.starts_with("address:") {
                    ADDRESS_FAILURES.1
                } else {
                    ACCOUNT_FAILURES.1
                };
                Moment(last.0 + delay(failures, longest))
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

/// How long to wait after the last of so many failures.
fn delay(failures: i64, longest: i64) -> i64 {
    if failures < FREE_FAILURES {
        return 0;
    }
    let doublings = u32::try_from(failures - FREE_FAILURES).unwrap_or(u32::MAX);
    let factor = 1_i64.checked_shl(doublings.min(32)).unwrap_or(i64::MAX);
    FIRST_DELAY.saturating_mul(factor).min(longest)
}

/// The name itself is not kept: people type their password into that field, too.
pub(super) fn account_subject(folded: &str, now: Moment) -> Subject {
    Subject {
        name: format!("account:{}", secrets::hash(folded)),
        since: Moment(now.0 - ACCOUNT_FAILURES.0),
    }
}

pub(super) fn address_subject(address: &str, now: Moment) -> Subject {
    Subject {
        name: format!("address:{address}"),
        since: Moment(now.0 - ADDRESS_FAILURES.0),
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
    fn delays_begin_after_five_failures_double_and_end() {
        let seconds = |failures| delay(failures, ACCOUNT_FAILURES.1) / SECOND;
        let delays: Vec<i64> = (3..14).map(seconds).collect();
        assert_eq!(delays, [0, 0, 5, 10, 20, 40, 80, 160, 320, 640, 900]);
        assert_eq!(seconds(i64::MAX), 900);
        assert_eq!(delay(40, ADDRESS_FAILURES.1), MINUTE);
    }
}
