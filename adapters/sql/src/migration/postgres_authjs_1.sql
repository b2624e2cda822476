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
            ('{schema}"{attempts}"', ARRAY['identifier', 'token'], '{prefix}attempt_key')
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
