-- What a person sees of their sessions; leases of tokens; verification tokens, passkeys, tokens that are
-- to be revoked, and counts of tries. Times are milliseconds since 1970 in UTC.

ALTER TABLE "{sessions}" ADD COLUMN last_seen_at INTEGER;
ALTER TABLE "{sessions}" ADD COLUMN user_agent TEXT;
ALTER TABLE "{sessions}" ADD COLUMN address TEXT;

ALTER TABLE "{accounts}" ADD COLUMN lease INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "{accounts}" ADD COLUMN leased_until INTEGER;

CREATE TABLE "{verifications}" (
    identifier TEXT NOT NULL,
    token_hash BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (identifier, token_hash)
) STRICT, WITHOUT ROWID;

CREATE INDEX "{verifications}_expires" ON "{verifications}" (expires_at);

CREATE TABLE "{passkeys}" (
    credential_id BLOB NOT NULL PRIMARY KEY,
    user_id {user_id} NOT NULL REFERENCES "{users}" ({users_id}) ON DELETE CASCADE,
    public_key BLOB NOT NULL,
    counter INTEGER NOT NULL,
    reach TEXT NOT NULL,
    backup TEXT NOT NULL,
    transports TEXT NOT NULL,
    name TEXT,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER,
    extra TEXT NOT NULL
) STRICT;

CREATE INDEX "{passkeys}_user" ON "{passkeys}" (user_id, created_at);

CREATE TABLE "{revocations}" (
    id TEXT NOT NULL,
    provider TEXT NOT NULL,
    subject TEXT NOT NULL,
    access_token TEXT,
    refresh_token TEXT,
    tries INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    PRIMARY KEY (id, provider, subject)
) STRICT;

CREATE INDEX "{revocations}_due" ON "{revocations}" (due_at);

CREATE TABLE "{limits}" (
    key_hash BLOB NOT NULL PRIMARY KEY,
    count INTEGER NOT NULL,
    ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX "{limits}_ends" ON "{limits}" (ends_at);
