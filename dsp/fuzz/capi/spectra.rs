//! Complex spectra and back, of any framing and samples.

use std::ptr;

use das::*;

use super::{bytes::Bytes, good};

/// A framing of the first bytes, over the rest as samples.
pub fn check(data: &[u8]) {
    let mut bytes = Bytes(data);
    let b = &mut bytes;
    let transform = transform(b);
    let (synthesis, cut, any) = (b.u32() % 3, usize::from(b.u16()), u64::from(b.u32()));
    let any_bits = b.u8() & 1 == 1;
    let samples = b.samples(any_bits);
    resynthesis(&transform, synthesis, &samples, cut, any);
}

fn resynthesis(transform: &das_transform, synthesis: u32, samples: &[f32], cut: usize, any: u64) {
    let (mut there, mut back) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: pointers to locals of the lengths that are told, handles that the library has made, each freed once.
    unsafe {
        let invertible = good(das_inverse_stft_new(transform, synthesis, &raw mut back));
        let hop = transform.hop_frames as usize;
        if (hop > 0 && samples.len() / hop > 2_000) || !good(das_complex_stft_new(transform, &raw mut there)) {
            das_inverse_stft_free(back);
            return;
        }
        let (head, tail) = samples.split_at(cut.min(samples.len()));
        assert!(good(das_complex_stft_push(there, head.as_ptr(), head.len())));
        assert!(good(das_complex_stft_push(there, tail.as_ptr(), tail.len())));
        assert!(!good(das_complex_stft_push(there, ptr::null(), 1)));
        assert!(good(das_complex_stft_finish(there)) && !good(das_complex_stft_finish(there)));
        let values = 2 * (transform.window_length_frames as usize / 2 + 1);
        let (mut spectrum, mut all, mut frames) = (vec![0.0f32; values], 0, 1);
        assert!(!good(das_complex_stft_read(there, spectrum.as_mut_ptr(), values - 1, 1, &raw mut frames)));
        while frames > 0 {
            assert!(good(das_complex_stft_read(there, spectrum.as_mut_ptr(), values, 1, &raw mut frames)));
            all += frames;
            if invertible && frames > 0 {
                let pushed = das_inverse_stft_push(back, spectrum.as_ptr(), 1);
                assert!(good(pushed) || pushed == das_status::State);
                drain(back);
            }
        }
        assert_eq!(all, 1 + samples.len().div_ceil(hop));
        das_complex_stft_free(there);
        if invertible {
            assert!(!good(das_inverse_stft_push(back, spectrum.as_ptr(), usize::MAX)));
            assert!(!good(das_inverse_stft_push(back, ptr::null(), 1)));
            let ended =
                good(das_inverse_stft_finish(back, any)) || good(das_inverse_stft_finish(back, samples.len() as u64));
            assert!(ended && !good(das_inverse_stft_finish(back, any)));
            drain(back);
        } else {
            assert!(back.is_null());
        }
        das_inverse_stft_free(back);
    }
}

/// # Safety
///
/// A handle that the library has made.
unsafe fn drain(back: *mut das_inverse_stft) {
    let (mut buffer, mut count) = ([0.0f32; 256], 1);
    while count > 0 {
        // SAFETY: pointers to locals, and the handle of the caller.
        assert!(good(unsafe { das_inverse_stft_read(back, buffer.as_mut_ptr(), 256, &raw mut count) }));
    }
}

/// A small framing, or one of any numbers.
fn transform(b: &mut Bytes<'_>) -> das_transform {
    let (window, kaiser_beta) = (b.u32() % 14, f32::from(b.u8()) / 2.0);
    let (window_length_frames, hop_frames) = match b.u8() % 4 {
        0 => (b.u32(), b.u32()),
        _ => (u32::from(b.u16() % 300), u32::from(b.u8())),
    };
    das_transform { window_length_frames, hop_frames, window, kaiser_beta }
}
