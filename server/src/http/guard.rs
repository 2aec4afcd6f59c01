//! Who may talk to a server that has no accounts: this machine's own browser tabs of this server, and programs.
//!
//! A page of another site can make the browser send requests here. Writes are refused by `Sec-Fetch-Site` or `Origin`; reads
//! through a name that the other site controls (DNS rebinding) are refused by `Host`.

use std::net::IpAddr;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{App, drain::drain, failure::Failure};
use crate::problem::Code;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Middleware in front of every route.
pub async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    match check(&request, &app.allowed_hosts) {
        Ok(()) => next.run(request).await,
        Err(detail) => {
            // A sender that finds the connection closed never reads why.
            drain(request.into_body().into_data_stream());
            Failure::from(Code::Origin.problem(detail)).into_response()
        }
    }
}

fn check(request: &Request, allowed: &[String]) -> Result<(), &'static str> {
    let headers = request.headers();
    let authority = match text(headers, header::HOST) {
        Some(host) => Some(host),
        None => request.uri().authority().map(|authority| authority.as_str()),
    };
    let authority = authority.ok_or("The request does not say which host it is for.")?;
    if !is_allowed_host(host_name(authority), allowed) {
        return Err(
            "This server does not answer under that host name. Use http://127.0.0.1 or http://localhost, or add the name to allowed_hosts.",
        );
    }
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    if let Some(site) = text(headers, SEC_FETCH_SITE)
        && !matches!(site, "same-origin" | "none")
    {
        return Err("A page of another site may not change anything here.");
    }
    match headers.get(header::ORIGIN) {
        None => Ok(()),
        Some(origin) => {
            let origin = origin.to_str().unwrap_or_default();
            let same = origin.split_once("://").is_some_and(|(_, origin)| origin.eq_ignore_ascii_case(authority));
            if same { Ok(()) } else { Err("A page of another origin may not change anything here.") }
        }
    }
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    // An unreadable value is a value: it must not pass for an absent one.
    headers.get(name).map(|value| value.to_str().unwrap_or_default())
}

/// Cuts the port off; brackets of IPv6 addresses go with it.
fn host_name(authority: &str) -> &str {
    if let Some(rest) = authority.strip_prefix('[') {
        return rest.split_once(']').map_or("", |(address, _)| address);
    }
    authority.rsplit_once(':').map_or(authority, |(host, _)| host)
}

fn is_allowed_host(host: &str, allowed: &[String]) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        || allowed.iter().any(|name| name.eq_ignore_ascii_case(host))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use axum::body::Body;

    fn verdict(method: &str, headers: &[(&str, &str)]) -> bool {
        let mut request = Request::builder().method(method).uri("/das");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        check(&request.body(Body::empty()).unwrap(), &["das.example".to_owned()]).is_ok()
    }

    #[test]
    fn hosts() {
        for host in [
            "127.0.0.1:3000",
            "localhost",
            "LOCALHOST:1",
            "localhost.:1",
            "[::1]:3000",
            "[::1]",
            "127.8.8.8",
            "das.example:443",
        ] {
            assert!(verdict("GET", &[("host", host)]), "{host}");
        }
        for host in [
            "evil.example",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "10.0.0.1",
            "[fe80::1]",
            "",
            "[",
            ":",
            "é",
        ] {
            assert!(!verdict("GET", &[("host", host)]), "{host}");
        }
        assert!(!verdict("GET", &[]));
    }

    #[test]
    fn writes_of_other_sites() {
        let host = ("host", "127.0.0.1:3000");
        assert!(verdict("POST", &[host]));
        assert!(verdict("POST", &[host, ("origin", "http://127.0.0.1:3000"), ("sec-fetch-site", "same-origin")]));
        assert!(verdict("GET", &[host, ("sec-fetch-site", "cross-site")]));
        for bad in [
            ("origin", "http://evil.example"),
            ("origin", "null"),
            ("origin", "http://127.0.0.1:4000"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            assert!(!verdict("POST", &[host, bad]), "{bad:?}");
            assert!(!verdict("DELETE", &[host, bad]), "{bad:?}");
        }
    }
}
