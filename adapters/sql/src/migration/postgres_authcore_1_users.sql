-- Users, their accounts, their sessions, and the sign-in attempts that were used.
-- Times are milliseconds since 1970 in UTC. Keys compare byte for byte, whatever the database's
-- collation is, and their indexes outlive an update of the system's collations.

CREATE TABLE {schema}"{users}" (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name TEXT,
    email TEXT COLLATE "C" UNIQUE,
    email_verified BIGINT,
    image TEXT,
    extra TEXT NOT NULL DEFAULT '{}'
);

