-- How often the task was put back for a trouble that passes (disk, database): the pause grows with it, `attempt` does not.
ALTER TABLE task ADD COLUMN troubles INTEGER NOT NULL DEFAULT 0;
