-- What is asked for, why, and how much of each item.
ALTER TABLE request
    ADD COLUMN act  text NOT NULL DEFAULT 'write_off' CHECK (act IN ('write_off', 'waiver')),
    ADD COLUMN code text NOT NULL DEFAULT ''; -- why, for reports: of a write-off; empty: not said
ALTER TABLE request_item
    ADD COLUMN amount bigint CHECK (amount > 0 AND amount <= open); -- what of it is to be given up
UPDATE request_item SET amount = open;
ALTER TABLE request_item ALTER COLUMN amount SET NOT NULL;
