//! A user that sends small ordinary requests, one after the other.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::time::timeout;

use super::super::costs::worst_data::WorstData;
use super::super::request::Request;
use super::super::socket::Socket;

const LIMIT: Duration = Duration::from_secs(15);

/// A connection of the user, kept alive.
pub struct Witness<'a> {
    data: &'a WorstData,
    socket: Option<Socket>,
    requests: Vec<Vec<u8>>,
}

impl<'a> Witness<'a> {
    pub fn new(data: &'a WorstData) -> Self {
        let token = &data.witness.access;
        let task = format!("/api/v1/tasks/{}/", data.witness_task);
        let rename = json!({"title": "Another title"});
        let requests = [
            Request::get(token, &task),
            Request::get(token, "/api/v1/notifications/unread_count/"),
            Request::new("PATCH", &task).bearer(token).json(&rename),
            Request::get(token, "/api/v1/notifications/?page_size=5"),
        ];
        Self { data, socket: None, requests: requests.iter().map(Request::bytes).collect() }
    }

    /// The 99th percentile of the response times.
    ///
    /// # Errors
    /// A sentence, as soon as one is refused.
    pub async fn p99(&mut self, samples: usize) -> Result<Duration, String> {
        let mut times = vec![];
        for nth in 0..samples {
            let begun = Instant::now();
            // Every tenth request opens a new connection.
            let socket = match self.socket.take() {
                Some(socket) if nth % 10 > 0 => self.socket.insert(socket),
                _ => self.socket.insert(Socket::connect(&self.data.leopard).await),
            };
            socket.send_bytes(&self.requests[nth % self.requests.len()]).await;
            let response = timeout(LIMIT, socket.skip_response()).await;
            let (status, _) = response.map_err(|_| "the witness gets no response".to_owned())?;
            times.push(begun.elapsed());
            if status != 200 {
                let after = begun.elapsed();
                return Err(format!("the witness is refused: {status} after {after:?}"));
            }
        }
        times.sort_unstable();
        Ok(times[samples * 99 / 100])
    }
}
