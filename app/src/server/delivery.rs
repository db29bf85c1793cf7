//! The time limit for reading a response.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use leopard_openapi::MemoryPermit;
use tokio::time::{Instant, Sleep, sleep_until};

/// How long a client may take to read a response: a minimum, and more for a large one.
#[derive(Debug, Clone, Copy)]
pub(super) struct DeliveryTimeout {
    pub(super) minimum: Duration,
    pub(super) bytes_per_second: u64,
}

impl Default for DeliveryTimeout {
    fn default() -> Self {
        Self { minimum: Duration::from_secs(30), bytes_per_second: 64 * 1024 }
    }
}

impl DeliveryTimeout {
    fn of(&self, bytes: u64) -> Duration {
        self.minimum + Duration::from_secs(bytes / self.bytes_per_second)
    }
}

/// A response on its way to the client. Dropping it releases its memory.
pub(super) struct Delivery {
    deadline: Instant,
    _memory: Option<Arc<MemoryPermit>>,
}

impl Delivery {
    /// Begins a response of this many bytes.
    pub(super) fn begin(
        timeout: DeliveryTimeout,
        bytes: u64,
        memory: Option<Arc<MemoryPermit>>,
    ) -> Self {
        Self { deadline: Instant::now() + timeout.of(bytes), _memory: memory }
    }

    /// When the client must have read it.
    pub(super) fn deadline(&self) -> Instant {
        self.deadline
    }
}

/// Wakes a connection whose client has not read a response in time. It starts no timer for a response that is
/// read at once, as nearly all are.
#[derive(Default)]
pub(super) struct DeliveryTimer(Option<Pin<Box<Sleep>>>);

impl DeliveryTimer {
    /// Ready at the deadline, if there is one.
    pub(super) fn poll(&mut self, deadline: Option<Instant>, task: &mut Context<'_>) -> Poll<()> {
        let Some(deadline) = deadline else {
            return Poll::Pending;
        };
        let sleep = self.0.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if sleep.deadline() != deadline {
            sleep.as_mut().reset(deadline);
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

    /// More than the kernel buffers for a client that does not read.
    const BYTES: usize = 64 * 1024 * 1024;
    const TIMEOUT: Duration = Duration::from_mins(2);

    #[test]
    fn large_response_has_a_longer_time_limit() {
        let timeout = DeliveryTimeout::default();
        assert_eq!(timeout.of(1_000), Duration::from_secs(30));
        assert_eq!(timeout.of(8 * 1024 * 1024), Duration::from_secs(30 + 128));
    }

    /// A client that has requested a large response, and its server.
    async fn request(minimum: Duration) -> (TcpStream, impl Future<Output = ()>) {
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
            delivery_timeout: DeliveryTimeout { minimum, bytes_per_second: u64::MAX },
        };
        (client, async move {
            serve(socket, peer, context).await;
            drop(drain);
        })
    }

    #[tokio::test]
    async fn client_that_does_not_read_is_disconnected() {
        let (client, serving) = request(Duration::from_millis(50)).await;
        timeout(TIMEOUT, serving).await.expect("the connection ends");
        drop(client);
    }

    #[tokio::test]
    async fn client_that_reads_too_slowly_is_disconnected() {
        let (mut client, serving) = request(Duration::from_millis(50)).await;
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
        timeout(TIMEOUT, served).await.expect("the connection ends");
    }

    #[tokio::test]
    async fn client_that_reads_in_time_gets_the_whole_response() {
        let (mut client, serving) = request(TIMEOUT).await;
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
