-- The Balancer knows no recordings: a task has a `subject`, classes, users and an order of its own. Tables that others refer
-- to cannot be altered so far; both are written anew, and renamed together so that neither loses a row on the way.
CREATE TABLE task_next (
    -- Order of arrival; never given twice.
    ticket           INTEGER PRIMARY KEY AUTOINCREMENT,
    id               TEXT    NOT NULL UNIQUE,
    kind             TEXT    NOT NULL,
    subject          TEXT    NOT NULL,
    class            TEXT    NOT NULL DEFAULT 'cpu' CHECK (class IN ('cpu', 'accelerator', 'browser')),
    user             TEXT    NOT NULL DEFAULT 'local',
    priority         INTEGER NOT NULL DEFAULT 0,
    -- Amount of work in the unit of the kind (seconds of sound); the cost is learned from it.
    work             REAL    NOT NULL DEFAULT 0,
    memory_bytes     INTEGER NOT NULL DEFAULT 0,
    -- Where the data of the task may lie already (SHA-256 of a blob).
    place            TEXT,
    dedupe_key       TEXT UNIQUE,
    deadline_s       REAL,
    state            TEXT    NOT NULL CHECK (state IN ('queued', 'running', 'finished', 'failed', 'cancelled')),
    -- Leases that count towards the limit of attempts.
    attempt          INTEGER NOT NULL DEFAULT 0,
    -- All leases ever handed out. Whoever names the last one may write; everybody else is refused.
    leases           INTEGER NOT NULL DEFAULT 0,
    troubles         INTEGER NOT NULL DEFAULT 0,
    -- Engine processes of its own that died under it.
    crashes          INTEGER NOT NULL DEFAULT 0,
    -- 1 once the whole server died under it: from then on it runs in a process of its own.
    isolated         INTEGER NOT NULL DEFAULT 0 CHECK (isolated IN (0, 1)),
    not_before_ms    INTEGER NOT NULL DEFAULT 0,
    lease_epoch      TEXT,
    lease_expires_ms INTEGER,
    progress_percent REAL,
    checkpoint       BLOB,
    problem          TEXT,
    queued_at_ms     INTEGER NOT NULL,
    started_at_ms    INTEGER,
    finished_at_ms   INTEGER,
    CHECK ((state = 'running') = (lease_epoch IS NOT NULL)),
    CHECK ((state IN ('finished', 'failed', 'cancelled')) = (finished_at_ms IS NOT NULL))
) STRICT;

INSERT INTO task_next (id, kind, subject, work, place, state, attempt, leases, troubles, not_before_ms, lease_epoch,
    lease_expires_ms, progress_percent, problem, queued_at_ms, started_at_ms, finished_at_ms)
SELECT t.id, t.kind, t.recording_id, coalesce(r.duration_s, 0), r.sha256, t.state, t.attempt, t.attempt + t.troubles,
    t.troubles, t.not_before_ms, t.lease_epoch, t.lease_expires_ms, t.progress_percent, t.problem, t.queued_at_ms,
    t.started_at_ms, t.finished_at_ms
FROM task t JOIN recording r ON r.id = t.recording_id ORDER BY t.queued_at_ms, t.id;

CREATE TABLE result_next (
    recording_id       TEXT    NOT NULL PRIMARY KEY REFERENCES recording (id) ON DELETE CASCADE,
    task_id            TEXT    NOT NULL UNIQUE REFERENCES task_next (id) ON DELETE CASCADE,
    analysis           TEXT    NOT NULL,
    spectrogram_sha256 TEXT    NOT NULL,
    waveform_sha256    TEXT    NOT NULL,
    stored_at_ms       INTEGER NOT NULL
) STRICT;

INSERT INTO result_next (recording_id, task_id, analysis, spectrogram_sha256, waveform_sha256, stored_at_ms)
SELECT recording_id, task_id, analysis, spectrogram_sha256, waveform_sha256, stored_at_ms FROM result;

DROP TABLE result;
DROP TABLE task;
ALTER TABLE task_next RENAME TO task;
ALTER TABLE result_next RENAME TO result;

CREATE INDEX task_open ON task (ticket) WHERE state IN ('queued', 'running');
CREATE INDEX task_by_subject ON task (subject);
CREATE INDEX task_by_state ON task (state);
CREATE INDEX result_by_spectrogram ON result (spectrogram_sha256);
CREATE INDEX result_by_waveform ON result (waveform_sha256);

-- `task_id` waits for `after_id`.
CREATE TABLE task_dependency (
    task_id  TEXT NOT NULL REFERENCES task (id) ON DELETE CASCADE,
    after_id TEXT NOT NULL REFERENCES task (id) ON DELETE CASCADE,
    PRIMARY KEY (task_id, after_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX task_dependency_by_after ON task_dependency (after_id);

-- Every lease: which policy chose which engine, when and why, and how it ended.
CREATE TABLE attempt (
    serial        INTEGER PRIMARY KEY AUTOINCREMENT,
    task_id       TEXT    NOT NULL REFERENCES task (id) ON DELETE CASCADE,
    number        INTEGER NOT NULL,
    engine        TEXT    NOT NULL,
    policy        TEXT    NOT NULL,
    because       TEXT    NOT NULL,
    started_at_ms INTEGER NOT NULL,
    ended_at_ms   INTEGER,
    outcome       TEXT,
    problem       TEXT,
    UNIQUE (task_id, number),
    CHECK ((ended_at_ms IS NULL) = (outcome IS NULL))
) STRICT;

-- What an administrator has ordered and a restart must not undo.
CREATE TABLE paused_class (
    class TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;
