use std::collections::VecDeque;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::oneshot;
use tokio::task::yield_now;
use tokio::time::timeout;

use super::store::{ANSWER_TIME_MAX, SHARDS, Store, StoreError};

/// Statements in flight. Two keep the database busy while the replies of one are written; more
/// would take the posts that the next statement is to gather.
const STATEMENTS_MAX: i64 = 2;

/// Most posts of one statement: 1 MB, as a value has at most 2,000 bytes.
const POSTS_MAX: usize = 512;

/// Most posts that wait for a statement: 8 MB. What comes on top is told that the database does
/// not answer.
const WAITING_MAX: usize = 4_096;

/// Posts that share statements: a commit waits for the disk, and one wait serves all that are in it.
///
/// A lone post has a statement to itself, at once. While statements are in flight, posts gather,
/// and the next statement takes all that wait, and those that arrive in the same moment.
#[derive(Clone)]
pub(crate) struct Batches {
    shared: Arc<Shared>,
}

struct Shared {
    store: Store,
    queue: Mutex<Queue>,
}

struct Queue {
    waiting: VecDeque<Post>,
    /// The shards whose statements are not in flight. Each of this process's statements counts in
    /// a shard of its own, so that none waits for another's commit; a replica seldom has the same.
    idle_shards: Vec<i64>,
}

struct Post {
    value: String,
    /// Closed when nobody waits any more.
    stored: oneshot::Sender<Result<(), StoreError>>,
}

impl Batches {
    pub(crate) fn new(store: Store) -> Self {
        let first = RandomState::new().hash_one(0).cast_signed();
        let shards =
            (0..STATEMENTS_MAX).map(|statement| 1 + first.wrapping_add(statement).rem_euclid(SHARDS));
        let queue = Mutex::new(Queue {
            waiting: VecDeque::new(),
            idle_shards: shards.collect(),
        });
        Self {
            shared: Arc::new(Shared { store, queue }),
        }
    }

    /// Adds a message; returns when it is stored, 0.8 s at most.
    ///
    /// # Errors
    ///
    /// - [`StoreError::Value`] if the database does not take the value.
    /// - [`StoreError::Unavailable`] if it was not stored in time. It may be stored all the same.
    pub(crate) async fn add(&self, value: String) -> Result<(), StoreError> {
        let (stored, answer) = oneshot::channel();
        self.shared.enqueue(Post { value, stored })?;
        let answer = timeout(ANSWER_TIME_MAX, answer).await;
        answer
            .ok()
            .and_then(Result::ok)
            .unwrap_or(Err(StoreError::Unavailable))
    }
}

impl Shared {
    fn enqueue(self: &Arc<Self>, post: Post) -> Result<(), StoreError> {
        let mut queue = self.lock();
        if queue.waiting.len() >= WAITING_MAX {
            return Err(StoreError::Unavailable);
        }
        queue.waiting.push_back(post);
        if let Some(shard) = queue.idle_shards.pop() {
            tokio::spawn(Arc::clone(self).store_waiting(shard));
        }
        Ok(())
    }

    /// Stores what waits, one statement after the other, until nothing does.
    async fn store_waiting(self: Arc<Self>, shard: i64) {
        self.gather().await;
        while let Some(posts) = self.next_batch(shard) {
            self.store_batch(posts, shard).await;
            self.gather().await;
        }
    }

    /// Lets the posts in that arrive in this moment: turns of the runtime, until one brings none.
    ///
    /// Clients whose posts shared a statement have their answers at the same time, and post again
    /// at the same time. Without this the first of them would leave alone: a fifth fewer posts a
    /// second at 64 connections. A lone post waits for no turn.
    async fn gather(&self) {
        let mut seen = 1;
        loop {
            let waiting = self.lock().waiting.len();
            if waiting <= seen || waiting >= POSTS_MAX {
                return;
            }
            seen = waiting;
            yield_now().await;
        }
    }

    /// The posts of the next statement; `None`, and the shard is idle, when there are none.
    fn next_batch(&self, shard: i64) -> Option<Vec<Post>> {
        let mut queue = self.lock();
        let count = queue.waiting.len().min(POSTS_MAX);
        if count == 0 {
            queue.idle_shards.push(shard);
            return None;
        }
        Some(queue.waiting.drain(..count).collect())
    }

    async fn store_batch(&self, mut posts: Vec<Post>, shard: i64) {
        // Two statements that insert in one order never wait for each other in a circle.
        posts.sort_unstable_by(|one, other| one.value.cmp(&other.value));
        let mut parts = vec![posts];
        while let Some(mut part) = parts.pop() {
            part.retain(|post| !post.stored.is_closed());
            let mut values: Vec<&str> = part.iter().map(|post| post.value.as_str()).collect();
            values.dedup();
            if values.is_empty() {
                continue;
            }
            match self.store.add(&values, shard).await {
                // One value spoils the statement for all: halves find it in few steps.
                Err(StoreError::Value) if part.len() > 1 => {
                    let half = part.split_off(part.len() / 2);
                    parts.extend([half, part]);
                }
                answer => {
                    for post in part {
                        // Who no longer waits has been told that it is not known.
                        let _ = post.stored.send(answer);
                    }
                }
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().expect("nothing panics while it holds the lock")
    }
}
