-- Who is told about alerts and in which order, how people want to be reached, and in which step a notice was.

CREATE TABLE duty_plans (
    id TEXT NOT NULL,
    steps TEXT NOT NULL,
    deputies TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    repeat_minutes BIGINT NOT NULL,
    repeats BIGINT NOT NULL,
    changed_at TEXT,
    PRIMARY KEY (id)
);

CREATE TABLE reachabilities (
    id TEXT NOT NULL,
    channels TEXT NOT NULL,
    quiet TEXT NOT NULL,
    disturb_from TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    away_until TEXT,
    PRIMARY KEY (id)
);

ALTER TABLE notices ADD COLUMN step BIGINT NOT NULL DEFAULT 0;

ALTER TABLE notices ADD COLUMN digest TEXT NOT NULL DEFAULT '';
