//! A fair queue: clients are served round-robin, so one that asks often delays itself, and others do not wait
//! for it.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// Bounds how many work at the same time, and how many wait for that.
///
/// Clients that wait get turns round robin, however many requests each of them has waiting. Where the
/// queue is full, a newcomer takes the last place of the client that has most of them, unless it would
/// then have as many itself: so no client fills the queue for others.
pub(super) struct FairQueue<K: Copy + Eq + Hash>(Mutex<State<K>>);

struct State<K: Copy + Eq + Hash> {
    /// Free permits; none while a client waits.
    free: usize,
    places: usize,
    waiting: usize,
    by_client: HashMap<K, VecDeque<Waiting<K>>>,
    /// The clients that wait, in the order of their next turns.
    order: VecDeque<K>,
    next_id: u64,
}

struct Waiting<K: Copy + Eq + Hash> {
    id: u64,
    turn: oneshot::Sender<Turn<K>>,
}

/// The permission to work. When it is dropped, the next one gets it.
pub(super) struct Turn<K: Copy + Eq + Hash>(Option<Arc<FairQueue<K>>>);

/// There is no place to wait, or another client has got it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Full;

/// A place in the queue, given up when this is dropped.
struct Place<'a, K: Copy + Eq + Hash> {
    queue: &'a FairQueue<K>,
    client: K,
    id: u64,
}

impl<K: Copy + Eq + Hash> FairQueue<K> {
    /// Lets so many work at the same time, and so many wait.
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

    /// Waits for a turn of this client.
    pub(super) async fn turn(self: &Arc<Self>, client: K) -> Result<Turn<K>, Full> {
        let (id, turn) = {
            let mut state = self.state();
            if state.free > 0 {
                state.free -= 1;
                return Ok(Turn(Some(self.clone())));
            }
            state.enqueue(client)?
        };
        let _place = Place {
            queue: self,
            client,
            id,
        };
        // The sender is dropped where another client gets the place.
        turn.await.map_err(|_| Full)
    }

    /// Gives a turn that is over to the next one.
    fn pass_on(self: &Arc<Self>) {
        loop {
            let next = self.state().next();
            let Some(next) = next else { return };
            match next.turn.send(Turn(Some(self.clone()))) {
                Ok(()) => return,
                // It has gone away at this moment.
                Err(mut unused) => unused.0 = None,
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State<K>> {
        // Nothing that is done while it is held can panic half way.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Copy + Eq + Hash> State<K> {
    fn enqueue(&mut self, client: K) -> Result<(u64, oneshot::Receiver<Turn<K>>), Full> {
        if self.waiting >= self.places {
            self.make_room(client)?;
        }
        let (turn, receiver) = oneshot::channel();
        let id = self.next_id;
        self.next_id += 1;
        self.waiting += 1;
        let own = self.by_client.entry(client).or_default();
        if own.is_empty() {
            self.order.push_back(client);
        }
        own.push_back(Waiting { id, turn });
        Ok((id, receiver))
    }

    /// Takes the last place of the client that has most of them, if it has two more than this one.
    fn make_room(&mut self, client: K) -> Result<(), Full> {
        let own = self.by_client.get(&client).map_or(0, VecDeque::len);
        let largest = self.by_client.iter_mut().max_by_key(|(_, line)| line.len());
        let (_, line) = largest
            .filter(|(_, line)| line.len() > own + 1)
            .ok_or(Full)?;
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

    /// Forgets one who does not wait any more.
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

impl<K: Copy + Eq + Hash> Drop for Place<'_, K> {
    fn drop(&mut self) {
        self.queue.state().remove(self.client, self.id);
    }
}

impl<K: Copy + Eq + Hash> Drop for Turn<K> {
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

    type Asked = Pin<Box<dyn Future<Output = Result<Turn<char>, Full>>>>;

    /// A queue where somebody works, and these clients have asked after each other.
    struct Line {
        queue: Arc<FairQueue<char>>,
        working: Option<Turn<char>>,
        waiting: Vec<(char, Asked)>,
        refused: String,
    }

    impl Line {
        fn of(clients: &str, places: usize) -> Self {
            let queue = Arc::new(FairQueue::new(1, places));
            let mut line = Self {
                queue: queue.clone(),
                working: None,
                waiting: vec![],
                refused: String::new(),
            };
            for client in "-".chars().chain(clients.chars()) {
                let queue = queue.clone();
                let asked = Box::pin(async move { queue.turn(client).await });
                line.waiting.push((client, asked));
                line.look();
            }
            line
        }

        /// Who has got a turn by now.
        fn look(&mut self) -> Option<char> {
            let (mut served, working, refused) = (None, &mut self.working, &mut self.refused);
            self.waiting
                .retain_mut(|(client, asked)| match poll(asked.as_mut()) {
                    Poll::Ready(Ok(turn)) => {
                        served = Some(*client);
                        *working = Some(turn);
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

        /// The clients in the order of their turns.
        fn serve(&mut self) -> String {
            let mut served = String::new();
            loop {
                self.working = None;
                match self.look() {
                    Some(client) => served.push(client),
                    None => break,
                }
            }
            assert!(self.waiting.is_empty(), "all are answered");
            served
        }

        /// How many may work, how many wait, and of how many clients.
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
        let mut line = Line::of("aaaabcb", 10);
        assert_eq!(line.counts(), (0, 7, 3));
        assert_eq!(line.serve(), "abcabaa");
        assert_eq!(line.counts(), (1, 0, 0));
    }

    #[test]
    fn newcomer_takes_the_place_of_the_client_that_has_most() {
        let mut line = Line::of("aaaab", 4);
        assert_eq!(line.serve(), "abaa");
        assert_eq!(line.refused, "a");
        // One that would then have as many is refused itself.
        let mut line = Line::of("aaab", 2);
        assert_eq!(line.serve(), "ab");
        assert_eq!(line.refused, "aa");
    }

    #[test]
    fn full_queue_of_many_clients_refuses_one_more() {
        let mut line = Line::of("abcd", 3);
        assert_eq!(line.serve(), "abc");
        assert_eq!(line.refused, "d");
    }

    #[test]
    fn cancelled_request_gives_up_its_place_and_permit() {
        let mut line = Line::of("abc", 10);
        drop(line.waiting.remove(1));
        assert_eq!(line.counts(), (0, 2, 2));
        // A gets its turn and goes away before it sees that.
        line.working = None;
        drop(line.waiting.remove(0));
        assert_eq!(line.look(), Some('c'));
        line.working = None;
        assert_eq!(line.counts(), (1, 0, 0));
    }
}
