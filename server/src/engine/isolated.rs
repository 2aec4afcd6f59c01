//! A task in a process of its own: whatever it does to its process, it does to this task alone.

use std::{
    io::Write,
    os::unix::process::{CommandExt, ExitStatusExt},
    process::{Child, ChildStdin, Command, ExitStatus, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

use dsp::engine::{BatchOutcome, BatchRequest};
use web::model::RecordingSummary;

use super::{
    EngineContext, NoResult,
    analysis::Parts,
    call::Watch,
    protocol::{AnalysisOrder, Frame, Order},
};
use crate::{
    balancer::{Progress, Stop, TaskContext},
    problem::Code,
    service::error::ServiceError,
    storage::{BlobKey, StorageError},
};

/// Longest silence of the process between two looks at the task.
const LOOK: Duration = Duration::from_millis(50);

/// Kills the process when nobody waits for it any more.
struct Process {
    child: Child,
    /// The process ends when this is closed, so also when the server dies.
    _stdin: ChildStdin,
}

impl Drop for Process {
    fn drop(&mut self) {
        // One that is gone already is fine.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Lets a process of its own analyse a recording.
pub(super) fn analyse(
    context: &EngineContext,
    task: &TaskContext,
    recording: &RecordingSummary,
    key: &BlobKey,
) -> Result<Parts, NoResult> {
    let order = AnalysisOrder {
        path: context.storage.local_path(key),
        name: recording.name.clone(),
        sha256: recording.sha256.clone(),
        size_bytes: recording.size_bytes,
        parameters: context.parameters.clone(),
        limits: context.limits.clone(),
    };
    let (mut process, frames) = start(context, &Order::Analysis(Box::new(order)))?;
    let mut last = Progress::default();
    let (mut analysis, mut spectrogram, mut waveform) = (None, None, None);
    loop {
        match frames.recv_timeout(LOOK) {
            Ok(Frame::Progress(percent, done)) => last = Progress { percent, done },
            Ok(Frame::Analysis(bytes)) => analysis = Some(bytes),
            Ok(Frame::Spectrogram(bytes)) => spectrogram = Some(bytes),
            Ok(Frame::Waveform(bytes)) => waveform = Some(bytes),
            Ok(Frame::Input(problem)) => return Err(NoResult::Input(problem)),
            Ok(Frame::Trouble(_, true)) => return Err(Stop::Trouble.into()),
            Ok(Frame::Trouble(problem, false)) => return Err(Stop::BrokeDown(problem).into()),
            Ok(Frame::Called(_)) => return Err(crashed("it did something else")),
            Ok(Frame::Done(duration_s)) => {
                task.beat(Progress { percent: Some(100.0), done: last.done.saturating_add(1) })?;
                let (Some(analysis), Some(spectrogram), Some(waveform)) = (analysis, spectrogram, waveform) else {
                    return Err(crashed("it said that it was done before it was"));
                };
                let analysis = String::from_utf8(analysis).map_err(|_| crashed("its document is no text"))?;
                return Ok(Parts { analysis, spectrogram, waveform, duration_s });
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                task.check()?;
                let status = process.child.wait().map_err(StorageError::from)?;
                return Err(crashed(&words(status)));
            }
        }
        task.progress(last)?;
    }
}

/// Lets a process of its own do the operations of a call; it writes their files by itself.
pub(super) fn call(watch: &mut Watch, request: &BatchRequest) -> Result<BatchOutcome, NoResult> {
    let (mut process, frames) = start(watch.context, &Order::Call(Box::new(request.clone())))?;
    loop {
        let mut progress = watch.last;
        match frames.recv_timeout(LOOK) {
            Ok(Frame::Progress(percent, done)) => progress = Progress { percent, done },
            Ok(Frame::Called(outcome)) => return Ok(*outcome),
            Ok(Frame::Input(problem)) => return Err(NoResult::Input(problem)),
            Ok(Frame::Trouble(_, true)) => return Err(Stop::Trouble.into()),
            Ok(Frame::Trouble(problem, false)) => return Err(Stop::BrokeDown(problem).into()),
            Ok(Frame::Analysis(_) | Frame::Spectrogram(_) | Frame::Waveform(_) | Frame::Done(_)) => {
                return Err(crashed("it did something else"));
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                watch.task.check()?;
                let status = process.child.wait().map_err(StorageError::from)?;
                return Err(crashed(&words(status)));
            }
        }
        watch.look(progress)?;
    }
}

fn start(context: &EngineContext, order: &Order) -> Result<(Process, mpsc::Receiver<Frame>), NoResult> {
    let system = |error: std::io::Error| NoResult::from(StorageError::from(error));
    let mut child = Command::new(&context.program)
        .args(["engine", "--one-shot"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        // Ctrl-C in a terminal is for the server, which then puts the task back.
        .process_group(0)
        .spawn()
        .map_err(system)?;
    let pipes = child.stdin.take().zip(child.stdout.take());
    let Some((mut stdin, mut stdout)) = pipes else { return Err(crashed("it has no pipes")) };
    let mut line = serde_json::to_vec(order).map_err(ServiceError::Encode)?;
    line.push(b'\n');
    // One that died at once is noticed where its frames end.
    let _ = stdin.write_all(&line);
    let process = Process { child, _stdin: stdin };
    let (sender, frames) = mpsc::sync_channel(16);
    thread::Builder::new()
        .name("engine-frames".into())
        .spawn(move || {
            // What cannot be read is the end too.
            while let Ok(Some(frame)) = Frame::read(&mut stdout) {
                if sender.send(frame).is_err() {
                    break;
                }
            }
        })
        .map_err(system)?;
    Ok((process, frames))
}

fn words(status: ExitStatus) -> String {
    match (status.signal(), status.code()) {
        (Some(signal), _) => format!("it was killed by signal {signal}"),
        (None, Some(code)) => format!("it ended with status {code}"),
        (None, None) => "it ended without a status".to_owned(),
    }
}

fn crashed(how: &str) -> NoResult {
    let problem = Code::Internal.problem(format!("The engine's process did not finish: {how}."));
    Stop::Crashed(Box::new(problem)).into()
}
