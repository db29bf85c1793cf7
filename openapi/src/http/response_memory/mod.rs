//! Bounds the bytes of responses that are being created and sent, in total and for each caller.
//!
//! A large response keeps its memory until its client has read it. Operations that return a task or a list
//! that may be large reserve memory before they read from the store, and return the surplus when the response
//! is ready. Any other response takes its memory when it is ready.

mod middleware;
mod reserve;

pub(crate) use middleware::ResponseLimit;
pub(crate) use reserve::{
    CallerSlot, Reservation, ReserveNewTask, ReservePage, ReserveTask, ReserveWhole,
};

/// Marks a response whose bytes are part of the program, so that they take no memory.
#[derive(Clone, Copy)]
pub(crate) struct Embedded;

/// Marks a response whose body has no end, so that it is not collected.
#[derive(Clone, Copy)]
pub(crate) struct Endless;
