//! Conversion between rates without a common block: rubato's interpolated sinc.

use rubato::{
    Adjustable as _, Async, FixedAsync, Resampler as _, Resizable as _, Sample, SincInterpolationParameters,
    audioadapter_buffers::direct::SequentialSliceOfVecs, calculate_cutoff,
};

use super::{ResampleFailure, quality::Interpolation, ratio::Ratio, stream::Stage};
use crate::fft::float::Float;

/// Output frames per call.
const CHUNK_FRAMES: usize = 512;

/// Streaming sinc interpolation with its delay taken out to a fraction of a frame.
pub(super) struct SincStage<T> {
    sinc: Async<T>,
    ratio: f64,
    /// Input frames before the first output of a fresh rubato stream that is aligned with input frame 0.
    lead: f64,
    skip_out: usize,
    input: Vec<Vec<T>>,
    output: Vec<Vec<T>>,
}

impl<T: Float + Sample> SincStage<T> {
    pub fn new(ratio: Ratio, channels: usize, design: &Interpolation) -> Result<Self, ResampleFailure> {
        let ratio = ratio.as_f64();
        // Going down, the filter is as many times longer as the rate is lower, and that much smoother.
        let stretch = (1.0 / ratio).max(1.0);
        let taps = ((design.taps as f64 * stretch) as usize).next_multiple_of(8);
        let phases = ((design.phases as f64 / stretch).ceil() as usize).max(4);
        let parameters = SincInterpolationParameters::new(taps, design.window)
            .f_cutoff(calculate_cutoff(design.taps, design.window))
            .oversampling_factor(phases);
        let sinc = Async::new_sinc(ratio, 2.5, &parameters, CHUNK_FRAMES, channels, FixedAsync::Output)?;
        // rubato's first output lies one step after (1 / phases - taps / 2) input frames.
        let start = taps as f64 / 2.0 - 1.0 / phases as f64;
        let steps = (start * ratio).floor().max(1.0) - 1.0;
        let mut stage = Self {
            lead: start - steps / ratio,
            skip_out: steps as usize,
            sinc,
            ratio,
            input: std::vec![Vec::new(); channels],
            output: std::vec![std::vec![T::zero(); CHUNK_FRAMES]; channels],
        };
        stage.reset()?;
        Ok(stage)
    }
}

impl<T: Float + Sample> Stage for SincStage<T> {
    fn frames_needed(&self) -> usize {
        self.sinc.input_frames_next()
    }

    fn convert(&mut self, input: &[Vec<f32>], start: usize, output: &mut [Vec<f32>]) -> Result<usize, ResampleFailure> {
        let needed = self.sinc.input_frames_next();
        for (wide, narrow) in self.input.iter_mut().zip(input) {
            wide.clear();
            wide.extend(narrow[start..start + needed].iter().map(|&x| T::widen(x)));
        }
        let size = |_| rubato::ResampleError::InsufficientInputBufferSize { expected: needed, actual: 0 };
        let channels = self.input.len();
        let from = SequentialSliceOfVecs::new(&self.input, channels, needed).map_err(size)?;
        let mut to = SequentialSliceOfVecs::new_mut(&mut self.output, channels, CHUNK_FRAMES).map_err(size)?;
        let (used, made) = self.sinc.process_into_buffer(&from, &mut to, None)?;
        if made == 1 {
            // The first step is over: from here on all are equal.
            self.sinc.set_resample_ratio(self.ratio, false)?;
            self.sinc.set_chunk_size(CHUNK_FRAMES)?;
        }
        for (narrow, wide) in output.iter_mut().zip(&self.output) {
            narrow.clear();
            narrow.extend(wide[..made].iter().map(|x| x.narrow()));
        }
        Ok(used)
    }

    fn pad_in(&self) -> usize {
        0
    }

    fn skip_out(&self) -> usize {
        self.skip_out
    }

    /// A first step of its own length, between one and two, puts an output exactly on input frame 0.
    fn reset(&mut self) -> Result<(), ResampleFailure> {
        self.sinc.reset();
        self.sinc.set_chunk_size(1)?;
        self.sinc.set_resample_ratio(1.0 / self.lead, false)?;
        Ok(())
    }
}
