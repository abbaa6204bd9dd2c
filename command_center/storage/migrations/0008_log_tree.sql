-- The log becomes a Merkle tree; signed heads of it are kept, and where they were deposited.

CREATE TABLE log_nodes (
    level BIGINT NOT NULL,
    position BIGINT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (level, position)
);
