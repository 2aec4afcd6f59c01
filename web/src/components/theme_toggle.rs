//! The switch between light, dark, and whatever the system says.

use leptos::prelude::*;

use crate::{
    browser::theme::{self, Theme},
    components::icons::{DARK, Icon, LIGHT, THEME},
};

/// Goes round through the three choices.
#[component]
pub fn ThemeToggle() -> impl IntoView {
    let choice = RwSignal::new(Theme::default());
    Effect::new(move |_| choice.set(theme::stored()));
    let change = move |_| {
        let next = choice.get_untracked().next();
        theme::choose(next);
        choice.set(next);
    };
    let icon = move || match choice.get() {
        Theme::System => view! { <Icon path=THEME/> },
        Theme::Light => view! { <Icon path=LIGHT/> },
        Theme::Dark => view! { <Icon path=DARK/> },
    };
    let label = move || format!("Appearance: {}. Change.", choice.get().name());
    view! {
        <button type="button" class="icon-button theme-toggle js-only" on:click=change aria-label=label title=label>{icon}</button>
    }
}
