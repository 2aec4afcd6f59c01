//! A look at the header before anything is kept.

use std::path::Path;

use dsp::{
    decode::{Decoder, Limits, StreamInfo},
    job::JobError,
};
use web::model::Problem;

use super::{Services, error::ServiceError};
use crate::problem::Code;

impl Services {
    /// Reads the header of the file and holds it to the limits.
    pub(super) async fn probe(&self, path: &Path, name: &str) -> Result<StreamInfo, ServiceError> {
        let (path, name, limits) = (path.to_owned(), name.to_owned(), self.limits.for_decoder());
        let permit = self.probes.clone().acquire_owned().await;
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            header(&path, &name, &limits)
        })
        .await?
    }
}

fn header(path: &Path, name: &str, limits: &Limits) -> Result<StreamInfo, ServiceError> {
    let file = std::fs::File::open(path).map_err(crate::storage::StorageError::from)?;
    // The decoder alone: the memory of a whole analysis is for the engines.
    let decoder = Decoder::open(Box::new(file), Some(name), limits).map_err(|error| {
        let error = JobError::from(error);
        let problem = problem(&error);
        if problem.code == Code::Internal.name() { ServiceError::Engine(error) } else { problem.into() }
    })?;
    Ok(decoder.info().clone())
}

/// The engine's error as people see it.
pub fn problem(error: &JobError) -> Problem {
    let code = Code::from_name(error.code()).unwrap_or(Code::Internal);
    Problem {
        limit: error.limit(),
        actual: error.actual(),
        offset_frames: error.offset_frames(),
        ..code.problem(error.to_string())
    }
}
