//! The player, and the moment that it plays.

use leptos::{ev, prelude::*};

use super::state::PlotState;

/// Plays the original with the browser's own controls.
#[component]
pub fn Player(
    /// The instrument's state.
    plot: PlotState,
    /// Address of the original.
    src: String,
    /// What it is coded with, for the sentence when the browser cannot play it.
    codec: String,
) -> impl IntoView {
    let unplayable = RwSignal::new(false);
    let update = move |_: ev::Event| read(plot);
    view! {
        <audio
            class="player" controls preload="metadata" src=src node_ref=plot.audio data-testid="player"
            on:play=move |_| follow(plot)
            on:timeupdate=update
            on:seeking=update
            on:error=move |_| unplayable.set(true)
        ></audio>
        <p class="muted" hidden=move || !unplayable.get()>
            {format!("This browser does not play {codec}. The original can be downloaded.")}
        </p>
    }
    .into_any()
}

/// Plays or pauses.
pub fn toggle(plot: PlotState) {
    let Some(audio) = plot.audio.get_untracked() else { return };
    if audio.paused() {
        // The browser may refuse; then the controls say so.
        let _ = audio.play();
    } else {
        let _ = audio.pause();
    }
}

fn read(plot: PlotState) {
    if let Some(audio) = plot.audio.try_get_untracked().flatten() {
        plot.now_s.try_set(audio.current_time());
    }
}

/// Moves the playhead with every frame of the screen while sound plays.
fn follow(plot: PlotState) {
    let playing = plot.audio.try_get_untracked().flatten().is_some_and(|audio| !audio.paused());
    read(plot);
    if playing {
        request_animation_frame(move || follow(plot));
    }
}
