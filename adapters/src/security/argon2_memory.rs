use std::sync::{Mutex, MutexGuard, PoisonError};

use argon2::{Block, Params};

/// Memory to hash in, as much at a time as the recommended parameters need. It is kept for the
/// next one: what is given back stays with the allocator, again for every thread that hashed.
#[derive(Default)]
pub(super) struct HashingMemory {
    idle: Mutex<Vec<Vec<Block>>>,
}

impl HashingMemory {
    /// Lends memory to this work. There is as much of it as works have run at once; what the last
    /// one left in it is overwritten by hashing.
    pub(super) fn lend<T>(&self, work: impl FnOnce(&mut [Block]) -> T) -> T {
        let kept = self.idle().pop();
        let mut blocks = kept.unwrap_or_else(|| vec![Block::new(); Params::DEFAULT.block_count()]);
        let done = work(&mut blocks);
        self.idle().push(blocks);
        done
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Vec<Block>>> {
        // Nothing is half done where a push or a pop has failed.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// For how many works memory is kept.
    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        self.idle().len()
    }
}
