mod listeners;
mod places;
mod receiver;
mod time;
mod updates;
mod wake_ups;
