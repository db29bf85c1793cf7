//! Real servers, clients and browsers for the tests. Where something here does not work, the test
//! fails with a sentence.

pub mod access_scene;
pub mod background;
pub mod browser;
pub mod certificate;
pub mod chance;
pub mod cluster;
pub mod crash;
pub mod crowd;
pub mod curl;
pub mod diagnosis;
pub mod document;
pub mod example;
pub mod figure;
pub mod forger;
pub mod front;
pub mod gateway;
pub mod home;
pub mod lean_stream;
pub mod leopard;
pub mod lossy_line;
pub mod nginx;
pub mod operation;
pub mod postgres;
pub mod proxy;
pub mod redis;
pub mod refusal;
pub mod rest;
pub mod socket;
pub mod stream;
pub mod swagger_page;
pub mod switches;
pub mod tester_page;
pub mod tool;
pub mod user;
pub mod wait;
