-- Passkeys, which drizzle's adapter calls authenticators. Ids are base64: letters of another case are
-- another id.

CREATE TABLE IF NOT EXISTS `{passkeys}` (
    `credentialID` VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,
    `userId` VARCHAR(255) NOT NULL,
    `providerAccountId` VARCHAR(255) NOT NULL,
    `credentialPublicKey` LONGTEXT NOT NULL,
    `counter` BIGINT NOT NULL,
    `credentialDeviceType` VARCHAR(255) NOT NULL,
    `credentialBackedUp` BOOLEAN NOT NULL,
    `transports` LONGTEXT,
    PRIMARY KEY (`userId`, `credentialID`),
    FOREIGN KEY (`userId`) REFERENCES `{users}` (`id`) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
