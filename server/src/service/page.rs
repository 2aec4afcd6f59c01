//! Pages of lists.

use super::error::ServiceError;
use crate::problem::Code;

/// A number of rows that a page can have: 1 to `most`.
pub(super) fn checked_limit(limit: u32, most: u32) -> Result<u32, ServiceError> {
    if (1..=most).contains(&limit) {
        return Ok(limit);
    }
    let passed = limit.clamp(1, most);
    let detail = format!("The limit of a page is 1 to {most}.");
    Err(Code::BadRequest.limit(detail, passed.into(), Some(limit.into())).into())
}
