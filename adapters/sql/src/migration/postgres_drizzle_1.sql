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

CREATE TABLE IF NOT EXISTS {schema}"{passkeys}" (
    "credentialID" TEXT NOT NULL UNIQUE,
    "userId" TEXT NOT NULL REFERENCES {schema}"{users}" ("id") ON DELETE CASCADE,
    "providerAccountId" TEXT NOT NULL,
    "credentialPublicKey" TEXT NOT NULL,
    "counter" INTEGER NOT NULL,
    "credentialDeviceType" TEXT NOT NULL,
    "credentialBackedUp" BOOLEAN NOT NULL,
    "transports" TEXT,
    PRIMARY KEY ("userId", "credentialID")
);

-- A unique index is made only where none is on these columns: a primary key is one.

DO $$
DECLARE
    wanted RECORD;
BEGIN
    FOR wanted IN
        SELECT *
        FROM (VALUES
            ('{schema}"{users}"', ARRAY['email'], '{prefix}user_email'),
            ('{schema}"{accounts}"', ARRAY['provider', 'providerAccountId'], '{prefix}account_key'),
            ('{schema}"{sessions}"', ARRAY['sessionToken'], '{prefix}session_token'),
            ('{schema}"{attempts}"', ARRAY['identifier', 'token'], '{prefix}attempt_key'),
            ('{schema}"{passkeys}"', ARRAY['credentialID'], '{prefix}passkey_id')
        ) AS lists (table_name, columns, index_name)
    LOOP
        IF NOT EXISTS (
            SELECT
            FROM pg_index AS made
            WHERE made.indrelid = CAST(wanted.table_name AS REGCLASS)
                AND made.indisunique
                AND made.indisvalid
                AND made.indpred IS NULL
                AND made.indexprs IS NULL
                AND (
                    SELECT ARRAY_AGG(CAST(attname AS TEXT) ORDER BY CAST(attname AS TEXT) COLLATE "C")
                    FROM pg_attribute
                    WHERE attrelid = made.indrelid AND attnum = ANY (made.indkey)
                ) = (
                    SELECT ARRAY_AGG(name ORDER BY name COLLATE "C")
                    FROM UNNEST(wanted.columns) AS name
                )
        ) THEN
            EXECUTE FORMAT(
                'CREATE UNIQUE INDEX IF NOT EXISTS %I ON %s (%s)',
                wanted.index_name,
                wanted.table_name,
                (
                    SELECT STRING_AGG(QUOTE_IDENT(name), ', ' ORDER BY place)
                    FROM UNNEST(wanted.columns) WITH ORDINALITY AS list (name, place)
                )
            );
        END IF;
    END LOOP;
END
$$;

CREATE INDEX IF NOT EXISTS "{prefix}account_user" ON {schema}"{accounts}" ("userId");
CREATE INDEX IF NOT EXISTS "{prefix}session_user" ON {schema}"{sessions}" ("userId");
CREATE INDEX IF NOT EXISTS "{prefix}session_expires" ON {schema}"{sessions}" ("expires");
CREATE INDEX IF NOT EXISTS "{prefix}attempt_expires" ON {schema}"{attempts}" ("identifier", "expires");
