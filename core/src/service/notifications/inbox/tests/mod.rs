mod browse;
mod change;
mod edit;
mod mailbox;
