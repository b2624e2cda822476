-- Likewise: which users are locked out, and the moment before which no session of theirs is valid.

CREATE TABLE `{user_states}` (
    user_id VARCHAR(255) NOT NULL PRIMARY KEY,
    disabled_at BIGINT,
    sessions_valid_from BIGINT
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
