//! How much may be asked for: whoever asks too fast waits, and costly work takes turns.

use super::page::Page;
use super::problem::Problem;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Pages a second, and at once, that a signed-in person may ask for: more than a browser with several windows does.
const OF_PERSON: (u32, u32) = (30, 600);
/// The same of people who are not signed in, by their network: a hall full of them comes from one.
const OF_NETWORK: (u32, u32) = (50, 2000);
/// Questions after which those who have stopped asking are forgotten.
const BETWEEN_SWEEPS: u32 = 10_000;
/// How long costly work waits for its turn.
const PATIENCE: Duration = Duration::from_secs(30);

/// Everybody's pace, and the turns of costly work.
pub(crate) struct Pace {
    people: DefaultKeyedRateLimiter<i64>,
    networks: DefaultKeyedRateLimiter<String>,
    asked: AtomicU32,
    is_limited: bool,
    turns: Arc<Semaphore>,
}

fn limiter<K: std::hash::Hash + Eq + Clone>((a_second, at_once): (u32, u32)) -> DefaultKeyedRateLimiter<K> {
    let number = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
    RateLimiter::keyed(Quota::per_second(number(a_second)).allow_burst(number(at_once)))
}

impl Pace {
    /// `is_limited`: whoever asks too fast waits. Costly work takes turns in any case, twice as many at once as there are cores.
    pub(crate) fn new(is_limited: bool) -> Pace {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Pace {
            people: limiter(OF_PERSON),
            networks: limiter(OF_NETWORK),
            asked: AtomicU32::new(0),
            is_limited,
            turns: Arc::new(Semaphore::new(2 * cores)),
        }
    }

    /// Refused where somebody asks too fast.
    pub(super) fn check(&self, page: &Page) -> Result<(), Problem> {
        if !self.is_limited {
            return Ok(());
        }
        if self.asked.fetch_add(1, Ordering::Relaxed) % BETWEEN_SWEEPS == BETWEEN_SWEEPS - 1 {
            self.people.retain_recent();
            self.networks.retain_recent();
        }
        let user = page.viewer.as_ref().map(|viewer| viewer.id);
        if self.is_slow(user, &page.origin.network()) {
            return Ok(());
        }
        tracing::warn!(user, address = page.origin.shown(), "somebody asks too fast");
        Err(Problem::TooMany)
    }

    /// Counts one question.
    fn is_slow(&self, user: Option<i64>, network: &String) -> bool {
        match user {
            Some(user) => self.people.check_key(&user).is_ok(),
            None => self.networks.check_key(network).is_ok(),
        }
    }

    /// A turn for costly work; refused where it does not come in time.
    pub(super) async fn turn(&self) -> Result<OwnedSemaphorePermit, Problem> {
        match tokio::time::timeout(PATIENCE, self.turns.clone().acquire_owned()).await {
            Ok(Ok(turn)) => Ok(turn),
            _ => {
                tracing::warn!("costly work did not get its turn");
                Err(Problem::TooMany)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_asks_too_fast_keeps_nobody_else_waiting() {
        let pace = Pace::new(true);
        let home = "192.0.2.1".to_owned();
        // Far more than the limit, so that what comes back meanwhile does not matter.
        let asked = (0..5 * OF_PERSON.1).filter(|_| pace.is_slow(Some(1), &home)).count();
        assert!(asked >= OF_PERSON.1 as usize && asked < 3 * OF_PERSON.1 as usize, "{asked}");
        assert!(pace.is_slow(Some(2), &home), "somebody else");
        assert!(pace.is_slow(None, &home), "whoever is not signed in");
    }

    #[tokio::test(start_paused = true)]
    async fn costly_work_takes_turns() {
        let pace = Pace::new(false);
        let mut all = Vec::new();
        for _ in 0..pace.turns.available_permits() {
            all.push(pace.turn().await.unwrap());
        }
        assert!(matches!(pace.turn().await, Err(Problem::TooMany)), "none came free in time");
        all.pop();
        assert!(pace.turn().await.is_ok());
    }
}
