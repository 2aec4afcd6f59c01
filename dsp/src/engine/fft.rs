//! `do_fft`: the power spectra of a sound.

use super::{EngineError, Sound};
use crate::{Parameters, mix, stft::Stft, window::Window};

/// Cells of all frames that [`do_fft`] keeps in memory: 2 GiB.
const MAX_CELLS: u64 = 1 << 29;

/// What [`do_fft`] is asked for.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FftRequest {
    /// Frames in one window, a power of two from 64 to 65,536.
    pub window_length_frames: u32,
    /// Frames from one window to the next, 1 to the window length.
    pub hop_frames: u32,
    /// Shape of the window.
    pub window: Window,
}

impl Default for FftRequest {
    fn default() -> Self {
        let Parameters { window_length_frames, hop_frames, window, .. } = Parameters::default();
        Self { window_length_frames, hop_frames, window }
    }
}

impl FftRequest {
    /// Checks every field and plans the transform.
    pub(super) fn plan(&self) -> Result<Stft, EngineError> {
        let Self { window_length_frames, hop_frames, window } = self.clone();
        let parameters = Parameters { window_length_frames, hop_frames, window, ..Parameters::default() };
        parameters.check()?;
        Ok(Stft::prepare(&parameters)?)
    }

    /// Checks every field.
    pub fn check(&self) -> Result<(), EngineError> {
        self.plan().map(drop)
    }

    /// Cells in one spectrum: half the window and one.
    pub fn bins(&self) -> usize {
        self.window_length_frames as usize / 2 + 1
    }
}

/// Power spectra in the order of time, each from 0 Hz to half the sample rate. Scaled as [`Stft`] says: a sine of
/// amplitude 1.0 on a bin has power 1.0 (0 dBFS).
#[derive(Debug, Clone, PartialEq)]
pub struct Spectra {
    sample_rate_hz: u32,
    request: FftRequest,
    /// Frame after frame.
    power: Vec<f32>,
}

impl Spectra {
    /// Rate of the sound.
    pub fn sample_rate_hz(&self) -> u32 {
        self.sample_rate_hz
    }

    /// How the spectra were made.
    pub fn request(&self) -> &FftRequest {
        &self.request
    }

    /// Cells in one spectrum.
    pub fn bins(&self) -> usize {
        self.request.bins()
    }

    /// Number of spectra.
    pub fn frames(&self) -> usize {
        self.power.len() / self.bins()
    }

    /// Distance between two cells.
    pub fn bin_width_hz(&self) -> f64 {
        f64::from(self.sample_rate_hz) / f64::from(self.request.window_length_frames)
    }

    /// Distance between two spectra.
    pub fn hop_s(&self) -> f64 {
        f64::from(self.request.hop_frames) / f64::from(self.sample_rate_hz)
    }

    /// All spectra, one after the other.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &[f32]> {
        self.power.chunks_exact(self.bins())
    }

    /// The spectrum of one frame; frame i is centred on sample i x hop.
    pub fn frame(&self, frame: usize) -> Option<&[f32]> {
        let start = frame.checked_mul(self.bins())?;
        self.power.get(start..start.checked_add(self.bins())?)
    }
}

/// Transforms the mono mix of a sound at its own rate: F frames give 1 + F / hop spectra.
pub fn do_fft(sound: &Sound, request: &FftRequest) -> Result<Spectra, EngineError> {
    let mut stft = request.plan()?;
    let cells = (1 + sound.frames() as u64 / u64::from(request.hop_frames)) * request.bins() as u64;
    if cells > MAX_CELLS {
        return Err(EngineError::TooManySamples { limit: MAX_CELLS, actual: cells });
    }
    let mut mono = Vec::with_capacity(sound.frames());
    mix::to_mono(sound.channels(), &mut mono);
    let mut power = Vec::with_capacity(cells as usize);
    stft.push(&mono, |frame| power.extend_from_slice(frame))?;
    stft.finish(|frame| power.extend_from_slice(frame))?;
    Ok(Spectra { sample_rate_hz: sound.sample_rate_hz(), request: request.clone(), power })
}

/// What is left of the spectra of a file of any length: their mean and their maximum.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct SpectrumSummary {
    /// Version of this document, 1.
    pub schema: u32,
    /// Rate of the sound.
    pub sample_rate_hz: u32,
    /// How the spectra were made.
    pub request: FftRequest,
    /// Number of spectra.
    pub frames: u64,
    /// Distance between two cells.
    pub bin_width_hz: f64,
    /// Mean power of every cell in decibels, not below -200 (0 dBFS: a sine of amplitude 1.0 throughout).
    pub mean_dbfs: Vec<f32>,
    /// Largest power of every cell in decibels, not below -200.
    pub max_dbfs: Vec<f32>,
}

/// Gathers a [`SpectrumSummary`] from blocks of sound.
pub(super) struct SpectrumPass {
    sample_rate_hz: u32,
    request: FftRequest,
    stft: Stft,
    mono: Vec<f32>,
    sums: Vec<f64>,
    max: Vec<f32>,
}

/// Lowest level in a summary.
const FLOOR_DB: f32 = -200.0;

impl SpectrumPass {
    pub(super) fn prepare(sample_rate_hz: u32, request: &FftRequest) -> Result<Self, EngineError> {
        let (stft, bins) = (request.plan()?, request.bins());
        let (sums, max) = (vec![0.0; bins], vec![0.0; bins]);
        Ok(Self { sample_rate_hz, request: request.clone(), stft, mono: Vec::new(), sums, max })
    }

    pub(super) fn push(&mut self, block: &[Vec<f32>]) -> Result<(), EngineError> {
        mix::to_mono(block, &mut self.mono);
        let Self { stft, mono, sums, max, .. } = self;
        Ok(stft.push(mono, |power| add(sums, max, power))?)
    }

    pub(super) fn finish(mut self) -> Result<SpectrumSummary, EngineError> {
        let Self { stft, sums, max, .. } = &mut self;
        let frames = stft.finish(|power| add(sums, max, power))?;
        // In f64: a cell may lie 200 dB down.
        let db = |power: f64| (10.0 * power.log10()).max(f64::from(FLOOR_DB)) as f32;
        Ok(SpectrumSummary {
            schema: 1,
            sample_rate_hz: self.sample_rate_hz,
            bin_width_hz: f64::from(self.sample_rate_hz) / f64::from(self.request.window_length_frames),
            request: self.request,
            frames,
            mean_dbfs: self.sums.iter().map(|&sum| db(sum / frames.max(1) as f64)).collect(),
            max_dbfs: self.max.iter().map(|&max| db(f64::from(max))).collect(),
        })
    }
}

fn add(sums: &mut [f64], max: &mut [f32], power: &[f32]) {
    for ((sum, max), &p) in sums.iter_mut().zip(max).zip(power) {
        *sum += f64::from(p);
        *max = if p > *max { p } else { *max };
    }
}
