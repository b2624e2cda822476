-- Who gave out the subject of an account; beside the application's users, which of them are locked out,
-- and the moment before which no session of theirs is valid.

ALTER TABLE "{accounts}" ADD COLUMN authority TEXT;

CREATE TABLE "{user_states}" (
    user_id {user_id} NOT NULL PRIMARY KEY REFERENCES "{users}" ({users_id}) ON DELETE CASCADE,
    disabled_at INTEGER,
    sessions_valid_from INTEGER
) STRICT;
