-- The indexes that tables of another's making may lack. Without the unique ones, two sign-ins at the same
-- moment could make one person twice; where that has happened already, this step fails and says so.

ALTER TABLE `{users}` ADD UNIQUE INDEX `{prefix}user_email` (`email`)
