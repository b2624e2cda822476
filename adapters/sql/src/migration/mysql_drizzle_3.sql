-- Their sessions. The date and time of day are in UTC, whatever a connection's time zone.

CREATE TABLE IF NOT EXISTS `{sessions}` (
    `sessionToken` VARCHAR(255) NOT NULL PRIMARY KEY,
    `userId` VARCHAR(255) NOT NULL,
    `expires` DATETIME(3) NOT NULL,
    FOREIGN KEY (`userId`) REFERENCES `{users}` (`id`) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
