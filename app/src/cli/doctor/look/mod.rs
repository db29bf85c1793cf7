//! What is asked, and of whom: everything here talks to somebody, and judges nothing.

mod certificate;
pub mod log_file;
pub mod login;
pub mod site;
pub mod stream;
