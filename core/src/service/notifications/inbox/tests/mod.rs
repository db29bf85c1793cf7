mod browse;
mod change;
mod edit;
mod fake_mailbox;
