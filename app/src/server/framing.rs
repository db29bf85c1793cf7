//! How the body of a stream is framed (RFC 9112, sections 6.3 and 7.1).

use std::io::Write as _;

use bytes::{Buf, Bytes};
use http::Version;

/// The chunk that ends a body.
const LAST_CHUNK: &[u8] = b"0\r\n\r\n";
/// Maximum length of a chunk's size line.
const MAX_SIZE_LINE: usize = 2 * size_of::<usize>() + 2;

/// How clients learn where a body ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    /// Chunks, ended by an empty one: clients can distinguish an end from a crash.
    Chunked,
    /// The body ends with the connection, as HTTP/1.0 requires.
    UntilClose,
}

impl Framing {
    pub(super) fn of(version: Version) -> Self {
        if version < Version::HTTP_11 { Self::UntilClose } else { Self::Chunked }
    }

    /// Frames a piece of the body for one vectored write. It is one chunk, so that a client that reads chunk by
    /// chunk gets whole events.
    pub(super) fn piece(self, bytes: Bytes) -> impl Buf {
        let mut size_line = Vec::new();
        // An empty chunk would end the body.
        let is_chunk = self == Self::Chunked && !bytes.is_empty();
        if is_chunk {
            size_line.reserve_exact(MAX_SIZE_LINE);
            // Writing to a vector cannot fail.
            let _ = write!(size_line, "{:x}\r\n", bytes.len());
        }
        let end: &[u8] = if is_chunk { b"\r\n" } else { b"" };
        Bytes::from(size_line).chain(bytes).chain(end)
    }

    /// The end of a complete body.
    pub(super) fn end(self) -> &'static [u8] {
        match self {
            Self::Chunked => LAST_CHUNK,
            Self::UntilClose => b"",
        }
    }
}

#[cfg(test)]
mod tests;
