mod browse;
mod change;
mod mailbox;
