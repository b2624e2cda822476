-- Who gave out the subject of an account; beside the application's users, which of them are locked out,
-- and the moment before which no session of theirs is valid.

ALTER TABLE {schema}"{accounts}" ADD COLUMN authority TEXT;

CREATE TABLE {schema}"{user_states}" (
    user_id {user_id} NOT NULL PRIMARY KEY
        REFERENCES {users_schema}"{users}" ({users_id}) ON DELETE CASCADE,
    disabled_at BIGINT,
    sessions_valid_from BIGINT
);
