//! The pages of DAS: a Leptos application that the server renders and the browser hydrates.
//!
//! Two leaf crates choose how it is built. With `ssr` the pages ask the services through [`backend::Backend`]; without it they
//! ask `/api`. Both answers have the types of [`model`].

// A page is one nested type.
#![recursion_limit = "256"]
// A `Problem` is what the wire says. One comes up per request at most, so its size does not matter.
#![allow(clippy::result_large_err)]

/// Where pages get their content: the services of this process.
#[cfg(feature = "ssr")]
#[path = "api/backend.rs"]
pub mod api;
/// Where pages get their content: `/api` of the server that sent the page.
#[cfg(not(feature = "ssr"))]
#[path = "api/fetch.rs"]
pub mod api;

#[cfg(feature = "ssr")]
pub mod backend;
#[cfg(feature = "ssr")]
pub mod shell;

pub mod app;
pub mod browser;
pub mod components;
pub mod format;
pub mod model;
pub mod pages;
pub mod plot;
pub mod preview;
pub mod problem;
pub mod templates;
pub mod upload;

pub use app::App;
