//! Event streams: how they open, resume and end, on one node and on several.

mod access;
mod clients;
mod framing;
mod limit_per_user;
mod live;
mod nodes;
mod resume;
