//! The result as a table, every term with its meaning.

mod bands;
mod groups;
mod music;

use leptos::prelude::*;

use crate::model::Analysis;
use bands::ThirdOctaveChart;

/// The analysis, readable.
#[component]
pub fn AnalysisTable(
    /// The result.
    analysis: Analysis,
) -> impl IntoView {
    let tags = (!analysis.source.tags.is_empty()).then(|| {
        let rows = analysis
            .source
            .tags
            .iter()
            .map(|tag| view! { <tr><th scope="row">{tag.key.replace('_', " ")}</th><td colspan="2" class="tag-value">{tag.value.clone()}</td></tr> })
            .collect_view();
        view! { <tbody><tr class="group"><th colspan="3" scope="rowgroup">"Tags"</th></tr>{rows}</tbody> }
    });
    let chart = analysis.third_octaves.clone().map(|octaves| view! { <ThirdOctaveChart octaves/> });
    let groups = groups::groups(&analysis)
        .into_iter()
        .map(|group| {
            let rows = group
                .lines
                .into_iter()
                .map(|line| {
                    view! {
                        <tr>
                            <th scope="row">{line.term}</th>
                            <td class="value">{line.value}</td>
                            <td class="meaning">{line.meaning}</td>
                        </tr>
                    }
                })
                .collect_view();
            view! { <tbody><tr class="group"><th colspan="3" scope="rowgroup">{group.title}</th></tr>{rows}</tbody> }
        })
        .collect_view();
    view! {
        <table class="analysis" data-testid="analysis-table">
            <caption class="visually-hidden">"Analysis of the recording"</caption>
            {groups}
            {tags}
        </table>
        {chart}
    }
    .into_any()
}
