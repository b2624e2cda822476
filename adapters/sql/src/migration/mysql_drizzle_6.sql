-- The same of accounts.

ALTER TABLE `{accounts}`
    ADD UNIQUE INDEX `{prefix}account_key` (`provider`, `providerAccountId`),
    ADD INDEX `{prefix}account_user` (`userId`)
