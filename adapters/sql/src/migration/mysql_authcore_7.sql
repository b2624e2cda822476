-- Verification tokens.

CREATE TABLE `{verifications}` (
    identifier VARBINARY(512) NOT NULL,
    token_hash BINARY(32) NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (identifier, token_hash),
    INDEX (expires_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
