//! How the body of a stream is framed (RFC 9112, sections 6.3 and 7.1).

use std::io::Write as _;

use bytes::{Buf, Bytes};
use http::Version;

/// The chunk that ends a body.
const LAST_CHUNK: &[u8] = b"0\r\n\r\n";
/// The size in hexadecimal digits, and the end of its line.
const SIZE_LINE: usize = 2 * size_of::<usize>() + 2;

/// Tells clients whether a body ended or was cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    /// Chunks, and a last one of no bytes.
    Chunked,
    /// The body ends with the connection: HTTP/1.0 knows nothing else.
    UntilClose,
}

impl Framing {
    /// What a client of this version understands.
    pub(super) fn of(version: Version) -> Self {
        if version < Version::HTTP_11 {
            Self::UntilClose
        } else {
            Self::Chunked
        }
    }

    /// A piece of the body, to be sent by one vectored write. All of it is in one chunk, so that a
    /// client that reads chunk by chunk gets whole events.
    pub(super) fn piece(self, bytes: Bytes) -> impl Buf {
        let mut size_line = Vec::new();
        // A chunk of no bytes would end the body.
        let is_chunk = self == Self::Chunked && !bytes.is_empty();
        if is_chunk {
            size_line.reserve_exact(SIZE_LINE);
            // Writing to a vector cannot fail.
            let _ = write!(size_line, "{:x}\r\n", bytes.len());
        }
        let end: &[u8] = if is_chunk { b"\r\n" } else { b"" };
        Bytes::from(size_line).chain(bytes).chain(end)
    }

    /// What follows the last piece of a body that ends as it should.
    pub(super) fn end(self) -> &'static [u8] {
        match self {
            Self::Chunked => LAST_CHUNK,
            Self::UntilClose => b"",
        }
    }
}

#[cfg(test)]
mod tests;
