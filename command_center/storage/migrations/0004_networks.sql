-- Keys to networks, sources that listen live, and posts that a network knows by its own ids.

CREATE TABLE connections (
    id TEXT NOT NULL,
    network TEXT NOT NULL,
    handle TEXT NOT NULL,
    kind TEXT NOT NULL,
    connected_by TEXT NOT NULL,
    connected_at TEXT NOT NULL,
    server TEXT NOT NULL,
    rights TEXT NOT NULL,
    sealed TEXT NOT NULL,
    expires_at TEXT,
    checked_at TEXT,
    trouble TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_connections_network ON connections (network);

ALTER TABLE accounts ADD COLUMN connection_id TEXT NOT NULL DEFAULT '';

ALTER TABLE sources ADD COLUMN address TEXT NOT NULL DEFAULT '';

ALTER TABLE sources ADD COLUMN query TEXT NOT NULL DEFAULT '';

ALTER TABLE sources ADD COLUMN connection_id TEXT NOT NULL DEFAULT '';

ALTER TABLE sources ADD COLUMN cursor TEXT NOT NULL DEFAULT '{}';

ALTER TABLE sources ADD COLUMN quota TEXT NOT NULL DEFAULT '{}';

ALTER TABLE sources ADD COLUMN trouble TEXT NOT NULL DEFAULT '{}';

ALTER TABLE sources ADD COLUMN active BOOLEAN NOT NULL DEFAULT true;

ALTER TABLE sources ADD COLUMN failures BIGINT NOT NULL DEFAULT 0;

ALTER TABLE sources ADD COLUMN lost BIGINT NOT NULL DEFAULT 0;

ALTER TABLE sources ADD COLUMN deleted BIGINT NOT NULL DEFAULT 0;

ALTER TABLE sources ADD COLUMN next_try_at TEXT;

ALTER TABLE sources ADD COLUMN last_try_at TEXT;

ALTER TABLE publications ADD COLUMN attempts BIGINT NOT NULL DEFAULT 0;

ALTER TABLE publications ADD COLUMN attempted_at TEXT;

ALTER TABLE publications ADD COLUMN next_try_at TEXT;

ALTER TABLE publications ADD COLUMN native_ids TEXT NOT NULL DEFAULT '[]';

ALTER TABLE publications ADD COLUMN taken_down_at TEXT;
