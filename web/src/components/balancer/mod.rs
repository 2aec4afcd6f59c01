//! Parts of the Balancer's page.

pub mod charts;
pub mod decisions;
pub mod engines;
pub mod lists;
pub mod orders;
pub mod queues;
pub mod subject;
pub mod table;
pub mod tasks;
pub mod users;
