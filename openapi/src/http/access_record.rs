//! Facts for the access log that only the API knows.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use leopard_core::domain::account::ClientNetwork;
use leopard_core::domain::id::UserId;
use poem::Request;

/// Facts about one request. The server puts an empty record into the request's data, the API fills it in,
/// and the access log reads it with the response.
#[derive(Clone, Default)]
pub struct AccessRecord(Arc<Facts>);

#[derive(Default)]
struct Facts {
    client: OnceLock<ClientNetwork>,
    user: OnceLock<UserId>,
    route: OnceLock<Arc<str>>,
    is_routine: AtomicBool,
}

impl AccessRecord {
    /// The network of the client, by the rule of the login throttle.
    #[must_use]
    pub fn client(&self) -> Option<ClientNetwork> {
        self.0.client.get().copied()
    }

    /// The caller, if authenticated.
    #[must_use]
    pub fn user(&self) -> Option<UserId> {
        self.0.user.get().copied()
    }

    /// The path of the operation as the document has it, such as `/api/v1/tasks/{id}/`; none where no
    /// operation has the path.
    #[must_use]
    pub fn route(&self) -> Option<&str> {
        self.0.route.get().map(AsRef::as_ref)
    }

    /// Whether it was a health check or a static file.
    #[must_use]
    pub fn is_routine(&self) -> bool {
        self.0.is_routine.load(Ordering::Relaxed)
    }

    fn note<T>(request: &Request, note: impl FnOnce(&Facts) -> T) {
        if let Some(Self(facts)) = request.data::<Self>() {
            // Later notes of a fact are ignored.
            note(facts);
        }
    }

    pub(crate) fn note_client(request: &Request, client: ClientNetwork) {
        Self::note(request, |facts| facts.client.set(client));
    }

    pub(crate) fn note_user(request: &Request, user: UserId) {
        Self::note(request, |facts| facts.user.set(user));
    }

    pub(crate) fn note_route(request: &Request, route: &Arc<str>) {
        Self::note(request, |facts| facts.route.set(route.clone()));
    }

    pub(crate) fn note_routine(request: &Request) {
        Self::note(request, |facts| facts.is_routine.store(true, Ordering::Relaxed));
    }
}
