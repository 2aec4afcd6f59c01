//! The browser bundle and the static files.

use std::path::Path;

use axum::{
    extract::Request,
    http::{HeaderValue, header},
    middleware::Next,
    response::Response,
};
use tower_http::services::ServeDir;

/// Shortest run of hexadecimal digits that is taken for the hash in a file name.
const HASH_DIGITS: usize = 8;

/// A worker has the policy of its own script's response: its module, its WebAssembly, and the results that it fetches.
const BUNDLE_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'; \
                             frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// Files of a folder, without listings.
pub fn folder(path: &Path) -> ServeDir {
    ServeDir::new(path).append_index_html_on_directories(false)
}

/// Files with a hash in their name never change; the others are asked for again.
pub async fn annotate(request: Request, next: Next) -> Response {
    let is_hashed = has_hash(request.uri().path());
    let mut response = next.run(request).await;
    if response.status().is_success() || response.status().as_u16() == 304 {
        let value = if is_hashed { "public, max-age=31536000, immutable" } else { "no-cache" };
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(value));
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(BUNDLE_POLICY));
    }
    response
}

fn has_hash(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.split(['-', '.', '_']).any(|part| {
        part.len() >= HASH_DIGITS
            && part.bytes().all(|byte| byte.is_ascii_hexdigit())
            && part.bytes().any(|byte| byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashed_names() {
        assert!(has_hash("/dist/hydrate-4f0c1a2b3d4e5f60_bg.wasm"));
        for path in ["/dist/worker.js", "/static/das.css", "/static/deadbeef.css", "/static/a-123.css", "/"] {
            assert!(!has_hash(path), "{path}");
        }
    }
}
