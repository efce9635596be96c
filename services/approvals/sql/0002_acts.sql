-- What may be asked for, why, and how much of each item.
ALTER TABLE request
    DROP CONSTRAINT request_kind_check,
    ADD CONSTRAINT request_kind_check CHECK (kind IN ('write_off', 'waiver')),
    ADD COLUMN code text NOT NULL DEFAULT ''; -- why, for reports: of a write-off; empty: not said
ALTER TABLE request_item
    ADD COLUMN amount bigint NOT NULL DEFAULT 0 CHECK (amount BETWEEN 0 AND open); -- what of it is to be given up; 0: all of it
