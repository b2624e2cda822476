-- Their sessions.

CREATE TABLE `{sessions}` (
    token_hash BINARY(32) NOT NULL PRIMARY KEY,
    user_id {user_id} NOT NULL,
    created_at BIGINT,
    expires_at BIGINT NOT NULL,
    INDEX (user_id),
    INDEX (expires_at),
    FOREIGN KEY (user_id) REFERENCES `{users}` ({users_id}) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
