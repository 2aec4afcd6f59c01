//! Files and batches: the bytes are a file on disk, and the operations that a batch does on it.

use std::{
    ffi::{CString, c_int, c_void},
    fs,
    path::PathBuf,
    ptr,
};

use das::*;

use super::{good, is_document};

/// Up to the first zero byte: the operations of a batch, as JSON; the rest: the file.
pub fn check(data: &[u8]) {
    let end = data.iter().position(|&byte| byte == 0).unwrap_or(data.len());
    let (operations, file) = (&data[..end], data.get(end + 1..).unwrap_or_default());
    let folder = folder();
    let input = folder.join("input");
    fs::write(&input, file).expect("written");
    let path = |name: &str| CString::new(folder.join(name).to_str().expect("UTF-8")).expect("no zero byte");
    let (input, picture, copy) = (path("input"), path("picture.png"), path("copy.wav"));
    // SAFETY: pointers to locals, handles that the library has made, each freed once.
    unsafe {
        let mut json = ptr::null_mut();
        let accepted = good(das_analyze_file(input.as_ptr(), ptr::null(), ptr::null(), &raw mut json));
        if accepted {
            is_document(json);
        }
        let painted = das_save_spectrogram(input.as_ptr(), picture.as_ptr(), ptr::null(), ptr::null(), ptr::null());
        assert_eq!(good(painted), accepted);
        let mut sound = ptr::null_mut();
        if good(das_sound_load(input.as_ptr(), ptr::null(), &raw mut sound)) {
            let mut limited = 0;
            assert!(good(das_sound_save(
                sound,
                copy.as_ptr(),
                u32::from(operations.len() as u8) % 3,
                &raw mut limited
            )));
            das_sound_free(sound);
        }
        let mut decoder = ptr::null_mut();
        if good(das_decoder_open(input.as_ptr(), ptr::null(), &raw mut decoder)) {
            das_decoder_free(decoder);
        }
        batch(&folder, operations);
    }
}

/// Only the operations are the fuzzer's: a request of its own could name any file.
///
/// # Safety
///
/// None; unsafe for its calls.
unsafe fn batch(folder: &std::path::Path, operations: &[u8]) {
    let operations = String::from_utf8_lossy(operations);
    let folder = folder.to_str().expect("UTF-8");
    let request =
        format!(r#"{{"files":["{folder}/input"],"output_folder":"{folder}","threads":1,"operations":{operations}}}"#);
    let request = CString::new(request).expect("cut at the first zero byte");
    let (mut cancel, mut outcome, mut calls) = (ptr::null_mut(), ptr::null_mut(), 0usize);
    // SAFETY: pointers to locals, handles that the library has made, each freed once.
    unsafe {
        assert!(good(das_cancel_new(&raw mut cancel)));
        if operations.len() % 5 == 1 {
            assert!(good(das_cancel_set(cancel)));
        }
        let user: *mut c_void = (&raw mut calls).cast();
        if good(das_batch(request.as_ptr(), Some(count), user, cancel, &raw mut outcome)) {
            is_document(outcome);
        }
        das_cancel_free(cancel);
    }
}

/// # Safety
///
/// `calls` is a `usize`.
unsafe extern "C" fn count(calls: *mut c_void, files_done: u64, files: u64, share: f64) -> c_int {
    assert!(files_done <= files && (0.0..=1.0).contains(&share));
    // SAFETY: what `batch` has given.
    unsafe { *calls.cast::<usize>() += 1 };
    0
}

/// A folder of this process.
pub(super) fn folder() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("das-fuzz-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    folder
}
