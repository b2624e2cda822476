-- The tables of @auth/drizzle-adapter, where they are not there yet; and the indexes that they may
-- lack. Without the unique ones, two sign-ins at the same moment could make one person twice; where
-- that has happened already, this step fails and says so.

CREATE TABLE IF NOT EXISTS {schema}"{users}" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT,
    "email" TEXT,
    "emailVerified" TIMESTAMP,
    "image" TEXT
);

CREATE TABLE IF NOT EXISTS {schema}"{accounts}" (
    "userId" TEXT NOT NULL REFERENCES {schema}"{users}" ("id") ON DELETE CASCADE,
    "type" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "providerAccountId" TEXT NOT NULL,
    "refresh_token" TEXT,
    "access_token" TEXT,
    "expires_at" INTEGER,
    "token_type" TEXT,
    "scope" TEXT,
    "id_token" TEXT,
    "session_state" TEXT,
    PRIMARY KEY ("provider", "providerAccountId")
);

CREATE TABLE IF NOT EXISTS {schema}"{sessions}" (
    "sessionToken" TEXT NOT NULL PRIMARY KEY,
    "userId" TEXT NOT NULL REFERENCES {schema}"{users}" ("id") ON DELETE CASCADE,
    "expires" TIMESTAMP NOT NULL
);

CREATE TABLE IF NOT EXISTS {schema}"{attempts}" (
    "identifier" TEXT NOT NULL,
    "token" TEXT NOT NULL,
    "expires" TIMESTAMP NOT NULL,
    PRIMARY KEY ("identifier", "token")
);

CREATE UNIQUE INDEX IF NOT EXISTS "{prefix}user_email" ON {schema}"{users}" ("email");
CREATE UNIQUE INDEX IF NOT EXISTS "{prefix}account_key"
    ON {schema}"{accounts}" ("provider", "providerAccountId");
CREATE UNIQUE INDEX IF NOT EXISTS "{prefix}session_token" ON {schema}"{sessions}" ("sessionToken");
CREATE UNIQUE INDEX IF NOT EXISTS "{prefix}attempt_key"
    ON {schema}"{attempts}" ("identifier", "token");
CREATE INDEX IF NOT EXISTS "{prefix}account_user" ON {schema}"{accounts}" ("userId");
CREATE INDEX IF NOT EXISTS "{prefix}session_user" ON {schema}"{sessions}" ("userId");
CREATE INDEX IF NOT EXISTS "{prefix}session_expires" ON {schema}"{sessions}" ("expires");
CREATE INDEX IF NOT EXISTS "{prefix}attempt_expires" ON {schema}"{attempts}" ("identifier", "expires");
