//! What happens on an open stream, without I/O.

pub mod event;
pub mod follower;
pub mod opening;

#[cfg(test)]
mod follower_model;
#[cfg(test)]
mod follower_properties;
