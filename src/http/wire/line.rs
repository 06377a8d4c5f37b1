//! A line for turns: so many run at once, of each address only some, and a bounded number wait.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

/// How long a piece of work is expected to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// About a second at most.
    Small,
    /// Longer.
    Large,
}

/// Who may run and wait.
pub struct Rules {
    /// Turns in all.
    pub at_once: usize,
    /// Turns that large work may hold; the others are reserved for small work.
    pub large: usize,
    /// Turns of one address.
    pub each: usize,
    /// Turns of one address that large work may hold.
    pub each_large: usize,
    /// Waiting at once.
    pub waiting: usize,
    /// Waiting at once from one address.
    pub waiting_each: usize,
    /// How long one waits.
    pub wait: Duration,
}

/// The line.
pub struct Line {
    rules: Rules,
    state: Mutex<State>,
}

struct State {
    running: Vec<Owner>,
    waiting: VecDeque<(Owner, oneshot::Sender<Turn>)>,
}

/// Whose turn it is. Turns of an unknown address are nobody's: only the sums bound them.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Owner {
    address: Option<Arc<str>>,
    size: Size,
}

impl Owner {
    fn shares_with(&self, other: &Owner) -> bool {
        self.address.is_some() && self.address == other.address
    }
}

/// A turn; it ends when this is dropped.
pub struct Turn {
    line: &'static Line,
    /// Taken out when there is nothing to give back.
    owner: Option<Owner>,
}

impl Line {
    /// A line with these rules.
    pub const fn new(rules: Rules) -> Line {
        Line {
            rules,
            state: Mutex::new(State {
                running: Vec::new(),
                waiting: VecDeque::new(),
            }),
        }
    }

    /// The next turn that this address may have; `None` where too many wait or it does not come in time.
    pub async fn turn(&'static self, address: Option<Arc<str>>, size: Size) -> Option<Turn> {
        let owner = Owner { address, size };
        let turn = {
            let mut state = self.state();
            if state.may_run(&owner, &self.rules) {
                state.running.push(owner.clone());
                return Some(Turn {
                    line: self,
                    owner: Some(owner),
                });
            }
            state.waiting.retain(|(_, sender)| !sender.is_closed());
            let shares = |(other, _): &&(Owner, _)| other.shares_with(&owner);
            let own = state.waiting.iter().filter(shares).count();
            if state.waiting.len() >= self.rules.waiting || own >= self.rules.waiting_each {
                return None;
            }
            let (sender, turn) = oneshot::channel();
            state.waiting.push_back((owner, sender));
            turn
        };
        // A turn that comes too late is dropped with the channel, which gives it back.
        let turn = actix_web::rt::time::timeout(self.rules.wait, turn).await;
        turn.ok()?.ok()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends a turn, and gives turns to those who wait, in their order, as far as the rules allow.
    fn end(&'static self, owner: &Owner) {
        let mut state = self.state();
        state.remove(owner);
        let mut next = 0;
        while let Some((waiting, _)) = state.waiting.get(next) {
            if !state.may_run(waiting, &self.rules) {
                next += 1;
                continue;
            }
            let Some((owner, sender)) = state.waiting.remove(next) else {
                break;
            };
            state.running.push(owner.clone());
            let turn = Turn {
                line: self,
                owner: Some(owner),
            };
            // Whoever waited may be gone. The lock is held here, so the turn must not give itself back.
            if let Err(mut unwanted) = sender.send(turn)
                && let Some(owner) = unwanted.owner.take()
            {
                state.remove(&owner);
            }
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(owner) = self.owner.take() {
            self.line.end(&owner);
        }
    }
}

impl State {
    fn may_run(&self, owner: &Owner, rules: &Rules) -> bool {
        let count = |counts: &dyn Fn(&&Owner) -> bool| self.running.iter().filter(counts).count();
        let is_large = |other: &&Owner| other.size == Size::Large;
        let is_own = |other: &&Owner| other.shares_with(owner);
        let small = self.running.len() < rules.at_once && count(&is_own) < rules.each;
        let large = count(&is_large) < rules.large
            && count(&|other: &&Owner| is_own(other) && is_large(other)) < rules.each_large;
        small && (owner.size == Size::Small || large)
    }

    fn remove(&mut self, owner: &Owner) {
        if let Some(place) = self.running.iter().position(|running| running == owner) {
            self.running.swap_remove(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::{Pin, pin};
    use std::task::{Context, Poll, Waker};

    use super::*;

    fn line() -> &'static Line {
        Box::leak(Box::new(Line::new(Rules {
            at_once: 3,
            large: 2,
            each: 2,
            each_large: 1,
            waiting: 3,
            waiting_each: 2,
            wait: Duration::from_secs(60),
        })))
    }

    fn poll<T>(future: Pin<&mut impl Future<Output = T>>) -> Poll<T> {
        future.poll(&mut Context::from_waker(Waker::noop()))
    }

    #[actix_web::test]
    async fn a_turn_is_reserved_for_small_work_and_one_address_never_holds_all() {
        let line = line();
        let ask = |address: &str, size| line.turn(Some(address.into()), size);
        let first = ask("a", Size::Large).await.unwrap();
        let mut second = pin!(ask("a", Size::Large));
        assert!(
            poll(second.as_mut()).is_pending(),
            "one large turn an address"
        );
        let other = ask("b", Size::Large).await.unwrap();
        let mut third = pin!(ask("c", Size::Large));
        assert!(poll(third.as_mut()).is_pending(), "two large turns in all");
        let small = ask("a", Size::Small).await.unwrap();
        let mut fourth = pin!(ask("d", Size::Small));
        assert!(poll(fourth.as_mut()).is_pending(), "three turns in all");
        // The end of another's turn is no turn for an address that holds its share.
        drop(other);
        assert!(poll(second.as_mut()).is_pending());
        let third = match poll(third.as_mut()) {
            Poll::Ready(Some(turn)) => turn,
            _ => panic!("it was next"),
        };
        assert!(poll(fourth.as_mut()).is_pending());
        drop(first);
        // Its own large turn is free again: the second has waited longest.
        assert!(matches!(poll(second.as_mut()), Poll::Ready(Some(_))));
        assert!(matches!(poll(fourth.as_mut()), Poll::Ready(Some(_))));
        drop((small, third));
        assert!(line.state().running.is_empty());
    }

    #[actix_web::test]
    async fn few_wait_and_turns_nobody_waits_for_any_more_go_on() {
        let line = line();
        let ask = |address: Option<&str>| line.turn(address.map(Arc::from), Size::Large);
        let running = [ask(None).await.unwrap(), ask(None).await.unwrap()];
        let (mut first, mut second) = (Box::pin(ask(Some("a"))), Box::pin(ask(Some("a"))));
        assert!(poll(first.as_mut()).is_pending());
        assert!(poll(second.as_mut()).is_pending());
        assert!(ask(Some("a")).await.is_none(), "two wait from one address");
        let mut third = Box::pin(ask(None));
        assert!(poll(third.as_mut()).is_pending());
        assert!(ask(Some("b")).await.is_none(), "three wait in all");
        // Who leaves makes room, and a turn that nobody waits for any more goes to the next.
        drop(first);
        let mut fourth = Box::pin(ask(Some("b")));
        assert!(poll(fourth.as_mut()).is_pending());
        drop(second);
        drop(running);
        assert!(matches!(poll(third.as_mut()), Poll::Ready(Some(_))));
        // Given, but never taken: it comes back.
        drop(fourth);
        assert!(line.state().running.is_empty() && line.state().waiting.is_empty());
    }
}
