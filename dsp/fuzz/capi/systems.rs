//! Transfer functions and sweeps of any parameters and samples.

use std::ptr;

use das::*;

use super::{bytes::Bytes, good};

/// Compares the two channels of the bytes, and takes the first for a recording of a sweep.
pub fn check(data: &[u8]) {
    let mut bytes = Bytes(data);
    let b = &mut bytes;
    let parameters = parameters(b);
    let any = b.u32();
    let sweep = sweep(b);
    let harmonic = b.u32();
    let any_bits = b.u8() & 1 == 1;
    let samples: Vec<f32> = b.samples(any_bits).iter().map(|x| if x.abs() <= 1e9 { *x } else { 0.0 }).collect();
    let mut sound = ptr::null_mut();
    // SAFETY: pointers to locals of the lengths that are told, handles that the library has made, each freed once.
    unsafe {
        assert!(good(das_sound_new(8_000, 2, samples.as_ptr(), samples.len() / 2, &raw mut sound)));
        let mut transfer = ptr::null_mut();
        if good(das_transfer_new(sound, 0, sound, 1, &raw const parameters, &raw mut transfer)) {
            estimates(transfer);
        }
        transfer = ptr::null_mut();
        let mut usual = parameters;
        assert!(good(das_transfer_parameters_init(&raw mut usual)) && usual.segment_frames == 4_096);
        assert!(!good(das_transfer_parameters_init(ptr::null_mut())));
        assert!(!good(das_transfer_get_shape(ptr::null(), ptr::null_mut())));
        assert!(!good(das_transfer_new(sound, any.max(2), sound, 1, &raw const parameters, &raw mut transfer)));
        assert!(!good(das_transfer_new(sound, 0, ptr::null(), 1, &raw const parameters, &raw mut transfer)));
        assert!(!good(das_transfer_new(sound, 0, sound, 1, &raw const parameters, ptr::null_mut())));
        assert!(transfer.is_null());

        let mut usual = sweep;
        assert!(good(das_sweep_parameters_init(&raw mut usual)) && usual.start_hz == 20.0);
        assert!(!good(das_sweep_parameters_init(ptr::null_mut())));
        assert!(!good(das_sweep_get_harmonic_lead(&raw const sweep, harmonic, ptr::null_mut())));
        let (mut impulse, mut origin, mut lead_s) = (ptr::null_mut(), 7, 7.0);
        if good(das_sweep_get_harmonic_lead(&raw const sweep, harmonic, &raw mut lead_s)) {
            assert!(lead_s >= 0.0);
        }
        if good(das_sweep_impulse_response(&raw const sweep, sound, any % 3, &raw mut impulse, &raw mut origin)) {
            assert!(origin > 0);
            das_sound_free(impulse);
        } else {
            assert!(impulse.is_null() && origin == 7);
        }
        // Long ones take time and memory by right.
        let mut played = ptr::null_mut();
        let long = sweep.duration_s * f64::from(sweep.sample_rate_hz) > 1e5 || sweep.start_hz < 0.1;
        if !long && good(das_sweep_new(&raw const sweep, &raw mut played)) {
            das_sound_free(played);
        }
        assert!(!good(das_sweep_new(&raw const sweep, ptr::null_mut())));
        das_sound_free(sound);
    }
}

/// # Safety
///
/// A handle that the library has made; it is freed.
unsafe fn estimates(transfer: *mut das_transfer) {
    let mut shape = std::mem::MaybeUninit::<das_transfer_shape>::uninit();
    // SAFETY: pointers to locals of the lengths that are told, and the handle of the caller.
    unsafe {
        assert!(good(das_transfer_get_shape(transfer, shape.as_mut_ptr())));
        let shape = shape.assume_init();
        let bins = shape.bins as usize;
        let (mut pairs, mut impulse) = (vec![7.0f64; 2 * bins], vec![7.0f32; shape.segment_frames as usize]);
        assert!(good(das_transfer_read_h1(transfer, pairs.as_mut_ptr(), 2 * bins)));
        assert!(good(das_transfer_read_h2(transfer, pairs.as_mut_ptr(), 2 * bins)));
        assert!(good(das_transfer_read_coherence(transfer, pairs.as_mut_ptr(), bins)));
        assert!(pairs[..bins].iter().all(|c| c.is_nan() || (0.0..=1.0).contains(c)));
        assert!(good(das_transfer_read_impulse(transfer, impulse.as_mut_ptr(), impulse.len())));
        assert!(!good(das_transfer_read_h1(transfer, pairs.as_mut_ptr(), bins)));
        assert!(!good(das_transfer_read_h2(transfer, ptr::null_mut(), 2 * bins)));
        assert!(!good(das_transfer_read_coherence(transfer, pairs.as_mut_ptr(), usize::MAX)));
        assert!(!good(das_transfer_read_impulse(transfer, impulse.as_mut_ptr(), 0)));
        das_transfer_free(transfer);
    }
}

/// Parameters of which some are valid, so that the others are reached.
fn parameters(b: &mut Bytes<'_>) -> das_transfer_parameters {
    let tame = b.u8();
    let some = |bit: u8, good: u32, any: u32| if tame & (1 << bit) == 0 { good } else { any };
    let lag = i64::from(b.u32() as i32);
    das_transfer_parameters {
        lag_frames: if tame & 1 == 0 { lag % 64 } else { lag << (tame & 31) },
        segment_frames: some(1, 16 + u32::from(b.u8()), b.u32()),
        hop_frames: some(2, 16, b.u32()),
        window: some(3, 0, b.u32()),
        kaiser_beta: b.f32(),
    }
}

/// A sweep of few frames, or of any numbers.
fn sweep(b: &mut Bytes<'_>) -> das_sweep_parameters {
    if b.u8().is_multiple_of(4) {
        let sample_rate_hz = b.u32();
        return das_sweep_parameters { start_hz: b.f64(), end_hz: b.f64(), duration_s: b.f64(), sample_rate_hz };
    }
    let start_hz = 1.0 + f64::from(b.u16() % 5_000);
    let end_hz = start_hz + f64::from(b.u16() % 5_000);
    das_sweep_parameters { start_hz, end_hz, duration_s: f64::from(b.u16()) / 65_536.0, sample_rate_hz: 8_000 }
}
