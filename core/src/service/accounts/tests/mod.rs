mod administer;
mod attempts;
mod authenticate;
mod house;
mod log_in;
mod log_out;
mod refresh;
mod stream_token;
