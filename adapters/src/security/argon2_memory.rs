use std::sync::{Mutex, MutexGuard, PoisonError};

use argon2::{Block, Params};

/// Reusable memory for hashing, in blocks of the size that the recommended parameters need. Freeing it would leave it
/// with the allocator, once per thread.
#[derive(Default)]
pub(super) struct HashingMemory {
    idle: Mutex<Vec<Vec<Block>>>,
}

impl HashingMemory {
    /// Lends memory to this work. There are as many blocks as hashes have run at the same time; hashing overwrites
    /// the old content.
    pub(super) fn lend<T>(&self, work: impl FnOnce(&mut [Block]) -> T) -> T {
        let kept = self.idle().pop();
        let mut blocks = kept.unwrap_or_else(|| vec![Block::new(); Params::DEFAULT.block_count()]);
        let done = work(&mut blocks);
        self.idle().push(blocks);
        done
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Vec<Block>>> {
        // A push or a pop leaves nothing half done.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Number of idle memory blocks.
    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        self.idle().len()
    }
}
