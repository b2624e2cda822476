-- The same of sessions.

ALTER TABLE `{sessions}`
    ADD UNIQUE INDEX `{prefix}session_token` (`sessionToken`),
    ADD INDEX `{prefix}session_user` (`userId`),
    ADD INDEX `{prefix}session_expires` (`expires`)
