//! The client service: thin handlers over the use cases.

mod admin;
mod artifacts;
mod assets;
mod balancer;
mod balancer_events;
mod call_order;
mod call_query;
mod call_tasks;
mod calls;
mod drain;
mod events;
mod extract;
mod failure;
mod form;
mod guard;
mod headers;
mod health;
mod metrics;
mod openapi;
mod original;
mod paced;
mod pages;
mod range;
mod recordings;
mod router;
mod tasks;
mod upload;
mod wish;

pub use pages::PageHead;
pub use router::{App, router};
