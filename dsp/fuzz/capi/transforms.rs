//! FFT and STFT of any length on any samples, in buffers that fit or not.

use std::ptr;

use das::*;

use super::{bytes::Bytes, good};

/// Transforms there and back, and in a stream.
pub fn check(data: &[u8]) {
    let mut bytes = Bytes(data);
    let b = &mut bytes;
    let length = usize::from(b.u16() % 4_100);
    let (samples, values) = (usize::from(b.u16() % 4_100), usize::from(b.u16() % 8_200));
    let (window, hop) = (64 << (b.u8() % 5), u32::from(b.u16()));
    let cut = usize::from(b.u16());
    let any_bits = b.u8() & 1 == 1;
    let signal = b.samples(any_bits);
    let mut fft = ptr::null_mut();
    // SAFETY: pointers to locals of the lengths that are told, handles that the library has made, each freed once.
    unsafe {
        assert_eq!(good(das_fft_new(length, &raw mut fft)), length > 0);
        if length > 0 {
            let (mut from, mut to) = (signal.clone(), vec![0.0f32; values]);
            from.resize(samples, 0.25);
            let fits = samples == length && values == 2 * (length / 2 + 1);
            assert_eq!(good(das_fft_forward(fft, from.as_ptr(), samples, to.as_mut_ptr(), values)), fits);
            assert_eq!(good(das_fft_inverse(fft, to.as_ptr(), values, from.as_mut_ptr(), samples)), fits);
            let fits = samples == length && values == length / 2 + 1;
            assert_eq!(good(das_fft_power(fft, from.as_ptr(), samples, to.as_mut_ptr(), values)), fits);
            from.resize(length, 0.0);
            to.resize(2 * (length / 2 + 1), 0.0);
            assert!(good(das_fft_forward(fft, from.as_ptr(), length, to.as_mut_ptr(), to.len())));
            assert!(good(das_fft_inverse(fft, to.as_ptr(), to.len(), from.as_mut_ptr(), length)));
            // In place is overlapping.
            assert!(!good(das_fft_power(fft, from.as_ptr(), length, from.as_mut_ptr(), length / 2 + 1)));
        }
        das_fft_free(fft);
        let transform = das_transform { window_length_frames: window, hop_frames: hop, window: 0, kaiser_beta: 0.0 };
        let mut stft = ptr::null_mut();
        if hop > 0 && signal.len() / hop as usize > 2_000 || !good(das_stft_new(&raw const transform, &raw mut stft)) {
            return;
        }
        let (head, tail) = signal.split_at(cut.min(signal.len()));
        let mut power = vec![0.0f32; window as usize / 2 + 1];
        let (mut all, mut frames) = (0, 1);
        assert!(good(das_stft_push(stft, head.as_ptr(), head.len())));
        assert!(good(das_stft_push(stft, tail.as_ptr(), tail.len())));
        assert!(good(das_stft_finish(stft)) && !good(das_stft_finish(stft)));
        while frames > 0 {
            assert!(good(das_stft_read(stft, power.as_mut_ptr(), power.len(), 1, &raw mut frames)));
            all += frames;
        }
        assert_eq!(all, 1 + signal.len() / hop as usize);
        das_stft_free(stft);
    }
}
