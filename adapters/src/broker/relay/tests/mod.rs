mod air;
mod carrying;
mod doubts;
mod outbox;
mod pause;
mod words;
