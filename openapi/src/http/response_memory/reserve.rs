//! Extractors with which an operation reserves memory for a large response before its work.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use leopard_core::domain::id::UserId;
use leopard_core::domain::list_size::MAX_LIST_BYTES;
use leopard_core::domain::page::PageRequest;
use poem::{FromRequest, Request, RequestBody};
use tokio::time::timeout;

use super::middleware::SMALL;
use crate::framework::query::{last_value, page_request};
use crate::http::forwarded::client_network;
use crate::http::memory_budget::{BudgetExhausted, MemoryBudget, MemoryPermit, Owner};
use crate::problem::Problem;

/// How long a list waits for memory. Nearly all are created and sent within milliseconds.
const WAIT: Duration = Duration::from_secs(10);

/// Bytes to reserve for one item of a page, roughly those of the largest task.
const ITEM: usize = 128 * 1024;

/// The caller of a request, once known, and the memory reserved for its response. It is in the request's data.
pub(crate) struct CallerSlot {
    budget: Arc<MemoryBudget>,
    known: Mutex<Known>,
}

struct Known {
    owner: Owner,
    reserved: Option<MemoryPermit>,
}

impl CallerSlot {
    pub(super) fn of(request: &Request, budget: Arc<MemoryBudget>) -> Self {
        let owner = Owner::Network(client_network(request));
        Self { budget, known: Mutex::new(Known { owner, reserved: None }) }
    }

    pub(crate) fn identify(request: &Request, user: UserId) {
        if let Some(slot) = request.data::<Arc<Self>>() {
            slot.with(|known| known.owner = Owner::User(user));
        }
    }

    /// A permit for a response of this many bytes: the reserved one, otherwise one of free memory.
    pub(super) fn permit(&self, bytes: usize) -> Option<MemoryPermit> {
        if let Some(mut permit) = self.with(|known| known.reserved.take()) {
            permit.shrink_to(bytes);
            return Some(permit);
        }
        let mut permit = self.budget.permit(self.with(|known| known.owner));
        permit.try_grow_to(bytes).ok()?;
        Some(permit)
    }

    async fn reserve(request: &Request, bytes: usize) -> Result<(), Problem> {
        match request.data::<Arc<Self>>() {
            Some(slot) => slot.take(bytes).await,
            None => Ok(()),
        }
    }

    async fn take(&self, bytes: usize) -> Result<(), Problem> {
        self.take_within(bytes, WAIT).await
    }

    async fn take_within(&self, bytes: usize, wait: Duration) -> Result<(), Problem> {
        let mut permit = self.budget.permit(self.with(|known| known.owner));
        match timeout(wait, permit.grow_to(bytes)).await {
            Ok(Ok(())) => {
                self.with(|known| known.reserved = Some(permit));
                Ok(())
            }
            Ok(Err(BudgetExhausted)) | Err(_) => Err(Problem::too_many_responses()),
        }
    }

    fn with<T>(&self, act: impl FnOnce(&mut Known) -> T) -> T {
        act(&mut self.known.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Reserves memory for a page of large items. Among the arguments of an operation it follows the caller.
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

/// Reserves this many bytes of memory. Like [`ReservePage`], it follows the caller.
pub(crate) struct Reserve<const BYTES: usize>;

/// For a list without pages.
pub(crate) type ReserveWhole = Reserve<MAX_LIST_BYTES>;

/// For a task with its newest comments: twice what the largest needs, so that one user has at most two of them
/// produced at once, and leaves workers to others. Changes reserve it too, because a committed change cannot be
/// refused.
pub(crate) type ReserveTask = Reserve<{ 4 * 1024 * 1024 }>;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn reservation_fails_if_memory_stays_in_use() {
        let budget = MemoryBudget::new(SMALL, SMALL);
        let slot = || CallerSlot::of(&Request::default(), budget.clone());
        let (first, second) = (slot(), slot());
        let wait = Duration::from_millis(1);
        assert_eq!(first.take_within(SMALL, wait).await, Ok(()));
        assert_eq!(second.take_within(1, wait).await, Err(Problem::too_many_responses()));
        drop(first);
        assert_eq!(second.take_within(1, wait).await, Ok(()));
    }
}
