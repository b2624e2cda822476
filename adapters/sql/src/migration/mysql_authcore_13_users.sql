-- Addresses that nobody vouches for leave the unique column.

UPDATE `{users}` SET unverified_email = email, email = NULL
    WHERE email IS NOT NULL AND email_verified IS NULL
