//! What a handle points to.

use std::sync::{Mutex, TryLockError};

use super::Failure;

/// A C type whose pointers are handles.
pub(crate) trait Kind {
    /// What stands behind the handle. Shared between threads, and freed on any.
    type Value: Send + Sync + 'static;
    /// Eight letters that tell the kinds apart.
    const TAG: [u8; 8];
}

/// The allocation behind a handle. The tag comes first whatever the value is, so that it can be read before the kind
/// is known.
#[repr(C)]
pub(super) struct Handle<V> {
    pub(super) tag: [u8; 8],
    pub(super) value: V,
}

/// Tag of a handle that has been freed, as long as nobody else has the memory.
pub(super) const FREED: [u8; 8] = *b"das.free";

/// The state of a stream: one call at a time.
pub(crate) struct Exclusive<T>(Mutex<T>);

impl<T> Exclusive<T> {
    pub(crate) fn new(state: T) -> Self {
        Self(Mutex::new(state))
    }

    /// Runs one call. Does not wait: two threads in one stream are a mistake that should show.
    pub(crate) fn with<R>(&self, call: impl FnOnce(&mut T) -> Result<R, Failure>) -> Result<R, Failure> {
        match self.0.try_lock() {
            Ok(mut state) => call(&mut state),
            Err(TryLockError::WouldBlock) => Err(Failure::busy()),
            Err(TryLockError::Poisoned(_)) => Err(Failure::internal("an earlier call on this handle gave up")),
        }
    }
}
