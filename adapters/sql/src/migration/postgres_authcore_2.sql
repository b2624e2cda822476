-- What a person sees of their sessions; leases of tokens; verification tokens, passkeys, tokens that are
-- to be revoked, and counts of tries. Times are milliseconds since 1970 in UTC.

ALTER TABLE {schema}"{sessions}" ADD COLUMN last_seen_at BIGINT;
ALTER TABLE {schema}"{sessions}" ADD COLUMN user_agent TEXT;
ALTER TABLE {schema}"{sessions}" ADD COLUMN address TEXT;

ALTER TABLE {schema}"{accounts}" ADD COLUMN lease BIGINT NOT NULL DEFAULT 0;
ALTER TABLE {schema}"{accounts}" ADD COLUMN leased_until BIGINT;

CREATE TABLE {schema}"{verifications}" (
    identifier TEXT COLLATE "C" NOT NULL,
    token_hash BYTEA NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (identifier, token_hash)
);

CREATE INDEX "{verifications}_expires" ON {schema}"{verifications}" (expires_at);

CREATE TABLE {schema}"{passkeys}" (
    credential_id BYTEA NOT NULL PRIMARY KEY,
    user_id {user_id} NOT NULL REFERENCES {users_schema}"{users}" ({users_id}) ON DELETE CASCADE,
    public_key BYTEA NOT NULL,
    counter BIGINT NOT NULL,
    reach TEXT NOT NULL,
    backup TEXT NOT NULL,
    transports TEXT NOT NULL,
    name TEXT,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    extra TEXT NOT NULL
);

CREATE INDEX "{passkeys}_user" ON {schema}"{passkeys}" (user_id, created_at);

CREATE TABLE {schema}"{revocations}" (
    id TEXT COLLATE "C" NOT NULL,
    provider TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    access_token TEXT,
    refresh_token TEXT,
    tries BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    PRIMARY KEY (id, provider, subject)
);

CREATE INDEX "{revocations}_due" ON {schema}"{revocations}" (due_at);

CREATE TABLE {schema}"{limits}" (
    key_hash BYTEA NOT NULL PRIMARY KEY,
    count BIGINT NOT NULL,
    ends_at BIGINT NOT NULL
);

CREATE INDEX "{limits}_ends" ON {schema}"{limits}" (ends_at);
