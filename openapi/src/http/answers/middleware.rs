use std::sync::Arc;

use poem::{Endpoint, Request, Response, Result};

use super::memory::AnswerMemory;
use super::reserve::CallerSlot;
use super::{Embedded, Endless};
use crate::problem::Problem;

/// The most bytes of an answer that takes no memory from others: the kernel keeps about as much of
/// what a client does not read.
pub(super) const SMALL: usize = 64 * 1024;

/// Lets a large answer out if there is memory for it. It then has an
/// [`AnswerPermit`](super::AnswerPermit) in its extensions, which the server of the connection holds
/// until the answer is written.
pub(crate) struct AnswerLimit<E> {
    inner: E,
    memory: Arc<AnswerMemory>,
}

impl<E> AnswerLimit<E> {
    pub(crate) fn new(inner: E) -> Self {
        Self { inner, memory: Arc::default() }
    }
}

impl<E: Endpoint<Output = Response>> Endpoint for AnswerLimit<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let slot = Arc::new(CallerSlot::of(&request, self.memory.clone()));
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
                // What has been done cannot be refused any more.
                None if !is_safe => {}
                None => return Err(Problem::too_many_answers().into()),
            }
        }
        response.set_body(body);
        Ok(response)
    }
}
