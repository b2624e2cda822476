-- Who gave out the subject of an account; addresses that nobody vouches for, apart from the unique ones;
-- users who are locked out, and the moment before which no session of theirs is valid.

ALTER TABLE {schema}"{accounts}" ADD COLUMN authority TEXT;

ALTER TABLE {schema}"{users}" ADD COLUMN unverified_email TEXT;
ALTER TABLE {schema}"{users}" ADD COLUMN disabled_at BIGINT;
ALTER TABLE {schema}"{users}" ADD COLUMN sessions_valid_from BIGINT;

UPDATE {schema}"{users}" SET unverified_email = email, email = NULL
    WHERE email IS NOT NULL AND email_verified IS NULL;
