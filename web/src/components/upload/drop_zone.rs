//! Where files come in: dropped, picked, or synthesized.

use std::{cell::Cell, rc::Rc};

use js_sys::{Array, ArrayBuffer};
use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, File, FilePropertyBag};

use crate::{
    browser::{drag, marks, observe},
    components::{
        icons::{Icon, UPLOAD, WAVE},
        problem_notice::ProblemNotice,
    },
    format,
    model::{Problem, UploadRules},
    preview::{
        bridge,
        protocol::{Command, Event},
    },
    problem,
    upload::{files, item::Item, name, queue::Queue},
};

/// A form that works by itself, and more when scripts run.
#[component]
pub fn DropZone(
    /// Where chosen files go.
    queue: Queue,
    /// What is accepted.
    rules: Option<UploadRules>,
) -> impl IntoView {
    let over = RwSignal::new(false);
    let trouble = RwSignal::new(None::<Problem>);
    let input = NodeRef::<html::Input>::new();
    let accept = rules.as_ref().map(|rules| {
        let endings: Vec<String> = rules.extensions.iter().map(|ending| format!(".{ending}")).collect();
        format!("audio/*,{}", endings.join(","))
    });
    let limits = rules.as_ref().map(|rules| {
        format!(
            "{}. Up to {}, {} and {} channels.",
            rules.formats.join(", "),
            format::size(rules.max_bytes),
            format::time_limit(rules.max_duration_s),
            rules.max_channels
        )
    });
    catch_drops(queue, over, trouble);
    // Files may have been picked before the scripts were there.
    Effect::new(move |_| input.get().into_iter().for_each(|input| take_picked(queue, &input)));
    let picked = move |_| input.get_untracked().into_iter().for_each(|input| take_picked(queue, &input));
    let demo = move |_: ev::MouseEvent| demo(queue, trouble);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        queue.submit_all();
    };
    view! {
        <form method="post" enctype="multipart/form-data" action="/das/upload" class="upload-form" on:submit=submit>
            <label class="drop-zone" class:drop-zone-over=move || over.get() data-testid="drop-zone">
                <input
                    type="file" name="file" multiple required=true accept=accept class="drop-input"
                    node_ref=input data-testid="file-input" on:change=picked
                />
                <span class="drop-figure" aria-hidden="true"><Icon path=UPLOAD/></span>
                <span class="drop-title">"Drop sound files here, or " <u>"choose them"</u></span>
                <span class="drop-limits">{limits}</span>
            </label>
            <div class="upload-actions">
                <button type="submit" class="button button-primary no-js-only">"Submit"</button>
                <button type="button" class="button js-only" data-testid="demo-button" on:click=demo>
                    <Icon path=WAVE/> "Try the demo sound"
                </button>
                <span class="muted js-only">"Previews are made in this browser. Nothing is sent before you submit."</span>
            </div>
        </form>
        {move || trouble.get().map(|problem| view! { <ProblemNotice problem/> })}
    }
    .into_any()
}

/// Takes the files out of the input, so that the same may be picked again.
fn take_picked(queue: Queue, input: &web_sys::HtmlInputElement) {
    let chosen = files::of_list(input.files());
    if !chosen.is_empty() {
        take(queue, chosen);
        input.set_value("");
    }
}

/// Adds chosen files to the page; their cards begin the previews.
fn take(queue: Queue, chosen: Vec<File>) {
    for file in &chosen {
        marks::mark(marks::CHOSEN, &file.name());
    }
    queue.items.update(|items| items.extend(chosen.into_iter().map(Item::of)));
}

/// Files may be dropped anywhere on the page.
fn catch_drops(queue: Queue, over: RwSignal<bool>, trouble: RwSignal<Option<Problem>>) {
    Effect::new(move |_| {
        let window = window();
        let dragover = observe::listen(&window, "dragover", move |event| {
            if let Some(transfer) = drag::with_files(&event) {
                event.prevent_default();
                transfer.set_drop_effect("copy");
                over.set(true);
            }
        });
        let dragleave = observe::listen(&window, "dragleave", move |event| {
            if event.dyn_ref::<DragEvent>().is_some_and(|event| event.related_target().is_none()) {
                over.set(false);
            }
        });
        let dropped = observe::listen(&window, "drop", move |event| {
            over.set(false);
            let Some(transfer) = drag::with_files(&event) else { return };
            event.prevent_default();
            let dropped = drag::dropped(&transfer);
            trouble.set(folder_problem(&dropped.folders));
            take(queue, dropped.files);
        });
        on_cleanup(move || [dragover, dragleave, dropped].into_iter().for_each(observe::stop));
    });
}

/// What to do about dropped folders.
fn folder_problem(folders: &[String]) -> Option<Problem> {
    let detail = match folders {
        [] => return None,
        [folder] => format!("“{}” is a folder; choose the files in it.", name::shown(folder)),
        folders => format!("{} of what was dropped are folders; choose the files in them.", folders.len()),
    };
    Some(problem::problem(0, "folder", problem::title("folder"), detail))
}

/// Has the worker synthesize the demo sound, and takes it like any chosen file.
fn demo(queue: Queue, trouble: RwSignal<Option<Problem>>) {
    let own = Rc::new(Cell::new(None));
    let opened = bridge::open({
        let own = own.clone();
        move |event, attachment| {
            match (event, attachment) {
                (Event::Demo { name }, Some(bytes)) => match wav_file(&bytes, &name) {
                    Some(file) => take(queue, vec![file]),
                    None => drop(trouble.try_set(Some(problem::internal("The demo sound could not be made.")))),
                },
                (Event::Failed { problem }, _) => drop(trouble.try_set(Some(problem))),
                _ => {}
            }
            own.take().into_iter().for_each(bridge::close);
        }
    });
    match opened {
        Ok(channel) => {
            own.set(Some(channel));
            bridge::send(channel, Command::Demo, None);
        }
        Err(problem) => trouble.set(Some(problem)),
    }
}

fn wav_file(bytes: &ArrayBuffer, name: &str) -> Option<File> {
    let options = FilePropertyBag::new();
    options.set_type("audio/wav");
    File::new_with_buffer_source_sequence_and_options(&Array::of1(bytes), name, &options).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_named() {
        assert_eq!(folder_problem(&[]), None);
        let detail = |folders: &[String]| folder_problem(folders).map(|problem| problem.detail).unwrap_or_default();
        assert_eq!(detail(&["Takes".to_owned()]), "“Takes” is a folder; choose the files in it.");
        assert!(detail(&["a".to_owned(), "b".to_owned()]).starts_with("2 of"));
    }
}
