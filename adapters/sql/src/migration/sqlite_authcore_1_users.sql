-- Users, their accounts, their sessions, and the sign-in attempts that were used.
-- Times are milliseconds since 1970 in UTC. Texts compare byte for byte.

CREATE TABLE "{users}" (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT,
    email TEXT UNIQUE,
    email_verified INTEGER,
    image TEXT,
    extra TEXT NOT NULL DEFAULT '{}'
) STRICT;

