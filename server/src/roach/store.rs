use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use deadpool_postgres::ClientWrapper as Client;
use tokio::time::timeout;
use tokio_postgres::{Error, IsolationLevel};

use super::database::{Database, SERVER_TIME_MAX, STATEMENT_TIME_MAX};
use super::hosts::SessionSql;
use super::presence::Presence;
use super::settings::DatabaseSettings;
use super::trouble::Trouble;

/// Time limit for an answer: a client has it within a second, even if the machine is busy.
pub(crate) const ANSWER_TIME_MAX: Duration = Duration::from_millis(800);

/// Number of shards that the count is split into, 1 to 16 for messages; shard 0 belongs to
/// [`CHECK`].
pub(crate) const SHARDS: i64 = 16;

/// Time limit for [`CHECK`], which reads every message: 10 million take about 1 s.
const CHECK_TIME_MAX: Duration = Duration::from_secs(30);

/// Time limit for creating the tables: `CockroachDB` tells all nodes of a cluster, which takes
/// seconds.
const CREATE_TIME_MAX: Duration = Duration::from_secs(20);

/// Number of attempts to create the tables, because replicas may create them at the same time.
const CREATE_ATTEMPTS_MAX: usize = 10;

/// Pause before a statement is retried; doubled each time, plus a random part of up to the same
/// length.
const RETRY_PAUSE_MIN: Duration = Duration::from_millis(2);
const RETRY_PAUSE_MAX: Duration = Duration::from_millis(50);

/// Returns the server's process number, which identifies a connection's session. Live sessions have
/// different numbers.
const WHO_ANSWERS: &str = "SELECT pg_backend_pid()";

/// Whether both tables exist: a role that may not create tables can still use existing ones.
const TABLES_EXIST: &str =
    "SELECT to_regclass('message') IS NOT NULL AND to_regclass('message_count') IS NOT NULL";

/// The table `message` is the Go original's, so both services can use the same database in turn.
///
/// Two statements, sent separately: `CockroachDB` may refuse several in one (0A000).
const CREATE_TABLES: [&str; 2] = [
    "CREATE TABLE IF NOT EXISTS message (value TEXT PRIMARY KEY)",
    "CREATE TABLE IF NOT EXISTS message_count (shard INT8 PRIMARY KEY, count INT8 NOT NULL)",
];

const CREATE_CHECK_SHARD: &str =
    "INSERT INTO message_count (shard, count) VALUES (0, 0) ON CONFLICT (shard) DO NOTHING";

/// Makes a second check wait until the first is committed.
const LOCK_CHECK_SHARD: &str = "SELECT count FROM message_count WHERE shard = 0 FOR UPDATE";

/// Corrects the count in shard 0: the Go original, or a person, may have changed `message` without
/// counting.
///
/// A statement sees one snapshot, and [`ADD`] commits a message together with its count, so the
/// snapshot has both or neither, however many replicas write. The difference is therefore exactly
/// what others have changed.
///
/// Two checks at once would both add the difference. So each one first locks shard 0, in a separate
/// statement: at READ COMMITTED the next statement takes a new snapshot after the wait and finds no
/// difference. The level is set explicitly because a role may have SERIALIZABLE as its default:
/// PostgreSQL would then take the snapshot before the wait and refuse every second check (40001).
/// `CockroachDB` may run the transaction as SERIALIZABLE anyway; it then reads again after the
/// wait, or refuses the check, which is retried. Writers never wait, because they count in other
/// shards.
const CHECK: &str = "
    UPDATE message_count
    SET count = count
        + (SELECT COUNT(*) FROM message)
        - (SELECT SUM(count) FROM message_count)::INT8
    WHERE shard = 0";

/// Stores new messages and counts them, in one statement: both are committed, or neither. A retry
/// after a lost answer stores and counts nothing twice.
///
/// A statement that waits for a shard has already inserted all its messages, so no deadlock can
/// arise. The conflict is found by key alone (`ON CONFLICT`): at SERIALIZABLE, an UPDATE would read
/// the whole small table and conflict with those of other shards.
///
/// The parameters are cast, so that the table's column may be a domain over TEXT.
const ADD: &str = "
    WITH added AS (
        INSERT INTO message (value) SELECT unnest($1::TEXT[])
        ON CONFLICT (value) DO NOTHING
        RETURNING 1
    )
    INSERT INTO message_count (shard, count)
    SELECT $2::INT8, COUNT(*) FROM added HAVING COUNT(*) > 0
    ON CONFLICT (shard) DO UPDATE SET count = message_count.count + excluded.count";

/// [`ADD`] for a lone message, without a list and a sum: this saves 15 µs of 50.
const ADD_ONE: &str = "
    WITH added AS (
        INSERT INTO message (value) VALUES ($1::TEXT)
        ON CONFLICT (value) DO NOTHING
        RETURNING 1
    )
    INSERT INTO message_count (shard, count)
    SELECT $2::INT8, 1 FROM added
    ON CONFLICT (shard) DO UPDATE SET count = message_count.count + excluded.count";

/// Reads at most 17 rows, however many messages there are.
const TOTAL: &str = "SELECT COALESCE(SUM(count), 0)::INT8 FROM message_count";

/// Stores messages and keeps their number.
#[derive(Clone)]
pub struct Store {
    database: Arc<Database>,
    pub(super) presence: Arc<Presence>,
}

/// Why a message is not stored, or the number is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StoreError {
    /// The database does not accept one of the values.
    Value,
    /// The database did not answer in time, or not as expected.
    Unavailable,
}

impl Store {
    /// Creates a store; it does not connect yet.
    #[must_use]
    pub fn new(settings: DatabaseSettings) -> Self {
        let presence = Presence::new(settings.address());
        let sql = SessionSql {
            set_up: time_limit("SESSION", SERVER_TIME_MAX),
            who_answers: WHO_ANSWERS,
        };
        Self {
            database: Arc::new(Database::new(settings, sql)),
            presence: Arc::new(presence),
        }
    }

    /// Stores messages; `values` are sorted and without duplicates.
    ///
    /// # Errors
    ///
    /// - [`StoreError::Value`] if the database does not accept one of the values; none is stored.
    /// - [`StoreError::Unavailable`] if they were not stored within [`ANSWER_TIME_MAX`].
    pub(crate) async fn add(&self, values: &[&str], shard: i64) -> Result<(), StoreError> {
        self.persist(|| {
            self.database.ask(STATEMENT_TIME_MAX, async |client| {
                if let [value] = values {
                    let statement = client.prepare_cached(ADD_ONE).await?;
                    client.execute(&statement, &[value, &shard]).await?;
                } else {
                    let statement = client.prepare_cached(ADD).await?;
                    client.execute(&statement, &[&values, &shard]).await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// Number of messages.
    ///
    /// # Errors
    ///
    /// - [`StoreError::Unavailable`] if it is not known within [`ANSWER_TIME_MAX`].
    pub(crate) async fn total(&self) -> Result<i64, StoreError> {
        self.persist(|| self.ask_total()).await
    }

    /// Whether messages can be stored and counted now.
    ///
    /// # Errors
    ///
    /// - [`StoreError::Unavailable`] if they cannot.
    pub(crate) async fn check(&self) -> Result<(), StoreError> {
        if !self.presence.is_here() {
            return Err(StoreError::Unavailable);
        }
        self.total().await.map(drop)
    }

    /// Finds or creates the tables, and checks the count against the messages.
    pub(super) async fn prepare(&self) -> Result<(), Trouble> {
        self.create_tables().await?;
        let check = self.database.ask(CHECK_TIME_MAX, async |client| {
            let transaction = client
                .build_transaction()
                .isolation_level(IsolationLevel::ReadCommitted)
                .start()
                .await?;
            transaction
                .batch_execute(&time_limit("LOCAL", CHECK_TIME_MAX))
                .await?;
            transaction.batch_execute(LOCK_CHECK_SHARD).await?;
            transaction.batch_execute(CHECK).await?;
            transaction.commit().await
        });
        check.await
    }

    /// Whether the database answers; creates the tables again if one is missing.
    pub(super) async fn restore(&self) -> Result<(), Trouble> {
        if self.tables_exist().await? {
            return Ok(());
        }
        self.prepare().await
    }

    async fn tables_exist(&self) -> Result<bool, Trouble> {
        let exist = self.database.ask(STATEMENT_TIME_MAX, async |client| {
            client.query_one(TABLES_EXIST, &[]).await?.try_get(0)
        });
        exist.await
    }

    async fn create_tables(&self) -> Result<(), Trouble> {
        let create = || async {
            if !self.tables_exist().await?
                && let Err(trouble) = self.database.ask(CREATE_TIME_MAX, create).await
                // Whatever the error: if the tables exist now, another replica has created them.
                && !self.tables_exist().await?
            {
                return Err(trouble);
            }
            let shard = self.database.ask(STATEMENT_TIME_MAX, async |client| {
                client.batch_execute(CREATE_CHECK_SHARD).await
            });
            shard.await
        };
        // PostgreSQL's IF NOT EXISTS does not see a table that another replica is creating at the
        // same time. Depending on how far the other is, the error is 23505 (a unique index of the
        // catalogue), 42710 (its type) or 42P07 (the table).
        create
            .retry(retry_pauses().with_max_times(CREATE_ATTEMPTS_MAX))
            .when(|trouble| matches!(trouble, Trouble::Conflict))
            .await
    }

    async fn ask_total(&self) -> Result<i64, Trouble> {
        let total = self.database.ask(STATEMENT_TIME_MAX, async |client| {
            let statement = client.prepare_cached(TOTAL).await?;
            client.query_one(&statement, &[]).await?.try_get(0)
        });
        total.await
    }

    /// Waits until the database is available and runs the query; retries it if that may help, until
    /// there is an answer or [`ANSWER_TIME_MAX`] is over.
    async fn persist<T, F>(&self, ask: impl Fn() -> F) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, Trouble>>,
    {
        let attempt = || async {
            self.presence.arrival().await;
            ask().await.inspect_err(|trouble| self.presence.notice(trouble))
        };
        let answer = attempt.retry(retry_pauses().without_max_times()).when(|trouble| {
            use Trouble::{Refused, Unsupported, Value};
            !matches!(trouble, Value | Refused(_) | Unsupported(_))
        });
        match timeout(ANSWER_TIME_MAX, answer).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(Trouble::Value)) => Err(StoreError::Value),
            Ok(Err(_)) | Err(_) => Err(StoreError::Unavailable),
        }
    }
}

/// Creates the tables, with a longer time limit than other statements of the session.
async fn create(client: &mut Client) -> Result<(), Error> {
    client
        .batch_execute(&time_limit("SESSION", CREATE_TIME_MAX))
        .await?;
    let mut created = Ok(());
    for table in CREATE_TABLES {
        created = created.and(client.batch_execute(table).await);
    }
    client
        .batch_execute(&time_limit("SESSION", SERVER_TIME_MAX))
        .await?;
    created
}

/// Sets the server's time limit for statements; `scope` is the session, or with `LOCAL` the
/// transaction.
fn time_limit(scope: &str, limit: Duration) -> String {
    format!("SET {scope} statement_timeout = {}", limit.as_millis())
}

fn retry_pauses() -> ExponentialBuilder {
    ExponentialBuilder::new()
        .with_min_delay(RETRY_PAUSE_MIN)
        .with_max_delay(RETRY_PAUSE_MAX)
        .with_jitter()
}
