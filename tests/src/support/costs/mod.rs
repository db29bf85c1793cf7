//! Every operation at its documented maxima: the data that makes it expensive, the requests, and their
//! cost.

pub mod cases;
pub mod maxima;
pub mod measure;
pub mod table;
pub mod worst_data;

use cases::{Case, bodies, comments, health, keys, notifications, tasks, tokens, users};

/// All cases; each operation of the document has one at least.
pub fn all() -> Vec<Case> {
    [
        health::cases(),
        tokens::cases(),
        tasks::cases(),
        comments::cases(),
        notifications::cases(),
        users::cases(),
        keys::cases(),
        bodies::cases(),
    ]
    .concat()
}
