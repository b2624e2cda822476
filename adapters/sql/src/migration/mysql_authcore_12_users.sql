-- Addresses that nobody vouches for; users who are locked out, and the moment before which no session of
-- theirs is valid.

ALTER TABLE `{users}`
    ADD COLUMN unverified_email VARBINARY(255),
    ADD COLUMN disabled_at BIGINT,
    ADD COLUMN sessions_valid_from BIGINT
