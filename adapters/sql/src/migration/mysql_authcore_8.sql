-- Passkeys.

CREATE TABLE `{passkeys}` (
    credential_id VARBINARY(1023) NOT NULL PRIMARY KEY,
    user_id {user_id} NOT NULL,
    public_key LONGBLOB NOT NULL,
    counter BIGINT NOT NULL,
    reach VARBINARY(32) NOT NULL,
    backup VARBINARY(32) NOT NULL,
    transports LONGTEXT NOT NULL,
    name LONGTEXT,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    extra LONGTEXT NOT NULL,
    INDEX (user_id, created_at),
    FOREIGN KEY (user_id) REFERENCES `{users}` ({users_id}) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
