//! What the page and the sound worker say to each other.
//!
//! A message is a JavaScript array: a JSON text of [`Envelope`], then at most one attachment. A command may carry a `Blob`; an
//! event may carry an `ArrayBuffer`, which is transferred. Everything about one sound goes through one channel, whose number
//! the page chooses; commands of a channel are obeyed in order, but a [`Command::Paint`] may be overtaken by a later one.

use dsp::{Parameters, palette::Palette};
use serde::{Deserialize, Serialize};

use crate::model::{Problem, UploadRules};

/// A message with the channel that it belongs to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Envelope<T> {
    /// Number of the channel, chosen by the page.
    pub channel: u32,
    /// The message.
    pub body: T,
}

/// Size of a canvas in its own pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CanvasSize {
    /// Pixels across.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
}

/// What is accepted; the same limits as the server's.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// Largest file.
    pub max_bytes: u64,
    /// Longest recording.
    pub max_duration_s: f64,
    /// Most channels.
    pub max_channels: u32,
    /// Highest sample rate.
    pub max_sample_rate_hz: u32,
}

impl From<&UploadRules> for Limits {
    fn from(rules: &UploadRules) -> Self {
        Self {
            max_bytes: rules.max_bytes,
            max_duration_s: rules.max_duration_s,
            max_channels: rules.max_channels,
            max_sample_rate_hz: rules.max_sample_rate_hz,
        }
    }
}

/// Which part of the loaded spectrogram to paint, and how.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ViewSpec {
    /// Left and right edge in seconds.
    pub time_s: (f64, f64),
    /// Lowest and highest level that the palette spans.
    pub range_db: (f32, f32),
    /// Colour map.
    pub palette: Palette,
    /// Size of the picture.
    pub canvas: CanvasSize,
}

/// What the page asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Command {
    /// Analyse the attached `Blob` and paint while it goes on.
    Open {
        /// Name of the file: its ending helps to recognize the format.
        name: String,
        /// What is accepted.
        limits: Limits,
        /// Where the picture goes.
        canvas: CanvasSize,
    },
    /// The preview's canvas has another size now.
    Resize {
        /// The new size.
        canvas: CanvasSize,
    },
    /// The server has received these bytes: keep the preview to compare it with the server's result.
    Keep {
        /// SHA-256 of the file, as the server computed it.
        sha256: String,
    },
    /// Fetch and hold the server's spectrogram.
    Load {
        /// Address of its binary form.
        url: String,
    },
    /// Paint the loaded spectrogram.
    Paint {
        /// Comes back with the picture.
        serial: u32,
        /// What to paint.
        view: ViewSpec,
    },
    /// Look up one cell of the loaded spectrogram.
    Probe {
        /// Moment.
        time_s: f64,
        /// Frequency.
        frequency_hz: f64,
    },
    /// Compare this browser's own analysis with the loaded spectrogram.
    Measure {
        /// SHA-256 of the recording.
        sha256: String,
        /// Name of the file.
        name: String,
        /// Where the original can be fetched when no preview was kept; `None` to compare kept previews only.
        original_url: Option<String>,
        /// How the server analysed it.
        parameters: Parameters,
    },
    /// Synthesize the demo sound.
    Demo,
    /// Stop whatever the channel does and drop what it holds. Kept previews stay.
    Close,
}

/// The stream that was found in a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SoundInfo {
    /// Container, for example `wav`.
    pub container: String,
    /// Codec, for example `flac`.
    pub codec: String,
    /// Frames per second.
    pub sample_rate_hz: u32,
    /// Number of channels.
    pub channels: u32,
    /// Declared or, at the end, counted length.
    pub duration_s: Option<f64>,
}

/// What is known when a preview is complete.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Counted length.
    pub duration_s: f64,
    /// Largest magnitude.
    pub peak_dbfs: Option<f64>,
    /// Root mean square.
    pub rms_dbfs: Option<f64>,
    /// Samples at or beyond full scale.
    pub clipped_samples: u64,
    /// Time from the first byte to the last column.
    pub elapsed_ms: f64,
}

/// What the worker reports.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// The worker has started and listens. The first message of all, on channel 0.
    Ready,
    /// The file's header has been read.
    Started {
        /// What it says.
        info: SoundInfo,
    },
    /// The preview has grown. A picture of `canvas` pixels is attached.
    Progress {
        /// Columns of the spectrogram so far.
        columns: u32,
        /// Sound analysed so far.
        analysed_s: f64,
        /// Work done, 0 to 1, where the length is known.
        progress: Option<f32>,
        /// Highest frequency of the picture.
        nyquist_hz: f64,
        /// Length of the picture's time axis.
        axis_s: f64,
        /// Size of the attached picture.
        canvas: CanvasSize,
    },
    /// The preview is complete. The last picture is attached.
    Done {
        /// Columns of the spectrogram.
        columns: u32,
        /// What was found out.
        summary: Summary,
        /// Size of the attached picture.
        canvas: CanvasSize,
    },
    /// The preview was painted again after [`Command::Resize`]. The picture is attached.
    Resized {
        /// Size of the attached picture.
        canvas: CanvasSize,
    },
    /// The command could not be carried out.
    Failed {
        /// Why.
        problem: Problem,
    },
    /// The server's spectrogram is here.
    Loaded {
        /// Number of columns.
        columns: u32,
        /// Length.
        duration_s: f64,
        /// Highest frequency.
        nyquist_hz: f64,
    },
    /// A picture of the loaded spectrogram is attached.
    Painted {
        /// From the command.
        serial: u32,
        /// Size of the attached picture.
        canvas: CanvasSize,
    },
    /// The level of one cell.
    Probed {
        /// Moment that was asked for.
        time_s: f64,
        /// Frequency that was asked for.
        frequency_hz: f64,
        /// Level there, if it is inside.
        level_db: Option<f32>,
    },
    /// The comparison is under way.
    Measuring {
        /// Work done, 0 to 1, where the length is known.
        progress: Option<f32>,
    },
    /// The browser's analysis and the server's, cell by cell.
    Measured {
        /// Largest difference.
        max_db: f32,
        /// Mean difference.
        mean_db: f32,
        /// Number of cells compared.
        cells: u64,
    },
    /// There is no preview of this recording and the command did not allow to fetch the original.
    NoPreview,
    /// The demo sound is attached, a WAV file.
    Demo {
        /// Name of the file.
        name: String,
    },
    /// The worker is lost. Sent to every channel.
    Crashed {
        /// Last words.
        detail: String,
    },
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn round_trip<T: Serialize + for<'a> Deserialize<'a> + PartialEq + std::fmt::Debug>(body: T) {
        let envelope = Envelope { channel: 7, body };
        let text = serde_json::to_string(&envelope).unwrap();
        assert_eq!(serde_json::from_str::<Envelope<T>>(&text).unwrap(), envelope, "{text}");
    }

    #[test]
    fn commands_survive_the_journey() {
        let canvas = CanvasSize { width: 640, height: 160 };
        let limits =
            Limits { max_bytes: 1 << 40, max_duration_s: 7200.0, max_channels: 8, max_sample_rate_hz: 192_000 };
        round_trip(Command::Open { name: "a \"quoted\" näme.wav".to_owned(), limits, canvas });
        round_trip(Command::Measure {
            sha256: "00".repeat(32),
            name: "x".to_owned(),
            original_url: None,
            parameters: Parameters::default(),
        });
        round_trip(Command::Paint {
            serial: 3,
            view: ViewSpec { time_s: (0.5, 1.25), range_db: (-100.0, -5.5), palette: Palette::Viridis, canvas },
        });
        round_trip(Command::Close);
    }

    #[test]
    fn events_survive_the_journey() {
        round_trip(Event::Ready);
        round_trip(Event::Probed { time_s: 0.1, frequency_hz: 440.0, level_db: Some(-31.4375) });
        round_trip(Event::Failed { problem: crate::problem::sound("truncated", "Cut off.", None, None, Some(99)) });
        round_trip(Event::Measured { max_db: 0.0078125, mean_db: 0.0001, cells: 1 << 33 });
    }
}
