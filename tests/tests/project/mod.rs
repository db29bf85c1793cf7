//! The project itself: the rules of its source tree and the examples of its README.

mod architecture;
mod back_end_guide;
mod building_on_the_core;
mod documents;
mod readme;
mod source_tree;
