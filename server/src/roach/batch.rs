use std::collections::VecDeque;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::oneshot;
use tokio::task::yield_now;
use tokio::time::timeout;

use super::store::{ANSWER_TIME_MAX, SHARDS, Store, StoreError};

/// Largest number of statements in flight. With two, the database works while the replies of one
/// are written; with more, each statement would gather fewer posts.
const STATEMENTS_MAX: i64 = 2;

/// Largest number of posts in a statement: 1 MB, because a value has at most 2,000 bytes.
const POSTS_MAX: usize = 512;

/// Largest number of posts that wait for a statement: 8 MB. Further posts are answered as if the
/// database were unavailable.
const WAITING_MAX: usize = 4_096;

/// Combines posts into statements: a commit waits for the disk, and one wait then serves many
/// posts.
///
/// A lone post is stored at once, in its own statement. While statements are in flight, posts
/// gather; the next statement takes all waiting posts, and those that arrive at the same moment.
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
    /// The shards without a statement in flight. Each statement of this process counts in its own
    /// shard, so that none waits for another's commit; a replica rarely uses the same shard.
    idle_shards: Vec<i64>,
}

struct Post {
    value: String,
    /// Closed if the request no longer waits.
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

    /// Adds a message; returns after it is stored, in at most 0.8 s.
    ///
    /// # Errors
    ///
    /// - [`StoreError::Value`] if the database does not take the value.
    /// - [`StoreError::Unavailable`] if it was not stored in time. It may still be stored later.
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

    /// Stores waiting posts, one statement after the other, until none are left.
    async fn store_waiting(self: Arc<Self>, shard: i64) {
        self.gather().await;
        while let Some(posts) = self.next_batch(shard) {
            self.store_batch(posts, shard).await;
            self.gather().await;
        }
    }

    /// Waits for posts that arrive at this moment: yields to the runtime until no more arrive.
    ///
    /// Clients with posts in the same statement get their answers at the same time, and send again
    /// at the same time. Without this wait, the first of them would be stored alone, which costs a
    /// fifth of the posts per second at 64 connections. A lone post does not wait.
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

    /// The posts of the next statement; `None`, after marking the shard as idle, if there are none.
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
        // Inserting in the same order prevents deadlocks between two statements.
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
                // One invalid value makes the whole statement fail: splitting in halves finds it in
                // few steps.
                Err(StoreError::Value) if part.len() > 1 => {
                    let half = part.split_off(part.len() / 2);
                    parts.extend([half, part]);
                }
                answer => {
                    for post in part {
                        // A client that no longer waits has already been told that the result is
                        // unknown.
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
