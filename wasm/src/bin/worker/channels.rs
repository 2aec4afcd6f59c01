//! What the worker holds: a slot per channel, kept previews, and the line of files to analyse.

use std::{
    cell::RefCell,
    collections::{BTreeMap, VecDeque},
    future::Future,
    pin::Pin,
    rc::Rc,
};

use dsp::grid::Grid;
use wasm_bindgen_futures::spawn_local;
use web::preview::protocol::CanvasSize;

/// Previews that stay after their page is left. A grid has 4 MiB at most.
const KEPT_PREVIEWS: usize = 12;

/// What belongs to one channel.
#[derive(Default)]
pub struct Slot {
    /// This browser's own analysis, once complete.
    pub preview: Option<Rc<Grid>>,
    /// Size of the preview's canvas.
    pub canvas: Option<CanvasSize>,
    /// Hash under which the preview is to be kept when it is complete.
    pub keep_as: Option<String>,
    /// The server's spectrogram.
    pub server: Option<Rc<Grid>>,
}

type Work = Pin<Box<dyn Future<Output = ()>>>;

#[derive(Default)]
struct State {
    slots: BTreeMap<u32, Slot>,
    kept: VecDeque<(String, Rc<Grid>)>,
    line: VecDeque<(u32, Work)>,
    working: Option<u32>,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

/// Works on the slot of a channel, which is made when there is none.
pub fn with_slot<T>(channel: u32, work: impl FnOnce(&mut Slot) -> T) -> T {
    STATE.with_borrow_mut(|state| work(state.slots.entry(channel).or_default()))
}

/// True until the channel is closed.
pub fn is_open(channel: u32) -> bool {
    STATE.with_borrow(|state| state.slots.contains_key(&channel))
}

/// Forgets a channel; work that goes on for it ends at its next breath.
pub fn close(channel: u32) {
    STATE.with_borrow_mut(|state| {
        state.slots.remove(&channel);
        state.line.retain(|(owner, _)| *owner != channel);
    });
}

/// Keeps a preview under the hash of its file.
pub fn keep(sha256: String, grid: Rc<Grid>) {
    STATE.with_borrow_mut(|state| {
        state.kept.retain(|(known, _)| *known != sha256);
        state.kept.push_back((sha256, grid));
        while state.kept.len() > KEPT_PREVIEWS {
            state.kept.pop_front();
        }
    });
}

/// The kept preview of a file.
pub fn kept(sha256: &str) -> Option<Rc<Grid>> {
    STATE.with_borrow(|state| state.kept.iter().find(|(known, _)| known == sha256).map(|(_, grid)| grid.clone()))
}

/// The channel whose file is being analysed.
pub fn working() -> Option<u32> {
    STATE.try_with(|state| state.try_borrow().ok().and_then(|state| state.working)).ok().flatten()
}

/// Puts work at the end of the line; one file is analysed after another.
pub fn enqueue(channel: u32, work: impl Future<Output = ()> + 'static) {
    let idle = STATE.with_borrow_mut(|state| {
        state.line.push_back((channel, Box::pin(work)));
        state.working.is_none() && state.line.len() == 1
    });
    if idle {
        spawn_local(async {
            while let Some(work) = next() {
                work.await;
            }
        });
    }
}

fn next() -> Option<Work> {
    STATE.with_borrow_mut(|state| {
        let (channel, work) = state.line.pop_front().unzip();
        state.working = channel;
        work
    })
}
