-- What was erased at somebody's wish, by ids alone: copied outside, and erased again after a restore.

CREATE TABLE erasures (
    id TEXT NOT NULL,
    number BIGINT NOT NULL,
    kind TEXT NOT NULL,
    subjects TEXT NOT NULL,
    fields TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_erasures_number ON erasures (number);
