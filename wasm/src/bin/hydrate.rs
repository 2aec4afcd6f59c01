//! The page's entry point: makes the HTML of the server interactive.

fn main() {
    #[cfg(target_arch = "wasm32")]
    {
        console_error_panic_hook::set_once();
        if web::browser::scripts::are_wanted() {
            leptos::mount::hydrate_body(web::App);
        }
    }
}
