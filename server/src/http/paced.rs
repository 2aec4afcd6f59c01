//! Keeps the memory of the form parser bounded.
//!
//! The parser reads whatever is ready into its buffer, and a part's header may be as long as the sender likes. Here one chunk
//! is handed over at a time, and only so much before the handler has seen something of it.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
};

use axum::{BoxError, body::BodyDataStream};
use bytes::Bytes;
use futures::Stream;

/// Bytes that the parser may hold without showing the handler anything.
const AHEAD_BYTES: u64 = 1 << 20;

/// Tells the stream that the handler has seen something.
#[derive(Debug, Clone, Default)]
pub struct Pace(Arc<AtomicU64>);

impl Pace {
    /// Call for every part and every chunk.
    pub fn seen(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

/// The body of a form.
#[derive(Debug)]
pub struct Paced {
    inner: BodyDataStream,
    pace: Pace,
    rests: bool,
}

impl Paced {
    /// Wraps a body.
    pub fn new(inner: BodyDataStream, pace: Pace) -> Self {
        Self { inner, pace, rests: false }
    }
}

impl Stream for Paced {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.rests {
            self.rests = false;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let polled = Pin::new(&mut self.inner).poll_next(cx).map_err(BoxError::from);
        if let Poll::Ready(Some(Ok(chunk))) = &polled {
            self.rests = true;
            let ahead = self.pace.0.fetch_add(chunk.len() as u64, Ordering::Relaxed);
            if ahead > AHEAD_BYTES {
                return Poll::Ready(Some(Err("a part of the form has no end of its header".into())));
            }
        }
        polled
    }
}
