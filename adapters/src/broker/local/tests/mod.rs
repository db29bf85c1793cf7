mod audience;
mod listener;
mod places;
mod time;
mod updates;
mod wake_ups;
