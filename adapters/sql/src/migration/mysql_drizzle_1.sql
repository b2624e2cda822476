-- The users of @auth/drizzle-adapter, where they are not there yet. Texts are longer than those that its
-- own description asks for: addresses of pictures and tokens are.

CREATE TABLE IF NOT EXISTS `{users}` (
    `id` VARCHAR(255) NOT NULL PRIMARY KEY,
    `name` LONGTEXT,
    `email` VARCHAR(255),
    `emailVerified` DATETIME(3),
    `image` LONGTEXT
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
