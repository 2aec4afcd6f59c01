//! A chosen file, its preview and its way to the server.

use leptos::prelude::*;
use web_sys::File;

use super::{files, name};
use crate::{
    model::{Problem, RecordingDetails},
    preview::{
        bridge::Channel,
        protocol::{SoundInfo, Summary},
    },
};

/// Where a preview stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PreviewState {
    /// Waits for the worker, which takes one file after another.
    Queued,
    /// Is being decoded and analysed.
    Decoding,
    /// Complete.
    Done,
    /// Ended with a problem.
    Failed,
}

impl PreviewState {
    /// Name for styles and tests.
    pub fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Decoding => "decoding",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }
}

/// What the worker has reported so far.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    /// Where it stands.
    pub state: PreviewState,
    /// What the header says.
    pub info: Option<SoundInfo>,
    /// Columns painted.
    pub columns: u32,
    /// Work done, 0 to 1.
    pub progress: Option<f32>,
    /// Length of the time axis.
    pub axis_s: f64,
    /// Highest frequency.
    pub nyquist_hz: f64,
    /// What was found out at the end.
    pub summary: Option<Summary>,
    /// Why there is no preview.
    pub problem: Option<Problem>,
}

impl Preview {
    /// Nothing yet.
    pub fn queued() -> Self {
        Self {
            state: PreviewState::Queued,
            info: None,
            columns: 0,
            progress: None,
            axis_s: 0.0,
            nyquist_hz: 16_000.0,
            summary: None,
            problem: None,
        }
    }

    /// Refused before it began.
    pub fn refused(problem: Problem) -> Self {
        Self { state: PreviewState::Failed, problem: Some(problem), ..Self::queued() }
    }
}

/// Where the upload stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Sending {
    /// Not asked for.
    Idle,
    /// Behind others.
    Waiting,
    /// Bytes are on their way: share sent, 0 to 1.
    Going(f32),
    /// All sent; the server checks and stores.
    Storing,
    /// Accepted.
    Sent(Box<RecordingDetails>),
    /// Not accepted.
    Refused(Problem),
}

/// A chosen file.
#[derive(Debug, Clone)]
pub struct Item {
    /// Number of the file, see [`files`].
    pub number: u32,
    /// Its name as it is shown.
    pub name: String,
    /// Its length.
    pub size_bytes: u64,
    /// Its preview.
    pub preview: ArcRwSignal<Preview>,
    /// Its upload.
    pub sending: ArcRwSignal<Sending>,
    /// The channel of its preview.
    pub channel: ArcRwSignal<Option<Channel>>,
}

impl Item {
    /// Takes a file in.
    pub fn of(file: File) -> Self {
        // The server would refuse the name after all of the file was sent.
        let preview = match name::checked(&file.name()) {
            Ok(_) => Preview::queued(),
            Err(bad) => Preview::refused(bad.problem()),
        };
        Self {
            name: name::shown(&file.name()),
            size_bytes: file.size() as u64,
            number: files::keep(file),
            preview: ArcRwSignal::new(preview),
            sending: ArcRwSignal::new(Sending::Idle),
            channel: ArcRwSignal::new(None),
        }
    }

    /// True from the wish to submit until the server's answer.
    pub fn is_on_its_way(&self) -> bool {
        self.sending.with(|sending| matches!(sending, Sending::Waiting | Sending::Going(_) | Sending::Storing))
    }

    /// True when the file may still be submitted.
    pub fn can_submit(&self) -> bool {
        self.preview.with(|preview| preview.problem.as_ref().is_none_or(|problem| problem.code == "worker"))
            && self.sending.with(|sending| matches!(sending, Sending::Idle | Sending::Refused(_)))
    }
}
