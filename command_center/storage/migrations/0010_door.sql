-- The door: second factors, sign-ins half done, and who people are at an identity provider.

CREATE TABLE second_factors (
    id TEXT NOT NULL,
    sealed TEXT NOT NULL,
    recovery TEXT NOT NULL,
    added_at TEXT NOT NULL,
    last_step BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE door_steps (
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    person_id TEXT NOT NULL,
    at TEXT NOT NULL,
    carries TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_door_steps_at ON door_steps (at);

CREATE TABLE identities (
    id TEXT NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    person_id TEXT NOT NULL,
    linked_at TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_identities_person_id ON identities (person_id);
