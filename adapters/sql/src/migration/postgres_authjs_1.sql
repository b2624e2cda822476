-- The tables of @auth/pg-adapter, where they are not there yet; and the indexes that they lack. Without
-- the unique ones, two sign-ins at the same moment could make one person twice; where that has
-- happened already, this step fails and says so.

CREATE TABLE IF NOT EXISTS {schema}"{users}" (
    "id" SERIAL PRIMARY KEY,
    "name" VARCHAR(255),
    "email" VARCHAR(255),
    "emailVerified" TIMESTAMPTZ,
    "image" TEXT
);

CREATE TABLE IF NOT EXISTS {schema}"{accounts}" (
    "id" SERIAL PRIMARY KEY,
    "userId" INTEGER NOT NULL,
    "type" VARCHAR(255) NOT NULL,
    "provider" VARCHAR(255) NOT NULL,
    "providerAccountId" VARCHAR(255) NOT NULL,
    "refresh_token" TEXT,
    "access_token" TEXT,
    "expires_at" BIGINT,
    "id_token" TEXT,
    "scope" TEXT,
    "session_state" TEXT,
    "token_type" TEXT
);

CREATE TABLE IF NOT EXISTS {schema}"{sessions}" (
    "id" SERIAL PRIMARY KEY,
    "userId" INTEGER NOT NULL,
    "expires" TIMESTAMPTZ NOT NULL,
    "sessionToken" VARCHAR(255) NOT NULL
);

CREATE TABLE IF NOT EXISTS {schema}"{attempts}" (
    "identifier" TEXT NOT NULL,
    "expires" TIMESTAMPTZ NOT NULL,
    "token" TEXT NOT NULL,
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
