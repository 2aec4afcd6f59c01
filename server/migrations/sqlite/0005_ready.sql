-- Since when the task waits for its turn: when it was accepted, last put back, or had the result of the last task that it
-- waits for. `queued_at_ms` stays when it came.
ALTER TABLE task ADD COLUMN ready_at_ms INTEGER NOT NULL DEFAULT 0;
UPDATE task SET ready_at_ms = queued_at_ms;
