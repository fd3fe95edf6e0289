use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use tokio::time::{Instant, sleep, timeout};

use super::store::Store;
use super::trouble::Trouble;
use crate::Error;
use crate::error::complain;

/// Time limit for the database to be ready when the service starts.
const START_TIME_MAX: Duration = Duration::from_mins(1);

/// Pause after the first attempt; doubled each time, plus a random part of up to the same length.
const START_PAUSE_MIN: Duration = Duration::from_millis(100);

/// Largest pause without the random part: an attempt (0.6 s) and twice this are less than the 2 s
/// in which the service should find a database that is back.
const START_PAUSE_MAX: Duration = Duration::from_millis(400);

/// Pause between two checks for a database that is gone.
const RETURN_PAUSE: Duration = Duration::from_millis(200);

/// A database that is gone again after less than this time answers, but fails to do its work.
const RELAPSE_TIME: Duration = Duration::from_secs(1);

/// Largest pause before the first check for such a database; doubled, starting at [`RETURN_PAUSE`].
/// Without it, the log would report many times a second that it was gone and back.
const RELAPSE_PAUSE_MAX: Duration = Duration::from_secs(1);

/// Prepares the database, and again each time it was gone; runs beside the service, without end.
///
/// # Errors
///
/// - [`Error::Database`] if it is not ready within 60 s.
/// - [`Error::Unsupported`] if the service cannot work with this database.
pub async fn keep(store: &Store) -> Result<(), Error> {
    keep_within(store, START_TIME_MAX).await
}

/// Does the same as [`keep`], with another time limit at the start.
///
/// # Errors
///
/// - [`Error::Database`] if it is not ready within `limit`.
/// - [`Error::Unsupported`] if the service cannot work with this database.
pub async fn keep_within(store: &Store, limit: Duration) -> Result<(), Error> {
    start(store, limit).await?;
    let mut pause = Duration::ZERO;
    loop {
        store.presence.welcome();
        let welcomed = Instant::now();
        store.presence.departure().await;
        pause = if welcomed.elapsed() < RELAPSE_TIME {
            (pause * 2).clamp(RETURN_PAUSE, RELAPSE_PAUSE_MAX)
        } else {
            Duration::ZERO
        };
        sleep(pause).await;
        while store.restore().await.is_err() {
            sleep(RETURN_PAUSE).await;
        }
    }
}

async fn start(store: &Store, limit: Duration) -> Result<(), Error> {
    let address = store.presence.address();
    let mut attempts = 0;
    let mut reason = "no answer".to_owned();
    let pauses = ExponentialBuilder::new()
        .with_min_delay(START_PAUSE_MIN)
        .with_max_delay(START_PAUSE_MAX)
        .with_jitter()
        .without_max_times();
    let prepare = || store.prepare();
    let can_come = |trouble: &Trouble| !matches!(trouble, Trouble::Unsupported(_));
    let prepared = prepare.retry(pauses).when(can_come).notify(|trouble, pause| {
        attempts += 1;
        reason = trouble.to_string();
        let pause = pause.as_secs_f32();
        complain(format_args!(
            "the database at {address} is not ready (attempt {attempts}): {reason}; next try in {pause:.1} s"
        ));
    });
    match timeout(limit, prepared).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(trouble @ Trouble::Unsupported(_))) => Err(Error::Unsupported {
            address: address.to_owned(),
            reason: trouble.to_string(),
        }),
        Ok(Err(_)) | Err(_) => Err(Error::Database {
            address: address.to_owned(),
            limit,
            reason,
        }),
    }
}
