//! What work on a sound is expected to take, before it has begun.

/// Compressed sound whose header states no length has about so many bytes a second.
const BYTES_PER_S: f64 = 16_000.0;
/// What an engine holds in memory for one sound, and what each channel adds.
const MEMORY_BYTES: u64 = 64 << 20;
const MEMORY_BYTES_PER_CHANNEL: u64 = 1 << 20;

/// Length of a sound in seconds, guessed from its size where its header does not say.
pub(super) fn duration_s(stated_s: Option<f64>, size_bytes: u64) -> f64 {
    stated_s.unwrap_or(size_bytes as f64 / BYTES_PER_S).max(0.0)
}

/// Memory for one sound.
pub(super) fn memory_bytes(channels: u32) -> u64 {
    MEMORY_BYTES + MEMORY_BYTES_PER_CHANNEL * u64::from(channels)
}
