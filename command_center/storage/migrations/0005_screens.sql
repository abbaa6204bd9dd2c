-- A topic may follow the house's rules again; a weekly rota with exchanges; planned absences and digests; triage answers.

ALTER TABLE rule_sets ADD COLUMN follows_house BOOLEAN NOT NULL DEFAULT FALSE;

ALTER TABLE duty_plans ADD COLUMN shifts TEXT NOT NULL DEFAULT '[]';

ALTER TABLE duty_plans ADD COLUMN exchanges TEXT NOT NULL DEFAULT '[]';

ALTER TABLE duty_plans ADD COLUMN zone TEXT NOT NULL DEFAULT 'UTC';

ALTER TABLE reachabilities ADD COLUMN away_from TEXT;

ALTER TABLE reachabilities ADD COLUMN digest_after BIGINT NOT NULL DEFAULT 3;

ALTER TABLE reachabilities ADD COLUMN digest_minutes BIGINT NOT NULL DEFAULT 10;

CREATE TABLE triage_answers (
    id TEXT NOT NULL,
    incident_id TEXT NOT NULL,
    plane TEXT NOT NULL,
    question TEXT NOT NULL,
    answer TEXT NOT NULL,
    answered_by TEXT NOT NULL,
    answered_at TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_triage_answers_incident_id ON triage_answers (incident_id);
