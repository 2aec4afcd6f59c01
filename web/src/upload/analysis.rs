//! The preview of a file in the sound worker. It belongs to the file, not to a page: it goes on while other pages are shown.

use js_sys::ArrayBuffer;
use leptos::prelude::*;

use super::{
    files,
    item::{Item, PreviewState},
    screens,
};
use crate::{
    browser::{canvas, marks},
    model::Problem,
    preview::{
        bridge,
        protocol::{CanvasSize, Command, Event, Limits},
    },
};

/// A file that waited while this many workers broke is not tried again: it may be what breaks them.
const MOST_STARTS: u32 = 4;

/// Sends a file to the worker, unless that has been done.
pub fn begin(item: &Item, limits: Limits) {
    let queued = item.preview.with_untracked(|preview| preview.state == PreviewState::Queued);
    if queued && item.channel.get_untracked().is_none() {
        open(item.clone(), limits, 1);
    }
}

fn open(item: Item, limits: Limits, start: u32) {
    let opened = bridge::open_again({
        let item = item.clone();
        move |event, pixels| hear(&item, limits, start, event, pixels)
    });
    let channel = match opened {
        Ok(channel) => channel,
        Err(problem) => return fail(&item, problem),
    };
    item.channel.set(Some(channel));
    if let Some(file) = files::get(item.number) {
        let canvas = screens::size(item.number);
        bridge::send(channel, Command::Open { name: item.name.clone(), limits, canvas }, Some(&file));
    }
}

/// Has the finished preview painted in the size that its canvas has now; one that still grows takes it with the next picture.
pub fn resize(item: &Item, canvas: CanvasSize) {
    if let Some(channel) = item.channel.get_untracked() {
        bridge::send(channel, Command::Resize { canvas }, None);
    }
}

/// Ends the preview and drops what belongs to it.
pub fn end(item: &Item) {
    item.channel.try_update(Option::take).flatten().into_iter().for_each(bridge::close);
    screens::forget(item.number);
}

/// Takes an event of the worker in.
fn hear(item: &Item, limits: Limits, start: u32, event: Event, pixels: Option<ArrayBuffer>) {
    let put = |size: CanvasSize| match (screens::get(item.number), &pixels) {
        (Some(screen), Some(pixels)) => canvas::put(&screen, pixels, size),
        _ => false,
    };
    let first = item.preview.with_untracked(|preview| preview.columns == 0);
    match event {
        Event::Started { info } => item.preview.update(|preview| {
            preview.state = PreviewState::Decoding;
            preview.info = Some(info);
        }),
        Event::Progress { columns, progress, nyquist_hz, axis_s, canvas, .. } => {
            let painted = put(canvas);
            item.preview.update(|preview| {
                (preview.columns, preview.progress) = (columns, progress);
                (preview.axis_s, preview.nyquist_hz) = (axis_s, nyquist_hz);
            });
            if painted && first {
                marks::mark(marks::FIRST_COLUMNS, &item.name);
            }
        }
        Event::Done { columns, summary, canvas } => {
            let painted = put(canvas);
            item.preview.update(|preview| {
                preview.state = PreviewState::Done;
                preview.columns = columns;
                preview.progress = Some(1.0);
                preview.axis_s = summary.duration_s;
                preview.summary = Some(summary);
            });
            if painted && first {
                marks::mark(marks::FIRST_COLUMNS, &item.name);
            }
            if painted {
                marks::mark(marks::DONE, &item.name);
            }
        }
        Event::Resized { canvas } => drop(put(canvas)),
        Event::Failed { problem } => fail(item, problem),
        Event::Crashed { detail } => {
            // The channel went with its worker.
            item.channel.set(None);
            match item.preview.with_untracked(|preview| preview.state) {
                PreviewState::Queued if start < MOST_STARTS => open(item.clone(), limits, start + 1),
                PreviewState::Queued | PreviewState::Decoding => fail(item, bridge::lost(&detail)),
                PreviewState::Done | PreviewState::Failed => {}
            }
        }
        _ => {}
    }
}

/// The first problem is the reason; what follows is its consequence.
fn fail(item: &Item, problem: Problem) {
    item.preview.update(|preview| {
        if preview.state != PreviewState::Done {
            preview.state = PreviewState::Failed;
            preview.problem.get_or_insert(problem);
        }
    });
}
