//! Structures and numbers of any bits.

use std::{ffi::CStr, ptr};

use das::*;

use super::{bytes::Bytes, good};

/// Gives every structure and number any value.
pub fn check(data: &[u8]) {
    let mut bytes = Bytes(data);
    let b = &mut bytes;
    let parameters = parameters(b);
    let limits = limits(b);
    let transform = transform(b);
    let picture =
        das_picture { width: b.u32(), height: b.u32(), palette: b.u32(), low_dbfs: b.f32(), high_dbfs: b.f32() };
    defaults(parameters, limits, picture, transform);
    // SAFETY: pointers to locals, handles that the library has made, each freed once.
    unsafe {
        let (mut analysis, mut stft) = (ptr::null_mut(), ptr::null_mut());
        if good(das_analysis_new(b.u32(), b.u32(), b.u32(), &raw const parameters, &raw mut analysis)) {
            das_analysis_free(analysis);
        }
        if good(das_stft_new(&raw const transform, &raw mut stft)) {
            das_stft_free(stft);
        }
        let mut decoder = ptr::null_mut();
        assert!(!good(das_decoder_open_memory(data.as_ptr(), data.len().min(8), &raw const limits, &raw mut decoder)));
        let nowhere = c"/dev/null/nothing";
        let painted = das_save_spectrogram(
            nowhere.as_ptr(),
            nowhere.as_ptr(),
            &raw const picture,
            &raw const parameters,
            &raw const limits,
        );
        assert!(!good(painted));
        let (mut coefficients, mut figures) = (
            [7.0f32; 64],
            das_window_figures { coherent_gain: 7.0, noise_bandwidth_bins: 7.0, scalloping_loss_db: 7.0 },
        );
        let (window, beta, length) = (b.u32() % 20, b.f64(), usize::from(b.u8()) % 65);
        if good(das_window_coefficients(window, beta, coefficients.as_mut_ptr(), length)) {
            assert!(coefficients[..length].iter().all(|w| (-0.1..=1.0).contains(w)));
            assert!(coefficients[length..].iter().all(|&w| w == 7.0));
        }
        if !good(das_window_get_figures(window, beta, length, &raw mut figures)) {
            assert_eq!(figures.coherent_gain, 7.0);
        }
        let any = b.u32() as usize;
        assert!(!good(das_window_coefficients(0, 0.0, ptr::null_mut(), any.max(1))));
        das_status_name(b.u32() as i32);
        let mut resampler = ptr::null_mut();
        let (from, to, channels) = (b.u32() % 1_000_000, b.u32() % 1_000_000, b.u32() % 3);
        if from.max(to) / 48 <= from.min(to)
            && good(das_resampler_new(from, to, channels, b.u32() % 5, &raw mut resampler))
        {
            das_resampler_free(resampler);
        }
    }
}

/// Whatever a structure held before, its defaults are written over all of it, and are valid.
fn defaults(
    mut parameters: das_parameters,
    mut limits: das_limits,
    mut picture: das_picture,
    mut transform: das_transform,
) {
    // SAFETY: pointers to locals, handles that the library has made, each freed once.
    unsafe {
        assert!(das_abi_version() == DAS_ABI_VERSION && !CStr::from_ptr(das_version()).is_empty());
        assert!(good(das_parameters_init(&raw mut parameters)) && !good(das_parameters_init(ptr::null_mut())));
        assert!(good(das_limits_init(&raw mut limits)) && !good(das_limits_init(ptr::null_mut())));
        assert!(good(das_picture_init(&raw mut picture)) && !good(das_picture_init(ptr::null_mut())));
        assert!(good(das_transform_init(&raw mut transform)) && !good(das_transform_init(ptr::null_mut())));
        let (mut fresh, mut stft) = (transform, ptr::null_mut());
        assert!(good(das_transform_init(&raw mut fresh)) && fresh == transform);
        assert!(good(das_stft_new(&raw const transform, &raw mut stft)));
        das_stft_free(stft);
        assert!(picture.low_dbfs < picture.high_dbfs && parameters.hop_frames <= parameters.window_length_frames);
        assert!(limits.max_bytes > 0 && limits.max_duration_s > 0.0 && limits.max_channels > 0);
    }
}

/// Parameters of which some are valid, so that the others are reached.
fn parameters(b: &mut Bytes<'_>) -> das_parameters {
    let tame = b.u8();
    let some = |bit: u8, good: u32, any: u32| if tame & (1 << bit) == 0 { good } else { any };
    das_parameters {
        analysis_rate_hz: some(0, 8_000, b.u32()),
        window_length_frames: some(1, 256, b.u32()),
        hop_frames: some(2, 64, b.u32()),
        window: some(3, 0, b.u32()),
        max_columns: some(4, 64, b.u32()),
        max_buckets: some(5, 64, b.u32()),
        floor_dbfs: b.f32(),
        kaiser_beta: b.f32(),
        measures: some(6, 1, b.u32()),
        precision: some(7, 0, b.u32()),
    }
}

fn limits(b: &mut Bytes<'_>) -> das_limits {
    das_limits {
        max_bytes: b.u32().into(),
        max_duration_s: b.f64(),
        max_channels: b.u32(),
        max_sample_rate_hz: b.u32(),
    }
}

fn transform(b: &mut Bytes<'_>) -> das_transform {
    let length = if b.u8() > 64 { 64 << (b.u8() % 7) } else { b.u32() };
    das_transform { window_length_frames: length, hop_frames: b.u32(), window: b.u32() % 16, kaiser_beta: b.f32() }
}
