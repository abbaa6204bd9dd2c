-- Sessions say how somebody proved who they are, and with which browser.

ALTER TABLE sessions ADD COLUMN way TEXT NOT NULL DEFAULT 'unknown';

ALTER TABLE sessions ADD COLUMN browser TEXT NOT NULL DEFAULT '';

-- Passkeys: what is known of each key that lies with a person; the key itself never comes here.

CREATE TABLE passkeys (
    id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    public_key TEXT NOT NULL,
    name TEXT NOT NULL,
    added_at TEXT NOT NULL,
    sign_count BIGINT NOT NULL,
    can_be_copied BOOLEAN NOT NULL,
    is_copied BOOLEAN NOT NULL,
    used_at TEXT,
    PRIMARY KEY (id)
);

CREATE INDEX ix_passkeys_person_id ON passkeys (person_id);
