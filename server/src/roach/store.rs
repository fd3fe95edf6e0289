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

/// Longest time for an answer: a client has it within a second, also where the machine is busy.
pub(crate) const ANSWER_TIME_MAX: Duration = Duration::from_millis(800);

/// Parts of the kept number that messages are counted in, 1 to 16; part 0 belongs to [`CHECK`].
pub(crate) const SHARDS: i64 = 16;

/// Longest time for [`CHECK`], which reads every message: 10 million take about 1 s.
const CHECK_TIME_MAX: Duration = Duration::from_secs(30);

/// Longest time to create the tables: `CockroachDB` tells all nodes of a cluster, which takes seconds.
const CREATE_TIME_MAX: Duration = Duration::from_secs(20);

/// Tries to create the tables, while other replicas try the same.
const CREATE_ATTEMPTS_MAX: usize = 10;

/// Pause before a statement is tried again; doubled each time, and up to as much again by chance.
const RETRY_PAUSE_MIN: Duration = Duration::from_millis(2);
const RETRY_PAUSE_MAX: Duration = Duration::from_millis(50);

/// Whose session a connection has: the number of the server's process. No two that live have the same.
const WHO_ANSWERS: &str = "SELECT pg_backend_pid()";

/// Whether both tables are there: who may not create tables can still use them.
const TABLES_EXIST: &str =
    "SELECT to_regclass('message') IS NOT NULL AND to_regclass('message_count') IS NOT NULL";

/// `message` is the Go original's, which can take turns with this service.
///
/// Two statements, each sent by itself: `CockroachDB` may refuse several in one (0A000).
const CREATE_TABLES: [&str; 2] = [
    "CREATE TABLE IF NOT EXISTS message (value TEXT PRIMARY KEY)",
    "CREATE TABLE IF NOT EXISTS message_count (shard INT8 PRIMARY KEY, count INT8 NOT NULL)",
];

const CREATE_CHECK_SHARD: &str =
    "INSERT INTO message_count (shard, count) VALUES (0, 0) ON CONFLICT (shard) DO NOTHING";

/// Keeps a second check waiting until the first is committed.
const LOCK_CHECK_SHARD: &str = "SELECT count FROM message_count WHERE shard = 0 FOR UPDATE";

/// Adds what the kept number lacks to shard 0, or takes off what it has too many: the Go original,
/// or a person, may have changed `message` without counting.
///
/// One statement sees one snapshot, and [`ADD`] commits a message together with its count: the
/// snapshot has both or neither, however many replicas write meanwhile. The difference is therefore
/// what others did, exactly.
///
/// Two checks at once would both add it. So each first locks shard 0, in a statement of its own:
/// at READ COMMITTED the next statement takes a new snapshot, after the wait, and finds the
/// difference gone. The level is set, because at SERIALIZABLE, which a role may have as its default,
/// PostgreSQL takes the snapshot before the wait, and then refuses every second check (40001).
/// `CockroachDB`, which may run the transaction as SERIALIZABLE all the same, lets it read anew after
/// the wait, or refuses it and is asked again. No writer ever waits: they count in other shards.
const CHECK: &str = "
    UPDATE message_count
    SET count = count
        + (SELECT COUNT(*) FROM message)
        - (SELECT SUM(count) FROM message_count)::INT8
    WHERE shard = 0";

/// Stores the messages that are new and counts them, in one statement: both are committed, or
/// neither. Trying again after an answer that was lost stores and counts nothing twice.
///
/// A statement that waits for a shard has all its messages in already, so that it waits for nobody
/// who waits for it. A lookup by key alone decides (`ON CONFLICT`): at SERIALIZABLE an UPDATE would
/// read the small table from end to end, and collide with those of other shards.
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

/// [`ADD`] for a lone message, which needs neither a list nor a sum: 15 µs less of 50.
const ADD_ONE: &str = "
    WITH added AS (
        INSERT INTO message (value) VALUES ($1::TEXT)
        ON CONFLICT (value) DO NOTHING
        RETURNING 1
    )
    INSERT INTO message_count (shard, count)
    SELECT $2::INT8, 1 FROM added
    ON CONFLICT (shard) DO UPDATE SET count = message_count.count + excluded.count";

/// Reads 17 rows at most, however many messages there are.
const TOTAL: &str = "SELECT COALESCE(SUM(count), 0)::INT8 FROM message_count";

/// The messages, and their number, which is kept instead of counted.
#[derive(Clone)]
pub struct Store {
    database: Arc<Database>,
    pub(super) presence: Arc<Presence>,
}

/// Why a message is not stored, or a number not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StoreError {
    /// The database does not take one of the values.
    Value,
    /// The database did not answer in time, or not as it has to.
    Unavailable,
}

impl Store {
    /// A store that has not tried to reach its database yet.
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
    /// - [`StoreError::Value`] if the database does not take one of the values; none is stored.
    /// - [`StoreError::Unavailable`] if that was not done within [`ANSWER_TIME_MAX`].
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

    /// Finds the tables, or makes them, and checks the number against the messages.
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

    /// Whether the database answers; one that has lost a table gets a new one.
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
            if !self.tables_exist().await? {
                self.database.ask(CREATE_TIME_MAX, create).await?;
            }
            let shard = self.database.ask(STATEMENT_TIME_MAX, async |client| {
                client.batch_execute(CREATE_CHECK_SHARD).await
            });
            shard.await
        };
        // PostgreSQL's IF NOT EXISTS does not see the table that another replica is just creating:
        // the second to commit meets a unique index of the catalogue (23505).
        create
            .retry(retry_pauses().with_max_times(CREATE_ATTEMPTS_MAX))
            .when(|trouble| matches!(trouble, Trouble::Conflict | Trouble::Value))
            .await
    }

    async fn ask_total(&self) -> Result<i64, Trouble> {
        let total = self.database.ask(STATEMENT_TIME_MAX, async |client| {
            let statement = client.prepare_cached(TOTAL).await?;
            client.query_one(&statement, &[]).await?.try_get(0)
        });
        total.await
    }

    /// Waits until the database is there, asks, and asks again where that may help, until there is
    /// an answer or [`ANSWER_TIME_MAX`] is over.
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

/// Creates the tables with more time than a session's statements have.
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

/// How long a statement may take as the server sees it; `scope` is the session, or the transaction
/// where it is `LOCAL`.
fn time_limit(scope: &str, limit: Duration) -> String {
    format!("SET {scope} statement_timeout = {}", limit.as_millis())
}

fn retry_pauses() -> ExponentialBuilder {
    ExponentialBuilder::new()
        .with_min_delay(RETRY_PAUSE_MIN)
        .with_max_delay(RETRY_PAUSE_MAX)
        .with_jitter()
}
