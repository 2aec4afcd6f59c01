-- A recording as it was submitted. `source_stored` is 0 once its bytes were dropped because they turned out to be bad input.
CREATE TABLE recording (
    id             TEXT    NOT NULL PRIMARY KEY,
    name           TEXT    NOT NULL,
    size_bytes     INTEGER NOT NULL,
    sha256         TEXT    NOT NULL,
    source_stored  INTEGER NOT NULL DEFAULT 1 CHECK (source_stored IN (0, 1)),
    uploaded_at_ms INTEGER NOT NULL,
    container      TEXT    NOT NULL,
    codec          TEXT    NOT NULL,
    sample_rate_hz INTEGER NOT NULL,
    channels       INTEGER NOT NULL,
    duration_s     REAL
) STRICT;

CREATE INDEX recording_by_sha256 ON recording (sha256);

-- One unit of work for an engine. Whoever holds `lease_token` may write; everybody else is refused.
CREATE TABLE task (
    id               TEXT    NOT NULL PRIMARY KEY,
    recording_id     TEXT    NOT NULL UNIQUE REFERENCES recording (id) ON DELETE CASCADE,
    kind             TEXT    NOT NULL,
    state            TEXT    NOT NULL CHECK (state IN ('queued', 'running', 'finished', 'failed', 'cancelled')),
    attempt          INTEGER NOT NULL DEFAULT 0,
    not_before_ms    INTEGER NOT NULL DEFAULT 0,
    lease_token      TEXT,
    lease_epoch      TEXT,
    lease_expires_ms INTEGER,
    progress_percent REAL,
    problem          TEXT,
    queued_at_ms     INTEGER NOT NULL,
    started_at_ms    INTEGER,
    finished_at_ms   INTEGER,
    CHECK ((state = 'running') = (lease_token IS NOT NULL)),
    CHECK ((state IN ('finished', 'failed', 'cancelled')) = (finished_at_ms IS NOT NULL))
) STRICT;

CREATE INDEX task_waiting ON task (queued_at_ms) WHERE state IN ('queued', 'running');

-- What an engine found; one per recording. The large parts are blobs under their SHA-256.
CREATE TABLE result (
    recording_id       TEXT    NOT NULL PRIMARY KEY REFERENCES recording (id) ON DELETE CASCADE,
    task_id            TEXT    NOT NULL UNIQUE REFERENCES task (id) ON DELETE CASCADE,
    analysis           TEXT    NOT NULL,
    spectrogram_sha256 TEXT    NOT NULL,
    waveform_sha256    TEXT    NOT NULL,
    stored_at_ms       INTEGER NOT NULL
) STRICT;

CREATE INDEX result_by_spectrogram ON result (spectrogram_sha256);
CREATE INDEX result_by_waveform ON result (waveform_sha256);
