//! C's arguments, checked and followed.

use std::{
    ffi::{CStr, c_char},
    marker::PhantomData,
    path::Path,
    ptr, slice,
};

use super::{
    Failure, Kind, MAX_ELEMENTS,
    handle::{FREED, Handle},
    region::Regions,
};

/// The promise of the caller of one function, and the means to use it.
///
/// Its methods follow raw pointers and are safe to call, because making a `Caller` is not: whoever does vouches, for the
/// length of the call, for the pointers of that call as das.h asks for them. What can be checked is checked here.
pub(crate) struct Caller(Regions);

/// Numbers for which every pattern of bits is a value.
pub(crate) trait Plain: Copy {}
impl Plain for u8 {}
impl Plain for f32 {}
impl Plain for f64 {}

impl Caller {
    /// # Safety
    ///
    /// For as long as the value lives, every pointer that is given to its methods and is not null must point to memory of
    /// that type and length, valid for reading (and, where the method writes, writing) and not written to by others; a
    /// text must end with a zero byte; a handle must have come from [`Slot::fill`] and not have been freed.
    pub(crate) unsafe fn trusted() -> Self {
        Self(Regions::default())
    }

    fn check<T>(&self, pointer: *const T, length: usize, written: bool, name: &str) -> Result<(), Failure> {
        if pointer.is_null() {
            return Err(Failure::null(name));
        }
        if !pointer.is_aligned() {
            return Err(Failure::argument(format!("{name} is misaligned")));
        }
        if length > MAX_ELEMENTS {
            let message = format!("{name} has {length} elements; a call takes at most {MAX_ELEMENTS}");
            return Err(Failure::too_large(message));
        }
        self.0.claim(pointer.addr(), length * size_of::<T>(), written, name)
    }

    /// A buffer that is read; null is an empty one.
    pub(crate) fn slice<T: Plain>(&self, pointer: *const T, length: usize, name: &str) -> Result<&[T], Failure> {
        if length == 0 {
            return Ok(&[]);
        }
        self.check(pointer, length, false, name)?;
        // SAFETY: not null, aligned, at most 2^29 elements, no overlap with what this call writes to; that the memory is
        // there is the promise of `trusted`. Every pattern of bits is a `T`.
        Ok(unsafe { slice::from_raw_parts(pointer, length) })
    }

    /// A buffer that is written to; null is an empty one. It must hold numbers, or be written to before it is read.
    #[expect(clippy::mut_from_ref, reason = "the regions of one call do not overlap")]
    pub(crate) fn slice_mut<T: Plain>(&self, pointer: *mut T, length: usize, name: &str) -> Result<&mut [T], Failure> {
        if length == 0 {
            return Ok(&mut []);
        }
        self.check(pointer, length, true, name)?;
        // SAFETY: as in `slice`, and nobody else of this call has a part of it.
        Ok(unsafe { slice::from_raw_parts_mut(pointer, length) })
    }

    /// A place for one result. Taken before the work, so that a bad place costs none, and set after it.
    pub(crate) fn out<T: Copy>(&self, pointer: *mut T, name: &str) -> Result<Out<'_, T>, Failure> {
        self.check(pointer, 1, true, name)?;
        Ok(Out { pointer, caller: PhantomData })
    }

    /// A place for a result that the caller may do without: null is none.
    pub(crate) fn optional_out<T: Copy>(&self, pointer: *mut T, name: &str) -> Result<Option<Out<'_, T>>, Failure> {
        if pointer.is_null() { Ok(None) } else { self.out(pointer, name).map(Some) }
    }

    /// A place for a new handle.
    pub(crate) fn slot<K: Kind>(&self, slot: *mut *mut K, name: &str) -> Result<Slot<'_, K>, Failure> {
        Ok(Slot(self.out(slot, name)?))
    }

    /// A structure that is read; null where there is none.
    pub(crate) fn read<T: Copy>(&self, pointer: *const T, name: &str) -> Result<Option<T>, Failure> {
        if pointer.is_null() {
            return Ok(None);
        }
        self.check(pointer, 1, false, name)?;
        // SAFETY: not null, aligned; readable by the promise of `trusted`. The structures of das.h hold numbers only, so
        // that every pattern of bits is a value.
        Ok(Some(unsafe { ptr::read(pointer) }))
    }

    /// A text in UTF-8.
    pub(crate) fn text(&self, pointer: *const c_char, name: &str) -> Result<&str, Failure> {
        self.bytes(pointer, name)?.to_str().map_err(|_| Failure::argument(format!("{name} is not UTF-8")))
    }

    /// A path: any bytes on Unix, UTF-8 elsewhere; not empty.
    pub(crate) fn path(&self, pointer: *const c_char, name: &str) -> Result<&Path, Failure> {
        #[cfg(unix)]
        let path: &Path = {
            use std::{ffi::OsStr, os::unix::ffi::OsStrExt};
            OsStr::from_bytes(self.bytes(pointer, name)?.to_bytes()).as_ref()
        };
        #[cfg(not(unix))]
        let path: &Path = self.text(pointer, name)?.as_ref();
        if path.as_os_str().is_empty() { Err(Failure::argument(format!("{name} is empty"))) } else { Ok(path) }
    }

    fn bytes(&self, pointer: *const c_char, name: &str) -> Result<&CStr, Failure> {
        self.check(pointer, 1, false, name)?;
        // SAFETY: not null; that a zero byte follows, and that nobody changes the text, is the promise of `trusted`.
        Ok(unsafe { CStr::from_ptr(pointer) })
    }

    /// What stands behind a handle.
    pub(crate) fn get<K: Kind>(&self, handle: *const K, name: &str) -> Result<&K::Value, Failure> {
        let pointer = checked::<K>(handle, name)?;
        // SAFETY: `checked` has found the tag of `K`, so `Slot::fill` has made this allocation as a `Handle<K::Value>`; that it
        // has not been freed is the promise of `trusted`. Values are only lent out shared.
        Ok(unsafe { &(*pointer).value })
    }

    /// Takes a handle back and drops what stands behind it; null is none.
    pub(crate) fn take_back<K: Kind>(&self, handle: *mut K, name: &str) -> Result<(), Failure> {
        if handle.is_null() {
            return Ok(());
        }
        let pointer = checked::<K>(handle, name)?;
        // SAFETY: as in `get`; nobody else uses a handle that is freed, by the promise of `trusted`. The tag is
        // overwritten (volatile, or the write would be left out) so that a second call has a chance to be refused.
        unsafe {
            ptr::write_volatile(&raw mut (*pointer).tag, FREED);
            drop(Box::from_raw(pointer));
        }
        Ok(())
    }
}

/// A checked place for one result of the call.
pub(crate) struct Out<'c, T> {
    pointer: *mut T,
    caller: PhantomData<&'c Caller>,
}

impl<T: Copy> Out<'_, T> {
    pub(crate) fn set(self, value: T) {
        // SAFETY: `Caller::out` has found it not null, aligned, and in no buffer of this call; it is writable by the
        // promise of `Caller::trusted`, which holds as long as the borrow. The old value is not read.
        unsafe { ptr::write(self.pointer, value) }
    }
}

/// Sets a result, unless the caller does without.
pub(crate) fn set<T: Copy>(out: Option<Out<'_, T>>, value: T) {
    if let Some(out) = out {
        out.set(value);
    }
}

/// A checked place for a new handle.
pub(crate) struct Slot<'c, K>(Out<'c, *mut K>);

impl<K: Kind> Slot<'_, K> {
    /// Makes a value a handle and hands it out; [`Caller::take_back`] takes it back.
    pub(crate) fn fill(self, value: K::Value) {
        self.0.set(Box::into_raw(Box::new(Handle { tag: K::TAG, value })).cast());
    }
}

/// The allocation behind a handle, if it is one of this kind as far as can be told.
fn checked<K: Kind>(handle: *const K, name: &str) -> Result<*mut Handle<K::Value>, Failure> {
    if handle.is_null() {
        return Err(Failure::null(name));
    }
    let pointer: *mut Handle<K::Value> = handle.cast_mut().cast();
    if !pointer.is_aligned() {
        return Err(Failure::handle(format!("{name} is not a handle")));
    }
    // SAFETY: not null. Every handle, of whatever kind, begins with eight bytes of tag; that it is one is the promise of
    // `trusted`.
    let tag = unsafe { ptr::read(pointer.cast::<[u8; 8]>()) };
    if tag != K::TAG {
        return Err(Failure::handle(format!("{name} is not a handle of this kind, or was freed")));
    }
    Ok(pointer)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct apple;
    struct pear;
    impl Kind for apple {
        type Value = String;
        const TAG: [u8; 8] = *b"t.apple.";
    }
    impl Kind for pear {
        type Value = u64;
        const TAG: [u8; 8] = *b"t.pear..";
    }

    fn caller() -> Caller {
        // SAFETY: the pointers of the tests are valid, or null, misaligned or too long, which is refused.
        unsafe { Caller::trusted() }
    }

    #[test]
    fn handles_know_their_kind() {
        let (mut one, mut two) = (ptr::null_mut::<apple>(), ptr::null_mut::<pear>());
        caller().slot(&raw mut one, "one").expect("a place").fill("red".to_owned());
        caller().slot(&raw mut two, "two").expect("a place").fill(7);
        assert_eq!(caller().get(one, "one").expect("an apple"), "red");
        assert_eq!(caller().get(two.cast::<pear>(), "two").expect("a pear"), &7);
        assert!(caller().get(one.cast::<pear>(), "one").is_err());
        assert!(caller().get(two.cast::<apple>(), "two").is_err());
        assert!(caller().take_back(two.cast::<apple>(), "two").is_err());
        assert!(caller().get(ptr::null::<apple>(), "none").is_err());
        assert!(caller().get(one.wrapping_byte_add(1), "crooked").is_err());
        assert!(caller().slot(ptr::null_mut::<*mut pear>(), "nowhere").is_err());
        caller().take_back(one, "one").expect("an apple");
        caller().take_back(two, "two").expect("a pear");
        caller().take_back(ptr::null_mut::<pear>(), "none").expect("nothing");
    }

    #[test]
    fn buffers_are_checked() {
        let mut buffer = [1.0f32; 8];
        let start = buffer.as_mut_ptr();
        assert_eq!(caller().slice(start.cast_const(), 8, "x").expect("fine").len(), 8);
        assert!(caller().slice(ptr::null::<f32>(), 0, "x").expect("nothing").is_empty());
        assert!(caller().slice(ptr::null::<f32>(), 1, "x").is_err());
        assert!(caller().slice(start.wrapping_byte_add(1).cast_const(), 1, "x").is_err());
        for length in [MAX_ELEMENTS + 1, usize::MAX / 4, usize::MAX] {
            assert!(caller().slice(start.cast_const(), length, "x").is_err());
        }
        let one = caller();
        one.slice(start.cast_const(), 4, "x").expect("fine");
        assert!(one.slice_mut(start.wrapping_add(3), 4, "y").is_err());
        assert!(one.slice_mut(start.wrapping_add(4), 4, "y").is_ok());
        assert!(one.out(start.wrapping_add(5), "z").is_err());
    }

    #[test]
    fn texts_are_utf8_and_paths_are_not_empty() {
        assert_eq!(caller().text(c"\xc3\xa4".as_ptr(), "x").expect("fine"), "ä");
        assert!(caller().text(c"\xff".as_ptr(), "x").is_err());
        assert!(caller().text(ptr::null(), "x").is_err());
        assert!(caller().path(c"".as_ptr(), "x").is_err());
        assert_eq!(caller().path(c"\xff".as_ptr(), "x").is_ok(), cfg!(unix));
    }
}
