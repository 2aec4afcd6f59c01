//! The parameters of the frequency visualizer, in one place.

use crate::window::Window;

/// How much is measured beside the spectrogram.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Measures {
    /// Levels and the statistics of the mean spectrum: what a preview shows, nearly free.
    #[default]
    Overview,
    /// Everything: every section of [`crate::analysis`].
    Full,
}

/// How a recording is analysed. The defaults are the product's own: a result names the parameters it was made with.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Parameters {
    /// Sample rate at which spectra are computed, 1 to 768,000.
    pub analysis_rate_hz: u32,
    /// Frames in one STFT window, a power of two from 64 to 65,536 (4,096 without `std`).
    pub window_length_frames: u32,
    /// Frames from one STFT window to the next, 1 to the window length.
    pub hop_frames: u32,
    /// Shape of the window.
    pub window: Window,
    /// A spectrogram has at most this many columns, an even number from 2 to 32,768; more STFT frames share columns.
    pub max_columns: u32,
    /// A waveform has at most this many buckets, an even number from 2 to 65,536.
    pub max_buckets: u32,
    /// Lowest level that is told apart from silence, -200 to 0.
    pub floor_dbfs: f32,
    /// How much is measured.
    #[cfg_attr(feature = "serde", serde(default))]
    pub measures: Measures,
    /// Arithmetic of the spectra; left out of documents where it is the usual one.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Precision::is_single"))]
    pub precision: Precision,
}

/// Arithmetic in which windows are applied and transforms computed. Samples and powers are single precision in both.
///
/// Held against the f64 model in `dsp/reference/model`, which is what the test `octave_model` measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Precision {
    /// f32: the error of a cell's amplitude is at most 5e-7 (-126 dB) of the loudest in its spectrum. That is 1e-4 dB
    /// down to 30 dB below the loudest, and grows the further a cell lies below it.
    #[default]
    Single,
    /// f64: every cell above -100 dBFS is exact to 1e-4 dB however loud others are. STFT and decibels take 1.3 to 1.8
    /// times as long, by processor; needs `std`.
    Double,
}

impl Precision {
    /// Whether it is the usual one.
    pub fn is_single(&self) -> bool {
        *self == Self::Single
    }
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            analysis_rate_hz: 32_000,
            window_length_frames: 2_048,
            hop_frames: 512,
            window: Window::HannPeriodic,
            max_columns: 2_048,
            max_buckets: 4_096,
            floor_dbfs: -120.0,
            measures: Measures::Overview,
            precision: Precision::Single,
        }
    }
}

/// A parameter outside its range.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{name} is {actual}; it must be {allowed}")]
pub struct ParameterError {
    /// Name of the field.
    pub name: &'static str,
    /// What may stand there.
    pub allowed: &'static str,
    /// What stood there.
    pub actual: f64,
}

#[cfg(feature = "std")]
const MAX_WINDOW_FRAMES: u32 = 65_536;
#[cfg(not(feature = "std"))]
const MAX_WINDOW_FRAMES: u32 = crate::fft::MAX_LENGTH as u32;

impl Parameters {
    /// Checks every field against its range.
    pub fn check(&self) -> Result<(), ParameterError> {
        let length = self.window_length_frames;
        let even = |value: u32, max: u32| (2..=max).contains(&value) && value.is_multiple_of(2);
        let checks = [
            (
                (1..=768_000).contains(&self.analysis_rate_hz),
                "analysis_rate_hz",
                "1 to 768000",
                f64::from(self.analysis_rate_hz),
            ),
            (
                length.is_power_of_two() && (64..=MAX_WINDOW_FRAMES).contains(&length),
                "window_length_frames",
                "a power of two from 64 to 65536 (4096 without std)",
                f64::from(length),
            ),
            (
                (1..=length).contains(&self.hop_frames),
                "hop_frames",
                "1 to window_length_frames",
                f64::from(self.hop_frames),
            ),
            (
                even(self.max_columns, 32_768),
                "max_columns",
                "an even number from 2 to 32768",
                f64::from(self.max_columns),
            ),
            (
                even(self.max_buckets, 65_536),
                "max_buckets",
                "an even number from 2 to 65536",
                f64::from(self.max_buckets),
            ),
            ((-200.0..=0.0).contains(&self.floor_dbfs), "floor_dbfs", "-200 to 0", f64::from(self.floor_dbfs)),
            (self.precision.is_single() || cfg!(feature = "std"), "precision", "single (double needs std)", 64.0),
        ];
        match checks.into_iter().find(|(valid, ..)| !valid) {
            None => self.window.check(),
            Some((_, name, allowed, actual)) => Err(ParameterError { name, allowed, actual }),
        }
    }

    /// Cells in one spectrum: half the window and one.
    pub fn bins(&self) -> usize {
        self.window_length_frames as usize / 2 + 1
    }

    /// Distance between two cells.
    pub fn bin_width_hz(&self) -> f64 {
        f64::from(self.analysis_rate_hz) / f64::from(self.window_length_frames)
    }

    /// Distance between two STFT frames.
    pub fn hop_s(&self) -> f64 {
        f64::from(self.hop_frames) / f64::from(self.analysis_rate_hz)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_valid() {
        Parameters::default().check().expect("valid");
    }

    #[test]
    fn every_field_is_guarded() {
        let base = Parameters::default;
        for (name, bad) in [
            ("analysis_rate_hz", Parameters { analysis_rate_hz: 0, ..base() }),
            ("window_length_frames", Parameters { window_length_frames: 2047, ..base() }),
            ("window_length_frames", Parameters { window_length_frames: 0, ..base() }),
            ("hop_frames", Parameters { hop_frames: 0, ..base() }),
            ("hop_frames", Parameters { hop_frames: 2049, ..base() }),
            ("max_columns", Parameters { max_columns: 3, ..base() }),
            ("max_buckets", Parameters { max_buckets: 0, ..base() }),
            ("floor_dbfs", Parameters { floor_dbfs: f32::NAN, ..base() }),
            ("window", Parameters { window: Window::KaiserPeriodic { beta: -1.0 }, ..base() }),
        ] {
            assert_eq!(bad.check().expect_err("refused").name, name);
        }
    }
}
