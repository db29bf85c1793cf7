use proptest::prelude::*;

use super::*;

/// The bytes of a body of these pieces.
fn sent(framing: Framing, pieces: &[Vec<u8>]) -> Vec<u8> {
    let mut sent = vec![];
    for piece in pieces {
        framing.push_piece(&mut sent, piece);
    }
    sent.extend_from_slice(framing.end());
    sent
}

/// An incremental decoder of chunks, written from the RFC alone.
#[derive(Default)]
struct Decoder {
    pending: Vec<u8>,
    chunks: Vec<Vec<u8>>,
    has_ended: bool,
}

impl Decoder {
    fn push(&mut self, part: &[u8]) {
        self.pending.extend_from_slice(part);
        while let Some(at) = self.pending.windows(2).position(|pair| pair == b"\r\n") {
            let line = std::str::from_utf8(&self.pending[..at]).unwrap();
            let size = usize::from_str_radix(line, 16).unwrap();
            let end = at + 2 + size;
            if self.pending.len() < end + 2 {
                return;
            }
            assert!(!self.has_ended, "nothing follows the last chunk");
            assert_eq!(&self.pending[end..end + 2], b"\r\n");
            let rest = self.pending.split_off(end + 2);
            let chunk = std::mem::replace(&mut self.pending, rest);
            if size == 0 {
                self.has_ended = true;
            } else {
                self.chunks.push(chunk[at + 2..end].to_vec());
            }
        }
    }
}

fn pieces() -> impl Strategy<Value = Vec<Vec<u8>>> {
    // A decoder could confuse line ends and hexadecimal digits with its own.
    let byte = prop_oneof![any::<u8>(), prop::sample::select(b"\r\n0aF;".to_vec())];
    let long = prop::collection::vec(any::<u8>(), 60_000..70_000);
    let piece = prop_oneof![9 => prop::collection::vec(byte, 0..300), 1 => long];
    prop::collection::vec(piece, 0..6)
}

/// Number of cases: many more under `./tests/run --long`.
#[expect(clippy::disallowed_methods, reason = "a setting of the tests")]
fn cases() -> u32 {
    let is_long = std::env::var_os("TEST_LONG").is_some_and(|value| value == "1");
    if is_long { 2_000 } else { 50 }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn chunks_decode_to_the_same_pieces_however_they_are_split(
        pieces in pieces(),
        sizes in prop::collection::vec(1..2_000_usize, 1..20),
    ) {
        let sent = sent(Framing::Chunked, &pieces);
        let (mut decoder, mut rest) = (Decoder::default(), sent.as_slice());
        for size in sizes.iter().cycle() {
            let (part, next) = rest.split_at(rest.len().min(*size));
            prop_assert!(!decoder.has_ended);
            decoder.push(part);
            rest = next;
            if rest.is_empty() {
                break;
            }
        }
        prop_assert!(decoder.has_ended && decoder.pending.is_empty());
        let chunks: Vec<_> = pieces.into_iter().filter(|piece| !piece.is_empty()).collect();
        prop_assert_eq!(decoder.chunks, chunks);
    }

    #[test]
    fn body_until_close_is_sent_unchanged(pieces in pieces()) {
        prop_assert_eq!(sent(Framing::UntilClose, &pieces), pieces.concat());
    }
}

#[test]
fn http_1_0_body_ends_with_the_connection() {
    assert_eq!(Framing::of(Version::HTTP_09), Framing::UntilClose);
    assert_eq!(Framing::of(Version::HTTP_10), Framing::UntilClose);
    assert_eq!(Framing::of(Version::HTTP_11), Framing::Chunked);
}
