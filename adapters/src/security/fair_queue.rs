//! A fair queue: clients are served round-robin, so one that asks often delays itself, and others do not wait
//! for it.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// A semaphore with a bounded, fair queue.
///
/// Waiting clients get permits round-robin, whatever their number of requests. If the queue is full, a new request
/// takes the last place of the client with most of them, unless its own client would then have as many. So no
/// client fills the queue for others.
pub(super) struct FairQueue<K: Copy + Eq + Hash>(Mutex<State<K>>);

struct State<K: Copy + Eq + Hash> {
    /// Free permits; none while a client waits.
    free: usize,
    places: usize,
    waiting: usize,
    by_client: HashMap<K, VecDeque<Waiting<K>>>,
    /// The waiting clients, in the order of their next permits.
    order: VecDeque<K>,
    next_id: u64,
}

struct Waiting<K: Copy + Eq + Hash> {
    id: u64,
    permit: oneshot::Sender<Permit<K>>,
}

/// The permission to work. Dropping it passes it on.
pub(super) struct Permit<K: Copy + Eq + Hash>(Option<Arc<FairQueue<K>>>);

/// The queue is full, or another client has taken the place.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Full;

/// A place in the queue, freed when dropped.
struct Ticket<'a, K: Copy + Eq + Hash> {
    queue: &'a FairQueue<K>,
    client: K,
    id: u64,
}

impl<K: Copy + Eq + Hash> FairQueue<K> {
    /// Creates a queue with `at_once` permits and this many places.
    pub(super) fn new(at_once: usize, places: usize) -> Self {
        Self(Mutex::new(State {
            free: at_once,
            places,
            waiting: 0,
            by_client: HashMap::new(),
            order: VecDeque::new(),
            next_id: 0,
        }))
    }

    /// Waits for a permit.
    ///
    /// # Errors
    /// If the queue is full.
    pub(super) async fn acquire(self: &Arc<Self>, client: K) -> Result<Permit<K>, Full> {
        let (id, permit) = {
            let mut state = self.state();
            if state.free > 0 {
                state.free -= 1;
                return Ok(Permit(Some(self.clone())));
            }
            state.enqueue(client)?
        };
        let _ticket = Ticket { queue: self, client, id };
        // The sender is dropped if another client takes the place.
        permit.await.map_err(|_| Full)
    }

    /// Passes a free permit on.
    fn pass_on(self: &Arc<Self>) {
        loop {
            let next = self.state().next();
            let Some(next) = next else { return };
            match next.permit.send(Permit(Some(self.clone()))) {
                Ok(()) => return,
                // The request was cancelled meanwhile.
                Err(mut unused) => unused.0 = None,
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State<K>> {
        // No code panics while it holds this lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Copy + Eq + Hash> State<K> {
    fn enqueue(&mut self, client: K) -> Result<(u64, oneshot::Receiver<Permit<K>>), Full> {
        if self.waiting >= self.places {
            self.make_room(client)?;
        }
        let (permit, receiver) = oneshot::channel();
        let id = self.next_id;
        self.next_id += 1;
        self.waiting += 1;
        let own = self.by_client.entry(client).or_default();
        if own.is_empty() {
            self.order.push_back(client);
        }
        own.push_back(Waiting { id, permit });
        Ok((id, receiver))
    }

    /// Frees the last place of the client with most of them, if it has at least two more than this one.
    fn make_room(&mut self, client: K) -> Result<(), Full> {
        let own = self.by_client.get(&client).map_or(0, VecDeque::len);
        let largest = self.by_client.iter_mut().max_by_key(|(_, line)| line.len());
        let (_, line) = largest.filter(|(_, line)| line.len() > own + 1).ok_or(Full)?;
        line.pop_back();
        self.waiting -= 1;
        Ok(())
    }

    /// Removes the next client from the queue; releases the permit if the queue is empty.
    fn next(&mut self) -> Option<Waiting<K>> {
        let next = self.order.pop_front().and_then(|client| {
            let line = self.by_client.get_mut(&client)?;
            let next = line.pop_front();
            if line.is_empty() {
                self.by_client.remove(&client);
            } else {
                self.order.push_back(client);
            }
            next
        });
        match next {
            Some(_) => self.waiting -= 1,
            None => self.free += 1,
        }
        next
    }

    /// Removes a request that does not wait any more.
    fn remove(&mut self, client: K, id: u64) {
        let Some(line) = self.by_client.get_mut(&client) else {
            return;
        };
        let before = line.len();
        line.retain(|waiting| waiting.id != id);
        self.waiting -= before - line.len();
        if line.is_empty() {
            self.by_client.remove(&client);
            self.order.retain(|other| *other != client);
        }
    }
}

impl<K: Copy + Eq + Hash> Drop for Ticket<'_, K> {
    fn drop(&mut self) {
        self.queue.state().remove(self.client, self.id);
    }
}

impl<K: Copy + Eq + Hash> Drop for Permit<K> {
    fn drop(&mut self) {
        if let Some(queue) = self.0.take() {
            queue.pass_on();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::Pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    type Request = Pin<Box<dyn Future<Output = Result<Permit<char>, Full>>>>;

    /// A queue with one running request, and the requests of these clients in this order.
    struct TestQueue {
        queue: Arc<FairQueue<char>>,
        running: Option<Permit<char>>,
        waiting: Vec<(char, Request)>,
        refused: String,
    }

    impl TestQueue {
        fn of(clients: &str, places: usize) -> Self {
            let queue = Arc::new(FairQueue::new(1, places));
            let mut test = Self {
                queue: queue.clone(),
                running: None,
                waiting: vec![],
                refused: String::new(),
            };
            for client in "-".chars().chain(clients.chars()) {
                let queue = queue.clone();
                let request = Box::pin(async move { queue.acquire(client).await });
                test.waiting.push((client, request));
                test.poll();
            }
            test
        }

        /// The client that has got the permit.
        fn poll(&mut self) -> Option<char> {
            let (mut served, running, refused) = (None, &mut self.running, &mut self.refused);
            self.waiting.retain_mut(|(client, request)| match poll(request.as_mut()) {
                Poll::Ready(Ok(permit)) => {
                    served = Some(*client);
                    *running = Some(permit);
                    false
                }
                Poll::Ready(Err(Full)) => {
                    refused.push(*client);
                    false
                }
                Poll::Pending => true,
            });
            served
        }

        /// The clients in the order of their permits.
        fn serve(&mut self) -> String {
            let mut served = String::new();
            loop {
                self.running = None;
                match self.poll() {
                    Some(client) => served.push(client),
                    None => break,
                }
            }
            assert!(self.waiting.is_empty(), "all are answered");
            served
        }

        /// Free permits, waiting requests, and waiting clients.
        fn counts(&self) -> (usize, usize, usize) {
            let state = self.queue.state();
            assert_eq!(state.by_client.len(), state.order.len());
            (state.free, state.waiting, state.order.len())
        }
    }

    fn poll<F: Future + ?Sized>(future: Pin<&mut F>) -> Poll<F::Output> {
        future.poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn clients_take_turns_whatever_their_number_of_requests() {
        let mut test = TestQueue::of("aaaabcb", 10);
        assert_eq!(test.counts(), (0, 7, 3));
        assert_eq!(test.serve(), "abcabaa");
        assert_eq!(test.counts(), (1, 0, 0));
    }

    #[test]
    fn newcomer_takes_the_place_of_the_client_that_has_most() {
        let mut test = TestQueue::of("aaaab", 4);
        assert_eq!(test.serve(), "abaa");
        assert_eq!(test.refused, "a");
        // One that would then have as many is refused itself.
        let mut test = TestQueue::of("aaab", 2);
        assert_eq!(test.serve(), "ab");
        assert_eq!(test.refused, "aa");
    }

    #[test]
    fn full_queue_of_many_clients_refuses_one_more() {
        let mut test = TestQueue::of("abcd", 3);
        assert_eq!(test.serve(), "abc");
        assert_eq!(test.refused, "d");
    }

    #[test]
    fn cancelled_request_gives_up_its_place_and_permit() {
        let mut test = TestQueue::of("abc", 10);
        drop(test.waiting.remove(1));
        assert_eq!(test.counts(), (0, 2, 2));
        // A gets the permit and is cancelled before it sees that.
        test.running = None;
        drop(test.waiting.remove(0));
        assert_eq!(test.poll(), Some('c'));
        test.running = None;
        assert_eq!(test.counts(), (1, 0, 0));
    }
}
