-- Users. Times are milliseconds since 1970 in UTC. Whatever is looked for is bytes: MySQL's collations
-- take `Ada`, `ada` and `ada ` for one person.

CREATE TABLE `{users}` (
    id VARBINARY(255) NOT NULL PRIMARY KEY,
    name LONGTEXT,
    email VARBINARY(255) UNIQUE,
    email_verified BIGINT,
    image LONGTEXT,
    extra LONGTEXT NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
