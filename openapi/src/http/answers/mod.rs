//! Bounds the bytes of responses that are being created and sent, in total and for each caller.
//!
//! A large answer keeps its memory until its client has read it. A list that may be large reserves
//! memory before anything is read from the store, as does what answers a whole task, and gives back what it did not need once the answer
//! is there. Any other answer takes what it needs when it is there.

mod memory;
mod middleware;
mod reserve;

pub use memory::AnswerPermit;
pub(crate) use middleware::AnswerLimit;
pub(crate) use reserve::{
    CallerSlot, Reservation, ReserveNewTask, ReservePage, ReserveTask, ReserveWhole,
};

/// Marks a response whose bytes are part of the program, so that they take no memory.
#[derive(Clone, Copy)]
pub(crate) struct Embedded;

/// Marks a response whose body has no end, so that it is not collected.
#[derive(Clone, Copy)]
pub(crate) struct Endless;
