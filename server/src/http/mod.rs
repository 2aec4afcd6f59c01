//! The client service: thin handlers over the use cases.

mod artifacts;
mod assets;
mod calls;
mod drain;
mod events;
mod extract;
mod failure;
mod form;
mod guard;
mod headers;
mod health;
mod openapi;
mod original;
mod paced;
mod pages;
mod range;
mod recordings;
mod router;
mod upload;

pub use pages::PageHead;
pub use router::{App, router};
