//! Filters of any figures on any samples.

use std::ptr;

use das::*;

use super::{bytes::Bytes, good};

/// Designs of the first bytes, over the rest as samples.
pub fn check(data: &[u8]) {
    let mut bytes = Bytes(data);
    let b = &mut bytes;
    let rate_hz = if b.u8().is_multiple_of(4) { b.f64() } else { 8_000.0 + f64::from(b.u16()) };
    let count = usize::from(b.u8() % 5);
    let sections: Vec<das_section> = (0..count).map(|_| section(b)).collect();
    let frequency_hz = if b.u8().is_multiple_of(4) { b.f64() } else { f64::from(b.u16() % 4_000) };
    let fir = fir(b, rate_hz);
    let cut = usize::from(b.u16());
    let any_bits = b.u8() & 1 == 1;
    let samples = b.samples(any_bits);
    second_order(&sections, rate_hz, frequency_hz, samples.clone(), cut);
    let taps = linear_phase(&fir, frequency_hz);
    let two = [0.5, frequency_hz];
    convolution(if taps.is_empty() { &two } else { &taps }, &samples, cut);
}

fn second_order(sections: &[das_section], rate_hz: f64, frequency_hz: f64, mut samples: Vec<f32>, cut: usize) {
    let mut filter = ptr::null_mut();
    // SAFETY: pointers to locals of the lengths that are told, handles that the library has made, each freed once.
    unsafe {
        assert!(!good(das_filter_new(sections.as_ptr(), usize::MAX, rate_hz, &raw mut filter)));
        assert!(!good(das_filter_new(ptr::null(), 1, rate_hz, &raw mut filter)));
        if !good(das_filter_new(sections.as_ptr(), sections.len(), rate_hz, &raw mut filter)) {
            assert!(filter.is_null());
            return;
        }
        let (mut re, mut im) = (7.0, 7.0);
        if !good(das_filter_get_response(filter, frequency_hz, &raw mut re, &raw mut im)) {
            assert_eq!((re, im), (7.0, 7.0));
        }
        let mut whole = samples.clone();
        assert!(good(das_filter_process(filter, whole.as_mut_ptr(), whole.len())));
        assert!(good(das_filter_reset(filter)));
        let (head, tail) = samples.split_at_mut(cut.min(whole.len()));
        assert!(good(das_filter_process(filter, head.as_mut_ptr(), head.len())));
        assert!(good(das_filter_process(filter, tail.as_mut_ptr(), tail.len())));
        assert!(samples.iter().zip(&whole).all(|(a, b)| a.to_bits() == b.to_bits()));
        assert!(!good(das_filter_process(filter, ptr::null_mut(), 1)) && !good(das_filter_reset(ptr::null_mut())));
        assert!(!good(das_filter_get_response(filter, 0.0, &raw mut re, ptr::null_mut())));
        das_filter_free(filter);
    }
}

/// The taps, unless there are none or very many.
fn linear_phase(parameters: &das_fir_parameters, frequency_hz: f64) -> Vec<f64> {
    let (mut count, mut again, mut re, mut im) = (7, 7, 7.0, 7.0);
    // SAFETY: pointers to locals of the lengths that are told.
    unsafe {
        if !good(das_fir_design(parameters, ptr::null_mut(), 0, &raw mut count)) {
            assert_eq!(count, 7);
            return Vec::new();
        }
        if count > 10_000 {
            return Vec::new();
        }
        let mut taps = vec![7.0; count];
        assert!(good(das_fir_design(parameters, taps.as_mut_ptr(), count, &raw mut again)));
        assert!(count == again && count % 2 == 1);
        assert!(!good(das_fir_design(parameters, taps.as_mut_ptr(), count - 1, &raw mut again)) || count == 1);
        let rate_hz = parameters.sample_rate_hz;
        let told = das_fir_get_response(taps.as_ptr(), count, frequency_hz, rate_hz, &raw mut re, &raw mut im);
        assert!(good(told) || re == 7.0);
        taps
    }
}

fn convolution(taps: &[f64], samples: &[f32], cut: usize) {
    let mut convolver = ptr::null_mut();
    // SAFETY: pointers to locals of the lengths that are told, handles that the library has made, each freed once.
    unsafe {
        assert!(!good(das_convolver_new(taps.as_ptr(), usize::MAX, &raw mut convolver)));
        if !good(das_convolver_new(taps.as_ptr(), taps.len(), &raw mut convolver)) {
            assert!(convolver.is_null());
            return;
        }
        let (head, tail) = samples.split_at(cut.min(samples.len()));
        assert!(good(das_convolver_push(convolver, head.as_ptr(), head.len())));
        assert!(good(das_convolver_push(convolver, tail.as_ptr(), tail.len())));
        assert!(!good(das_convolver_push(convolver, ptr::null(), 1)));
        assert!(good(das_convolver_finish(convolver)) && !good(das_convolver_finish(convolver)));
        let (mut buffer, mut all, mut count) = ([0.0f32; 256], 0, 1);
        assert!(!good(das_convolver_read(convolver, buffer.as_mut_ptr(), usize::MAX, &raw mut count)));
        while count > 0 {
            assert!(good(das_convolver_read(convolver, buffer.as_mut_ptr(), 256, &raw mut count)));
            all += count;
        }
        assert_eq!(all, if samples.is_empty() { 0 } else { samples.len() + taps.len() - 1 });
        das_convolver_free(convolver);
    }
}

fn section(b: &mut Bytes<'_>) -> das_section {
    let shape = b.u32() % 11;
    match b.u8() % 4 {
        0 => das_section { frequency_hz: b.f64(), q: b.f64(), gain_db: b.f64(), shape },
        _ => das_section {
            frequency_hz: f64::from(b.u16() % 4_100),
            q: f64::from(b.u8()) / 100.0,
            gain_db: f64::from(b.u8()) - 128.0,
            shape,
        },
    }
}

fn fir(b: &mut Bytes<'_>, sample_rate_hz: f64) -> das_fir_parameters {
    let band = b.u32() % 5;
    let (low_hz, high_hz, attenuation_db, transition_hz) = match b.u8() % 4 {
        0 => (b.f64(), b.f64(), b.f64(), b.f64()),
        _ => (f64::from(b.u16() % 4_100), f64::from(b.u16() % 4_100), f64::from(b.u8()), 20.0 + f64::from(b.u16())),
    };
    // A design of very many taps takes its time by right.
    let transition_hz = if transition_hz < sample_rate_hz * 1e-4 && transition_hz > sample_rate_hz * 1e-7 {
        sample_rate_hz * 1e-4
    } else {
        transition_hz
    };
    das_fir_parameters { low_hz, high_hz, attenuation_db, transition_hz, sample_rate_hz, band }
}
