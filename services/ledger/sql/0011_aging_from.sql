-- What the days of the buckets count from.
ALTER TABLE aging_rule ADD COLUMN from_invoice boolean NOT NULL DEFAULT false; -- the day of issue; else the due day
