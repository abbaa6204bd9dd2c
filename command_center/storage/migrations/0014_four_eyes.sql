-- What takes two people: exactly one content, who proposed it, and who else agreed.

CREATE TABLE proposals (
    id TEXT NOT NULL PRIMARY KEY,
    matter TEXT NOT NULL,
    subject TEXT NOT NULL,
    title TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    reason TEXT NOT NULL,
    plan TEXT NOT NULL,
    connection TEXT,
    client TEXT,
    done_at TEXT,
    agreed_by TEXT NOT NULL,
    agreed_at TEXT,
    ended_by TEXT NOT NULL,
    ended_at TEXT
);

CREATE INDEX ix_proposals_subject ON proposals (subject);
