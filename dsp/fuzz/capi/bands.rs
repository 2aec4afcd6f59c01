//! Bands, cepstral coefficients and pitch classes of any parameters on any powers.

use std::ptr;

use das::*;

use super::{bytes::Bytes, good};

/// Parameters of the first bytes, over the rest as one spectrum.
pub fn check(data: &[u8]) {
    let mut bytes = Bytes(data);
    let b = &mut bytes;
    let parameters = parameters(b);
    let (coefficients, tuning_cents) = (usize::from(b.u8()), b.f64());
    let any_bits = b.u8() & 1 == 1;
    let mut power = b.samples(any_bits);
    let bins = parameters.bins as usize;
    if parameters.bins < 4_000 {
        power.resize(bins, 0.5);
    }
    // Weights of very many bins take memory by right.
    if (100_000..=4_194_305).contains(&parameters.bins) {
        return;
    }
    bands(&parameters, &power);
    cepstrum(&parameters, &power, coefficients);
    classes(&parameters, &power, if any_bits { tuning_cents } else { f64::from(coefficients as u8) });
}

fn bands(parameters: &das_bank_parameters, power: &[f32]) {
    let (mut bank, mut values, mut centers) = (ptr::null_mut(), [7.0f32; 4_096], [7.0f64; 4_096]);
    let count = parameters.bands as usize;
    // SAFETY: pointers to locals of the lengths that are told, handles that the library has made, each freed once.
    unsafe {
        assert!(!good(das_bank_new(parameters, ptr::null_mut())) && !good(das_bank_new(ptr::null(), &raw mut bank)));
        let mut again = *parameters;
        let asked = das_bank_parameters_init(parameters.bins, parameters.bin_width_hz, &raw mut again);
        let possible = good(asked);
        if !good(das_bank_new(parameters, &raw mut bank)) {
            assert!(bank.is_null());
            return;
        }
        assert!(possible && again.bins == parameters.bins);
        assert!(good(das_bank_read_centers(bank, centers.as_mut_ptr(), count)));
        assert!(!good(das_bank_read_centers(bank, centers.as_mut_ptr(), count + 1)));
        let fits = power.len() as u64 == parameters.bins;
        assert_eq!(good(das_bank_apply(bank, power.as_ptr(), power.len(), values.as_mut_ptr(), count)), fits);
        assert!(!good(das_bank_apply(bank, ptr::null(), power.len(), values.as_mut_ptr(), count)));
        assert!(values[count..].iter().all(|&x| x == 7.0));
        das_bank_free(bank);
    }
}

fn cepstrum(parameters: &das_bank_parameters, power: &[f32], coefficients: usize) {
    let (mut mfcc, mut values) = (ptr::null_mut(), [7.0f32; 256]);
    // SAFETY: pointers to locals of the lengths that are told, handles that the library has made, each freed once.
    unsafe {
        assert!(!good(das_mfcc_new(parameters, usize::MAX, &raw mut mfcc)));
        if !good(das_mfcc_new(parameters, coefficients, &raw mut mfcc)) {
            assert!(mfcc.is_null());
            return;
        }
        let fits = power.len() as u64 == parameters.bins;
        assert_eq!(good(das_mfcc_apply(mfcc, power.as_ptr(), power.len(), values.as_mut_ptr(), coefficients)), fits);
        assert!(!good(das_mfcc_apply(mfcc, power.as_ptr(), power.len(), ptr::null_mut(), coefficients)));
        assert!(values[coefficients..].iter().all(|&x| x == 7.0));
        das_mfcc_free(mfcc);
    }
}

fn classes(parameters: &das_bank_parameters, power: &[f32], tuning_cents: f64) {
    let (mut chroma, mut values) = (ptr::null_mut(), [7.0f32; 12]);
    // SAFETY: pointers to locals of the lengths that are told, handles that the library has made, each freed once.
    unsafe {
        if !good(das_chroma_new(parameters.bins, parameters.bin_width_hz, tuning_cents, &raw mut chroma)) {
            assert!(chroma.is_null());
            return;
        }
        let fits = power.len() as u64 == parameters.bins;
        assert_eq!(good(das_chroma_apply(chroma, power.as_ptr(), power.len(), values.as_mut_ptr(), 12)), fits);
        assert!(!good(das_chroma_apply(chroma, power.as_ptr(), power.len(), values.as_mut_ptr(), 13)));
        das_chroma_free(chroma);
    }
}

/// Parameters of which some are valid, so that the others are reached.
fn parameters(b: &mut Bytes<'_>) -> das_bank_parameters {
    let tame = b.u8();
    let some = |bit: u8, good: f64, any: f64| if tame & (1 << bit) == 0 { good } else { any };
    let bins = if tame & 1 == 0 { u64::from(b.u16() % 2_000) } else { u64::from(b.u32()) << (tame >> 3) };
    let bin_width_hz = some(1, 1.0 + f64::from(b.u8()), b.f64());
    let highest_hz = bins as f64 * bin_width_hz;
    das_bank_parameters {
        bins,
        bin_width_hz,
        min_hz: some(2, highest_hz * f64::from(b.u8()) / 512.0, b.f64()),
        max_hz: some(2, highest_hz * (256.0 + f64::from(b.u8())) / 513.0, b.f64()),
        bands: if tame & 4 == 0 { u32::from(b.u8()) } else { b.u32() },
        scale: b.u32() % 6,
        norm: b.u32() % 3,
    }
}
