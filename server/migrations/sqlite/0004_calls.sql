-- Calls of the engine that are tasks. The sound is kept until the task has ended, the result until it is deleted or expires.
CREATE TABLE call (
    id             TEXT    NOT NULL PRIMARY KEY,
    -- Cleaned name of the sound.
    name           TEXT    NOT NULL,
    -- What is to be done, and how sound is analysed, as JSON.
    operation      TEXT    NOT NULL,
    parameters     TEXT    NOT NULL,
    input_sha256   TEXT    NOT NULL,
    input_bytes    INTEGER NOT NULL,
    input_stored   INTEGER NOT NULL DEFAULT 1 CHECK (input_stored IN (0, 1)),
    created_at_ms  INTEGER NOT NULL,
    output_sha256  TEXT,
    output_name    TEXT,
    output_type    TEXT,
    output_bytes   INTEGER,
    CHECK ((output_sha256 IS NULL) = (output_name IS NULL)),
    CHECK ((output_sha256 IS NULL) = (output_type IS NULL)),
    CHECK ((output_sha256 IS NULL) = (output_bytes IS NULL))
) STRICT;

CREATE INDEX call_by_input ON call (input_sha256) WHERE input_stored = 1;
CREATE INDEX call_by_output ON call (output_sha256);
