-- A table of ours beside those of Auth.js, to which no column is added: who gave out the subjects of
-- accounts.

CREATE TABLE `{authorities}` (
    provider VARCHAR(255) NOT NULL,
    subject VARCHAR(255) NOT NULL,
    user_id VARCHAR(255) NOT NULL,
    authority LONGTEXT NOT NULL,
    PRIMARY KEY (provider, subject),
    INDEX (user_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
