//! For how long programs were waited for.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Adds up for how long at least one thing was going on: what goes on at the same time counts once.
/// Clones add to the same sum.
#[derive(Clone, Debug, Default)]
pub(crate) struct Waits(Arc<Mutex<Sum>>);

#[derive(Debug, Default)]
struct Sum {
    going_on: usize,
    /// When the first of what goes on began; `None` if nothing does.
    since: Option<Instant>,
    /// Until the last time when nothing went on.
    over: Duration,
}

/// Something that goes on until this is dropped.
#[derive(Debug)]
pub(crate) struct Waiting(Waits);

impl Waits {
    pub(crate) fn start(&self) -> Waiting {
        let mut sum = self.sum();
        sum.going_on += 1;
        sum.since.get_or_insert_with(Instant::now);
        Waiting(self.clone())
    }

    /// All of it until now.
    pub(crate) fn total(&self) -> Duration {
        let sum = self.sum();
        sum.over + sum.since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    #[allow(clippy::disallowed_methods, reason = "nothing waits while it holds this")]
    fn sum(&self) -> MutexGuard<'_, Sum> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let mut sum = self.0.sum();
        sum.going_on -= 1;
        if sum.going_on == 0 {
            let last = sum.since.take().map(|since| since.elapsed());
            sum.over += last.unwrap_or_default();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread::sleep;

    use super::*;

    /// A step of the tests below; a busy machine makes it longer, never shorter.
    const STEP: Duration = Duration::from_millis(20);

    #[test]
    fn what_goes_on_at_the_same_time_counts_once() {
        let waits = Waits::default();
        let began = Instant::now();
        let first = waits.start();
        sleep(STEP);
        let second = waits.start();
        sleep(STEP);
        drop(first);
        sleep(STEP);
        drop(second);
        let total = waits.total();
        assert!(total >= STEP * 3 && total <= began.elapsed(), "{total:?}");
    }

    #[test]
    fn what_is_between_two_waits_does_not_count() {
        let waits = Waits::default();
        let began = Instant::now();
        drop(waits.start());
        sleep(STEP);
        let second = waits.start();
        assert!(waits.total() + STEP <= began.elapsed());
        sleep(STEP);
        assert!(waits.total() >= STEP, "one that goes on counts, too");
        drop(second);
    }
}
