//! Panics inside of symphonia are damage to one file: `dsp::decode` catches them and the file is refused. They are told
//! once for each place, so that they can be reported upstream, and do not end the run; every other panic does.

#![no_main]

use std::{
    collections::HashSet,
    sync::{Mutex, Once},
};

#[path = "../checks/mod.rs"]
#[allow(dead_code)]
mod checks;

static HOOK: Once = Once::new();
static TOLD: Mutex<Option<HashSet<String>>> = Mutex::new(None);

fn tell_and_go_on_where_guarded() {
    let abort = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        if !place.contains("/symphonia") {
            return abort(info);
        }
        if TOLD.lock().is_ok_and(|mut told| told.get_or_insert_default().insert(place.clone())) {
            let said = info.payload_as_str().unwrap_or_default();
            eprintln!("caught in {place}: {said}");
        }
    }));
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    HOOK.call_once(tell_and_go_on_where_guarded);
    checks::decode::check(data);
});
