//! The stream.

use std::error::Error;

use futures_util::TryStreamExt as _;

use crate::types::StreamEvent;
use crate::{ByteStream, Client};

/// The events of an open stream.
pub struct Live {
    bytes: ByteStream,
    rest: Vec<u8>,
}

impl Live {
    /// Opens the stream.
    pub async fn open(leopard: &Client) -> Result<Self, Box<dyn Error>> {
        let answer = leopard.stream_notifications().send().await?;
        let (bytes, rest) = (answer.into_inner(), vec![]);
        Ok(Self { bytes, rest })
    }

    /// The next event, as soon as it comes.
    pub async fn next(&mut self) -> Result<StreamEvent, Box<dyn Error>> {
        loop {
            while let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.rest.drain(..=end).collect();
                if let Some(data) = line.strip_prefix(b"data: ") {
                    return Ok(serde_json::from_slice(data)?);
                }
            }
            let bytes = self.bytes.try_next().await?.ok_or("the stream has ended")?;
            self.rest.extend_from_slice(&bytes);
        }
    }
}
