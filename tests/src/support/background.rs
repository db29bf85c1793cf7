//! Work beside a test, which ends with it.

use tokio::task::JoinHandle;

/// Work that is ended when this is dropped.
pub struct Background(JoinHandle<()>);

impl Background {
    /// Starts the work.
    #[allow(clippy::disallowed_methods, reason = "the handle ends the work with the test")]
    pub fn start(work: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(tokio::spawn(work))
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.0.abort();
    }
}
