//! A well-behaved client of the API. Answers are plain JSON values: the tests see what any other client sees.

use std::{io::BufRead, time::Duration};

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use ureq::{Agent, Body, http::Response};

use crate::wait;

/// Talks to one server.
#[derive(Clone)]
pub struct Http {
    agent: Agent,
    base: String,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    headers: ureq::http::HeaderMap,
    /// The bytes of the body.
    pub body: Vec<u8>,
}

impl Reply {
    fn read(mut response: Response<Body>) -> Result<Self> {
        let body = response.body_mut().with_config().limit(u64::MAX).read_to_vec()?;
        Ok(Self { status: response.status().as_u16(), headers: response.headers().clone(), body })
    }

    /// A header, empty if it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> Result<Value> {
        serde_json::from_slice(&self.body).with_context(|| format!("{} is not JSON: {}", self.status, self.text()))
    }

    /// Fails unless the status is this one.
    pub fn expect(self, status: u16) -> Result<Self> {
        ensure!(self.status == status, "expected {status}, got {}: {}", self.status, self.text());
        Ok(self)
    }

    /// The code of a problem document, after checking that it is a complete one.
    pub fn problem(&self) -> Result<Value> {
        let kind = self.header("content-type");
        ensure!(
            kind.starts_with("application/problem+json"),
            "{} with content type {kind}: {}",
            self.status,
            self.text()
        );
        let problem = self.json()?;
        check_problem(&problem)?;
        ensure!(problem["status"] == self.status, "status {} in {problem}", self.status);
        Ok(problem)
    }
}

/// Checks that a problem document says what happened, to machines and to people.
pub fn check_problem(problem: &Value) -> Result<()> {
    for member in ["type", "title", "detail", "code"] {
        let text = problem[member].as_str().unwrap_or_default();
        ensure!(!text.is_empty(), "`{member}` is missing in {problem}");
    }
    Ok(())
}

impl Http {
    /// A client of `http://ADDRESS`.
    pub fn new(base: &str) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .timeout_global(Some(Duration::from_secs(180)))
            .build();
        Self { agent: config.new_agent(), base: base.to_owned() }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// GET.
    pub fn get(&self, path: &str) -> Result<Reply> {
        self.get_with(path, &[])
    }

    /// GET with headers.
    pub fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Result<Reply> {
        let request =
            headers.iter().fold(self.agent.get(self.url(path)), |request, (name, value)| request.header(*name, *value));
        Reply::read(request.call().with_context(|| format!("GET {path}"))?)
    }

    /// HEAD.
    pub fn head(&self, path: &str) -> Result<Reply> {
        Reply::read(self.agent.head(self.url(path)).call().with_context(|| format!("HEAD {path}"))?)
    }

    /// DELETE.
    pub fn delete(&self, path: &str) -> Result<Reply> {
        Reply::read(self.agent.delete(self.url(path)).call().with_context(|| format!("DELETE {path}"))?)
    }

    /// POST of some bytes with headers.
    pub fn post(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<Reply> {
        let request = headers
            .iter()
            .fold(self.agent.post(self.url(path)), |request, (name, value)| request.header(*name, *value));
        Reply::read(request.send(body).with_context(|| format!("POST {path}"))?)
    }

    /// PUT of some bytes with headers.
    pub fn put(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<Reply> {
        let request =
            headers.iter().fold(self.agent.put(self.url(path)), |request, (name, value)| request.header(*name, *value));
        Reply::read(request.send(body).with_context(|| format!("PUT {path}"))?)
    }

    /// Uploads a file as the raw body.
    pub fn upload(&self, name: &str, bytes: &[u8]) -> Result<Reply> {
        let path = format!("/api/das/upload?name={}", percent_encoded(name));
        self.post(&path, &[("content-type", "application/octet-stream")], bytes)
    }

    /// Uploads files as a form to a page or to the API.
    pub fn upload_form(&self, path: &str, files: &[(&str, &[u8])]) -> Result<Reply> {
        let (content_type, body) = form(files);
        self.post(path, &[("content-type", &content_type)], &body)
    }

    /// Uploads a file that must be accepted; answers its id.
    pub fn accepted(&self, name: &str, bytes: &[u8]) -> Result<String> {
        let reply = self.upload(name, bytes)?.expect(201)?;
        let details = reply.json()?;
        let id = details["recording"]["id"].as_str().context("no id")?.to_owned();
        ensure!(reply.header("location").ends_with(&id), "Location is `{}`", reply.header("location"));
        Ok(id)
    }

    /// All about one recording.
    pub fn details(&self, id: &str) -> Result<Value> {
        self.get(&format!("/api/das/{id}"))?.expect(200)?.json()
    }

    /// Waits until nothing further will happen to a recording; answers its details.
    pub fn settled(&self, id: &str) -> Result<Value> {
        wait::until(&format!("the task of {id} to end"), || {
            let details = self.details(id)?;
            let state = details["task"]["state"].as_str().unwrap_or_default();
            Ok(matches!(state, "finished" | "failed" | "cancelled").then_some(details))
        })
    }

    /// Waits until a recording is analysed; answers its details.
    pub fn finished(&self, id: &str) -> Result<Value> {
        let details = self.settled(id)?;
        ensure!(details["task"]["state"] == "finished", "the task ended otherwise: {}", details["task"]);
        Ok(details)
    }

    /// Every recording of the index, page after page.
    pub fn index(&self) -> Result<Vec<Value>> {
        let mut items = Vec::new();
        let mut path = "/api/das?limit=50".to_owned();
        loop {
            let page = self.get(&path)?.expect(200)?.json()?;
            items.extend(page["items"].as_array().context("no items")?.iter().cloned());
            match page["next"].as_str() {
                Some(next) => path = format!("/api/das?limit=50&after={next}"),
                None => {
                    ensure!(page["total"] == items.len(), "total {} of {} items", page["total"], items.len());
                    return Ok(items);
                }
            }
        }
    }

    /// Reads server-sent events to the end of the stream; answers the task of each.
    pub fn events(&self, id: &str) -> Result<Vec<Value>> {
        let response = self.agent.get(self.url(&format!("/api/das/{id}/events"))).call()?;
        ensure!(response.status() == 200, "events answered {}", response.status());
        let mut tasks = Vec::new();
        let mut name = String::new();
        for line in std::io::BufReader::new(response.into_body().into_reader()).lines() {
            let line = line?;
            if let Some(value) = line.strip_prefix("event:") {
                name = value.trim().to_owned();
            } else if let Some(data) = line.strip_prefix("data:")
                && name == "task"
            {
                let event: Value = serde_json::from_str(data.trim())?;
                tasks.push(event["task"].clone());
            }
        }
        Ok(tasks)
    }
}

/// A `multipart/form-data` body with the files in fields named `file`, and its content type.
pub fn form(files: &[(&str, &[u8])]) -> (String, Vec<u8>) {
    let boundary = "------------------------das-end-to-end";
    let mut body = Vec::new();
    for (name, bytes) in files {
        let name = name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={boundary}"), body)
}

/// A value for a query.
pub fn percent_encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
