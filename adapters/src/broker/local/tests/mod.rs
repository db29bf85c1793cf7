mod audience;
mod bells;
mod listener;
mod places;
mod time;
mod wake_ups;
