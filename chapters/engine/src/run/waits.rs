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

impl Sum {
    fn begin(&mut self, now: Instant) {
        self.going_on += 1;
        self.since.get_or_insert(now);
    }

    fn end(&mut self, now: Instant) {
        self.going_on -= 1;
        if self.going_on == 0 {
            self.over = self.total(now);
            self.since = None;
        }
    }

    fn total(&self, now: Instant) -> Duration {
        self.over + self.since.map_or(Duration::ZERO, |since| now - since)
    }
}

impl Waits {
    pub(crate) fn start(&self) -> Waiting {
        self.sum().begin(Instant::now());
        Waiting(self.clone())
    }

    /// All of it until now.
    pub(crate) fn total(&self) -> Duration {
        self.sum().total(Instant::now())
    }

    #[allow(clippy::disallowed_methods, reason = "nothing waits while it holds this")]
    fn sum(&self) -> MutexGuard<'_, Sum> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.sum().end(Instant::now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn what_goes_on_at_the_same_time_counts_once() {
        let (mut sum, start) = (Sum::default(), Instant::now());
        sum.begin(start);
        sum.begin(start + SECOND);
        sum.end(start + SECOND * 2);
        sum.end(start + SECOND * 3);
        assert_eq!(sum.total(start + SECOND * 9), SECOND * 3);
    }

    #[test]
    fn what_is_between_two_waits_does_not_count() {
        let (mut sum, start) = (Sum::default(), Instant::now());
        sum.begin(start);
        sum.end(start + SECOND);
        sum.begin(start + SECOND * 5);
        assert_eq!(
            sum.total(start + SECOND * 7),
            SECOND * 3,
            "one that goes on counts, too"
        );
    }

    #[test]
    fn a_wait_ends_with_its_guard() {
        let waits = Waits::default();
        drop(waits.start());
        assert_eq!(waits.sum().going_on, 0);
    }
}
