//! DAS, the digital audio server: client service, Balancer and engine runner in one program.

pub mod balancer;
pub mod command;
pub mod config;
pub mod db;
pub mod engine;
pub mod http;
mod percentile;
pub mod priority;
pub mod problem;
pub mod serve;
pub mod service;
pub mod storage;
