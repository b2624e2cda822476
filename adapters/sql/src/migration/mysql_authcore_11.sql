-- Who gave out the subject of an account.

ALTER TABLE `{accounts}` ADD COLUMN authority LONGTEXT
