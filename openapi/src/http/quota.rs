//! What the rate limits leave to the caller, as headers (draft-ietf-httpapi-ratelimit-headers-10).

use std::sync::{Arc, Mutex, PoisonError};

use leopard_core::Failure;
use leopard_core::service::accounts::{Accounts, Caller};
use leopard_core::service::rate_limiter::Quota;
use poem::Request;
use poem::http::{HeaderMap, HeaderValue};

/// The name in the document and of the header.
pub(crate) const RATE_LIMIT: &str = "RateLimit";
pub(crate) const RATE_LIMIT_POLICY: &str = "RateLimit-Policy";

/// The limits that a request has met, by name. It is in the request's data.
#[derive(Clone, Default)]
pub(crate) struct Quotas(Arc<Mutex<Vec<(&'static str, Quota)>>>);

impl Quotas {
    /// Notes the limit of requests after an authentication.
    pub(crate) fn note_requests(
        request: &Request,
        accounts: &Accounts,
        caller: &Result<Caller, Failure>,
    ) {
        let quota = match caller {
            Ok(caller) => accounts.requests.quota(caller.user.id, accounts.clock.now()),
            Err(Failure::Throttled { retry_after }) => accounts.requests.exhausted(*retry_after),
            Err(_) => None,
        };
        Self::note(request, "requests", quota);
    }

    /// Notes a limit; `None` if there is none.
    pub(crate) fn note(request: &Request, name: &'static str, quota: Option<Quota>) {
        if let (Some(quotas), Some(quota)) = (request.data::<Self>(), quota) {
            quotas.0.lock().unwrap_or_else(PoisonError::into_inner).push((name, quota));
        }
    }

    /// Adds the headers, if there are limits.
    pub(crate) fn put_headers(&self, headers: &mut HeaderMap) {
        let quotas = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if quotas.is_empty() {
            return;
        }
        let list = |show: fn(&(&str, Quota)) -> String| {
            HeaderValue::try_from(quotas.iter().map(show).collect::<Vec<_>>().join(", ")).ok()
        };
        let policy = list(|(name, quota)| format!("\"{name}\";q={};w=60", quota.limit));
        let left = list(|(name, quota)| {
            format!("\"{name}\";r={};t={}", quota.remaining, quota.reset_seconds)
        });
        for (name, value) in [(RATE_LIMIT_POLICY, policy), (RATE_LIMIT, left)] {
            if let Some(value) = value {
                headers.insert(name, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_list_every_limit_and_nothing_without_one() {
        let quotas = Quotas::default();
        let mut request = Request::default();
        request.set_data(quotas.clone());
        let mut headers = HeaderMap::new();
        Quotas::note(&request, "requests", None);
        quotas.put_headers(&mut headers);
        assert!(headers.is_empty());
        let quota = |limit, remaining| Quota { limit, remaining, reset_seconds: 7 };
        Quotas::note(&request, "requests", Some(quota(600, 598)));
        Quotas::note(&request, "tasks", Some(quota(120, 0)));
        quotas.put_headers(&mut headers);
        assert_eq!(headers[RATE_LIMIT_POLICY], "\"requests\";q=600;w=60, \"tasks\";q=120;w=60");
        assert_eq!(headers[RATE_LIMIT], "\"requests\";r=598;t=7, \"tasks\";r=0;t=7");
    }
}
