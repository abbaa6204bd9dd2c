-- What people wrote into the log stands beside it and can be erased; unsealed names; nothing else about it can change.

CREATE TABLE log_texts (
    number BIGINT NOT NULL,
    field TEXT NOT NULL,
    salt TEXT NOT NULL,
    value TEXT NOT NULL,
    erased_why TEXT NOT NULL,
    erased_at TEXT,
    PRIMARY KEY (number, field)
);

CREATE TABLE unsealings (
    id TEXT NOT NULL PRIMARY KEY,
    incident_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    agreed_by TEXT NOT NULL,
    agreed_at TEXT
);

-- only sqlite:
CREATE TRIGGER log_texts_only_erased BEFORE UPDATE ON log_texts
WHEN NEW.number <> OLD.number OR NEW.field <> OLD.field OR NEW.value <> '' OR NEW.salt <> ''
    OR NEW.erased_at IS NULL OR OLD.erased_at IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'a text of the log can only be erased');
END;

CREATE TRIGGER log_texts_stay BEFORE DELETE ON log_texts
BEGIN
    SELECT RAISE(ABORT, 'a text of the log can only be erased');
END;

-- end

-- only postgresql:
CREATE TRIGGER log_texts_only_erased BEFORE UPDATE ON log_texts
FOR EACH ROW WHEN (NEW.number <> OLD.number OR NEW.field <> OLD.field OR NEW.value <> '' OR NEW.salt <> ''
    OR NEW.erased_at IS NULL OR OLD.erased_at IS NOT NULL) EXECUTE FUNCTION refuse_log_change();

CREATE TRIGGER log_texts_stay BEFORE DELETE OR TRUNCATE ON log_texts
FOR EACH STATEMENT EXECUTE FUNCTION refuse_log_change();

-- end
