//! Bounds how long a client may take to read an answer.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use leopard_openapi::AnswerPermit;
use tokio::time::{Instant, Sleep, sleep_until};

/// How long a client may take for an answer: a while, and longer for a large one.
#[derive(Debug, Clone, Copy)]
pub(super) struct DeliveryTime {
    pub(super) least: Duration,
    pub(super) bytes_per_second: u64,
}

impl Default for DeliveryTime {
    fn default() -> Self {
        Self {
            least: Duration::from_secs(30),
            bytes_per_second: 64 * 1024,
        }
    }
}

impl DeliveryTime {
    fn of(&self, bytes: u64) -> Duration {
        self.least + Duration::from_secs(bytes / self.bytes_per_second)
    }
}

/// An answer on its way to the client. Dropping it gives its memory back.
pub(super) struct Delivery {
    until: Instant,
    _memory: Option<Arc<AnswerPermit>>,
}

impl Delivery {
    /// Of an answer of this many bytes, which begins now.
    pub(super) fn begin(time: DeliveryTime, bytes: u64, memory: Option<Arc<AnswerPermit>>) -> Self {
        Self {
            until: Instant::now() + time.of(bytes),
            _memory: memory,
        }
    }

    /// When the client must have read it.
    pub(super) fn until(&self) -> Instant {
        self.until
    }
}

/// Wakes a connection when its client has not read an answer in time. Nearly all answers are read at
/// once, and need no timer.
#[derive(Default)]
pub(super) struct DeliveryTimer(Option<Pin<Box<Sleep>>>);

impl DeliveryTimer {
    /// Ready at that time, if there is one.
    pub(super) fn poll(&mut self, until: Option<Instant>, task: &mut Context<'_>) -> Poll<()> {
        let Some(until) = until else {
            return Poll::Pending;
        };
        let sleep = self.0.get_or_insert_with(|| Box::pin(sleep_until(until)));
        if sleep.deadline() != until {
            sleep.as_mut().reset(until);
        }
        sleep.as_mut().poll(task)
    }
}

#[cfg(test)]
mod tests {
    use poem::EndpointExt;
    use poem::endpoint::make_sync;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};
    use tokio::sync::watch;
    use tokio::time::{sleep, timeout};

    use super::*;
    use crate::server::accept::Context as ServerContext;
    use crate::server::connection::serve;
    use crate::wiring::system_clock;

    /// More than the kernel keeps of what a client does not read.
    const BYTES: usize = 64 * 1024 * 1024;
    const TIMEOUT: Duration = Duration::from_mins(2);

    #[test]
    fn large_answer_may_take_longer() {
        let time = DeliveryTime::default();
        assert_eq!(time.of(1_000), Duration::from_secs(30));
        assert_eq!(time.of(8 * 1024 * 1024), Duration::from_secs(30 + 128));
    }

    /// A client that has asked for a large answer, and the work of its server.
    async fn asked(least: Duration) -> (TcpStream, impl Future<Output = ()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let local = listener.local_addr().unwrap();
        let mut client = TcpStream::connect(local).await.unwrap();
        let (socket, peer) = listener.accept().await.unwrap();
        let request = b"GET / HTTP/1.1\r\nHost: leopard\r\n\r\n";
        client.write_all(request).await.unwrap();
        let (drain, draining) = watch::channel(false);
        let context = ServerContext {
            endpoint: Arc::new(make_sync(|_| "x".repeat(BYTES)).map_to_response().boxed()),
            clock: system_clock(),
            local,
            draining,
            delivery_time: DeliveryTime {
                least,
                bytes_per_second: u64::MAX,
            },
        };
        (client, async move {
            serve(socket, peer, context).await;
            drop(drain);
        })
    }

    #[tokio::test]
    async fn client_that_does_not_read_is_cut() {
        let (client, serving) = asked(Duration::from_millis(50)).await;
        timeout(TIMEOUT, serving).await.expect("it is cut");
        drop(client);
    }

    #[tokio::test]
    async fn client_that_reads_too_slowly_is_cut() {
        let (mut client, serving) = asked(Duration::from_millis(50)).await;
        let dripping = async {
            loop {
                let _ = client.read_u8().await;
                sleep(Duration::from_millis(1)).await;
            }
        };
        let served = async {
            tokio::select! {
                () = serving => {}
                () = dripping => {}
            }
        };
        timeout(TIMEOUT, served).await.expect("it is cut");
    }

    #[tokio::test]
    async fn client_that_reads_in_time_gets_all() {
        let (mut client, serving) = asked(TIMEOUT).await;
        let reading = async {
            let mut read = 0;
            let mut buffer = vec![0; 1024 * 1024];
            while read < BYTES {
                read += client.read(&mut buffer).await.unwrap();
            }
            drop(client);
        };
        let both = async { tokio::join!(serving, reading) };
        timeout(TIMEOUT, both).await.expect("it is read");
    }
}
