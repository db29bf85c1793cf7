//! Real servers, clients and browsers for the tests. Where something here does not work, the test
//! fails with a sentence.

pub mod background;
pub mod browser;
pub mod curl;
pub mod home;
pub mod leopard;
pub mod operation;
pub mod proxy;
pub mod refusal;
pub mod rest;
pub mod stream;
pub mod tester_page;
pub mod user;
pub mod wait;
