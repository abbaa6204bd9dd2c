-- Where signed heads of the log were deposited outside the store, with what the place gave as a receipt.

CREATE TABLE log_deposits (
    id TEXT NOT NULL,
    place TEXT NOT NULL,
    head_id TEXT NOT NULL,
    size BIGINT NOT NULL,
    at TEXT NOT NULL,
    receipt TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_log_deposits_place_size ON log_deposits (place, size);
