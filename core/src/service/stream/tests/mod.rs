mod census;
mod comparison;
mod follow;
mod guard;
mod line;
mod sweep;
mod switchboard;
mod trouble;
