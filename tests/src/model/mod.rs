//! A small model of the rules, and a house in which several people do the same over a real store:
//! whatever they do, both must give the same answers.
//!
//! [`operation`] is what can be done, [`world`] what the rules say of it, [`house`] what Leopard makes
//! of it.

pub mod agreement;
pub mod answer;
pub mod generate;
pub mod house;
pub mod operation;
pub mod people;
mod story;
pub mod world;
