//! From incoming bytes to durable recordings with their tasks.

use std::{fmt::Display, time::Duration};

use bytes::Bytes;
use futures::{Stream, StreamExt};
use uuid::Uuid;
use web::model::{Problem, RecordingDetails, TaskView, UploadRules};

use super::{
    Services, catalog,
    companions::{StoreRecording, boxed},
    error::{ServiceError, key_reused},
    estimate, name,
};
use crate::{
    balancer::{NewTask, TaskKind, Wish},
    db::recording::NewRecording,
    problem::Code,
    storage::{BlobKey, Incoming, Staged, StorageError},
};

/// An upload that sends nothing for so long is given up.
pub const SILENCE: Duration = Duration::from_secs(60);

/// A file that is complete and acceptable, but not stored yet; gone when it is dropped.
#[derive(Debug)]
pub struct Received {
    staged: Staged,
    recording: NewRecording,
}

/// Formats for people, and their file name endings.
const FORMATS: [(&str, &[&str]); 7] = [
    ("WAV", &["wav", "wave"]),
    ("AIFF", &["aiff", "aif", "aifc"]),
    ("FLAC", &["flac"]),
    ("MP3", &["mp3"]),
    ("Ogg Vorbis", &["ogg", "oga"]),
    ("AAC", &["aac"]),
    ("M4A (AAC, ALAC)", &["m4a", "mp4"]),
];

impl Services {
    /// What may be uploaded.
    pub fn upload_rules(&self) -> UploadRules {
        UploadRules {
            max_bytes: self.limits.max_bytes,
            max_duration_s: self.limits.max_duration_s,
            max_channels: self.limits.max_channels,
            max_sample_rate_hz: self.limits.max_sample_rate_hz,
            formats: FORMATS.iter().map(|(name, _)| (*name).to_owned()).collect(),
            extensions: FORMATS
                .iter()
                .flat_map(|(_, endings)| endings.iter().map(|ending| (*ending).to_owned()))
                .collect(),
        }
    }

    /// Receives a file and holds it to the limits. Memory does not grow with the file; the first byte over the limit ends it;
    /// nothing stays of a file that is refused, or that is not given to [`Services::keep`].
    pub async fn receive<E: Display>(
        &self,
        raw_name: &str,
        declared_bytes: Option<u64>,
        chunks: impl Stream<Item = Result<Bytes, E>>,
    ) -> Result<Received, ServiceError> {
        let name = name::checked(raw_name)?;
        self.check_declared(declared_bytes)?;
        let incoming = self.storage.incoming(self.limits.max_bytes).await?;
        let staged = write(incoming, self.silence, chunks).await?;
        if staged.size_bytes() == 0 {
            return Err(Code::Empty.problem("The file has no bytes.").into());
        }
        let info = self.probe(staged.path(), &name).await?;
        let recording = NewRecording {
            id: Uuid::now_v7().to_string(),
            name,
            size_bytes: staged.size_bytes(),
            sha256: staged.key().as_str().to_owned(),
            duration_s: info.duration_s(),
            container: info.container,
            codec: info.codec,
            sample_rate_hz: info.sample_rate_hz,
            channels: info.channels,
        };
        Ok(Received { staged, recording })
    }

    /// Stores files with the tasks that analyse them, all or none. A wish with a dedupe key is for one file: under a key that
    /// is known already, the recording that it was used for is answered, if it has the same bytes.
    pub async fn keep(&self, received: Vec<Received>, wish: Wish) -> Result<Vec<RecordingDetails>, ServiceError> {
        // A client that hangs up now must not leave a blob without its row: this runs to its end by itself.
        let services = self.clone();
        tokio::spawn(async move { services.keep_now(received, wish).await }).await?
    }

    /// Refuses when the queue has no room for another task of a user, before the first byte is read.
    pub async fn check_room(&self, wish: &Wish) -> Result<(), ServiceError> {
        Ok(self.backend.check_room(wish).await?)
    }

    /// Refuses by the announced length, before the first byte is read.
    pub fn check_declared(&self, declared_bytes: Option<u64>) -> Result<(), ServiceError> {
        let declared_bytes = declared_bytes.unwrap_or(0);
        if declared_bytes > self.limits.max_bytes {
            let problem = Code::TooLarge.limit(
                format!("The file has {declared_bytes} bytes; at most {} are accepted.", self.limits.max_bytes),
                self.limits.max_bytes as f64,
                Some(declared_bytes as f64),
            );
            return Err(problem.into());
        }
        Ok(self.storage.check_space(declared_bytes)?)
    }

    /// The same when only a lower bound of the length is known.
    pub fn check_at_least(&self, bytes: u64) -> Result<(), ServiceError> {
        let limit_bytes = self.limits.max_bytes;
        if bytes > limit_bytes {
            return Err(StorageError::TooLarge { limit_bytes }.into());
        }
        Ok(self.storage.check_space(bytes)?)
    }

    async fn keep_now(&self, received: Vec<Received>, wish: Wish) -> Result<Vec<RecordingDetails>, ServiceError> {
        let keys: Vec<BlobKey> = received.iter().map(|file| file.staged.key().clone()).collect();
        let mut tasks = Vec::with_capacity(received.len());
        let writer = self.storage.lock().await;
        let stored: Result<Vec<TaskView>, ServiceError> = async {
            for Received { staged, recording } in received {
                writer.put(staged).await?;
                tasks.push(analysis(recording, wish.clone()));
            }
            Ok(self.backend.enqueue(tasks).await?)
        }
        .await;
        // Those of a refused task, and of one that was there under its key already.
        catalog::remove_unreferenced(&self.db, &writer, &keys).await?;
        drop(writer);
        let mut details = Vec::new();
        for (task, key) in stored?.into_iter().zip(&keys) {
            let recording = self.recording(&task.subject).await?;
            if recording.recording.sha256 != key.as_str() {
                return Err(key_reused("file").into());
            }
            details.push(recording);
        }
        Ok(details)
    }
}

/// The task that analyses a recording.
fn analysis(recording: NewRecording, wish: Wish) -> NewTask {
    NewTask {
        wish,
        work: estimate::duration_s(recording.duration_s, recording.size_bytes),
        memory_bytes: estimate::memory_bytes(recording.channels),
        place: Some(recording.sha256.clone()),
        companion: Some(boxed(StoreRecording(recording.clone()))),
        ..NewTask::new(TaskKind::Analysis, recording.id)
    }
}

/// Writes a body to its file.
pub(super) async fn write<E: Display>(
    mut incoming: Incoming,
    silence: Duration,
    chunks: impl Stream<Item = Result<Bytes, E>>,
) -> Result<Staged, ServiceError> {
    let mut chunks = std::pin::pin!(chunks);
    loop {
        let chunk = tokio::time::timeout(silence, chunks.next())
            .await
            .map_err(|_| broken(incoming.size_bytes(), silent(silence)))?;
        match chunk {
            Some(Ok(chunk)) => incoming.write(&chunk).await?,
            Some(Err(error)) => return Err(broken(incoming.size_bytes(), error).into()),
            None => return Ok(incoming.finish().await?),
        }
    }
}

/// How long it was silent, for people.
pub fn silent(silence: Duration) -> String {
    format!("nothing came for {} s", silence.as_secs())
}

fn broken(received_bytes: u64, reason: impl Display) -> Problem {
    Problem {
        offset_bytes: Some(received_bytes),
        ..Code::BadRequest.problem(format!("The upload broke off after {received_bytes} bytes ({reason})."))
    }
}
