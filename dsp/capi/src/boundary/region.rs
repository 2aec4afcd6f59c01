//! Which memory a call has in its hands: two slices of it may not overlap if one of them is written to.

use std::cell::RefCell;

use super::Failure;

struct Region {
    start: usize,
    end: usize,
    written: bool,
}

/// The buffers of one call.
#[derive(Default)]
pub(super) struct Regions(RefCell<Vec<Region>>);

impl Regions {
    /// Adds `bytes` bytes from `start` on, unless they overlap with what is there.
    pub(super) fn claim(&self, start: usize, bytes: usize, written: bool, name: &str) -> Result<(), Failure> {
        let end =
            start.checked_add(bytes).ok_or_else(|| Failure::argument(format!("{name} passes the end of memory")))?;
        if bytes == 0 {
            return Ok(());
        }
        let mut regions = self.0.borrow_mut();
        if regions.iter().any(|other| (written || other.written) && start < other.end && other.start < end) {
            return Err(Failure::argument(format!("{name} overlaps with another buffer of the call")));
        }
        regions.push(Region { start, end, written });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_readers_may_share() {
        let regions = Regions::default();
        regions.claim(100, 50, false, "a").expect("free");
        regions.claim(120, 50, false, "b").expect("two readers");
        regions.claim(149, 1, true, "c").expect_err("a writer in a reader");
        regions.claim(170, 10, true, "d").expect("next to it");
        regions.claim(179, 1, false, "e").expect_err("a reader in a writer");
        regions.claim(175, 0, true, "f").expect("nothing");
        regions.claim(usize::MAX, 2, false, "g").expect_err("wraps");
    }
}
