use std::io;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper::{Request, body::Incoming};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::watch;
use tokio::time::{Instant, Sleep, sleep_until};
use warp::reply::Response;

/// Largest head of a request, in bytes: request line and headers.
const HEAD_BYTES_MAX: usize = 16 * 1024;

/// Time limit for a head to arrive, from its first byte.
const HEAD_TIME_MAX: Duration = Duration::from_secs(30);

/// Time limit for the next request. Load balancers keep an idle connection for 60 s, some for 75 s.
/// They must close it first; otherwise they could send a request on a connection that was just
/// closed.
const IDLE_TIME_MAX: Duration = Duration::from_secs(90);

/// Time limit for a client to read what is written to it.
const WRITE_TIME_MAX: Duration = Duration::from_secs(30);

/// Minimum idle time before a connection is closed for another one: a request that was just sent
/// has probably arrived by then.
const SPARE_TIME_MIN: Duration = Duration::from_secs(1);

/// A notice to all connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notice {
    /// Nothing yet.
    None,
    /// New connections are waiting: close those that have been idle for a second.
    MakeWay,
    /// The service ends: close idle connections, and the others after their replies.
    End,
}

/// Serves the requests of one connection, until either side closes it or `notices` require it.
///
/// # Errors
///
/// - hyper's error if the data is not HTTP, or the client is too slow or has disconnected.
pub(crate) async fn serve<T, S>(
    stream: T,
    service: S,
    mut notices: watch::Receiver<Notice>,
) -> Result<(), hyper::Error>
where
    T: AsyncRead + AsyncWrite + Unpin,
    S: Service<Request<Incoming>, Response = Response>,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let activity = Activity::new();
    let service = service_fn(|request| {
        activity.set(Doing::Request);
        let reply = service.call(request);
        async {
            let reply = reply.await;
            activity.set(Doing::Nothing {
                since: Instant::now(),
            });
            reply
        }
    });
    let mut http = http1::Builder::new();
    // hyper's head timeout also runs while there is no request; `Patient` distinguishes the two.
    http.header_read_timeout(None)
        .max_buf_size(HEAD_BYTES_MAX)
        // A client may close its sending side after a request and still read the replies.
        .half_close(true);
    let stream = Patient::new(stream, activity.clone());
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service));
    loop {
        tokio::select! {
            served = connection.as_mut() => return served,
            Ok(()) = notices.changed() => {
                let notice = *notices.borrow_and_update();
                let ends = match notice {
                    Notice::None => false,
                    Notice::MakeWay => activity.is_spare(),
                    Notice::End => true,
                };
                if ends {
                    connection.as_mut().graceful_shutdown();
                }
            }
        }
    }
}

/// The state of a connection, as its socket and its requests know it.
#[derive(Clone)]
struct Activity(Arc<Mutex<Doing>>);

#[derive(Clone, Copy)]
enum Doing {
    /// The connection waits for a request.
    Nothing { since: Instant },
    /// A part of a head has arrived.
    Head { since: Instant },
    /// A request has not been answered yet.
    Request,
}

impl Activity {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(Doing::Nothing {
            since: Instant::now(),
        })))
    }

    fn get(&self) -> Doing {
        *self.0.lock().expect("nothing panics while it holds the lock")
    }

    fn set(&self, doing: Doing) {
        *self.0.lock().expect("nothing panics while it holds the lock") = doing;
    }

    fn bytes_came(&self) {
        if let Doing::Nothing { .. } = self.get() {
            self.set(Doing::Head {
                since: Instant::now(),
            });
        }
    }

    fn is_spare(&self) -> bool {
        matches!(self.get(), Doing::Nothing { since } if since.elapsed() >= SPARE_TIME_MIN)
    }
}

/// A socket with time limits for a slow client.
struct Patient<T> {
    stream: T,
    activity: Activity,
    reading: Limit,
    writing: Limit,
}

impl<T: AsyncRead + AsyncWrite + Unpin> Patient<T> {
    fn new(stream: T, activity: Activity) -> Self {
        Self {
            stream,
            activity,
            reading: Limit::default(),
            writing: Limit::default(),
        }
    }

    /// The result of a write, or an error if the client has not read anything for too long.
    fn written(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if written.is_ready() {
            self.writing = Limit::default();
            return written;
        }
        let over = self
            .writing
            .deadline()
            .unwrap_or_else(|| Instant::now() + WRITE_TIME_MAX);
        ready!(self.writing.poll(cx, over));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> AsyncRead for Patient<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if buffer.filled().len() > before {
            self.activity.bytes_came();
        }
        if read.is_ready() {
            return read;
        }
        let over = match self.activity.get() {
            Doing::Nothing { since } => since + IDLE_TIME_MAX,
            Doing::Head { since } => since + HEAD_TIME_MAX,
            // The body has its own limit.
            Doing::Request => return Poll::Pending,
        };
        ready!(self.reading.poll(cx, over));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Patient<T> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.written(cx, written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.written(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

/// A timer that is created when first needed: most waits end before that.
#[derive(Default)]
struct Limit(Option<Pin<Box<Sleep>>>);

impl Limit {
    fn deadline(&self) -> Option<Instant> {
        self.0.as_ref().map(|sleep| sleep.deadline())
    }

    /// Ready once `over` has passed.
    fn poll(&mut self, cx: &mut Context<'_>, over: Instant) -> Poll<()> {
        let sleep = self.0.get_or_insert_with(|| Box::pin(sleep_until(over)));
        if sleep.deadline() != over {
            sleep.as_mut().reset(over);
        }
        sleep.as_mut().poll(cx)
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
    use tokio::task::JoinHandle;
    use tokio::time::sleep;

    use super::*;

    const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

    #[tokio::test(start_paused = true)]
    async fn an_idle_connection_is_kept_for_longer_than_a_load_balancer_keeps_it() {
        let mut client = Client::connect();
        client.ask().await;
        sleep(Duration::from_secs(75)).await;
        client.ask().await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_after_that_has_all_its_time() {
        let mut client = Client::connect();
        sleep(Duration::from_secs(75)).await;
        client.send(b"GET").await;
        sleep(Duration::from_secs(25)).await;
        client.send(&REQUEST[3..]).await;
        client.read_reply().await;
    }

    #[tokio::test(start_paused = true)]
    async fn an_idle_connection_is_closed_in_the_end() {
        let mut client = Client::connect();
        client.ask().await;
        client.check_closed_after(IDLE_TIME_MAX).await;
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_never_asks_is_closed_too() {
        Client::connect().check_closed_after(IDLE_TIME_MAX).await;
    }

    #[tokio::test(start_paused = true)]
    async fn half_a_head_is_not_waited_for_as_long() {
        let mut client = Client::connect();
        client.ask().await;
        client.send(b"GET / HT").await;
        client.check_closed_after(HEAD_TIME_MAX).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_byte_a_second_gains_no_time() {
        let mut client = Client::connect();
        let begun = Instant::now();
        // Until the service stops reading.
        while client.stream.write_all(b"G").await.is_ok() {
            sleep(Duration::from_secs(1)).await;
        }
        assert!(
            begun.elapsed() <= HEAD_TIME_MAX + Duration::from_secs(2),
            "{:?}",
            begun.elapsed()
        );
    }

    #[tokio::test(start_paused = true)]
    async fn who_reads_nothing_is_not_waited_for() {
        let mut client = Client::connect();
        let begun = Instant::now();
        // First replies fill the pipe, then requests; then neither side can continue.
        while client.stream.write_all(REQUEST).await.is_ok() {}
        assert!(
            begun.elapsed() <= WRITE_TIME_MAX + Duration::from_secs(1),
            "{:?}",
            begun.elapsed()
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_is_idle_for_a_second_makes_way() {
        let mut client = Client::connect();
        client.ask().await;
        sleep(SPARE_TIME_MIN).await;
        client.notices.send_replace(Notice::MakeWay);
        client.check_closed_after(Duration::ZERO).await;
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_was_just_used_or_is_in_use_does_not() {
        let mut client = Client::connect();
        client.ask().await;
        client.notices.send_replace(Notice::MakeWay);
        client.ask().await;
        client.send(b"GET").await;
        sleep(SPARE_TIME_MIN).await;
        client.notices.send_replace(Notice::MakeWay);
        client.send(&REQUEST[3..]).await;
        client.read_reply().await;
    }

    /// A connection to a service that replies immediately.
    struct Client {
        stream: DuplexStream,
        notices: watch::Sender<Notice>,
        _served: JoinHandle<Result<(), hyper::Error>>,
    }

    impl Client {
        fn connect() -> Self {
            let (stream, other) = duplex(1024);
            let notices = watch::Sender::new(Notice::None);
            let service = service_fn(|_| async { Ok::<_, Infallible>(Response::new("Hello".into())) });
            let served = tokio::spawn(serve(other, service, notices.subscribe()));
            Self {
                stream,
                notices,
                _served: served,
            }
        }

        async fn send(&mut self, bytes: &[u8]) {
            self.stream.write_all(bytes).await.unwrap();
        }

        async fn ask(&mut self) {
            self.send(REQUEST).await;
            self.read_reply().await;
        }

        async fn read_reply(&mut self) {
            let mut reply = Vec::new();
            while !reply.ends_with(b"Hello") {
                assert_ne!(self.stream.read_buf(&mut reply).await.unwrap(), 0, "it is closed");
            }
        }

        async fn check_closed_after(&mut self, expected: Duration) {
            let begun = Instant::now();
            assert_eq!(self.stream.read(&mut [0]).await.unwrap(), 0);
            assert_eq!(begun.elapsed().as_secs(), expected.as_secs());
        }
    }
}
