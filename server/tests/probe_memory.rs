//! What an upload costs in memory before it is accepted.
// A counting allocator is an unsafe trait.
#![allow(missing_docs, clippy::unwrap_used, unsafe_code)]

mod common;

use std::{
    alloc::{GlobalAlloc, Layout, System},
    convert::Infallible,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

use bytes::Bytes;
use common::{Server, Wav, config};
use futures::stream;

struct Counting;

static LIVE_BYTES: AtomicUsize = AtomicUsize::new(0);
static PEAK_BYTES: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        PEAK_BYTES.fetch_max(LIVE_BYTES.fetch_add(layout.size(), Relaxed) + layout.size(), Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE_BYTES.fetch_sub(layout.size(), Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The header alone is looked at: a decoder and buffers, no analysis.
const MOST_BYTES: usize = 1 << 20;

#[tokio::test(flavor = "multi_thread")]
async fn a_probe_needs_no_memory_of_an_analysis() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_without_engines(config(&folder)).await;
    let sound = Bytes::from(Wav { channels: 8, rate_hz: 767_999, ..Wav::PCM16 }.file(&[0; 6_400], 6_400));
    for run in 0..2 {
        let chunks = stream::iter([Ok::<_, Infallible>(sound.clone())]);
        let before = LIVE_BYTES.load(Relaxed);
        PEAK_BYTES.store(before, Relaxed);
        server.services.receive("a.wav", None, chunks).await.unwrap();
        let used = PEAK_BYTES.load(Relaxed) - before;
        // Tables that are made once are made in the first run.
        assert!(run == 0 || used < MOST_BYTES, "{used} bytes");
    }
    server.stop().await;
}
