-- Sessions say how somebody proved who they are, and with which browser.

ALTER TABLE sessions ADD COLUMN way TEXT NOT NULL DEFAULT 'unknown';

ALTER TABLE sessions ADD COLUMN browser TEXT NOT NULL DEFAULT '';
