-- The tables of @auth/drizzle-adapter in MySQL, as its own description of them has them.

CREATE TABLE `user` (
    `id` VARCHAR(255) NOT NULL,
    `name` VARCHAR(255),
    `email` VARCHAR(255),
    `emailVerified` TIMESTAMP(3) NULL,
    `image` VARCHAR(255),
    CONSTRAINT `user_id` PRIMARY KEY (`id`),
    CONSTRAINT `user_email_unique` UNIQUE (`email`)
);

CREATE TABLE `account` (
    `userId` VARCHAR(255) NOT NULL,
    `type` VARCHAR(255) NOT NULL,
    `provider` VARCHAR(255) NOT NULL,
    `providerAccountId` VARCHAR(255) NOT NULL,
    `refresh_token` VARCHAR(255),
    `access_token` VARCHAR(255),
    `expires_at` INT,
    `token_type` VARCHAR(255),
    `scope` VARCHAR(255),
    `id_token` VARCHAR(2048),
    `session_state` VARCHAR(255),
    CONSTRAINT `account_provider_providerAccountId_pk` PRIMARY KEY (`provider`, `providerAccountId`),
    CONSTRAINT `account_userId_user_id_fk` FOREIGN KEY (`userId`) REFERENCES `user` (`id`) ON DELETE CASCADE
);

CREATE TABLE `session` (
    `sessionToken` VARCHAR(255) NOT NULL,
    `userId` VARCHAR(255) NOT NULL,
    `expires` TIMESTAMP NOT NULL,
    CONSTRAINT `session_sessionToken` PRIMARY KEY (`sessionToken`),
    CONSTRAINT `session_userId_user_id_fk` FOREIGN KEY (`userId`) REFERENCES `user` (`id`) ON DELETE CASCADE
);

CREATE TABLE `verificationToken` (
    `identifier` VARCHAR(255) NOT NULL,
    `token` VARCHAR(255) NOT NULL,
    `expires` TIMESTAMP NOT NULL,
    CONSTRAINT `verificationToken_identifier_token_pk` PRIMARY KEY (`identifier`, `token`)
);

CREATE TABLE `authenticator` (
    `credentialID` VARCHAR(255) NOT NULL,
    `userId` VARCHAR(255) NOT NULL,
    `providerAccountId` VARCHAR(255) NOT NULL,
    `credentialPublicKey` VARCHAR(255) NOT NULL,
    `counter` INT NOT NULL,
    `credentialDeviceType` VARCHAR(255) NOT NULL,
    `credentialBackedUp` BOOLEAN NOT NULL,
    `transports` VARCHAR(255),
    CONSTRAINT `authenticator_userId_credentialID_pk` PRIMARY KEY (`userId`, `credentialID`),
    CONSTRAINT `authenticator_credentialID_unique` UNIQUE (`credentialID`),
    CONSTRAINT `authenticator_userId_user_id_fk` FOREIGN KEY (`userId`) REFERENCES `user` (`id`) ON DELETE CASCADE
);
