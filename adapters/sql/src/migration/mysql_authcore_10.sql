-- Counts of tries.

CREATE TABLE `{limits}` (
    key_hash BINARY(32) NOT NULL PRIMARY KEY,
    count BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    INDEX (ends_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
