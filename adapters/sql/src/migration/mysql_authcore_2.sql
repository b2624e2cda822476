-- Their accounts.

CREATE TABLE `{accounts}` (
    provider VARBINARY(255) NOT NULL,
    subject VARBINARY(1024) NOT NULL,
    user_id {user_id} NOT NULL,
    kind VARBINARY(32) NOT NULL,
    access_token LONGTEXT,
    refresh_token LONGTEXT,
    id_token LONGTEXT,
    token_type LONGTEXT,
    scope LONGTEXT,
    expires_at BIGINT,
    session_state LONGTEXT,
    extra LONGTEXT,
    PRIMARY KEY (provider, subject),
    INDEX (user_id),
    FOREIGN KEY (user_id) REFERENCES `{users}` ({users_id}) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
