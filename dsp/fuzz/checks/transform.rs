//! Transforms, windows and the STFT with any parameters, on any samples, in any chunks.

use dsp::{
    Parameters,
    fft::RealFft,
    stft::{ComplexStft, Framing, InverseStft, Stft, Synthesis},
};

use super::bytes::Bytes;

/// Transforms any samples with any parameters, twice.
pub fn check(data: &[u8]) {
    let mut bytes = Bytes(data);
    fft(&mut bytes);
    let mut length = bytes.u32();
    if bytes.u8() > 0 {
        length = 64 << (length % 7);
    }
    let hop = bytes.u32();
    let parameters = Parameters {
        window_length_frames: length,
        hop_frames: if bytes.u8() > 0 { 1 + hop % length.max(1) } else { hop },
        window: bytes.window(),
        ..Parameters::default()
    };
    let cut = usize::from(bytes.u16());
    let any_bits = bytes.u8() & 1 == 1;
    let samples = bytes.samples(any_bits);
    round_trip(&parameters, &samples);
    if parameters.check().is_err() || samples.len() / parameters.hop_frames as usize > 2_000 {
        return;
    }
    let (head, tail) = samples.split_at(cut.min(samples.len()));
    let (whole, parts) = (spectra(&parameters, &[&samples]), spectra(&parameters, &[head, &[], tail]));
    assert_eq!(whole.len() as u64, 1 + samples.len() as u64 / u64::from(parameters.hop_frames));
    let same = |a: f32, b: f32| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan());
    for (one, other) in whole.iter().zip(&parts) {
        assert_eq!(one.len(), parameters.bins());
        assert!(one.iter().zip(other).all(|(&a, &b)| same(a, b)), "chunks change the result");
    }
    assert_eq!(whole.len(), parts.len());
    // Squares of full-scale samples are far from overflow.
    if samples.iter().all(|x| x.abs() <= 1.0) {
        assert!(whole.iter().flatten().all(|power| (0.0..=4.1).contains(power)), "a power above full scale");
    }
}

/// A transform of a length that fits nothing, and buffers that do not fit the length.
fn fft(bytes: &mut Bytes<'_>) {
    let length = usize::from(bytes.u16() % 4_100);
    let (signal, power) = (usize::from(bytes.u16() % 4_100), usize::from(bytes.u16() % 4_100));
    let Ok(mut fft) = RealFft::new(length) else { return };
    let fits = signal == length && power == length / 2 + 1;
    assert_eq!(fft.power(&mut vec![0.5; signal], &mut vec![0.0; power]).is_ok(), fits);
    fft.power(&mut vec![0.5; length], &mut vec![0.0; length / 2 + 1]).expect("buffers that fit");
}

/// To complex spectra and back, by any framing: refused by name, or all samples again.
fn round_trip(parameters: &Parameters, samples: &[f32]) {
    let framing = Framing {
        window: parameters.window,
        length_frames: parameters.window_length_frames as usize % 3_000,
        hop_frames: parameters.hop_frames as usize,
    };
    let _ = (framing.is_cola(), framing.is_nola());
    // All spectra are held at once here.
    if framing.frames(samples.len() as u64) * framing.bins() as u64 > 1 << 20 {
        return;
    }
    let Ok(spectra) = ComplexStft::of(samples, &framing) else { return };
    for synthesis in [Synthesis::OverlapAdd, Synthesis::LeastSquares] {
        let planned = framing.check_invertible(synthesis);
        match InverseStft::of(&spectra, &framing, synthesis, samples.len()) {
            Ok(sound) => {
                assert_eq!(sound.len(), samples.len());
                assert!(planned.is_ok(), "a framing that was refused has been undone");
                let loudest = samples.iter().fold(0.0f32, |loudest, x| loudest.max(x.abs()));
                // Also where samples have next to no weight; what is hardly a normal number has few places.
                let close = |a: f32, b: f32| (a - b).abs() <= 1e-2 * loudest + 1e-30;
                if samples.iter().all(|x| x.abs() <= 1.0) {
                    assert!(sound.iter().zip(samples).all(|(&a, &b)| close(a, b)), "{framing:?} {synthesis:?}");
                }
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
}

fn spectra(parameters: &Parameters, parts: &[&[f32]]) -> Vec<Vec<f32>> {
    let mut stft = Stft::prepare(parameters).expect("parameters that passed their check");
    let mut all = Vec::new();
    for part in parts {
        stft.push(part, |power| all.push(power.to_vec())).expect("pushed");
    }
    let frames = stft.finish(|power| all.push(power.to_vec())).expect("finished");
    assert_eq!(frames, all.len() as u64);
    all
}
