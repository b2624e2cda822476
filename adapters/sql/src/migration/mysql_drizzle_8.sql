-- The same of verification tokens.

ALTER TABLE `{attempts}`
    ADD UNIQUE INDEX `{prefix}attempt_key` (`identifier`, `token`),
    ADD INDEX `{prefix}attempt_expires` (`identifier`, `expires`)
