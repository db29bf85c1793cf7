mod air;
mod carrying;
mod gaps;
mod outbox;
mod pause;
mod words;
