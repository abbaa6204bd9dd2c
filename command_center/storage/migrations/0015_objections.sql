-- Authors who object to being heard, by keyed hash.

CREATE TABLE objections (
    id TEXT NOT NULL,
    network TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (id)
);
