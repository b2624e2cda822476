-- Leases of tokens.

ALTER TABLE `{accounts}`
    ADD COLUMN lease BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN leased_until BIGINT
