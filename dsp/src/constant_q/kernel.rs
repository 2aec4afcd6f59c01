//! The windows of all bands as seen from the frequency domain.

use alloc::{vec, vec::Vec};
use core::f64::consts::TAU;

use super::{ConstantQError, ConstantQParameters};
use crate::{
    fft::{Complex32, RealFft},
    math,
};

/// Weights below this, relative to the largest of their band, are left out: -100 dB.
const NEGLIGIBLE: f32 = 1e-5;

/// Weights over the bins of one transform, band after band: those of the real parts and those of the imaginary parts.
pub(super) struct Kernel {
    rows: Vec<Row>,
    re: Vec<f32>,
    im: Vec<f32>,
}

/// The first bin of a band, and where its weights end; they begin where those of the band before end.
struct Row {
    first: usize,
    end: usize,
}

/// What makes one band of the spectrum: weights from bin `first` on.
pub(super) struct Weights<'a> {
    pub(super) first: usize,
    pub(super) re: &'a [f32],
    pub(super) im: &'a [f32],
}

impl Kernel {
    /// By Parseval, the sum of x\[m\] w\[m\] (cos p m - i sin p m) over samples is that of X\[j\] W*\[j\] / N over all bins.
    /// The samples are real and the window is symmetric around the middle of the frame, so that w cos and w sin have
    /// a real and an imaginary transform, which meet the real and the imaginary part of X alone; bins -j and j are taken
    /// together. The sign (-1)^j moves the window into the middle of the frame.
    pub(super) fn new(parameters: &ConstantQParameters, fft: &mut RealFft) -> Result<Self, ConstantQError> {
        let length = fft.len();
        let (mut cosine, mut sine) = (vec![0.0; length], vec![0.0; length]);
        let (mut even, mut odd) = (vec![Complex32::ZERO; length / 2 + 1], vec![Complex32::ZERO; length / 2 + 1]);
        let mut kernel = Self { rows: Vec::new(), re: Vec::new(), im: Vec::new() };
        for band in 0..parameters.bands {
            let frames = parameters.window_frames(band);
            let reach = ((frames / 2.0) as usize).min(length / 2 - 1);
            let window = |m: usize| 0.5 + 0.5 * math::cos(TAU * m as f64 / frames);
            let sum = window(0) + 2.0 * (1..=reach).map(window).sum::<f64>();
            let step = parameters.center_hz(band) / parameters.sample_rate_hz;
            cosine.fill(0.0);
            sine.fill(0.0);
            for m in 0..=reach {
                let (w, phase) = (2.0 * window(m) / sum, TAU * step * m as f64);
                let (c, s) = ((w * math::cos(phase)) as f32, (w * math::sin(phase)) as f32);
                (cosine[m], sine[m]) = (c, s);
                if m > 0 {
                    (cosine[length - m], sine[length - m]) = (c, -s);
                }
            }
            fft.forward(&mut cosine, &mut even)?;
            fft.forward(&mut sine, &mut odd)?;
            let edge = length / 2;
            let weight = |bin: usize| {
                let folded = if bin == 0 || bin == edge { 1.0 } else { 2.0 };
                if bin.is_multiple_of(2) { folded / length as f32 } else { -folded / length as f32 }
            };
            let re: Vec<f32> = even.iter().enumerate().map(|(bin, even)| weight(bin) * even.re).collect();
            let im: Vec<f32> = odd.iter().enumerate().map(|(bin, odd)| -weight(bin) * odd.im).collect();
            kernel.push(&re, &im);
        }
        Ok(kernel)
    }

    fn push(&mut self, re: &[f32], im: &[f32]) {
        let largest = |row: &[f32]| row.iter().fold(0.0f32, |peak, w| peak.max(w.abs()));
        let least = NEGLIGIBLE * largest(re).max(largest(im));
        let counts = |(re, im): (&f32, &f32)| re.abs() > least || im.abs() > least;
        let first = re.iter().zip(im).position(counts).unwrap_or(0);
        let end = re.iter().zip(im).rposition(counts).map_or(first, |last| last + 1);
        self.re.extend_from_slice(&re[first..end]);
        self.im.extend_from_slice(&im[first..end]);
        self.rows.push(Row { first, end: self.re.len() });
    }

    /// The weights of every band.
    pub(super) fn rows(&self) -> impl Iterator<Item = Weights<'_>> {
        let mut start = 0;
        self.rows.iter().map(move |row| {
            let range = start..row.end;
            start = row.end;
            Weights { first: row.first, re: &self.re[range.clone()], im: &self.im[range] }
        })
    }
}
