-- Their accounts.

CREATE TABLE IF NOT EXISTS `{accounts}` (
    `userId` VARCHAR(255) NOT NULL,
    `type` VARCHAR(255) NOT NULL,
    `provider` VARCHAR(255) NOT NULL,
    `providerAccountId` VARCHAR(255) NOT NULL,
    `refresh_token` LONGTEXT,
    `access_token` LONGTEXT,
    `expires_at` INT,
    `token_type` LONGTEXT,
    `scope` LONGTEXT,
    `id_token` LONGTEXT,
    `session_state` LONGTEXT,
    PRIMARY KEY (`provider`, `providerAccountId`),
    FOREIGN KEY (`userId`) REFERENCES `{users}` (`id`) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
