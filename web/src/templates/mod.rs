//! Templates: what all pages have around their content.

pub mod frame;
