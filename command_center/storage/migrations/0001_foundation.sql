-- The whole store as of the first release; the same on SQLite and PostgreSQL.
-- A statement ends with a semicolon before an empty line.

CREATE TABLE people (
    id TEXT NOT NULL,
    login TEXT NOT NULL,
    name TEXT NOT NULL,
    roles TEXT NOT NULL,
    email TEXT NOT NULL,
    phone TEXT NOT NULL,
    language TEXT NOT NULL,
    created_at TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    login_key TEXT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT uq_people_login_key UNIQUE (login_key)
);

CREATE TABLE credentials (
    id TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE sessions (
    id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    created_at TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    ended_at TEXT,
    PRIMARY KEY (id)
);

CREATE INDEX ix_sessions_person_id ON sessions (person_id);

CREATE TABLE sign_in_attempts (
    id TEXT NOT NULL,
    login TEXT NOT NULL,
    address TEXT NOT NULL,
    at TEXT NOT NULL,
    succeeded BOOLEAN NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_sign_in_attempts_address_at ON sign_in_attempts (address, at);

CREATE INDEX ix_sign_in_attempts_at ON sign_in_attempts (at);

CREATE INDEX ix_sign_in_attempts_login_at ON sign_in_attempts (login, at);

CREATE TABLE accounts (
    id TEXT NOT NULL,
    network TEXT NOT NULL,
    handle TEXT NOT NULL,
    name TEXT NOT NULL,
    plane TEXT NOT NULL,
    tags TEXT NOT NULL,
    audience TEXT NOT NULL,
    languages TEXT NOT NULL,
    co_managers TEXT NOT NULL,
    publisher TEXT NOT NULL,
    base_posture TEXT NOT NULL,
    "primary" BOOLEAN NOT NULL,
    active BOOLEAN NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT uq_accounts_plane_network_handle UNIQUE (plane, network, handle)
);

CREATE TABLE locks (
    id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    plane TEXT NOT NULL,
    posture TEXT NOT NULL,
    reason TEXT NOT NULL,
    locked_by TEXT NOT NULL,
    locked_at TEXT NOT NULL,
    review_by TEXT NOT NULL,
    incident_id TEXT NOT NULL,
    lift_asked_by TEXT NOT NULL,
    lifted_by TEXT NOT NULL,
    sealed_at TEXT,
    lift_asked_at TEXT,
    lifted_at TEXT,
    PRIMARY KEY (id)
);

CREATE INDEX ix_locks_account_id ON locks (account_id);

CREATE INDEX ix_locks_incident_id ON locks (incident_id);

CREATE INDEX ix_locks_plane_lifted_at ON locks (plane, lifted_at);

CREATE TABLE topics (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    plane TEXT NOT NULL,
    terms TEXT NOT NULL,
    exclusions TEXT NOT NULL,
    hashtags TEXT NOT NULL,
    handles TEXT NOT NULL,
    languages TEXT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT uq_topics_plane_name UNIQUE (plane, name)
);

CREATE TABLE sources (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    plane TEXT NOT NULL,
    topic_id TEXT NOT NULL,
    created_at TEXT NOT NULL,
    last_success_at TEXT,
    fetched BIGINT NOT NULL,
    stored BIGINT NOT NULL,
    duplicate BIGINT NOT NULL,
    filtered BIGINT NOT NULL,
    rejected BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_sources_plane ON sources (plane);

CREATE INDEX ix_sources_topic_id ON sources (topic_id);

CREATE TABLE alerts (
    id TEXT NOT NULL,
    plane TEXT NOT NULL,
    topic_id TEXT NOT NULL,
    at TEXT NOT NULL,
    raised_at TEXT NOT NULL,
    evidence TEXT NOT NULL,
    state TEXT NOT NULL,
    acknowledged_by TEXT NOT NULL,
    incident_id TEXT NOT NULL,
    replayed BOOLEAN NOT NULL,
    acknowledged_at TEXT,
    was_real BOOLEAN,
    PRIMARY KEY (id)
);

CREATE INDEX ix_alerts_incident_id ON alerts (incident_id);

CREATE INDEX ix_alerts_plane_state ON alerts (plane, state);

CREATE INDEX ix_alerts_topic_id_at ON alerts (topic_id, at);

CREATE TABLE notices (
    id TEXT NOT NULL,
    alert_id TEXT NOT NULL,
    plane TEXT NOT NULL,
    person_id TEXT NOT NULL,
    channel TEXT NOT NULL,
    at TEXT NOT NULL,
    outcome TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_notices_alert_id ON notices (alert_id);

CREATE INDEX ix_notices_person_id ON notices (person_id);

CREATE TABLE triages (
    id TEXT NOT NULL,
    plane TEXT NOT NULL,
    topic_id TEXT NOT NULL,
    state TEXT NOT NULL,
    person_id TEXT NOT NULL,
    note TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_triages_person_id_state ON triages (person_id, state);

CREATE INDEX ix_triages_topic_id_state ON triages (topic_id, state);

CREATE TABLE replays (
    id TEXT NOT NULL,
    plane TEXT NOT NULL,
    topic_id TEXT NOT NULL,
    first TEXT NOT NULL,
    last TEXT NOT NULL,
    position TEXT NOT NULL,
    started_at TEXT NOT NULL,
    started_by TEXT NOT NULL,
    state TEXT NOT NULL,
    speed BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_replays_state ON replays (state);

CREATE INDEX ix_replays_topic_id ON replays (topic_id);

CREATE TABLE ears (
    id TEXT NOT NULL,
    state TEXT NOT NULL,
    judged_until TEXT,
    PRIMARY KEY (id)
);

CREATE TABLE judged_buckets (
    id TEXT NOT NULL,
    topic_id TEXT NOT NULL,
    at TEXT NOT NULL,
    count BIGINT NOT NULL,
    lasting BIGINT NOT NULL,
    expected DOUBLE PRECISION NOT NULL,
    low DOUBLE PRECISION NOT NULL,
    high DOUBLE PRECISION NOT NULL,
    score DOUBLE PRECISION NOT NULL,
    ratio DOUBLE PRECISION NOT NULL,
    learning BOOLEAN NOT NULL,
    alert BOOLEAN NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_judged_buckets_topic_id_at ON judged_buckets (topic_id, at);

CREATE TABLE incidents (
    id TEXT NOT NULL,
    plane TEXT NOT NULL,
    title TEXT NOT NULL,
    plan_id TEXT NOT NULL,
    plan TEXT NOT NULL,
    state TEXT NOT NULL,
    opened_by TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    topic_id TEXT NOT NULL,
    alert_id TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    criteria_met TEXT NOT NULL,
    proposal_reason TEXT NOT NULL,
    conflicted TEXT NOT NULL,
    closed_by TEXT NOT NULL,
    plan_version BIGINT NOT NULL,
    level BIGINT NOT NULL,
    proposed_at TEXT,
    closed_at TEXT,
    PRIMARY KEY (id)
);

CREATE INDEX ix_incidents_plane_state ON incidents (plane, state);

CREATE INDEX ix_incidents_topic_id ON incidents (topic_id);

CREATE TABLE tasks (
    id TEXT NOT NULL,
    incident_id TEXT NOT NULL,
    plane TEXT NOT NULL,
    plan_task TEXT NOT NULL,
    phase TEXT NOT NULL,
    duty TEXT NOT NULL,
    title TEXT NOT NULL,
    due_at TEXT NOT NULL,
    person_id TEXT NOT NULL,
    state TEXT NOT NULL,
    evidence TEXT NOT NULL,
    done_by TEXT NOT NULL,
    evidence_required BOOLEAN NOT NULL,
    done_at TEXT,
    PRIMARY KEY (id)
);

CREATE INDEX ix_tasks_incident_id ON tasks (incident_id);

CREATE INDEX ix_tasks_person_id_state ON tasks (person_id, state);

CREATE INDEX ix_tasks_plane_state ON tasks (plane, state);

CREATE TABLE clocks (
    id TEXT NOT NULL,
    incident_id TEXT NOT NULL,
    plane TEXT NOT NULL,
    plan_clock TEXT NOT NULL,
    title TEXT NOT NULL,
    basis TEXT NOT NULL,
    duty TEXT NOT NULL,
    starts TEXT NOT NULL,
    stopped_by TEXT NOT NULL,
    seconds BIGINT NOT NULL,
    repeats BOOLEAN NOT NULL,
    started_at TEXT,
    due_at TEXT,
    stopped_at TEXT,
    PRIMARY KEY (id)
);

CREATE INDEX ix_clocks_incident_id ON clocks (incident_id);

CREATE INDEX ix_clocks_plane_stopped_at ON clocks (plane, stopped_at);

CREATE TABLE facts (
    id TEXT NOT NULL,
    incident_id TEXT NOT NULL,
    plane TEXT NOT NULL,
    text TEXT NOT NULL,
    state TEXT NOT NULL,
    source TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_facts_incident_id ON facts (incident_id);

CREATE TABLE decisions (
    id TEXT NOT NULL,
    incident_id TEXT NOT NULL,
    plane TEXT NOT NULL,
    text TEXT NOT NULL,
    reason TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_decisions_incident_id ON decisions (incident_id);

CREATE TABLE statements (
    id TEXT NOT NULL,
    plane TEXT NOT NULL,
    title TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    incident_id TEXT NOT NULL,
    plan_statement TEXT NOT NULL,
    supersedes TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_statements_incident_id ON statements (incident_id);

CREATE INDEX ix_statements_plane ON statements (plane);

CREATE TABLE statement_versions (
    id TEXT NOT NULL,
    statement_id TEXT NOT NULL,
    plane TEXT NOT NULL,
    content TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    author_id TEXT NOT NULL,
    created_at TEXT NOT NULL,
    approver_roles TEXT NOT NULL,
    incident_id TEXT NOT NULL,
    state TEXT NOT NULL,
    end_reason TEXT NOT NULL,
    number BIGINT NOT NULL,
    quorum BIGINT NOT NULL,
    valid_for BIGINT NOT NULL,
    submitted_at TEXT,
    valid_from TEXT,
    valid_until TEXT,
    ended_at TEXT,
    PRIMARY KEY (id),
    CONSTRAINT uq_statement_versions_statement_id_number UNIQUE (statement_id, number)
);

CREATE INDEX ix_statement_versions_incident_id ON statement_versions (incident_id);

CREATE INDEX ix_statement_versions_plane_state ON statement_versions (plane, state);

CREATE TABLE approvals (
    id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT uq_approvals_version_id_person_id_content_hash UNIQUE (version_id, person_id, content_hash)
);

CREATE TABLE publications (
    id TEXT NOT NULL,
    plane TEXT NOT NULL,
    account_id TEXT NOT NULL,
    text TEXT NOT NULL,
    state TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    due_at TEXT NOT NULL,
    version_id TEXT NOT NULL,
    incident_id TEXT NOT NULL,
    reply_to TEXT NOT NULL,
    reviewed_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    url TEXT NOT NULL,
    note TEXT NOT NULL,
    intended_at TEXT,
    ended_at TEXT,
    PRIMARY KEY (id)
);

CREATE INDEX ix_publications_account_id_state ON publications (account_id, state);

CREATE INDEX ix_publications_incident_id ON publications (incident_id);

CREATE INDEX ix_publications_plane_state ON publications (plane, state);

CREATE INDEX ix_publications_state_due_at ON publications (state, due_at);

CREATE TABLE requests (
    id TEXT NOT NULL,
    command TEXT NOT NULL,
    person_id TEXT NOT NULL,
    result TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE settings (
    id TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE mentions (
    id TEXT NOT NULL,
    topic_id TEXT NOT NULL,
    source_id TEXT NOT NULL,
    plane TEXT NOT NULL,
    network TEXT NOT NULL,
    native_id TEXT NOT NULL,
    text TEXT NOT NULL,
    created_at TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    url TEXT NOT NULL,
    author TEXT NOT NULL,
    author_name TEXT NOT NULL,
    reach BIGINT NOT NULL,
    reposts BIGINT NOT NULL,
    reply_to TEXT NOT NULL,
    is_repost BOOLEAN NOT NULL,
    language TEXT NOT NULL,
    sentiment TEXT NOT NULL,
    copy_key TEXT NOT NULL,
    folded TEXT NOT NULL,
    PRIMARY KEY (id, topic_id)
);

CREATE INDEX ix_mentions_plane_created_at_id ON mentions (plane, created_at, id);

CREATE INDEX ix_mentions_topic_id_author_created_at ON mentions (topic_id, author, created_at);

CREATE INDEX ix_mentions_topic_id_copy_key_created_at ON mentions (topic_id, copy_key, created_at);

CREATE INDEX ix_mentions_topic_id_created_at_id_plane ON mentions (topic_id, created_at, id, plane);

CREATE TABLE mention_minutes (
    topic_id TEXT NOT NULL,
    minute TEXT NOT NULL,
    mentions BIGINT NOT NULL,
    negative BIGINT NOT NULL,
    neutral BIGINT NOT NULL,
    positive BIGINT NOT NULL,
    reach BIGINT NOT NULL,
    PRIMARY KEY (topic_id, minute)
);

CREATE TABLE log_entries (
    number BIGINT NOT NULL,
    at TEXT NOT NULL,
    plane TEXT NOT NULL,
    action TEXT NOT NULL,
    actor TEXT NOT NULL,
    subject TEXT NOT NULL,
    incident_id TEXT NOT NULL,
    body TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (number)
);

CREATE INDEX ix_log_entries_action_number ON log_entries (action, number);

CREATE INDEX ix_log_entries_actor_number ON log_entries (actor, number);

CREATE INDEX ix_log_entries_incident_id_number ON log_entries (incident_id, number);

CREATE INDEX ix_log_entries_subject_number ON log_entries (subject, number);

CREATE TABLE log_head (
    id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE store_version (
    id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE schema_migrations (
    number BIGINT NOT NULL,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    applied_at TEXT NOT NULL,
    PRIMARY KEY (number)
);

INSERT INTO log_head (id, number, hash)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

INSERT INTO store_version (id, number) VALUES (1, 0);

-- The log can only grow, and only at its end: for everybody, also for those who write SQL by hand.

-- only sqlite:
CREATE TRIGGER log_entries_no_update BEFORE UPDATE ON log_entries
BEGIN
    SELECT RAISE(ABORT, 'the log is append-only');
END;

CREATE TRIGGER log_entries_no_delete BEFORE DELETE ON log_entries
BEGIN
    SELECT RAISE(ABORT, 'the log is append-only');
END;

CREATE TRIGGER log_entries_at_the_end BEFORE INSERT ON log_entries
WHEN NOT EXISTS (SELECT 1 FROM log_head WHERE number = NEW.number - 1 AND hash = NEW.previous_hash)
BEGIN
    SELECT RAISE(ABORT, 'the log is append-only');
END;

CREATE TRIGGER log_head_only_forward BEFORE UPDATE ON log_head WHEN NEW.number <> OLD.number + 1
BEGIN
    SELECT RAISE(ABORT, 'the log is append-only');
END;

CREATE TRIGGER log_head_stays BEFORE DELETE ON log_head
BEGIN
    SELECT RAISE(ABORT, 'the log is append-only');
END;

-- end

-- only postgresql:
CREATE FUNCTION refuse_log_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log is append-only';
END;
$$;

CREATE FUNCTION check_log_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM log_head WHERE number = NEW.number - 1 AND hash = NEW.previous_hash) THEN
        RAISE EXCEPTION 'the log is append-only';
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER log_entries_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON log_entries
FOR EACH STATEMENT EXECUTE FUNCTION refuse_log_change();

CREATE TRIGGER log_entries_at_the_end BEFORE INSERT ON log_entries
FOR EACH ROW EXECUTE FUNCTION check_log_end();

CREATE TRIGGER log_head_only_forward BEFORE UPDATE ON log_head
FOR EACH ROW WHEN (NEW.number <> OLD.number + 1) EXECUTE FUNCTION refuse_log_change();

CREATE TRIGGER log_head_stays BEFORE DELETE OR TRUNCATE ON log_head
FOR EACH STATEMENT EXECUTE FUNCTION refuse_log_change();

-- end
