//! The player, and the moment that it plays.

use leptos::{ev, html, prelude::*, task::spawn_local};
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlAudioElement;

/// What plays. It is there before the analysis is, and goes on when the plot appears.
#[derive(Clone, Copy)]
pub struct Sound {
    /// The browser's player.
    pub audio: NodeRef<html::Audio>,
    /// Moment of playback.
    pub now_s: RwSignal<f64>,
}

impl Sound {
    /// Silence at the beginning.
    pub fn new() -> Self {
        Self { audio: NodeRef::new(), now_s: RwSignal::new(0.0) }
    }

    /// Plays from a moment on.
    pub fn play_from(&self, time_s: f64) {
        if let Some(audio) = self.audio.get_untracked() {
            audio.set_current_time(time_s);
            play(&audio);
        }
        self.now_s.set(time_s);
    }

    /// Plays or pauses.
    pub fn toggle(&self) {
        let Some(audio) = self.audio.get_untracked() else { return };
        if audio.paused() {
            play(&audio);
        } else {
            let _ = audio.pause();
        }
    }

    fn read(&self) {
        if let Some(audio) = self.audio.try_get_untracked().flatten() {
            self.now_s.try_set(audio.current_time());
        }
    }

    /// Moves the playhead with every frame of the screen while sound plays.
    fn follow(self) {
        let playing = self.audio.try_get_untracked().flatten().is_some_and(|audio| !audio.paused());
        self.read();
        if playing {
            request_animation_frame(move || self.follow());
        }
    }
}

impl Default for Sound {
    fn default() -> Self {
        Self::new()
    }
}

/// Starts playing. The browser may refuse, later too; then its controls say so.
fn play(audio: &HtmlAudioElement) {
    if let Ok(started) = audio.play() {
        spawn_local(async move {
            let _ = JsFuture::from(started).await;
        });
    }
}

/// Plays the original with the browser's own controls.
#[component]
pub fn Player(
    /// What plays.
    sound: Sound,
    /// Address of the original.
    src: String,
    /// What it is coded with, for the sentence when the browser cannot play it.
    codec: String,
    /// The analysis has found the file to be good. Until then nothing of it is fetched unasked: a bad file is removed
    /// under the player's hands.
    #[prop(into)]
    ready: Signal<bool>,
) -> impl IntoView {
    let unplayable = RwSignal::new(false);
    let update = move |_: ev::Event| sound.read();
    // The browser begins with the page, before these listeners are there.
    Effect::new(move |_| {
        if let Some(audio) = sound.audio.get() {
            if audio.error().is_some() {
                unplayable.set(true);
            }
            if !audio.paused() {
                sound.follow();
            }
        }
    });
    view! {
        <audio
            class="player" controls preload=move || if ready.get() { "metadata" } else { "none" } src=src node_ref=sound.audio data-testid="player"
            on:play=move |_| sound.follow()
            on:timeupdate=update
            on:seeking=update
            on:error=move |_| unplayable.set(true)
        ></audio>
        <p class="muted" role="status" data-testid="unplayable" hidden=move || !unplayable.get()>
            {format!("This browser does not play {codec}. The original can be downloaded.")}
        </p>
    }
    .into_any()
}
