CREATE TABLE "{accounts}" (
    provider TEXT NOT NULL,
    subject TEXT NOT NULL,
    user_id {user_id} NOT NULL REFERENCES "{users}" ({users_id}) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    access_token TEXT,
    refresh_token TEXT,
    id_token TEXT,
    token_type TEXT,
    scope TEXT,
    expires_at INTEGER,
    session_state TEXT,
    extra TEXT,
    PRIMARY KEY (provider, subject)
) STRICT;

CREATE INDEX "{accounts}_user" ON "{accounts}" (user_id);

CREATE TABLE "{sessions}" (
    token_hash BLOB NOT NULL PRIMARY KEY,
    user_id {user_id} NOT NULL REFERENCES "{users}" ({users_id}) ON DELETE CASCADE,
    created_at INTEGER,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX "{sessions}_user" ON "{sessions}" (user_id);
CREATE INDEX "{sessions}_expires" ON "{sessions}" (expires_at);

CREATE TABLE "{attempts}" (
    id TEXT NOT NULL PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX "{attempts}_expires" ON "{attempts}" (expires_at);
