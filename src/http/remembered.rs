//! Answers that took long, kept for who asks the same again.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use super::parameters as p;

/// Answers by their keys, the one asked for last at the end.
pub struct Remembered<T> {
    answers: Mutex<VecDeque<(String, Arc<T>)>>,
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

/// Everything an answer depends on: the directory's state, as its tag names it, and the question. How it is
/// written is no part of it.
pub fn key(tag: &str, query: &str) -> String {
    let plain = |pair: &&str| {
        let name = pair.split('=').next().unwrap_or("");
        !pair.is_empty() && ![p::F.name, p::LANG.name, p::GEOMETRY.name].contains(&name)
    };
    let mut pairs: Vec<&str> = query.split('&').filter(plain).collect();
    pairs.sort_unstable();
    format!("{tag} {}", pairs.join("&"))
}
