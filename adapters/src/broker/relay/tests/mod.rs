mod fake_transport;
mod gaps;
mod messages;
mod pause;
mod pending_updates;
mod run;
