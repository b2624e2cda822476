-- Tables of ours beside those of Auth.js, to which no column is added: which users are locked out, and
-- who gave out the subjects of accounts.

CREATE TABLE {schema}"{user_states}" (
    user_id TEXT NOT NULL PRIMARY KEY,
    disabled_at BIGINT,
    sessions_valid_from BIGINT
);

CREATE TABLE {schema}"{authorities}" (
    provider TEXT NOT NULL,
    subject TEXT NOT NULL,
    user_id TEXT NOT NULL,
    authority TEXT NOT NULL,
    PRIMARY KEY (provider, subject)
);

CREATE INDEX "{authorities}_user" ON {schema}"{authorities}" (user_id);
