-- Programs that may ask the gate or bring mentions, each with a key of its own.

CREATE TABLE clients (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    accounts TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    proof TEXT NOT NULL,
    source_id TEXT NOT NULL,
    sealed TEXT NOT NULL,
    revoked_by TEXT NOT NULL,
    per_minute BIGINT NOT NULL,
    revoked_at TEXT,
    PRIMARY KEY (id)
);
