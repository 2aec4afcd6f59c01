//! Decoder, analysis and resampler in any order of calls.

use std::{ffi::CString, ptr};

use das::*;

use super::{bytes::Bytes, files::folder, good, is_document};

/// The first bytes are calls, the rest is a file, or samples.
pub fn check(data: &[u8]) {
    let (calls, rest) = data.split_at(data.len().min(24));
    decoder(calls, rest);
    samples(calls, rest);
}

fn decoder(calls: &[u8], file: &[u8]) {
    let mut decoder = ptr::null_mut();
    // SAFETY: pointers to locals, handles that the library has made, each freed once.
    unsafe {
        if !good(das_decoder_open_memory(file.as_ptr(), file.len(), ptr::null(), &raw mut decoder)) {
            assert!(decoder.is_null());
            return;
        }
        let mut info = std::mem::MaybeUninit::<das_stream_info>::uninit();
        assert!(good(das_decoder_get_info(decoder, info.as_mut_ptr())));
        let channels = info.assume_init().channels as usize;
        let mut json = ptr::null_mut();
        assert!(good(das_decoder_describe(decoder, &raw mut json)));
        is_document(json);
        let mut buffer = vec![0.0f32; channels * 256];
        for &call in calls {
            let mut frames = usize::MAX;
            let capacity = usize::from(call);
            if good(das_decoder_read(decoder, buffer.as_mut_ptr(), capacity, &raw mut frames)) {
                assert!(frames <= capacity);
            } else {
                assert_eq!(frames, usize::MAX);
            }
        }
        das_decoder_free(decoder);
    }
}

fn samples(calls: &[u8], rest: &[u8]) {
    let samples = Bytes(rest).samples(calls.first().is_some_and(|first| first & 1 == 1));
    let (mut analysis, mut resampler) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: pointers to locals and into the samples, handles that the library has made, each freed once.
    unsafe {
        assert!(good(das_analysis_new(8_000, 1, 0, ptr::null(), &raw mut analysis)));
        assert!(good(das_resampler_new(8_000, 11_025, 1, 0, &raw mut resampler)));
        let (mut at, mut taken, mut given, mut finished) = (0, 0u64, 0u64, false);
        let mut buffer = [0.0f32; 256];
        for &call in calls {
            let some = usize::from(call).min(samples.len() - at);
            match call % 4 {
                0 | 1 => {
                    let part = samples[at..at + some].as_ptr();
                    let pushed = good(das_resampler_push(resampler, part, some));
                    assert_eq!(pushed, !finished);
                    taken += if pushed { some as u64 } else { 0 };
                    good(das_analysis_push(analysis, part, some));
                    at += some;
                }
                2 => {
                    let mut frames = 0;
                    assert!(good(das_resampler_read(resampler, buffer.as_mut_ptr(), some.min(256), &raw mut frames)));
                    given += frames as u64;
                }
                _ => {
                    assert_eq!(good(das_resampler_finish(resampler)), !finished);
                    finished = true;
                }
            }
        }
        let mut frames = 1;
        while frames > 0 {
            assert!(good(das_resampler_read(resampler, buffer.as_mut_ptr(), 256, &raw mut frames)));
            given += frames as u64;
        }
        assert!(!finished || given == (taken * 11_025).div_ceil(8_000), "{given} of {taken}");
        das_resampler_free(resampler);
        // Now and then, because files are slow; what was refused has ended it.
        if calls.first().is_some_and(|first| first % 16 == 5) {
            let picture = das_picture { width: 16, height: 8, palette: 0, low_dbfs: -100.0, high_dbfs: 0.0 };
            let path = folder().join("stream.png");
            let path = CString::new(path.to_str().expect("UTF-8")).expect("no zero byte");
            good(das_analysis_save_spectrogram(analysis, path.as_ptr(), &raw const picture));
        }
        let mut json = ptr::null_mut();
        if good(das_analysis_finish(analysis, &raw mut json)) {
            is_document(json);
        }
        assert!(!good(das_analysis_finish(analysis, &raw mut json)));
        assert!(!good(das_analysis_save_spectrogram(analysis, c"/dev/null/nothing".as_ptr(), ptr::null())));
        das_analysis_free(analysis);
    }
}
