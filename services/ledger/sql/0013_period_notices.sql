-- When the last notice was signed that closed a month of the creditor or opened it again: an older one counts no more.
ALTER TABLE period ADD COLUMN signed_us bigint NOT NULL DEFAULT 0; -- microseconds since 1970; 0: there was none
