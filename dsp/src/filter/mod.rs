//! Filters.

pub(crate) mod kaiser;
