//! The chosen files. JavaScript objects stay here, on the one thread that may touch them; the rest of the page knows numbers.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};

use web_sys::{File, FileList};

thread_local! {
    static FILES: RefCell<BTreeMap<u32, File>> = const { RefCell::new(BTreeMap::new()) };
    static NEXT: Cell<u32> = const { Cell::new(1) };
}

/// Keeps a file and says under which number.
pub fn keep(file: File) -> u32 {
    let number = NEXT.replace(NEXT.get().wrapping_add(1));
    FILES.with_borrow_mut(|files| files.insert(number, file));
    number
}

/// The file of that number.
pub fn get(number: u32) -> Option<File> {
    FILES.with_borrow(|files| files.get(&number).cloned())
}

/// Lets go of a file.
pub fn forget(number: u32) {
    FILES.with_borrow_mut(|files| files.remove(&number));
}

/// The files of a list in its order.
pub fn of_list(list: Option<FileList>) -> Vec<File> {
    list.map(|list| (0..list.length()).filter_map(|index| list.get(index)).collect()).unwrap_or_default()
}
