//! Every request has an id, by which its response and its log line can be matched.

use std::cell::RefCell;

use poem::Request;
use poem::http::HeaderName;

pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The most characters of an id from a client.
const MAX: usize = 128;

/// The id of a request; it is in the extensions of every response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(pub String);

impl RequestId {
    /// The client's id if it is well-formed, otherwise a random one.
    pub(crate) fn of(request: &Request) -> Self {
        let id = request.headers().get(&HEADER).and_then(|id| id.to_str().ok());
        match id {
            Some(id) if is_sane(id) => Self(id.to_owned()),
            _ => Self::random(),
        }
    }

    fn random() -> Self {
        Self(format!("{:032x}", RANDOM.with_borrow_mut(RandomNumbers::next)))
    }
}

thread_local! {
    static RANDOM: RefCell<RandomNumbers> = const { RefCell::new(RandomNumbers::NONE) };
}

/// Random bytes for the ids of many requests: a system call for each would cost as much as a small request.
/// Ids are not secret.
struct RandomNumbers {
    bytes: [u8; 1024],
    used: usize,
}

impl RandomNumbers {
    const NONE: Self = Self { bytes: [0; 1024], used: 1024 };

    fn next(&mut self) -> u128 {
        if self.used == self.bytes.len() {
            // Without randomness ids repeat, which is no reason to refuse the request.
            let _ = getrandom::fill(&mut self.bytes);
            self.used = 0;
        }
        let (number, _) = self.bytes[self.used..].split_first_chunk().unwrap_or((&[0; 16], &[]));
        self.used += number.len();
        u128::from_be_bytes(*number)
    }
}

fn is_sane(id: &str) -> bool {
    (1..=MAX).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_formed_id_is_kept_and_any_other_is_replaced() {
        let of = |id: &str| RequestId::of(&Request::builder().header(HEADER, id).finish()).0;
        assert_eq!(of("a-B_3.x"), "a-B_3.x");
        let long = "x".repeat(MAX + 1);
        for strange in ["", "a b", "<x>", long.as_str()] {
            assert_eq!(of(strange).len(), 32, "{strange}");
        }
        assert_ne!(of(""), of(""));
    }
}
