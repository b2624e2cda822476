-- What a person sees of their sessions.

ALTER TABLE `{sessions}`
    ADD COLUMN last_seen_at BIGINT,
    ADD COLUMN user_agent LONGTEXT,
    ADD COLUMN address LONGTEXT
