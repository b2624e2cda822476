-- Tables of ours beside those of Auth.js, to which no column is added: which users are locked out, and
-- who gave out the subjects of accounts.

CREATE TABLE "{user_states}" (
    user_id TEXT NOT NULL PRIMARY KEY,
    disabled_at INTEGER,
    sessions_valid_from INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE "{authorities}" (
    provider TEXT NOT NULL,
    subject TEXT NOT NULL,
    user_id TEXT NOT NULL,
    authority TEXT NOT NULL,
    PRIMARY KEY (provider, subject)
) STRICT, WITHOUT ROWID;

CREATE INDEX "{authorities}_user" ON "{authorities}" (user_id);
