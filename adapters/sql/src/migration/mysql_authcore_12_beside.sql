-- Beside the application's users: which of them are locked out, and the moment before which no session of
-- theirs is valid.

CREATE TABLE `{user_states}` (
    user_id {user_id} NOT NULL PRIMARY KEY,
    disabled_at BIGINT,
    sessions_valid_from BIGINT,
    FOREIGN KEY (user_id) REFERENCES `{users}` ({users_id}) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
