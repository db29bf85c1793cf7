//! What an operation whose answer may be large takes before its work.

use std::sync::{Arc, Mutex, PoisonError};

use leopard_core::domain::id::UserId;
use leopard_core::domain::list_size::MAX_LIST_BYTES;
use leopard_core::domain::page::PageRequest;
use poem::{FromRequest, Request, RequestBody};

use super::memory::{AnswerMemory, AnswerPermit, Owner};
use super::middleware::SMALL;
use crate::framework::query::{last_value, page_request};
use crate::http::forwarded::client_network;
use crate::problem::Problem;

/// Bytes to reserve for one item of a page, roughly those of the largest task.
const ITEM: usize = 128 * 1024;

/// What becomes known of a request while it is answered: who the caller is, and what was reserved. It
/// is in the request's data.
pub(crate) struct CallerSlot {
    memory: Arc<AnswerMemory>,
    known: Mutex<Known>,
}

struct Known {
    owner: Owner,
    reserved: Option<AnswerPermit>,
}

impl CallerSlot {
    pub(super) fn of(request: &Request, memory: Arc<AnswerMemory>) -> Self {
        let owner = Owner::Network(client_network(request));
        Self { memory, known: Mutex::new(Known { owner, reserved: None }) }
    }

    /// The caller of this request is this user.
    pub(crate) fn identify(request: &Request, user: UserId) {
        if let Some(slot) = request.data::<Arc<Self>>() {
            slot.with(|known| known.owner = Owner::User(user));
        }
    }

    /// A permit for an answer of this many bytes: what was reserved, or else what is free.
    pub(super) fn permit(&self, bytes: usize) -> Option<AnswerPermit> {
        match self.with(|known| known.reserved.take()) {
            Some(mut permit) => {
                permit.shrink_to(bytes);
                Some(permit)
            }
            None => self.memory.take(self.with(|known| known.owner), bytes).ok(),
        }
    }

    async fn reserve(request: &Request, bytes: usize) -> Result<(), Problem> {
        match request.data::<Arc<Self>>() {
            Some(slot) => slot.take(bytes).await,
            None => Ok(()),
        }
    }

    async fn take(&self, bytes: usize) -> Result<(), Problem> {
        let owner = self.with(|known| known.owner);
        let permit = self.memory.reserve(owner, bytes).await;
        let permit = permit.map_err(|_| Problem::too_many_answers())?;
        self.with(|known| known.reserved = Some(permit));
        Ok(())
    }

    fn with<T>(&self, act: impl FnOnce(&mut Known) -> T) -> T {
        act(&mut self.known.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Reserves memory for a page of large items; it stands behind the caller among the arguments of an
/// operation.
pub(crate) struct ReservePage;

impl<'a> FromRequest<'a> for ReservePage {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        let size = last_value(request, "page_size");
        let size = page_request(None, size.as_deref()).map(PageRequest::size);
        let items = size.ok().and_then(|size| usize::try_from(size).ok());
        CallerSlot::reserve(request, items.unwrap_or_default() * ITEM).await?;
        Ok(Self)
    }
}

/// Reserves this many bytes of memory; it stands behind the caller, as [`ReservePage`] does.
pub(crate) struct Reserve<const BYTES: usize>;

/// For a list without pages.
pub(crate) type ReserveWhole = Reserve<MAX_LIST_BYTES>;

/// For a task with its newest comments. Also before a change: what is done cannot be refused any more.
pub(crate) type ReserveTask = Reserve<{ 2 * 1024 * 1024 }>;

/// For a task without comments.
pub(crate) type ReserveNewTask = Reserve<{ 128 * 1024 }>;

impl<'a, const BYTES: usize> FromRequest<'a> for Reserve<BYTES> {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        CallerSlot::reserve(request, BYTES).await?;
        Ok(Self)
    }
}

/// Reserves memory once the size that the operation needs is known from the body.
pub(crate) struct Reservation(Option<Arc<CallerSlot>>);

impl Reservation {
    /// Waits for this many bytes; few bytes are not counted.
    pub(crate) async fn take(&self, bytes: usize) -> Result<(), Problem> {
        match &self.0 {
            Some(slot) if bytes > SMALL => slot.take(bytes).await,
            _ => Ok(()),
        }
    }
}

impl<'a> FromRequest<'a> for Reservation {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        Ok(Self(request.data::<Arc<CallerSlot>>().cloned()))
    }
}
