//! Work that must not slow the pages down.

/// How much lower the priority of the system is for threads that compute.
#[cfg(target_os = "linux")]
const NICE: i32 = 5;

/// Lowers the priority of the calling thread and of those that it starts; on Linux `nice` acts on a thread alone.
#[cfg(target_os = "linux")]
pub fn lower() {
    if let Err(error) = rustix::process::nice(NICE) {
        tracing::debug!(%error, "a working thread keeps the normal priority");
    }
}

/// Other systems have no priority of single threads that is the same everywhere.
#[cfg(not(target_os = "linux"))]
pub fn lower() {}

/// Makes this process the first to go when the machine runs out of memory, before the server that started it.
#[cfg(target_os = "linux")]
pub fn give_way() {
    if let Err(error) = std::fs::write("/proc/self/oom_score_adj", "1000") {
        tracing::debug!(%error, "this process does not give way when memory is short");
    }
}

/// Other systems choose by themselves.
#[cfg(not(target_os = "linux"))]
pub fn give_way() {}
