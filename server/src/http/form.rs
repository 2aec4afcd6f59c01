//! Reads a form part by part, and holds everything around its files to limits of bytes and time.

use std::{error::Error, fmt::Display, time::Duration};

use axum::{
    body::Body,
    extract::{
        FromRequest, Multipart, Request,
        multipart::{Field, MultipartError},
    },
    http::HeaderMap,
};
use bytes::Bytes;
use futures::{Stream, StreamExt};
use tokio::time::timeout;
use web::model::Problem;

use super::paced::{Pace, Paced};
use crate::{problem::Code, service::uploads::silent};

/// All that a form may hold besides its files: the other fields with their headers.
const OVERHEAD_BYTES: u64 = 64 << 10;
/// Header of one part.
const HEADER_BYTES: u64 = 8 << 10;
/// What a part costs besides its header and content: a boundary of usual length and line ends.
const BOUNDARY_BYTES: u64 = 64;
/// What an acceptable form with one file may be longer than the file.
pub const MOST_AROUND_A_FILE_BYTES: u64 = OVERHEAD_BYTES + 2 * HEADER_BYTES;

/// A form that is being received.
pub struct FormReader {
    multipart: Multipart,
    pace: Pace,
    silence: Duration,
    overhead_left: u64,
}

impl FormReader {
    /// Starts on the body of a request.
    pub async fn open(request: Request, silence: Duration) -> Result<Self, Problem> {
        let pace = Pace::default();
        let paced = pace.clone();
        let request = request.map(|body| Body::from_stream(Paced::new(body.into_data_stream(), paced)));
        let multipart = Multipart::from_request(request, &()).await.map_err(|error| bad_form(error.body_text()))?;
        Ok(Self { multipart, pace, silence, overhead_left: OVERHEAD_BYTES })
    }

    /// The next part; its header must be complete in time.
    pub async fn next_part(&mut self) -> Result<Option<Part<'_>>, Problem> {
        let next = timeout(self.silence, self.multipart.next_field())
            .await
            .map_err(|_| bad_form(silent(self.silence)))?
            .map_err(|error| if has_control(&error) { bad_part_name() } else { bad_form(error.body_text()) })?;
        self.pace.seen();
        let Some(field) = next else { return Ok(None) };
        let header_bytes = length(field.headers());
        if header_bytes > HEADER_BYTES {
            return Err(over("A part of the form has a header that is too long.", HEADER_BYTES));
        }
        Ok(Some(Part {
            field,
            header_bytes,
            pace: &self.pace,
            silence: self.silence,
            overhead_left: &mut self.overhead_left,
        }))
    }

    /// Reads the rest and throws it away.
    pub async fn drain(mut self) {
        while let Ok(Some(mut field)) = self.multipart.next_field().await {
            self.pace.seen();
            while let Ok(Some(_)) = field.chunk().await {
                self.pace.seen();
            }
        }
    }
}

/// One part of a form.
pub struct Part<'a> {
    field: Field<'a>,
    header_bytes: u64,
    pace: &'a Pace,
    silence: Duration,
    overhead_left: &'a mut u64,
}

impl<'a> Part<'a> {
    /// Name of the field.
    pub fn field_name(&self) -> Option<&str> {
        self.field.name()
    }

    /// Name of the file, as it is on the sender's disk.
    pub fn file_name(&self) -> String {
        // Forms write these three characters of a name in this way, and no others (HTML, "multipart form data").
        let name = self.field.file_name().unwrap_or_default();
        name.replace("%22", "\"").replace("%0A", "\n").replace("%0D", "\r")
    }

    /// The content of a file. Whoever reads it counts it.
    pub fn content(self) -> impl Stream<Item = Result<Bytes, MultipartError>> + use<'a> {
        let pace = self.pace;
        self.field.inspect(|_| pace.seen())
    }

    /// Throws a part away that is no file. It is small, so all of it must come in time.
    pub async fn skip(mut self) -> Result<(), Problem> {
        self.spend(self.header_bytes + BOUNDARY_BYTES).map_err(|problem| *problem)?;
        let silence = self.silence;
        let reading = async {
            while let Some(chunk) = self.field.chunk().await.map_err(|error| bad_form(error.body_text()))? {
                self.pace.seen();
                self.spend(chunk.len() as u64).map_err(|problem| *problem)?;
            }
            Ok(())
        };
        timeout(silence, reading).await.map_err(|_| bad_form(silent(silence)))?
    }

    fn spend(&mut self, bytes: u64) -> Result<(), Box<Problem>> {
        let left = self.overhead_left.checked_sub(bytes);
        let too_much = || over("The form holds too much besides its files.", OVERHEAD_BYTES);
        *self.overhead_left = left.ok_or_else(|| Box::new(too_much()))?;
        Ok(())
    }
}

/// Bytes of a header as they were sent, about.
fn length(headers: &HeaderMap) -> u64 {
    const SEPARATORS_BYTES: usize = ": \r\n".len();
    headers.iter().map(|(name, value)| (name.as_str().len() + value.len() + SEPARATORS_BYTES) as u64).sum()
}

fn over(detail: &str, limit_bytes: u64) -> Problem {
    Code::BadRequest.limit(detail, limit_bytes as f64, None)
}

/// True when a header of a part has a character that no header may have.
fn has_control(error: &MultipartError) -> bool {
    std::iter::successors(Some(error as &(dyn Error + 'static)), |&error| error.source())
        .any(|error| matches!(error.downcast_ref(), Some(httparse::Error::HeaderValue)))
}

/// Of all that such a header holds, only the name of the file is a person's own.
fn bad_part_name() -> Problem {
    Code::BadName.problem(
        "The name of a file in the form has a control character in it. Rename the file, for example to `recording.wav`.",
    )
}

fn bad_form(reason: impl Display) -> Problem {
    Code::BadRequest.problem(format!("The form cannot be read: {reason}."))
}
