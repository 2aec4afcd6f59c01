//! What the worker holds: a slot per channel, the latest previews, and the line of files to analyse.

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

/// Complete previews that are held, those that wait for their comparison among them. A grid has 4 MiB at most.
const MOST_PREVIEWS: usize = 8;

/// What belongs to one channel.
#[derive(Default)]
pub struct Slot {
    /// Size of the preview's canvas.
    pub canvas: Option<CanvasSize>,
    /// Hash under which the preview is to be kept when it is complete.
    pub keep_as: Option<String>,
    /// The server's spectrogram.
    pub server: Option<Rc<Grid>>,
}

/// This browser's own analysis of a file. It is dropped when neither its channel nor its hash is known.
struct Preview {
    grid: Rc<Grid>,
    /// The channel that shows it.
    channel: Option<u32>,
    /// Hash under which it is kept for the comparison.
    sha256: Option<String>,
}

type Work = Pin<Box<dyn Future<Output = ()>>>;

#[derive(Default)]
struct State {
    slots: BTreeMap<u32, Slot>,
    /// The latest used is the last.
    previews: VecDeque<Preview>,
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

/// Forgets a channel; work that goes on for it ends at its next breath. What is kept for the comparison stays.
pub fn close(channel: u32) {
    STATE.with_borrow_mut(|state| {
        state.slots.remove(&channel);
        state.line.retain(|(owner, _)| *owner != channel);
        for preview in state.previews.iter_mut().filter(|preview| preview.channel == Some(channel)) {
            preview.channel = None;
        }
        state.previews.retain(|preview| preview.channel.is_some() || preview.sha256.is_some());
    });
}

/// Holds a complete preview; the one that was not used for the longest time makes room.
pub fn hold(grid: Rc<Grid>, channel: Option<u32>, sha256: Option<String>) {
    STATE.with_borrow_mut(|state| {
        state.previews.push_back(Preview { grid, channel, sha256: None });
        if let Some(sha256) = sha256 {
            state.name_last(sha256);
        }
        while state.previews.len() > MOST_PREVIEWS {
            state.previews.pop_front();
        }
    });
}

/// Keeps a channel's preview under the hash of its file, if it is still held.
pub fn keep(channel: u32, sha256: String) {
    STATE.with_borrow_mut(|state| {
        if state.touch(|preview| preview.channel == Some(channel)).is_some() {
            state.name_last(sha256);
        }
    });
}

/// The preview of a channel, if it is still held.
pub fn preview(channel: u32) -> Option<Rc<Grid>> {
    STATE.with_borrow_mut(|state| state.touch(|preview| preview.channel == Some(channel)))
}

/// The kept preview of a file.
pub fn kept(sha256: &str) -> Option<Rc<Grid>> {
    STATE.with_borrow_mut(|state| state.touch(|preview| preview.sha256.as_deref() == Some(sha256)))
}

impl State {
    /// Finds a preview and makes it the latest used.
    fn touch(&mut self, wanted: impl Fn(&Preview) -> bool) -> Option<Rc<Grid>> {
        let place = self.previews.iter().position(wanted)?;
        let preview = self.previews.remove(place)?;
        let grid = preview.grid.clone();
        self.previews.push_back(preview);
        Some(grid)
    }

    /// Gives the latest preview its hash. The same file may have been kept before; once is enough.
    fn name_last(&mut self, sha256: String) {
        let Some(mut last) = self.previews.pop_back() else { return };
        for other in self.previews.iter_mut().filter(|other| other.sha256.as_ref() == Some(&sha256)) {
            other.sha256 = None;
        }
        self.previews.retain(|preview| preview.channel.is_some() || preview.sha256.is_some());
        last.sha256 = Some(sha256);
        self.previews.push_back(last);
    }
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
