//! Memory of the engines that is used for work that is no task.

use std::sync::Arc;

use super::TaskBackend;

/// Memory that was taken from that of the engines; given back when this is dropped.
pub struct Memory {
    backend: Arc<dyn TaskBackend>,
    bytes: u64,
}

impl Memory {
    /// Takes so much; `None` while running tasks leave no room for it.
    pub fn take(backend: &Arc<dyn TaskBackend>, bytes: u64) -> Option<Self> {
        backend.take_memory(bytes).then(|| Self { backend: Arc::clone(backend), bytes })
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        self.backend.free_memory(self.bytes);
    }
}
