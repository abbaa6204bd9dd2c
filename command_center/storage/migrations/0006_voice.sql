-- What stands on our accounts: off-voice posts, who watches, what is to be taken down, where old wordings stand.

CREATE TABLE removals (
    id TEXT NOT NULL,
    plane TEXT NOT NULL,
    account_id TEXT NOT NULL,
    native_ids TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    reason TEXT NOT NULL,
    publication_id TEXT NOT NULL,
    off_voice_id TEXT NOT NULL,
    incident_id TEXT NOT NULL,
    state TEXT NOT NULL,
    note TEXT NOT NULL,
    tries BIGINT NOT NULL,
    next_try_at TEXT,
    ended_at TEXT,
    PRIMARY KEY (id)
);

CREATE INDEX ix_removals_off_voice_id ON removals (off_voice_id);

CREATE INDEX ix_removals_publication_id ON removals (publication_id);

CREATE INDEX ix_removals_state ON removals (state);

CREATE TABLE off_voices (
    id TEXT NOT NULL,
    plane TEXT NOT NULL,
    account_id TEXT NOT NULL,
    native_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    created_at TEXT NOT NULL,
    found_at TEXT NOT NULL,
    posture TEXT NOT NULL,
    "before" TEXT NOT NULL,
    url TEXT NOT NULL,
    client TEXT NOT NULL,
    nearest_version TEXT NOT NULL,
    incident_id TEXT NOT NULL,
    state TEXT NOT NULL,
    handled_by TEXT NOT NULL,
    note TEXT NOT NULL,
    alarm BOOLEAN NOT NULL,
    likeness BIGINT NOT NULL,
    handled_at TEXT,
    PRIMARY KEY (id)
);

CREATE INDEX ix_off_voices_account_id_state ON off_voices (account_id, state);

CREATE INDEX ix_off_voices_plane_state ON off_voices (plane, state);

CREATE TABLE account_watches (
    id TEXT NOT NULL,
    plane TEXT NOT NULL,
    started_at TEXT NOT NULL,
    next_at TEXT NOT NULL,
    note TEXT NOT NULL,
    failures BIGINT NOT NULL,
    read_at TEXT,
    blind_since TEXT,
    profile TEXT,
    PRIMARY KEY (id)
);

CREATE TABLE leftovers (
    id TEXT NOT NULL,
    plane TEXT NOT NULL,
    version_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    found_at TEXT NOT NULL,
    publication_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    incident_id TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    settled_by TEXT NOT NULL,
    settled_at TEXT,
    PRIMARY KEY (id)
);

CREATE INDEX ix_leftovers_plane_state ON leftovers (plane, state);

CREATE INDEX ix_leftovers_publication_id ON leftovers (publication_id);

CREATE INDEX ix_leftovers_version_id ON leftovers (version_id);
