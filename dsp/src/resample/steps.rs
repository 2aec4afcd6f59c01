//! Conversion between rates that are too far apart for one filter: several resamplers in a row.
//!
//! On the side of the higher rate, whole factors; on that of the lower rate, what is left of the ratio. Each filter but
//! that at the lowest rate has room: its flanks lie far above what is kept.

use super::{MAX_RATIO, Quality, ResampleFailure, Resampler};

/// Factor of one step. Overlap-save blocks of this ratio are short.
const FACTOR: u32 = 64;

/// One channel between any two whole rates.
pub(super) struct Steps {
    /// From the input to the output.
    stages: Vec<Resampler>,
    from_hz: u32,
    to_hz: u32,
    taken: u64,
    given: u64,
}

impl Steps {
    /// Plans the conversion; the rates are above zero.
    pub(super) fn prepare(from_hz: u32, to_hz: u32) -> Result<Self, ResampleFailure> {
        let rising = to_hz > from_hz;
        let (low, high) = (u64::from(from_hz.min(to_hz)), u64::from(from_hz.max(to_hz)));
        let mut factors = Vec::new();
        let mut reached = low;
        // Rates of 32 bits are less than 2^33 apart: five steps at most.
        while high > u64::from(MAX_RATIO) * reached && factors.len() < 5 {
            factors.push((FACTOR.into(), 1.0));
            reached *= u64::from(FACTOR);
        }
        // Both rates times what the factors have left over: whole numbers below 2^53.
        factors.push((high as f64, reached as f64));
        let prepare = |(down, up): (f64, f64)| {
            let (from, to) = if rising { (up, down) } else { (down, up) };
            Resampler::prepare(from, to, 1, Quality::Db120)
        };
        let mut stages = factors.into_iter().map(prepare).collect::<Result<Vec<Resampler>, ResampleFailure>>()?;
        if rising {
            stages.reverse();
        }
        Ok(Self { stages, from_hz, to_hz, taken: 0, given: 0 })
    }

    /// Takes any number of samples and calls `each` with the converted ones as they become complete.
    pub(super) fn push<E: From<ResampleFailure>>(
        &mut self,
        samples: &[f32],
        each: &mut dyn FnMut(&[f32]) -> Result<(), E>,
    ) -> Result<(), E> {
        self.taken += samples.len() as u64;
        let given = &mut self.given;
        through(&mut self.stages, samples, &mut |samples| {
            *given += samples.len() as u64;
            each(samples)
        })
    }

    /// Flushes one filter after the other, up to the exact length: every step rounds the number of its frames up, so that
    /// there may be more in the end than the rates ask for, never fewer.
    pub(super) fn finish<E: From<ResampleFailure>>(
        &mut self,
        each: &mut dyn FnMut(&[f32]) -> Result<(), E>,
    ) -> Result<(), E> {
        let expected = (u128::from(self.taken) * u128::from(self.to_hz)).div_ceil(u128::from(self.from_hz)) as u64;
        let given = &mut self.given;
        let mut cut = |samples: &[f32]| {
            let left = usize::try_from(expected.saturating_sub(*given)).unwrap_or(usize::MAX).min(samples.len());
            *given += left as u64;
            each(&samples[..left])
        };
        let mut stages = self.stages.as_mut_slice();
        while let Some((first, rest)) = stages.split_first_mut() {
            first.finish(|channels| through(rest, &channels[0], &mut cut))?;
            stages = rest;
        }
        Ok(())
    }
}

/// Hands samples through all stages.
fn through<E: From<ResampleFailure>>(
    stages: &mut [Resampler],
    samples: &[f32],
    each: &mut dyn FnMut(&[f32]) -> Result<(), E>,
) -> Result<(), E> {
    match stages.split_first_mut() {
        None => each(samples),
        Some((first, rest)) => first.push(&[samples], |channels| through(rest, &channels[0], each)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_ratio_is_too_large() {
        for (from, to, stages) in [
            (100, 768_000, 2),
            (768_000, 1, 3),
            (767_999, 7, 3),
            (257, 1, 2),
            (1, 257, 2),
            (100, 32_000, 2),
            (u32::MAX, 1, 5),
            (1, u32::MAX, 5),
        ] {
            assert_eq!(Steps::prepare(from, to).expect("planned").stages.len(), stages, "{from} to {to}");
        }
    }
}
