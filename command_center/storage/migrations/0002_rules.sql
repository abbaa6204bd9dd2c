-- Alert rules become records; a judged bucket keeps what rules need to be replayed; sources say what they owe.

CREATE TABLE rule_sets (
    id TEXT NOT NULL,
    rules TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

ALTER TABLE judged_buckets ADD COLUMN surge TEXT;

ALTER TABLE judged_buckets ADD COLUMN delivered DOUBLE PRECISION;

ALTER TABLE sources ADD COLUMN delivery TEXT;
