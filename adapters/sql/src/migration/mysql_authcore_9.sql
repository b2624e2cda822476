-- Tokens that are to be revoked.

CREATE TABLE `{revocations}` (
    id VARBINARY(64) NOT NULL,
    provider VARBINARY(255) NOT NULL,
    subject VARBINARY(1024) NOT NULL,
    access_token LONGTEXT,
    refresh_token LONGTEXT,
    tries BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    PRIMARY KEY (id, provider, subject),
    INDEX (due_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
