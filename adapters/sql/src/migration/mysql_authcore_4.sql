-- The sign-in attempts that were used.

CREATE TABLE `{attempts}` (
    id VARBINARY(255) NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL,
    INDEX (expires_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
