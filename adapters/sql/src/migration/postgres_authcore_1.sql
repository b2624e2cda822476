CREATE TABLE {schema}"{accounts}" (
    provider TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    user_id {user_id} NOT NULL REFERENCES {users_schema}"{users}" ({users_id}) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    access_token TEXT,
    refresh_token TEXT,
    id_token TEXT,
    token_type TEXT,
    scope TEXT,
    expires_at BIGINT,
    session_state TEXT,
    extra TEXT,
    PRIMARY KEY (provider, subject)
);

CREATE INDEX "{accounts}_user" ON {schema}"{accounts}" (user_id);

CREATE TABLE {schema}"{sessions}" (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    user_id {user_id} NOT NULL REFERENCES {users_schema}"{users}" ({users_id}) ON DELETE CASCADE,
    created_at BIGINT,
    expires_at BIGINT NOT NULL
);

CREATE INDEX "{sessions}_user" ON {schema}"{sessions}" (user_id);
CREATE INDEX "{sessions}_expires" ON {schema}"{sessions}" (expires_at);

CREATE TABLE {schema}"{attempts}" (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL
);

CREATE INDEX "{attempts}_expires" ON {schema}"{attempts}" (expires_at);
