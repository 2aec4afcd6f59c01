//! A client that orders, and remembers what it was promised.
//!
//! Nobody else touches what is its own, so what it was answered last is what must be true.

use anyhow::Result;

use super::{
    order::{Order, Sound},
    promise::{End, Fate, Owned, there},
};
use crate::{
    fixtures,
    http::{Http, Reply},
    sounds,
};

/// Rounds after which a client goes on under another name: a list of all of a user's tasks stays one page.
const ROUNDS_OF_A_USER: u32 = 8;
const BYTES: (&str, &str) = ("content-type", "application/octet-stream");

/// An upload under a key.
#[derive(Debug, Clone)]
struct Keyed {
    key: String,
    user: String,
    sound: Sound,
    /// The recording that was answered; `None` when nothing was.
    id: Option<String>,
}

/// What a client was promised.
#[derive(Debug)]
pub(super) struct Client {
    number: u32,
    user: String,
    pub recordings: Vec<Owned>,
    pub calls: Vec<Owned>,
    keyed: Vec<Keyed>,
    keys: u32,
    /// Uploads without an answer: each may or may not be a recording.
    pub unanswered: u64,
    /// Whether the class cpu is paused; `None` when the last order was not answered. For the first client alone.
    pub paused: Option<bool>,
    /// Answers that must not be.
    pub violations: Vec<String>,
    /// Resent keys that were answered with the recording of before.
    pub recognized: u64,
}

impl Client {
    pub fn new(number: u32) -> Self {
        Self {
            number,
            user: String::new(),
            recordings: Vec::new(),
            calls: Vec::new(),
            keyed: Vec::new(),
            keys: 0,
            unanswered: 0,
            paused: Some(false),
            violations: Vec::new(),
            recognized: 0,
        }
    }

    /// Gives orders until they are through or the server is gone.
    pub fn work(&mut self, http: &Http, round: u32, orders: &[Order]) {
        self.user = format!("client-{}-{}", self.number, round / ROUNDS_OF_A_USER);
        for &order in orders {
            if self.order(http, order).is_err() {
                return;
            }
        }
    }

    /// Fails when there is no answer.
    fn order(&mut self, http: &Http, order: Order) -> Result<()> {
        match order {
            Order::Upload { sound, priority, delay_ms, keyed } => self.upload(http, sound, priority, delay_ms, keyed),
            Order::Resend { pick } => self.resend(http, pick),
            Order::Cancel { pick } => {
                let Some(index) = there(&self.recordings, pick) else { return Ok(()) };
                let path = format!("/api/das/{}/cancel", self.recordings[index].id);
                let reply = self.post(http, &path)?;
                self.recordings[index].cancelled(&reply);
                Ok(())
            }
            Order::Retry { pick } => {
                let Some(index) = there(&self.recordings, pick) else { return Ok(()) };
                let path = format!("/api/das/{}/retry", self.recordings[index].id);
                // Whatever the answer, it may be tried again from here on; unless it was refused.
                let before = std::mem::replace(&mut self.recordings[index].fate, Fate::There(End::Any));
                if self.post(http, &path)?.status != 200 {
                    self.recordings[index].fate = before;
                }
                Ok(())
            }
            Order::Delete { pick } => {
                let Some(index) = there(&self.recordings, pick) else { return Ok(()) };
                let id = self.recordings[index].id.clone();
                // Under its key another recording would come to be.
                self.keyed.retain(|keyed| keyed.id.as_ref() != Some(&id));
                self.recordings[index].fate = Fate::Unsure;
                let reply = self.checked(http.delete(&format!("/api/das/{id}"))?, &id);
                self.deleted(reply.status, &id, |client| &mut client.recordings[index]);
                Ok(())
            }
            Order::Priority { pick, priority } => {
                let Some(index) = there(&self.recordings, pick) else { return Ok(()) };
                let path = format!("/api/balancer/tasks/{}/priority", self.recordings[index].task_id);
                let before = self.recordings[index].priority.take();
                let body = format!("{{\"priority\":{priority}}}");
                let reply = http.put(&path, &[("content-type", "application/json")], body.as_bytes())?;
                let reply = self.checked(reply, &path);
                self.recordings[index].priority = if reply.status == 200 { Some(priority) } else { before };
                Ok(())
            }
            Order::CancelAll => self.cancel_all(http),
            Order::Policy(policy) => {
                let body = format!("{{\"policy\":\"{policy}\"}}");
                http.put("/api/balancer/policy", &[("content-type", "application/json")], body.as_bytes())?;
                Ok(())
            }
            Order::Pause => self.pause(http, true),
            Order::Resume => self.pause(http, false),
            Order::Call { operation, seed } => {
                let headers = [BYTES, ("prefer", "respond-async"), ("das-user", &self.user)];
                let path = format!("/api/engine/{operation}");
                let reply = self.checked(http.post(&path, &headers, &sounds::minutes(1, seed))?, operation);
                if reply.status == 202 {
                    let view = reply.json()?;
                    self.calls.push(Owned::new(&view, &view["id"])?);
                }
                Ok(())
            }
            Order::CancelCall { pick } => {
                let Some(index) = there(&self.calls, pick) else { return Ok(()) };
                let path = format!("/api/engine/calls/{}/cancel", self.calls[index].id);
                let reply = self.post(http, &path)?;
                self.calls[index].cancelled(&reply);
                Ok(())
            }
            Order::DeleteCall { pick } => {
                let Some(index) = there(&self.calls, pick) else { return Ok(()) };
                let id = self.calls[index].id.clone();
                self.calls[index].fate = Fate::Unsure;
                let reply = self.checked(http.delete(&format!("/api/engine/calls/{id}"))?, &id);
                self.deleted(reply.status, &id, |client| &mut client.calls[index]);
                Ok(())
            }
        }
    }

    /// No order may be answered with a fault of the server.
    fn checked(&mut self, reply: Reply, what: &str) -> Reply {
        if reply.status >= 500 {
            self.violations.push(format!("{what} was answered with {}: {}", reply.status, reply.text()));
        }
        reply
    }

    fn post(&mut self, http: &Http, path: &str) -> Result<Reply> {
        let reply = http.post(path, &[], &[])?;
        Ok(self.checked(reply, path))
    }

    fn deleted(&mut self, status: u16, id: &str, owned: impl FnOnce(&mut Self) -> &mut Owned) {
        match status {
            204 => owned(self).fate = Fate::Gone,
            _ => self.violations.push(format!("the delete of {id} was answered with {status}")),
        }
    }

    fn upload(&mut self, http: &Http, sound: Sound, priority: i32, delay_ms: u32, keyed: bool) -> Result<()> {
        let path = format!("/api/das/upload?name=chaos.wav&priority={priority}&delay_s={}", f64::from(delay_ms) / 1e3);
        let mut headers = vec![BYTES, ("das-user", self.user.as_str())];
        let key = format!("{}-{}", self.number, self.keys);
        if keyed {
            self.keys += 1;
            headers.push(("idempotency-key", &key));
            self.keyed.push(Keyed { key: key.clone(), user: self.user.clone(), sound, id: None });
        }
        self.unanswered += 1;
        let reply = http.post(&path, &headers, &bytes(sound)?)?;
        self.unanswered -= 1;
        self.uploaded(&reply, keyed.then_some(key))
    }

    fn uploaded(&mut self, reply: &Reply, key: Option<String>) -> Result<()> {
        if reply.status != 201 {
            self.keyed.retain(|keyed| Some(&keyed.key) != key.as_ref());
            self.violations.push(format!("an upload was answered with {}: {}", reply.status, reply.text()));
            return Ok(());
        }
        let view = reply.json()?;
        let owned = Owned::new(&view, &view["recording"]["id"])?;
        if let Some(keyed) = self.keyed.iter_mut().find(|keyed| Some(&keyed.key) == key.as_ref()) {
            match &keyed.id {
                Some(id) if *id == owned.id => {
                    self.recognized += 1;
                    return Ok(());
                }
                Some(id) => {
                    self.violations.push(format!("the key {} of {id} was answered with {}", keyed.key, owned.id));
                    return Ok(());
                }
                None => keyed.id = Some(owned.id.clone()),
            }
        }
        self.recordings.push(owned);
        Ok(())
    }

    fn resend(&mut self, http: &Http, pick: u32) -> Result<()> {
        // The latest most of all: the kill may have swallowed its answer.
        let Some(latest) = self.keyed.len().checked_sub(1) else { return Ok(()) };
        let index = if pick.is_multiple_of(2) { latest } else { pick as usize % self.keyed.len() };
        let Keyed { key, user, sound, id } = self.keyed[index].clone();
        let headers = [BYTES, ("das-user", user.as_str()), ("idempotency-key", key.as_str())];
        let reply = http.post("/api/das/upload?name=chaos.wav", &headers, &bytes(sound)?)?;
        if id.is_none() {
            // Now it is known what became of it.
            self.unanswered -= 1;
        }
        self.uploaded(&reply, Some(key))
    }

    fn cancel_all(&mut self, http: &Http) -> Result<()> {
        let user = self.user.clone();
        let reply = self.post(http, &format!("/api/balancer/tasks/cancel?user={user}"))?;
        if reply.status != 200 {
            return Ok(());
        }
        let page = http.get(&format!("/api/balancer/tasks?user={user}&limit=500"))?.json()?;
        for task in page["items"].as_array().into_iter().flatten() {
            let state = task["state"].as_str().unwrap_or_default();
            if matches!(state, "queued" | "running") {
                self.violations.push(format!("all tasks were cancelled, and still {task}"));
            }
            let owned = self.recordings.iter_mut().chain(&mut self.calls).find(|owned| task["id"] == *owned.task_id);
            if let Some(owned) = owned
                && state == "cancelled"
                && matches!(owned.fate, Fate::There(_))
            {
                owned.fate = Fate::There(End::Cancelled);
            }
        }
        Ok(())
    }

    /// Pauses the class cpu or lets it go on.
    pub fn pause(&mut self, http: &Http, paused: bool) -> Result<()> {
        self.paused = None;
        let reply =
            self.post(http, &format!("/api/balancer/classes/cpu/{}", if paused { "pause" } else { "resume" }))?;
        if reply.status == 200 {
            self.paused = Some(paused);
        }
        Ok(())
    }
}

fn bytes(sound: Sound) -> Result<Vec<u8>> {
    match sound {
        Sound::Flac => fixtures::bytes("flac16.flac"),
        Sound::Vorbis => fixtures::bytes("vorbis.ogg"),
        Sound::Minutes(seed) => Ok(sounds::minutes(2, seed)),
        Sound::CutOff => Ok(fixtures::bytes("wav24.wav")?.into_iter().take(9_000).collect()),
    }
}
