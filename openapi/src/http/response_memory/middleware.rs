use std::sync::Arc;

use poem::{Endpoint, Request, Response, Result};

use super::reserve::CallerSlot;
use super::{Embedded, Endless};
use crate::http::memory_budget::MemoryBudget;
use crate::problem::Problem;

/// The most bytes of a response that takes no memory from others: the kernel buffers
/// about as much for a client that does not read.
pub(super) const SMALL: usize = 64 * 1024;

/// Passes a large response if there is memory for it. The response then has a
/// [`MemoryPermit`](crate::MemoryPermit) in its extensions, which the server of the connection holds
/// until the response is written.
pub(crate) struct ResponseLimit<E> {
    inner: E,
    budget: Arc<MemoryBudget>,
}

/// The most bytes of all large responses together.
const ALL: usize = 64 * 1024 * 1024;
/// The most bytes of those of one caller: an eighth, so that memory remains for others.
const SHARE: usize = ALL / 8;

impl<E> ResponseLimit<E> {
    pub(crate) fn new(inner: E) -> Self {
        Self { inner, budget: MemoryBudget::new(ALL, SHARE) }
    }
}

impl<E: Endpoint<Output = Response>> Endpoint for ResponseLimit<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let slot = Arc::new(CallerSlot::of(&request, self.budget.clone()));
        request.set_data(slot.clone());
        let is_safe = request.method().is_safe();
        let mut response = self.inner.call(request).await?;
        if response.extensions().get::<Endless>().is_some() {
            return Ok(response);
        }
        let body = response.take_body().into_bytes().await;
        let body = body.map_err(|error| Problem::internal(error.to_string()))?;
        let is_embedded = response.extensions().get::<Embedded>().is_some();
        if body.len() > SMALL && !is_embedded {
            match slot.permit(body.len()) {
                Some(permit) => {
                    response.extensions_mut().insert(Arc::new(permit));
                }
                // The change is committed: it is too late to refuse it.
                None if !is_safe => {}
                None => return Err(Problem::too_many_responses().into()),
            }
        }
        response.set_body(body);
        Ok(response)
    }
}
