-- The log becomes a Merkle tree; signed heads of it are kept, and where they were deposited.

CREATE TABLE log_nodes (
    level BIGINT NOT NULL,
    position BIGINT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (level, position)
);

CREATE TABLE log_checkpoints (
    id TEXT NOT NULL,
    size BIGINT NOT NULL,
    note TEXT NOT NULL,
    made_at TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (id)
);
