//! Answers that took long, kept for who asks the same again.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::OwnedMutexGuard;

/// Answers by their keys, the one asked for last at the end.
pub struct Remembered<T> {
    answers: Mutex<VecDeque<(String, Arc<T>)>>,
    /// Questions whose answers are being found.
    under_way: Mutex<BTreeMap<String, Weak<tokio::sync::Mutex<()>>>>,
    /// So many at most, and what all of them together may weigh.
    most: usize,
    heaviest: usize,
    weight: fn(&T) -> usize,
}

impl<T> Remembered<T> {
    /// Room for so many answers, which together weigh at most so much.
    pub const fn new(most: usize, heaviest: usize, weight: fn(&T) -> usize) -> Remembered<T> {
        Remembered {
            answers: Mutex::new(VecDeque::new()),
            under_way: Mutex::new(BTreeMap::new()),
            most,
            heaviest,
            weight,
        }
    }

    /// The answer to this, if it is still known.
    pub fn recall(&self, key: &str) -> Option<Arc<T>> {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let place = answers.iter().position(|(known, _)| known == key)?;
        let found = answers.remove(place)?;
        let answer = Arc::clone(&found.1);
        answers.push_back(found);
        Some(answer)
    }

    /// Waits until nobody else is finding the answer to this: then it may be known. Others wait as
    /// long as what is returned lives.
    pub async fn alone(&self, key: &str) -> OwnedMutexGuard<()> {
        let gate = {
            let mut gates = self
                .under_way
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            gates.retain(|_, gate| gate.strong_count() > 0);
            let known = gates.get(key).and_then(Weak::upgrade);
            known.unwrap_or_else(|| {
                let gate = Arc::default();
                gates.insert(key.to_owned(), Arc::downgrade(&gate));
                gate
            })
        };
        gate.lock_owned().await
    }

    /// Keeps an answer, and lets go of those that nobody has asked for longest.
    pub fn keep(&self, key: String, answer: &Arc<T>) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.push_back((key, Arc::clone(answer)));
        let all = |answers: &VecDeque<(String, Arc<T>)>| -> usize {
            answers
                .iter()
                .map(|(_, answer)| (self.weight)(answer))
                .sum()
        };
        while answers.len() > self.most || all(&answers) > self.heaviest {
            answers.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Waker};

    use super::*;

    #[test]
    fn who_asks_the_same_waits_and_who_asks_something_else_does_not() {
        let answers: Remembered<()> = Remembered::new(1, 1, |()| 1);
        let mut context = Context::from_waker(Waker::noop());
        let first = pin!(answers.alone("a")).poll(&mut context);
        assert!(first.is_ready());
        let mut second = pin!(answers.alone("a"));
        assert!(second.as_mut().poll(&mut context).is_pending());
        assert!(pin!(answers.alone("b")).poll(&mut context).is_ready());
        drop(first);
        let second = second.poll(&mut context);
        assert!(second.is_ready());
        drop(second);
        assert!(pin!(answers.alone("c")).poll(&mut context).is_ready());
        assert_eq!(answers.under_way.lock().unwrap().len(), 1);
    }
}
