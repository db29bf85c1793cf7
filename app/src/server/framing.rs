//! How the body of a stream is framed (RFC 9112, sections 6.3 and 7.1).

use std::io::Write as _;

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

    /// Adds a piece of the body to bytes that are sent. It is one chunk, so that a client that reads chunk by chunk
    /// gets whole events.
    pub(super) fn push_piece(self, sent: &mut Vec<u8>, piece: &[u8]) {
        // An empty chunk would end the body.
        if self == Self::UntilClose || piece.is_empty() {
            sent.extend_from_slice(piece);
            return;
        }
        sent.reserve(MAX_SIZE_LINE + piece.len() + 2);
        // Writing to a vector cannot fail.
        let _ = write!(sent, "{:x}\r\n", piece.len());
        sent.extend_from_slice(piece);
        sent.extend_from_slice(b"\r\n");
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
